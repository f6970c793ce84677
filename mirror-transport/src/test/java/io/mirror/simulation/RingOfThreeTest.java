package io.mirror.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.core.access.ConnectionAccess;
import io.mirror.core.access.Permissions;
import io.mirror.core.command.Command;
import io.mirror.core.command.PointMessage;
import io.mirror.core.command.Received;
import io.mirror.core.hub.Origin;
import io.mirror.core.hub.PointHub;
import io.mirror.core.hub.StoreMode;
import io.mirror.core.link.LinkFlag;
import io.mirror.core.link.LinkOptions;
import io.mirror.core.link.MirrorSession;
import io.mirror.core.link.SessionListener;
import io.mirror.core.link.SessionOutput;
import io.mirror.core.link.WireName;
import io.mirror.core.point.Point;
import io.mirror.core.point.PointState;
import io.mirror.testkit.Seeds;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Plays the orders in which the messages of a ring of three hubs can arrive while two of them write the same point, and
 * demands that each order ends, soon, with all hubs equal: every order if clocks are right, random ones if they are wrong,
 * for then states may circulate until a guard ends that.
 *
 * <p>What happens at one hub commutes with what happens at another, so of the orders that differ only in that one is
 * played: the others are left out by sleep sets. Sessions cannot be copied; every order is played from its beginning.
 */
@Tag("S-DAT-1")
class RingOfThreeTest {
    private static final String POINT = Nets.DOMAIN + ":p";
    private static final int HUBS = 3;
    /** Longer than any order that only brings the writes to all hubs; an order that circulates reaches it. */
    private static final int MAX_STEPS = 60;

    private static final int MAX_STEPS_WITH_WRONG_CLOCKS = 2000;
    private static final int RANDOM_ORDERS = 3000;
    /** Stands for the time at which the write happens. */
    private static final long NOW = -1;

    /** A write of a hub's host, with the right time or another one. */
    private record Write(int hub, long value, long seconds) {}

    private record Scenario(String name, int[] masterOf, List<Write> writes) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final Map<String, int[]> RINGS = Map.of(
            "each is the next one's master", new int[] {0, 1, 2},
            "one is the master of both others", new int[] {0, 1, 0});

    static List<Scenario> rightClocks() {
        List<Scenario> scenarios = new ArrayList<>();
        new TreeMap<>(RINGS).forEach((ring, masters) -> {
            for (int other = 1; other < HUBS; other++) {
                List<Write> two = List.of(new Write(0, 1, NOW), new Write(other, 2, NOW));
                scenarios.add(new Scenario(ring + ", writers 0 and " + other, masters, two));
            }
        });
        return scenarios;
    }

    static List<Scenario> wrongClocks() {
        List<Scenario> scenarios = new ArrayList<>();
        new TreeMap<>(RINGS).forEach((ring, masters) -> {
            for (long second : new long[] {20, 21, 22}) {
                List<Write> two = List.of(new Write(0, 1, 21), new Write(1, 2, second));
                scenarios.add(new Scenario(ring + ", writes at 21 and " + second, masters, two));
                List<Write> four =
                        List.of(new Write(0, 1, 21), new Write(0, 2, 20), new Write(1, 3, second), new Write(2, 4, 21));
                scenarios.add(new Scenario(ring + ", writes at 21, 20, 21 and " + second, masters, four));
            }
        });
        return scenarios;
    }

    /** What one end of a link sent and the other has not received. */
    private static final class End implements SessionOutput, SessionListener {
        final int hub;
        final ArrayDeque<Object> inbox = new ArrayDeque<>();
        final Map<String, Integer> nameIds = new HashMap<>();
        End peer = this;
        MirrorSession session;
        boolean flushRequested;

        End(int hub) {
            this.hub = hub;
        }

        private record PointCopy(PointMessage.Kind kind, String name, PointState state) {}

        @Override
        public void send(Command command) {
            peer.inbox.add(command);
        }

        @Override
        public boolean sendPoint(PointMessage.Kind kind, WireName name, PointState state) {
            if (kind != PointMessage.Kind.ECHO) {
                peer.inbox.add(new PointCopy(kind, name.name(), new PointState().copyFrom(state)));
            }
            return true;
        }

        @Override
        public boolean isWritable() {
            return true;
        }

        @Override
        public void encoding(boolean binary, int maxLineBytes) {}

        @Override
        public void close(String reason) {
            throw new AssertionError("closed: " + reason);
        }

        @Override
        public void requestFlush() {
            flushRequested = true;
        }

        void receive() {
            Object message = inbox.remove();
            session.bytesReceived(0);
            if (message instanceof PointCopy copy) {
                PointMessage point = new PointMessage();
                int id = nameIds.computeIfAbsent(copy.name(), name -> nameIds.size());
                point.header(copy.kind(), copy.name(), id).state().copyFrom(copy.state());
                session.receivedPoint(point, 0);
            } else {
                session.received(new Received((Command) message, "command", List.of()), 0);
            }
            session.batchEnd(0);
        }

        boolean flush() {
            boolean wanted = flushRequested;
            flushRequested = false;
            if (wanted) {
                session.flush(0);
            }
            return wanted;
        }
    }

    /** One order being played. A step is a write or the arrival of one message; what it makes pending leaves at once. */
    private static final class Play {
        final Scenario scenario;
        final List<PointHub> hubs = new ArrayList<>();
        final List<End> ends = new ArrayList<>();
        final int[] written = new int[HUBS];
        private long steps;

        Play(Scenario scenario) {
            this.scenario = scenario;
            for (int i = 0; i < HUBS; i++) {
                hubs.add(PointHub.builder()
                        .id(new UUID(0, i + 1))
                        .time(() -> 19_000_000_000L)
                        .build());
            }
            hubs.get(0).point(POINT).write(0);
            for (int i = 0; i < HUBS; i++) {
                connect(i, (i + 1) % HUBS, scenario.masterOf()[i]);
            }
            while (deliverAll()) {
                // The links open and make the point known everywhere.
            }
        }

        private void connect(int one, int other, int master) {
            End slaveEnd = new End(master == one ? other : one);
            End masterEnd = new End(master);
            slaveEnd.peer = masterEnd;
            masterEnd.peer = slaveEnd;
            slaveEnd.session = MirrorSession.slave(
                    hubs.get(slaveEnd.hub),
                    Nets.config(Nets.bothWays(LinkFlag.SYNC_RECV)),
                    Origin.of("slave"),
                    LinkOptions.defaults(),
                    slaveEnd,
                    slaveEnd);
            masterEnd.session = MirrorSession.master(
                    hubs.get(master),
                    ConnectionAccess.withoutUsers(Permissions.all()),
                    Origin.of("master"),
                    LinkOptions.defaults(),
                    masterEnd,
                    masterEnd);
            ends.add(slaveEnd);
            ends.add(masterEnd);
            masterEnd.session.opened(0);
            slaveEnd.session.opened(0);
        }

        private boolean deliverAll() {
            boolean any = flushAll();
            for (End end : ends) {
                while (!end.inbox.isEmpty()) {
                    end.receive();
                    any = true;
                }
            }
            return any;
        }

        private boolean flushAll() {
            boolean any = false;
            for (End end : ends) {
                any |= end.flush();
            }
            return any;
        }

        /** Steps are numbered: first the arrivals at the ends, then the writes of the hubs. */
        List<Integer> enabled() {
            List<Integer> steps = new ArrayList<>();
            for (int i = 0; i < ends.size(); i++) {
                if (!ends.get(i).inbox.isEmpty()) {
                    steps.add(i);
                }
            }
            for (int hub = 0; hub < HUBS; hub++) {
                if (nextWrite(hub).isPresent()) {
                    steps.add(ends.size() + hub);
                }
            }
            return steps;
        }

        private Optional<Write> nextWrite(int hub) {
            return scenario.writes().stream()
                    .filter(write -> write.hub() == hub)
                    .skip(written[hub])
                    .findFirst();
        }

        int hubOf(int step) {
            return step < ends.size() ? ends.get(step).hub : step - ends.size();
        }

        void perform(int step) {
            steps++;
            if (step < ends.size()) {
                ends.get(step).receive();
            } else {
                int hub = step - ends.size();
                Write write = nextWrite(hub).orElseThrow();
                written[hub]++;
                long seconds = write.seconds() == NOW ? 30 + steps : write.seconds();
                PointState state = new PointState().integer(write.value()).quality(192);
                hubs.get(hub).point(POINT).store(state.time(seconds, 0), Origin.HOST, StoreMode.NORMAL);
            }
            flushAll();
        }

        List<Point> result() {
            return hubs.stream().map(hub -> hub.read(POINT).orElseThrow()).toList();
        }
    }

    private static final class Exploration {
        final Scenario scenario;
        final List<Integer> path = new ArrayList<>();
        long orders;
        int longest;

        Exploration(Scenario scenario) {
            this.scenario = scenario;
        }

        private Play replay() {
            Play play = new Play(scenario);
            path.forEach(play::perform);
            return play;
        }

        /** Sleeping steps are given as a bit set; they were explored before and nothing since depends on them. */
        void explore(Play play, int sleeping) {
            List<Integer> enabled = play.enabled();
            if (enabled.isEmpty()) {
                orders++;
                longest = Math.max(longest, path.size());
                check(play);
                return;
            }
            assertThat(path.size())
                    .as("order does not end: " + path + " " + play.result())
                    .isLessThan(MAX_STEPS);
            int asleep = sleeping;
            Play current = play;
            for (int step : enabled) {
                if ((asleep & 1 << step) != 0) {
                    continue;
                }
                if (current == null) {
                    current = replay();
                }
                int hub = current.hubOf(step);
                int next = 0;
                for (int other = 0; other < current.ends.size() + HUBS; other++) {
                    if ((asleep & 1 << other) != 0 && current.hubOf(other) != hub) {
                        next |= 1 << other;
                    }
                }
                current.perform(step);
                path.add(step);
                explore(current, next);
                path.remove(path.size() - 1);
                current = null;
                asleep |= 1 << step;
            }
        }

        private void check(Play play) {
            requireEqual(play, path);
        }
    }

    private static void requireEqual(Play play, List<Integer> path) {
        List<Point> result = play.result();
        assertThat(result).as("order " + path).allMatch(result.get(0)::equals);
    }

    @ParameterizedTest
    @MethodSource("rightClocks")
    void everyOrderEndsWithAllHubsEqual(Scenario scenario) {
        Exploration exploration = new Exploration(scenario);
        exploration.explore(new Play(scenario), 0);
        assertThat(exploration.orders).isGreaterThan(1000);
        assertThat(exploration.longest).isLessThan(MAX_STEPS);
    }

    @ParameterizedTest
    @MethodSource("wrongClocks")
    void randomOrdersOfWritesThatGoBackInTimeEndWithAllHubsEqual(Scenario scenario) {
        Seeds.forEach(RANDOM_ORDERS, seed -> {
            SplittableRandom random = new SplittableRandom(seed);
            Play play = new Play(scenario);
            List<Integer> path = new ArrayList<>();
            List<Integer> enabled = play.enabled();
            while (!enabled.isEmpty()) {
                assertThat(path.size()).as("order does not end").isLessThan(MAX_STEPS_WITH_WRONG_CLOCKS);
                int step = enabled.get(random.nextInt(enabled.size()));
                play.perform(step);
                path.add(step);
                enabled = play.enabled();
            }
            requireEqual(play, path);
        });
    }
}
