package io.mirror.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.core.link.Authority;
import io.mirror.core.link.LinkFlag;
import io.mirror.core.link.LinkFlags;
import io.mirror.core.link.LinkOptions;
import io.mirror.core.point.Point;
import io.mirror.core.point.Quality;
import io.mirror.testkit.Differences;
import io.mirror.testkit.Direction;
import io.mirror.testkit.Seeds;
import io.mirror.testkit.SimulatedHub;
import io.mirror.testkit.SimulatedLink;
import io.mirror.testkit.Simulation;
import io.mirror.testkit.Workload;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * After a loss of any kind the points that the authority vouched for are Not Connected on the other side within the
 * timeout and a second, nothing else is, and after the recovery everything is confirmed again.
 */
@Tag("S-DAT-3")
class AuthorityLossTest {
    private static final int SEEDS = 1000;
    private static final Duration TIMEOUT_AND_A_SECOND = Duration.ofMillis(5000 + 1000);

    @Test
    void theDeclaredSideIsMarkedInTimeAndRecovers() {
        Seeds.forEach(SEEDS, seed -> {
            try (Simulation simulation = new Simulation(seed)) {
                new Loss(simulation).run();
            }
        });
    }

    /** The master comes back with some of its values, or with none: what it does not confirm stays marked. */
    @Test
    void whatAMasterThatStartsAgainDoesNotConfirmStaysMarked() {
        long[] points = new long[2];
        Seeds.forEach(SEEDS, seed -> {
            try (Simulation simulation = new Simulation(seed)) {
                new Loss(simulation, Authority.MASTER).startAgain(points);
            }
        });
        if (Long.getLong(Seeds.PROPERTY) == null) {
            assertThat(points[0]).as("points confirmed").isPositive();
            assertThat(points[1]).as("points not confirmed").isPositive();
        }
    }

    private static final class Loss {
        private final Simulation simulation;
        private final SplittableRandom random;
        private final SimulatedHub slave;
        private final SimulatedHub master;
        private final Authority authority;
        private final SimulatedLink link;
        private final List<Workload> writers;

        Loss(Simulation simulation) {
            this(simulation, null);
        }

        Loss(Simulation simulation, @Nullable Authority chosen) {
            this.simulation = simulation;
            random = simulation.newRandom();
            slave = simulation.hub("slave");
            master = simulation.hub("master");
            authority = chosen == null ? Authority.values()[random.nextInt(Authority.values().length)] : chosen;
            LinkFlags flags = Nets.bothWays(Nets.SYNC_KINDS.get(random.nextInt(3)));
            if (authority != Authority.NONE) {
                flags = flags.with(authority == Authority.MASTER ? LinkFlag.AUTHORITATIVE : LinkFlag.NON_AUTHORITATIVE);
            }
            if (random.nextBoolean()) {
                flags = flags.with(LinkFlag.USE_BINARY);
            }
            boolean probe = random.nextInt(3) > 0;
            link = simulation
                    .link(slave, master, Nets.config(flags))
                    .options(LinkOptions.builder().probe(probe).build())
                    .start();
            simulation.run(Duration.ofSeconds(5));
            writers = List.of(writer(slave), writer(master));
        }

        private Workload writer(SimulatedHub hub) {
            return Workload.on(hub, Nets.DOMAIN)
                    .prefix(hub.name())
                    .points(4)
                    .every(Duration.ofMillis(500))
                    .start();
        }

        void run() {
            simulation.run(Duration.ofSeconds(20));
            simulation.run(Duration.ofMillis(random.nextInt(2000)));
            if (random.nextBoolean()) {
                writers.forEach(Workload::stop);
                simulation.run(Duration.ofSeconds(2));
            }
            lose();
            simulation.run(TIMEOUT_AND_A_SECOND);
            writers.forEach(Workload::stop);
            requireMarks(slave, master, authority == Authority.MASTER);
            requireMarks(master, slave, authority == Authority.SLAVE);
            link.block(false);
            simulation.settle();
            Differences.between(slave, Nets.DOMAIN, master, Nets.DOMAIN).throwIfAnyOnBothSides();
            requireMarks(slave, master, false);
            requireMarks(master, slave, false);
        }

        void startAgain(long[] points) {
            simulation.run(Duration.ofSeconds(20));
            writers.forEach(Workload::stop);
            simulation.settle();
            master.restart(Duration.ofMillis(random.nextLong(1, 20_000)));
            simulation.run(TIMEOUT_AND_A_SECOND);
            requireMarks(slave, master, true);
            simulation.run(Duration.ofSeconds(20));
            Workload some = Workload.on(master, Nets.DOMAIN)
                    .prefix(master.name())
                    .points(2)
                    .every(Duration.ofMillis(500))
                    .limit(random.nextInt(3))
                    .start();
            simulation.run(Duration.ofSeconds(5));
            some.stop();
            simulation.settle();
            for (Point point : slave.hub().snapshot(Nets.DOMAIN)) {
                if (point.name().name().startsWith(master.name())) {
                    boolean confirmed = master.read(point.name().toString()).isPresent();
                    points[confirmed ? 0 : 1]++;
                    assertThat(point.quality())
                            .as("confirmed " + confirmed + ": " + point)
                            .isEqualTo(confirmed ? Quality.GOOD : Quality.NOT_CONNECTED);
                }
            }
        }

        private void lose() {
            link.block(true);
            switch (random.nextInt(4)) {
                case 0 -> link.cut();
                case 1 -> link.lose(Direction.TO_MASTER);
                case 2 -> link.lose(Direction.TO_SLAVE);
                default -> {
                    link.lose(Direction.TO_MASTER);
                    link.lose(Direction.TO_SLAVE);
                }
            }
        }

        /** What came from the other side is marked if it is to be, and what was written here is not. */
        private void requireMarks(SimulatedHub hub, SimulatedHub from, boolean marked) {
            int checked = 0;
            for (Point point : hub.hub().snapshot(Nets.DOMAIN)) {
                boolean foreign = point.name().name().startsWith(from.name());
                assertThat(point.quality())
                        .as(hub.name() + " with authority " + authority + " has " + point)
                        .isEqualTo(marked && foreign ? Quality.NOT_CONNECTED : Quality.GOOD);
                checked++;
            }
            assertThat(checked).isGreaterThan(4);
        }
    }
}
