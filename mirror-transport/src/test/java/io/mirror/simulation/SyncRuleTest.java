package io.mirror.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.core.hub.HubPoint;
import io.mirror.core.link.Authority;
import io.mirror.core.link.LinkFlag;
import io.mirror.core.link.LinkFlags;
import io.mirror.core.link.LinkOptions;
import io.mirror.core.link.SyncKind;
import io.mirror.core.point.Point;
import io.mirror.core.point.PointName;
import io.mirror.core.point.Quality;
import io.mirror.testkit.Seeds;
import io.mirror.testkit.SimulatedHub;
import io.mirror.testkit.SimulatedLink;
import io.mirror.testkit.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Both sides change points while the connection is lost. When it is back, each point has the state that the SYNC kind and
 * the authority of the link demand, worked out here from what both sides had before (DHTP sections 9.1, 9.2 and 10).
 */
class SyncRuleTest {
    private static final int SEEDS = 30;
    private static final int NAMES = 24;

    private record Case(LinkFlags flags, boolean probe) {
        @Override
        public String toString() {
            return flags.sync() + ", authority " + flags.authority()
                    + (flags.has(LinkFlag.USE_BINARY) ? ", binary" : "") + (probe ? "" : ", interoperable");
        }
    }

    static List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (LinkFlag sync : Nets.SYNC_KINDS) {
            LinkFlags plain = Nets.bothWays(sync);
            LinkFlags[] authorities = {plain, plain.with(LinkFlag.AUTHORITATIVE), plain.with(LinkFlag.NON_AUTHORITATIVE)
            };
            for (LinkFlags flags : authorities) {
                cases.add(new Case(flags, true));
                cases.add(new Case(flags.with(LinkFlag.USE_BINARY), true));
                cases.add(new Case(flags, false));
            }
        }
        return cases;
    }

    /** A point as one side had it before the connection was made again. */
    private record Before(Point point, boolean marked) {}

    @ParameterizedTest
    @MethodSource("cases")
    void theDocumentedSideWins(Case tested) {
        Seeds.forEach(SEEDS, seed -> {
            try (Simulation simulation = new Simulation(seed)) {
                new Reunion(simulation, tested).run();
            }
        });
    }

    private static final class Reunion {
        private final Simulation simulation;
        private final Case tested;
        private final SplittableRandom random;
        private final SimulatedHub slave;
        private final SimulatedHub master;
        private final SimulatedLink link;

        Reunion(Simulation simulation, Case tested) {
            this.simulation = simulation;
            this.tested = tested;
            random = simulation.newRandom();
            slave = simulation.hub("slave");
            master = simulation.hub("master");
            for (int i = 0; i < NAMES / 2; i++) {
                write(random.nextBoolean() ? slave : master, i);
            }
            link = simulation
                    .link(slave, master, Nets.config(tested.flags()))
                    .options(LinkOptions.builder().probe(tested.probe()).build())
                    .start();
        }

        private void write(SimulatedHub hub, int name) {
            hub.point(Nets.DOMAIN + ":p" + name).write(random.nextLong(1_000_000));
        }

        void run() {
            simulation.settle();
            for (int i = 0; i < NAMES; i++) {
                if (random.nextInt(3) > 0) {
                    write(random.nextBoolean() ? slave : master, i);
                    simulation.run(Duration.ofMillis(200));
                }
            }
            simulation.settle();
            link.block(true);
            link.cut();
            simulation.run(Duration.ofSeconds(1));
            for (int i = 0; i < NAMES; i++) {
                changeApart(i);
                simulation.run(Duration.ofMillis(random.nextInt(50)));
            }
            Map<PointName, Before> atSlave = before(slave);
            Map<PointName, Before> atMaster = before(master);
            requireMarks(atSlave, tested.flags().authority() == Authority.MASTER);
            requireMarks(atMaster, tested.flags().authority() == Authority.SLAVE);
            link.block(false);
            simulation.settle();
            TreeSet<PointName> names = new TreeSet<>(atSlave.keySet());
            names.addAll(atMaster.keySet());
            for (PointName name : names) {
                check(name, atSlave.get(name), atMaster.get(name));
            }
        }

        /** Changes a point on either side, on both in either order, in the same moment, or not at all. */
        private void changeApart(int name) {
            int kind = random.nextInt(6);
            boolean slaveFirst = random.nextBoolean();
            if (kind <= 2) {
                write(slaveFirst ? slave : master, name);
            }
            if (kind == 2 || kind == 3) {
                simulation.run(Duration.ofMillis(kind == 2 ? 10 : 0));
                write(slaveFirst ? master : slave, name);
            }
            if (kind == 4) {
                write(slave, name);
                write(master, name);
            }
        }

        private static Map<PointName, Before> before(SimulatedHub hub) {
            Map<PointName, Before> points = new TreeMap<>();
            for (HubPoint point : hub.hub().points(Nets.DOMAIN)) {
                points.put(point.name(), new Before(point.read(), point.isMarkedNotConnected()));
            }
            return points;
        }

        private static void requireMarks(Map<PointName, Before> points, boolean expected) {
            boolean any = false;
            for (Before before : points.values()) {
                any |= before.marked();
                assertThat(before.point().quality().equals(Quality.NOT_CONNECTED))
                        .isEqualTo(before.marked());
            }
            if (!expected) {
                assertThat(any)
                        .as("points marked Not Connected without an authority")
                        .isFalse();
            }
        }

        private void check(PointName name, Before atSlave, Before atMaster) {
            if (isForeignTie(atSlave, atMaster)) {
                return;
            }
            Before winner = winner(atSlave, atMaster);
            Point expected = winner.point();
            String why = name + ": slave had " + atSlave + ", master had " + atMaster;
            if (atSlave != null || !isSlaveOnlyAsBefore(atSlave, atMaster)) {
                assertThat(slave.hub().find(name).orElseThrow().read()).as(why).isEqualTo(expected);
            }
            if (isSlaveOnlyAsBefore(atSlave, atMaster)) {
                assertThat(master.hub().find(name)).as(why).isEmpty();
            } else {
                assertThat(master.hub().find(name).orElseThrow().read()).as(why).isEqualTo(expected);
                assertThat(expected.quality()).as(why).isNotEqualTo(Quality.NOT_CONNECTED);
            }
        }

        /** With SYNC_RECV the slave offers nothing, unless it is the authority and knows better; nor what it marked. */
        private boolean isSlaveOnlyAsBefore(Before atSlave, Before atMaster) {
            if (atMaster != null) {
                return false;
            }
            boolean offers = tested.flags().sync() != SyncKind.RECEIVE
                    || (tested.probe() && tested.flags().authority() == Authority.SLAVE);
            return !offers || atSlave.marked();
        }

        /** With a foreign master equal times leave both sides as they are: nothing tells that they differ. */
        private boolean isForeignTie(Before atSlave, Before atMaster) {
            return !tested.probe()
                    && tested.flags().sync() == SyncKind.TIME
                    && atSlave != null
                    && atMaster != null
                    && atSlave.point().time().equals(atMaster.point().time());
        }

        private Before winner(Before atSlave, Before atMaster) {
            if (atSlave == null || atMaster == null) {
                return atSlave == null ? atMaster : atSlave;
            }
            if (atSlave.marked() != atMaster.marked()) {
                return atSlave.marked() ? atMaster : atSlave;
            }
            return switch (tested.flags().sync()) {
                case RECEIVE -> atMaster;
                case SEND -> atSlave;
                case TIME -> atSlave.point().time().compareTo(atMaster.point().time()) > 0 ? atSlave : atMaster;
            };
        }
    }
}
