package io.mirror.core.link;

import io.mirror.core.hub.HubPoint;
import io.mirror.core.hub.Origin;
import io.mirror.core.hub.PointHub;
import io.mirror.core.hub.QueueCounters;
import io.mirror.core.hub.StoreMode;
import io.mirror.core.point.Point;
import io.mirror.core.point.PointName;
import io.mirror.core.point.PointState;
import io.mirror.core.point.Quality;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.TreeMap;

/** One side of a link in memory: a hub, its session, and what has arrived for it and is not yet handed over. */
final class LinkEnd {
    final PointHub hub;
    final String domain;
    final FakeOutput output = new FakeOutput();
    final Events events = new Events();
    final Queue<Wire.Message> inbox = new ArrayDeque<>();
    private final Wire.Names names = new Wire.Names();
    MirrorSession session;

    LinkEnd(PointHub hub, String domain) {
        this.hub = hub;
        this.domain = domain;
    }

    /** Keeps what a session reports. */
    static final class Events implements SessionListener {
        final List<String> warnings = new ArrayList<>();
        final List<String> refusals = new ArrayList<>();
        final List<String> information = new ArrayList<>();
        final List<LinkState> states = new ArrayList<>();
        final List<String> refusedInput = new ArrayList<>();
        final List<LinkTransfer> begun = new ArrayList<>();
        final List<LinkTransfer> ended = new ArrayList<>();

        @Override
        public void stateChanged(LinkState state) {
            states.add(state);
        }

        @Override
        public void information(String text) {
            information.add(text);
        }

        @Override
        public void warning(String text) {
            warnings.add(text);
        }

        @Override
        public void refused(String text) {
            refusals.add(text);
        }

        @Override
        public void inputRefused(String what, String why) {
            refusedInput.add(what + ": " + why);
        }

        @Override
        public void transferBegun(LinkTransfer transfer) {
            begun.add(transfer);
        }

        @Override
        public void transferEnded(LinkTransfer transfer) {
            ended.add(transfer);
        }
    }

    HubPoint point(String name) {
        return hub.point(PointName.of(domain, name));
    }

    /** Writes as the host does, with a given time. */
    void write(String name, long value, long seconds) {
        write(name, value, seconds, Origin.HOST);
    }

    void write(String name, long value, long seconds, Origin by) {
        PointState state =
                new PointState().integer(value).quality(Quality.GOOD.code()).time(seconds, 0);
        point(name).store(state, by, StoreMode.NORMAL);
    }

    void delete(String name) {
        hub.delete(PointName.of(domain, name), Origin.HOST);
    }

    /** Hands over the first message that has arrived. */
    void receiveOne(long now) {
        Wire.feed(session, names, inbox.remove(), now);
        session.batchEnd(now);
    }

    /** Hands over all messages that have arrived as one batch. */
    void receiveAll(long now) {
        while (!inbox.isEmpty()) {
            Wire.feed(session, names, inbox.remove(), now);
        }
        session.batchEnd(now);
    }

    void flush(long now) {
        output.flushRequested = false;
        session.flush(now);
    }

    /** Lets what the session sent arrive at the other side. */
    void transmitTo(LinkEnd other) {
        other.inbox.addAll(output.take());
    }

    /** Returns the points of the domain in order, under the names within it, as text without and with their times. */
    TreeMap<String, String> contents(boolean withTime) {
        TreeMap<String, String> contents = new TreeMap<>();
        for (Point point : hub.snapshot(domain)) {
            contents.put(
                    point.name().name(),
                    point.value() + " q" + point.quality().code() + (withTime ? " t" + point.time() : ""));
        }
        return contents;
    }

    boolean booksBalance() {
        QueueCounters c = session.counters().queue();
        return c.offered() == c.delivered() + c.conflated() + c.droppedFull() + c.droppedCancelled() + c.queued();
    }
}
