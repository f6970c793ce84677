package io.mirror.core.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.core.hub.Origin;
import io.mirror.core.point.PointName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Explores every order in which the changes of two sides, their messages and their acknowledgements can happen, as far
 * as channels that keep their order allow, and demands that both sides end equal.
 *
 * <p>What happens on one side commutes with what happens on the other, so orders that differ only in that are the same:
 * they are left out by sleep sets. Sessions cannot be copied; every order is played from its beginning.
 */
class CrossingChangesTest {
    /** What is told between connections multiplies the orders of events and changes nothing about crossing. */
    private static final LinkOptions WITHOUT_DELTA =
            LinkOptions.builder().delta(false).build();

    private static final LinkFlags BOTH_WAYS = LinkFlags.of(LinkFlag.READABLE, LinkFlag.WRITABLE, LinkFlag.SYNC_RECV);

    private enum Side {
        SLAVE,
        MASTER
    }

    private enum Step {
        CHANGE,
        RECEIVE,
        FLUSH
    }

    private record Action(Side side, Step step) {
        @Override
        public String toString() {
            return side + "-" + step;
        }
    }

    /** What one side does by itself, in order. */
    @FunctionalInterface
    private interface Change {
        void apply(LinkEnd end);
    }

    private static Change write(long value, long seconds) {
        return end -> end.write("p", value, seconds);
    }

    private static Change delete() {
        return end -> end.delete("p");
    }

    private static Change mark() {
        return end -> end.hub
                .find(PointName.of(end.domain, "p"))
                .ifPresent(point -> point.markNotConnected(Origin.of("another link")));
    }

    /** A starting point and what both sides do. */
    private record Scenario(
            Function<Scenario, LinkPair> start,
            List<Change> slave,
            List<Change> master,
            boolean batches,
            String label) {
        List<Change> changes(Side side) {
            return side == Side.SLAVE ? slave : master;
        }
    }

    /** One order being played. */
    private static final class Play {
        final LinkPair pair;
        final Scenario scenario;
        final int[] done = new int[2];

        Play(Scenario scenario) {
            this.scenario = scenario;
            pair = scenario.start().apply(scenario);
        }

        LinkEnd end(Side side) {
            return side == Side.SLAVE ? pair.slave : pair.master;
        }

        Set<Action> enabled() {
            Set<Action> enabled = new HashSet<>();
            for (Side side : Side.values()) {
                LinkEnd end = end(side);
                if (done[side.ordinal()] < scenario.changes(side).size()) {
                    enabled.add(new Action(side, Step.CHANGE));
                }
                if (!end.inbox.isEmpty()) {
                    enabled.add(new Action(side, Step.RECEIVE));
                }
                if (end.output.flushRequested) {
                    enabled.add(new Action(side, Step.FLUSH));
                }
            }
            return enabled;
        }

        void perform(Action action) {
            LinkEnd end = end(action.side());
            switch (action.step()) {
                case CHANGE ->
                    scenario.changes(action.side())
                            .get(done[action.side().ordinal()]++)
                            .apply(end);
                case FLUSH -> end.flush(pair.now);
                case RECEIVE -> {
                    if (scenario.batches()) {
                        end.receiveAll(pair.now);
                    } else {
                        end.receiveOne(pair.now);
                    }
                }
            }
            end.transmitTo(end(action.side() == Side.SLAVE ? Side.MASTER : Side.SLAVE));
        }
    }

    /** Plays all orders of a scenario. */
    private static final class Exploration {
        private final Scenario scenario;
        private final Function<Play, String> expectation;
        private final List<Action> path = new ArrayList<>();
        long orders;

        Exploration(Scenario scenario, Function<Play, String> expectation) {
            this.scenario = scenario;
            this.expectation = expectation;
        }

        void run() {
            explore(new Play(scenario), Set.of());
        }

        private Play replay() {
            Play play = new Play(scenario);
            path.forEach(play::perform);
            return play;
        }

        private void explore(Play play, Set<Action> sleeping) {
            Set<Action> enabled = play.enabled();
            if (enabled.isEmpty()) {
                orders++;
                check(play);
                return;
            }
            Set<Action> asleep = new HashSet<>(sleeping);
            Play current = play;
            for (Action action : enabled) {
                if (asleep.contains(action)) {
                    continue;
                }
                if (current == null) {
                    current = replay();
                }
                current.perform(action);
                path.add(action);
                Set<Action> next = new HashSet<>(asleep);
                next.removeIf(other -> !commute(other, action));
                explore(current, next);
                path.remove(path.size() - 1);
                current = null;
                asleep.add(action);
            }
        }

        /** A batch takes what has arrived by then, so it does not commute with what the other side does. */
        private boolean commute(Action a, Action b) {
            boolean batch = scenario.batches() && (a.step() == Step.RECEIVE || b.step() == Step.RECEIVE);
            return a.side() != b.side() && !batch;
        }

        private void check(Play play) {
            String wrong = expectation.apply(play);
            if (wrong != null) {
                throw new AssertionError(wrong + "\nscenario " + scenario.label() + "\norder " + path);
            }
        }
    }

    private static String bothSidesEqual(Play play) {
        if (!play.pair.slave.contents(true).equals(play.pair.master.contents(true))) {
            return "slave " + play.pair.slave.contents(true) + ", master " + play.pair.master.contents(true);
        }
        if (!play.pair.slave.booksBalance() || !play.pair.master.booksBalance()) {
            return "books do not balance";
        }
        return null;
    }

    private static Function<Scenario, LinkPair> mirroring() {
        return scenario -> {
            LinkPair pair = new LinkPair(BOTH_WAYS, LinkPair.hub(1, 13), LinkPair.hub(2, 13)).options(WITHOUT_DELTA);
            pair.master.write("p", 1, 1);
            pair.open();
            assertThat(pair.slave.session.state()).isEqualTo(LinkState.MIRRORING);
            assertThat(pair.master.session.state()).isEqualTo(LinkState.MIRRORING);
            assertThat(pair.slave.session.mode()).isEqualTo(LinkMode.NATIVE);
            return pair;
        };
    }

    /** All ways to give four changes times that are equal, rising or falling in any combination. */
    private static List<long[]> weakOrders() {
        List<long[]> orders = new ArrayList<>();
        for (long a = 1; a <= 4; a++) {
            for (long b = 1; b <= 4; b++) {
                for (long c = 1; c <= 4; c++) {
                    for (long d = 1; d <= 4; d++) {
                        Set<Long> used = new HashSet<>(List.of(a, b, c, d));
                        long max = Math.max(Math.max(a, b), Math.max(c, d));
                        if (used.size() == max) {
                            orders.add(new long[] {a, b, c, d});
                        }
                    }
                }
            }
        }
        return orders;
    }

    private static long explore(Scenario scenario, Function<Play, String> expectation) {
        Exploration exploration = new Exploration(scenario, expectation);
        exploration.run();
        return exploration.orders;
    }

    @Test
    void twoWritesOnEachSideEndEqualInEveryOrderAndWithEveryOrderOfTimes() {
        List<long[]> orders = weakOrders();
        assertThat(orders).hasSize(75);
        long explored = 0;
        for (long[] t : orders) {
            explored += explore(twoWritesOnEachSide(t, false), CrossingChangesTest::bothSidesEqual);
        }
        assertThat(explored).isGreaterThan(50_000);
    }

    /** Messages that arrive together are acknowledged together. */
    @Test
    void twoWritesOnEachSideEndEqualIfMessagesArriveInBatches() {
        long explored = 0;
        for (long[] t : new long[][] {{1, 2, 3, 4}, {4, 3, 2, 1}, {1, 4, 2, 3}, {3, 2, 4, 1}, {1, 1, 1, 1}}) {
            explored += explore(twoWritesOnEachSide(t, true), CrossingChangesTest::bothSidesEqual);
        }
        assertThat(explored).isGreaterThan(50_000);
    }

    private static Scenario twoWritesOnEachSide(long[] t, boolean batches) {
        return new Scenario(
                mirroring(),
                List.of(write(11, 10 + t[0]), write(12, 10 + t[1])),
                List.of(write(21, 10 + t[2]), write(22, 10 + t[3])),
                batches,
                "slave times " + t[0] + "," + t[1] + " master times " + t[2] + "," + t[3]);
    }

    /**
     * Writes with older and newer times, removals, and marks that come from other links, two on each side. All 625
     * combinations take about a minute; without the system property {@code mirror.explore=all} a part of them is played.
     */
    @Test
    void changesOfAllKindsEndEqualInEveryOrder() {
        int stride = exploreAll() ? 1 : 7;
        long explored = 0;
        for (int combination = 0; combination < 625; combination += stride) {
            int s = combination / 25;
            int m = combination % 25;
            Scenario scenario = new Scenario(
                    mirroring(),
                    List.of(change(s / 5, 11), change(s % 5, 12)),
                    List.of(change(m / 5, 21), change(m % 5, 22)),
                    false,
                    "slave " + s / 5 + "," + s % 5 + " master " + m / 5 + "," + m % 5);
            explored += explore(scenario, CrossingChangesTest::bothSidesEqual);
        }
        assertThat(explored).isGreaterThan(30_000);
    }

    private static Change change(int kind, long value) {
        return switch (kind) {
            case 0 -> write(value, 12);
            case 1 -> write(value, 13);
            case 2 -> write(value, 14);
            case 3 -> delete();
            default -> mark();
        };
    }

    private static boolean exploreAll() {
        return "all".equals(System.getProperty("mirror.explore"));
    }

    /** The state of the point before the link comes up: absent, created only, or written at some time. */
    private static void prepare(LinkEnd end, long value, long seconds) {
        if (seconds == 0) {
            end.point("p");
        } else if (seconds > 0) {
            end.write("p", value, seconds);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SYNC_SEND", "SYNC_RECV", "SYNC_TIME"})
    void changesDuringTheOpeningEndEqualInEveryOrder(LinkFlag sync) {
        LinkFlags flags = LinkFlags.of(LinkFlag.READABLE, LinkFlag.WRITABLE, sync);
        long explored = 0;
        for (long atSlave : new long[] {-1, 0, 12}) {
            for (long atMaster : new long[] {-1, 0, 11, 12, 14}) {
                for (long written : exploreAll() ? new long[] {10, 12, 13} : new long[] {10 + (atMaster & 3)}) {
                    Function<Scenario, LinkPair> start = scenario -> {
                        LinkPair pair =
                                new LinkPair(flags, LinkPair.hub(1, 13), LinkPair.hub(2, 13)).options(WITHOUT_DELTA);
                        prepare(pair.slave, 1, atSlave);
                        prepare(pair.master, 2, atMaster);
                        pair.connect();
                        pair.master.session.opened(pair.now);
                        pair.slave.session.opened(pair.now);
                        while (pair.slave.session.mode() != LinkMode.NATIVE) {
                            pair.slave.transmitTo(pair.master);
                            pair.master.receiveAll(pair.now);
                            pair.master.transmitTo(pair.slave);
                            pair.slave.receiveAll(pair.now);
                        }
                        pair.slave.transmitTo(pair.master);
                        return pair;
                    };
                    Scenario scenario = new Scenario(
                            start,
                            List.of(write(12, written)),
                            List.of(write(22, 12)),
                            false,
                            sync + ", slave " + atSlave + ", master " + atMaster + ", written " + written);
                    explored += explore(scenario, play -> {
                        boolean up = play.pair.slave.session.state() == LinkState.MIRRORING
                                && play.pair.master.session.state() == LinkState.MIRRORING;
                        return up ? bothSidesEqual(play) : "initial transfer never ended";
                    });
                }
            }
        }
        assertThat(explored).isGreaterThan(1000);
    }

    /** Nobody contradicts one side: its last write counts, even if its clock stands still or goes back. */
    @ParameterizedTest
    @EnumSource(Side.class)
    void theLastWriteOfTheOnlySideThatWritesCountsWhateverItsTime(Side side) {
        long explored = 0;
        for (long second : new long[] {11, 12, 13}) {
            for (long third : new long[] {11, 12, 13}) {
                List<Change> writes = List.of(write(1, 12), write(2, second), write(3, third));
                Scenario scenario = new Scenario(
                        mirroring(),
                        side == Side.SLAVE ? writes : List.of(),
                        side == Side.MASTER ? writes : List.of(),
                        false,
                        side + " 12," + second + "," + third);
                explored += explore(scenario, play -> {
                    String value = play.pair.master.contents(false).get("p");
                    return "3 q192".equals(value) ? bothSidesEqual(play) : "master has " + value;
                });
            }
        }
        assertThat(explored).isGreaterThan(30);
    }
}
