package io.mirror.transport.dhtp;

import io.mirror.core.hub.QueueCounters;
import io.mirror.core.link.LinkCounters;
import io.mirror.core.link.LinkTransfer;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Records what happens on a link in the flight recorder of the JVM ({@code docs/observability.md}). */
final class FlightEvents implements LinkEvents {
    private static final long CONFLATION_NANOS = TimeUnit.SECONDS.toNanos(1);
    // Asked whether their kinds are recorded, so that nothing has to be made to find that out.
    private static final FlightRecords.Sync SYNC = new FlightRecords.Sync();
    private static final FlightRecords.Conflation CONFLATION = new FlightRecords.Conflation();
    private static final FlightRecords.SlowReader SLOW_READER = new FlightRecords.SlowReader();
    private static final FlightRecords.RefusedInput REFUSED_INPUT = new FlightRecords.RefusedInput();

    private final String link;
    private final String role;
    private final Supplier<LinkCounters> counters;

    private boolean established;
    private FlightRecords.@Nullable LinkDown life;
    private FlightRecords.@Nullable SlowReader stall;
    private FlightRecords.@Nullable Sync sent;
    private FlightRecords.@Nullable Sync received;
    private QueueCounters beforeStall = QueueCounters.NONE;
    private QueueCounters told = QueueCounters.NONE;
    private long toldNanos;

    FlightEvents(String link, String role, Supplier<LinkCounters> counters) {
        this.link = link;
        this.role = role;
        this.counters = counters;
    }

    @Override
    public void up(String peer, boolean encrypted, long connects) {
        established = true;
        told = QueueCounters.NONE;
        toldNanos = System.nanoTime();
        FlightRecords.LinkDown begun = new FlightRecords.LinkDown();
        begun.begin();
        life = begun;
        FlightRecords.LinkUp event = new FlightRecords.LinkUp();
        if (event.isEnabled()) {
            event.link = link;
            event.role = role;
            event.peer = peer;
            event.encrypted = encrypted;
            event.connects = connects;
            event.commit();
        }
    }

    @Override
    public void down(String peer, String cause) {
        flowing();
        sent = cutShort(sent);
        received = cutShort(received);
        FlightRecords.LinkDown event = life == null ? new FlightRecords.LinkDown() : life;
        life = null;
        if (event.isEnabled()) {
            LinkCounters counted = established ? counters.get() : LinkCounters.NONE;
            event.link = link;
            event.role = role;
            event.peer = peer;
            event.cause = cause;
            event.established = established;
            event.pointsReceived = counted.pointsReceived();
            event.pointsSent = counted.pointsSent();
            event.conflated = counted.queue().conflated();
            event.dropped = counted.queue().droppedFull();
            event.commit();
        }
        established = false;
    }

    @Override
    public void refused(String what, String why) {
        if (REFUSED_INPUT.isEnabled()) {
            FlightRecords.RefusedInput event = new FlightRecords.RefusedInput();
            event.link = link;
            event.command = what;
            event.reason = why;
            event.commit();
        }
    }

    static void connectionRefused(InetSocketAddress peer, String why) {
        if (REFUSED_INPUT.isEnabled()) {
            FlightRecords.RefusedInput event = new FlightRecords.RefusedInput();
            event.link = peer.getAddress().getHostAddress() + ":" + peer.getPort();
            event.command = "connect";
            event.reason = why;
            event.commit();
        }
    }

    // ---- Initial transfers ----

    @Override
    public void transferBegun(LinkTransfer transfer) {
        if (!SYNC.isEnabled()) {
            return;
        }
        FlightRecords.Sync begun = new FlightRecords.Sync();
        begun.begin();
        begun.link = link;
        begun.domain = transfer.domain();
        begun.direction = transfer.direction().name();
        begun.delta = transfer.delta();
        begun.announced = transfer.points();
        if (transfer.direction() == LinkTransfer.Direction.SENT) {
            sent = begun;
        } else {
            received = begun;
        }
    }

    @Override
    public void transferEnded(LinkTransfer transfer) {
        boolean outgoing = transfer.direction() == LinkTransfer.Direction.SENT;
        FlightRecords.Sync event = outgoing ? sent : received;
        if (event != null) {
            event.points = transfer.points();
            event.completed = true;
            event.commit();
        }
        if (outgoing) {
            sent = null;
        } else {
            received = null;
        }
    }

    private static FlightRecords.@Nullable Sync cutShort(FlightRecords.@Nullable Sync running) {
        if (running != null) {
            running.commit();
        }
        return null;
    }

    // ---- Peers that are slow ----

    @Override
    public void stalled() {
        if (SLOW_READER.isEnabled()) {
            FlightRecords.SlowReader begun = new FlightRecords.SlowReader();
            begun.begin();
            beforeStall = counters.get().queue();
            stall = begun;
        }
    }

    @Override
    public void flowing() {
        FlightRecords.SlowReader event = stall;
        stall = null;
        if (event == null) {
            return;
        }
        event.end();
        if (event.shouldCommit()) {
            QueueCounters queue = counters.get().queue();
            event.link = link;
            event.pending = queue.queued();
            event.conflated = queue.conflated() - beforeStall.conflated();
            event.dropped = queue.droppedFull() - beforeStall.droppedFull();
            event.commit();
        }
    }

    @Override
    public void flushed() {
        if (!CONFLATION.isEnabled()) {
            return;
        }
        long now = System.nanoTime();
        if (now - toldNanos < CONFLATION_NANOS) {
            return;
        }
        toldNanos = now;
        QueueCounters queue = counters.get().queue();
        if (queue.conflated() != told.conflated() || queue.droppedFull() != told.droppedFull()) {
            FlightRecords.Conflation event = new FlightRecords.Conflation();
            event.link = link;
            event.conflated = queue.conflated() - told.conflated();
            event.dropped = queue.droppedFull() - told.droppedFull();
            event.pending = queue.queued();
            event.commit();
        }
        told = queue;
    }
}
