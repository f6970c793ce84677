package io.mirror.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.core.point.Point;
import io.mirror.core.point.Quality;
import io.mirror.simulation.Nets.Variation;
import io.mirror.testkit.FaultPlan;
import io.mirror.testkit.Network;
import io.mirror.testkit.Seeds;
import io.mirror.testkit.SimulatedHub;
import io.mirror.testkit.Simulation;
import io.mirror.testkit.Workload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Random updates while connections are cut, become half-open and stall, and while hubs restart without their values:
 * after quiet, what two linked hubs both have is equal, nothing stays Not Connected, and all books balance.
 */
@Tag("S-MEM-2")
class FaultTest {
    private static final Duration TROUBLE = Duration.ofMinutes(10);
    private static final int SEEDS = 60;

    /** What a net is like and what happens to it. */
    private record Plan(Variation variation, int maxHubs, boolean ring, boolean oneWriterEach, boolean restarts) {
        static Plan of(Variation variation) {
            return new Plan(variation.over(Network.wan()), 4, false, false, false);
        }

        Plan inRings() {
            return new Plan(variation, maxHubs, true, oneWriterEach, restarts);
        }

        /** Nothing is acknowledged to a peer that is not known to be of this kind: one hub has to write alone. */
        Plan oneWriterForEachPoint() {
            return new Plan(variation, maxHubs, ring, true, restarts);
        }

        Plan withRestarts() {
            return new Plan(variation, maxHubs, ring, oneWriterEach, true);
        }

        Plan withTwoHubs() {
            return new Plan(variation, 2, ring, oneWriterEach, restarts);
        }
    }

    /** Whether hosts write on after the last fault, which lets points recover that nobody could confirm. */
    private enum Afterwards {
        WRITING,
        SILENT
    }

    private static final Plan PLAIN = Plan.of(Variation.plain());
    private static final Plan AUTHORITIES = Plan.of(Variation.plain().withAuthorities());
    private static final Plan FOREIGN =
            Plan.of(Variation.plain().interoperable()).oneWriterForEachPoint();
    private static final Plan FOREIGN_AUTHORITIES =
            Plan.of(Variation.plain().withAuthorities().interoperable()).oneWriterForEachPoint();

    @Test
    void chainsAndStarsAgree() {
        Seeds.forEach(SEEDS, seed -> run(seed, PLAIN, Afterwards.SILENT));
    }

    @Test
    void chainsAndStarsAgreeWhenHubsLoseTheirValues() {
        Seeds.forEach(SEEDS, seed -> run(seed, PLAIN.withRestarts(), Afterwards.SILENT));
    }

    @Test
    @Tag("S-DAT-3")
    void chainsAndStarsWithAuthoritiesAgreeAndNothingStaysNotConnected() {
        Seeds.forEach(SEEDS, seed -> run(seed, AUTHORITIES, Afterwards.SILENT));
    }

    @Test
    @Tag("S-DAT-3")
    void chainsAndStarsWithAuthoritiesRecoverWhenHubsLoseTheirValues() {
        Seeds.forEach(SEEDS, seed -> run(seed, AUTHORITIES.withRestarts(), Afterwards.WRITING));
    }

    /** In a ring a mark travels round to the hub that the point came from, which denies it. */
    @Test
    @Tag("S-DAT-3")
    void ringsWithAuthoritiesAgreeAndNothingStaysNotConnected() {
        Seeds.forEach(SEEDS, seed -> run(seed, AUTHORITIES.inRings(), Afterwards.SILENT));
    }

    /** Nobody can confirm what the hub that wrote it has lost: only the next write recovers it. */
    @Test
    void ringsWithAuthoritiesAndWrongClocksAgreeAndRecover() {
        Seeds.forEach(SEEDS, seed -> run(seed, AUTHORITIES.inRings().withRestarts(), Afterwards.WRITING));
    }

    /**
     * Without acknowledgements two changes that cross each other change places. One writer alone does not prevent that: a
     * hub between two others may bring back an older state of a point from the one to the other, as its SYNC kind wants,
     * while the writer writes. The next write settles it.
     */
    @Test
    void interoperableChainsAndStarsAgreeWhenPointsAreWrittenOn() {
        Seeds.forEach(SEEDS, seed -> run(seed, FOREIGN, Afterwards.WRITING));
    }

    @Test
    void interoperableLinksWithAuthorityAgreeAndNothingStaysNotConnected() {
        Seeds.forEach(SEEDS, seed -> run(seed, FOREIGN_AUTHORITIES.withTwoHubs(), Afterwards.SILENT));
    }

    @Test
    void interoperableChainsAndStarsWithAuthoritiesRecoverWhenHubsLoseTheirValues() {
        Seeds.forEach(SEEDS, seed -> run(seed, FOREIGN_AUTHORITIES.withRestarts(), Afterwards.WRITING));
    }

    private static void run(long seed, Plan plan, Afterwards afterwards) {
        try (Simulation simulation = new Simulation(seed)) {
            SplittableRandom random = simulation.newRandom();
            int count = random.nextInt(2, plan.maxHubs() + 1);
            List<SimulatedHub> hubs = Nets.hubs(simulation, count);
            if (plan.ring()) {
                hubs.forEach(hub -> hub.clockOffset(Duration.ofMillis(random.nextInt(-2000, 2000))));
            }
            Nets.link(simulation, hubs, topology(plan, count, random), random, plan.variation());
            List<Workload> workloads = new ArrayList<>();
            for (SimulatedHub hub : hubs) {
                workloads.add(Workload.on(hub, Nets.DOMAIN)
                        .points(6)
                        .prefix(plan.oneWriterEach() ? hub.name() + ".p" : "p")
                        .every(Duration.ofSeconds(3))
                        .burst(3)
                        .start());
            }
            FaultPlan faults = FaultPlan.of(simulation)
                    .every(Duration.ofSeconds(20))
                    .restarts(plan.restarts())
                    .start();
            simulation.run(TROUBLE);
            faults.stop();
            if (afterwards == Afterwards.SILENT) {
                workloads.forEach(Workload::stop);
            }
            // Outages end and hubs start again by themselves.
            simulation.run(Duration.ofMinutes(3));
            workloads.forEach(Workload::stop);
            assertThat(simulation.settle(Duration.ofMinutes(10)))
                    .as("quiet: " + simulation.describe())
                    .isTrue();
            assertThat(faults.faults()).isPositive();
            Nets.requireLinksEqual(simulation);
            if (afterwards == Afterwards.WRITING || !plan.restarts()) {
                requireConnected(hubs);
            }
        }
    }

    private static Topology topology(Plan plan, int count, SplittableRandom random) {
        if (plan.ring() && count > 2) {
            return Topology.ring(count);
        }
        return random.nextBoolean() ? Topology.star(count) : Topology.chain(count, 1);
    }

    /** Whoever could confirm a point is connected again. */
    private static void requireConnected(List<SimulatedHub> hubs) {
        for (SimulatedHub hub : hubs) {
            for (Point point : hub.hub().snapshot(Nets.DOMAIN)) {
                assertThat(point.quality()).as(hub.name() + " has " + point).isNotEqualTo(Quality.NOT_CONNECTED);
            }
        }
    }
}
