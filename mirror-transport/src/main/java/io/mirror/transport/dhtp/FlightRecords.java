package io.mirror.transport.dhtp;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;
import org.jspecify.annotations.Nullable;

/** The events of the flight recorder ({@code docs/observability.md} is their description for hosts). */
final class FlightRecords {
    private FlightRecords() {}

    @Name("io.mirror.LinkUp")
    @Label("Link Up")
    @Category("Mirror")
    @Description("A connection of a mirror link stands")
    @StackTrace(false)
    static final class LinkUp extends Event {
        @Label("Link")
        @Nullable
        String link;

        @Label("Role")
        @Nullable
        String role;

        @Label("Peer")
        @Nullable
        String peer;

        @Label("Encrypted")
        boolean encrypted;

        @Label("Connections Made")
        long connects;
    }

    @Name("io.mirror.LinkDown")
    @Label("Link Down")
    @Category("Mirror")
    @Description(
            "A connection of a mirror link has ended, or an attempt to make one has failed; the duration is its life")
    @StackTrace(false)
    static final class LinkDown extends Event {
        @Label("Link")
        @Nullable
        String link;

        @Label("Role")
        @Nullable
        String role;

        @Label("Peer")
        @Nullable
        String peer;

        @Label("Cause")
        @Nullable
        String cause;

        @Label("Established")
        @Description("False if there never was a connection")
        boolean established;

        @Label("Points Received")
        long pointsReceived;

        @Label("Points Sent")
        long pointsSent;

        @Label("Conflated")
        long conflated;

        @Label("Dropped")
        long dropped;
    }

    @Name("io.mirror.Sync")
    @Label("Initial Transfer")
    @Category("Mirror")
    @Description("An initial transfer of a domain over a mirror link")
    @StackTrace(false)
    static final class Sync extends Event {
        @Label("Link")
        @Nullable
        String link;

        @Label("Domain")
        @Nullable
        String domain;

        @Label("Direction")
        @Nullable
        String direction;

        @Label("Delta")
        @Description("True if only what had changed was transferred")
        boolean delta;

        @Label("Points Announced")
        long announced;

        @Label("Points")
        long points;

        @Label("Completed")
        @Description("False if the connection ended before")
        boolean completed;
    }

    @Name("io.mirror.Conflation")
    @Label("Conflation")
    @Category("Mirror")
    @Description("Changes were left out for newer ones; at most once a second for each link")
    @StackTrace(false)
    static final class Conflation extends Event {
        @Label("Link")
        @Nullable
        String link;

        @Label("Conflated")
        long conflated;

        @Label("Dropped")
        long dropped;

        @Label("Pending")
        long pending;
    }

    @Name("io.mirror.SlowReader")
    @Label("Slow Reader")
    @Category("Mirror")
    @Description("A peer did not read as fast as it was sent to; the duration is how long changes waited for it")
    @StackTrace(false)
    @Threshold("100 ms")
    static final class SlowReader extends Event {
        @Label("Link")
        @Nullable
        String link;

        @Label("Pending")
        long pending;

        @Label("Conflated")
        long conflated;

        @Label("Dropped")
        long dropped;
    }

    @Name("io.mirror.RefusedInput")
    @Label("Refused Input")
    @Category("Mirror")
    @Description("Something that a peer sent was not taken")
    @StackTrace(false)
    static final class RefusedInput extends Event {
        @Label("Link")
        @Nullable
        String link;

        @Label("Command")
        @Description("Empty for what could not be read")
        @Nullable
        String command;

        @Label("Reason")
        @Nullable
        String reason;
    }
}
