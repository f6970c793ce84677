package io.mirror.simulation;

import io.mirror.core.link.LinkFlag;
import io.mirror.core.link.LinkFlags;
import io.mirror.core.link.LinkOptions;
import io.mirror.core.point.PointName;
import io.mirror.simulation.SyncRule.Before;
import io.mirror.testkit.Seeds;
import io.mirror.testkit.SimulatedHub;
import io.mirror.testkit.SimulatedLink;
import io.mirror.testkit.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
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
            Map<PointName, Before> atSlave = SyncRule.before(slave);
            Map<PointName, Before> atMaster = SyncRule.before(master);
            SyncRule rule = SyncRule.of(tested.flags(), tested.probe());
            rule.requireMarks(atSlave, atMaster);
            link.block(false);
            simulation.settle();
            rule.requireWinners(atSlave, atMaster, slave, master);
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
    }
}
