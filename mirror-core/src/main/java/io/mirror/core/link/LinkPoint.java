package io.mirror.core.link;

import io.mirror.core.hub.HubPoint;
import io.mirror.core.hub.QueuedPoint;
import io.mirror.core.point.PointName;
import io.mirror.core.point.PointState;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What a session knows about one point. */
final class LinkPoint implements WireName {
    /** What a session keeps of a point with a name of ordinary length. */
    static final int BYTES = 320;

    private static final int MAX_FOREIGN_NAME_BYTES = 1000;

    final HubPoint point;
    /** What the peer calls the domain; empty if the name is sent without it. */
    private String wireDomain;

    private int id;
    /** The length of the name as it is sent. */
    private int nameChars;

    /** The point's registration with the session's queue, null while it has none or none was asked for or delivered. */
    @Nullable
    QueuedPoint registration;
    /** What was sent for this point, or for a removed one of the same name, and not yet acknowledged; null before. */
    @Nullable
    SentChanges sentChanges;
    /** True if the running transfer does not count this point because it was withheld when the transfer began. */
    boolean uncounted;
    /** True if the peer wrote the point. */
    boolean writtenByPeer;
    /** True if the peer has sent the point since the connection was opened. */
    boolean seen;
    /** True if a point message was sent since the connection was opened. */
    boolean sent;
    /** The time of the state last received. */
    private long receivedSeconds = Long.MIN_VALUE;

    private int receivedNanoseconds;
    private @Nullable LoopGuard guard;

    LinkPoint(HubPoint point, String wireDomain, int id) {
        this.point = point;
        this.wireDomain = wireDomain;
        this.id = id;
        nameChars = nameChars();
    }

    private int nameChars() {
        return wireDomain.length() + 1 + point.name().name().length();
    }

    /** A state was received; returns the guard against loops if there was ever need of one. */
    @Nullable
    LoopGuard guardAfter(PointState received, long now) {
        long seconds = Age.seconds(received);
        int nanoseconds = received.nanoseconds();
        if (Age.compare(seconds, nanoseconds, receivedSeconds, receivedNanoseconds) > 0) {
            if (guard != null) {
                guard.advanced();
            }
        } else {
            if (guard == null) {
                guard = new LoopGuard();
            }
            guard.setBack(received, now);
        }
        receivedSeconds = seconds;
        receivedNanoseconds = nanoseconds;
        return guard;
    }

    /** Returns the record of what is sent for the point from now on. */
    SentChanges recordOfSent() {
        SentChanges present = sentChanges;
        if (present == null) {
            present = new SentChanges();
            sentChanges = present;
        }
        return present;
    }

    /** Tells whether the peer has taken in all that was sent for the point. */
    boolean isSettled(long acknowledged) {
        return sentChanges == null || sentChanges.isSettled(acknowledged);
    }

    /** Tells whether the peer may be unable to take the name (DHTP section 4.1). */
    boolean isNameTooLong(boolean forForeignPeer) {
        int limit = forForeignPeer ? MAX_FOREIGN_NAME_BYTES : PointName.MAX_NAME_BYTES;
        return nameChars > limit / 3 && name().getBytes(StandardCharsets.UTF_8).length > limit;
    }

    String wireDomain() {
        return wireDomain;
    }

    /** Gives the domain of the point another name on the wire, which gives the point another number. */
    void rename(String newWireDomain, int newId) {
        wireDomain = newWireDomain;
        id = newId;
        nameChars = nameChars();
    }

    /** Made anew each time: encoders ask for it once. */
    @Override
    public String name() {
        return name(wireDomain, point.name());
    }

    /** Returns a name as it is sent: with what the peer calls its domain, or without if that is empty. */
    static String name(String wireDomain, PointName name) {
        return wireDomain.isEmpty() ? name.name() : wireDomain + ':' + name.name();
    }

    @Override
    public int id() {
        return id;
    }
}
