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

    private enum Writers {
        /** Every hub writes every point. */
        EVERYWHERE,
        /** Every point is written by one hub only. */
        ONE_EACH
    }

    @Test
    void chainsAndStarsAgreeAfterFaults() {
        Seeds.forEach(150, seed -> run(seed, false, Variation.plain().over(Network.wan()), Writers.EVERYWHERE, false));
    }

    @Test
    void chainsAndStarsWithAuthoritiesAgreeAndRecoverAfterFaults() {
        Variation variation = Variation.plain().over(Network.wan()).withAuthorities();
        Seeds.forEach(150, seed -> run(seed, false, variation, Writers.EVERYWHERE, false));
    }

    @Test
    void ringsWithAuthoritiesAgreeAndRecoverAfterFaults() {
        Variation variation = Variation.plain().over(Network.wan()).withAuthorities();
        Seeds.forEach(150, seed -> run(seed, true, variation, Writers.EVERYWHERE, false));
    }

    @Test
    void interoperableLinksAgreeAndRecoverAfterFaults() {
        Variation variation =
                Variation.plain().over(Network.wan()).withAuthorities().interoperable();
        Seeds.forEach(150, seed -> run(seed, false, variation, Writers.ONE_EACH, false));
    }

    @Test
    void chainsAndStarsWithAuthoritiesAgreeAfterFaultsAndRestarts() {
        Variation variation = Variation.plain().over(Network.wan()).withAuthorities();
        Seeds.forEach(150, seed -> run(seed, false, variation, Writers.EVERYWHERE, true));
    }

    @Test
    void ringsWithAuthoritiesAndWrongClocksAgreeAfterFaultsAndRestarts() {
        Variation variation = Variation.plain().over(Network.wan()).withAuthorities();
        Seeds.forEach(150, seed -> run(seed, true, variation, Writers.EVERYWHERE, true));
    }

    /** Nothing is acknowledged to a peer that is not known to be of this kind: one side has to write alone. */
    @Test
    void interoperableLinksAgreeAfterFaultsAndRestarts() {
        Variation variation =
                Variation.plain().over(Network.wan()).withAuthorities().interoperable();
        Seeds.forEach(150, seed -> run(seed, false, variation, Writers.ONE_EACH, true));
    }

    private static void run(long seed, boolean ring, Variation variation, Writers writers, boolean restarts) {
        try (Simulation simulation = new Simulation(seed)) {
            SplittableRandom random = simulation.newRandom();
            int count = 2 + random.nextInt(3);
            Topology topology = ring && count > 2
                    ? Topology.ring(count)
                    : random.nextBoolean() ? Topology.star(count) : Topology.chain(count, 1);
            List<SimulatedHub> hubs = Nets.hubs(simulation, count);
            if (ring) {
                hubs.forEach(hub -> hub.clockOffset(Duration.ofMillis(random.nextInt(-2000, 2000))));
            }
            Nets.link(simulation, hubs, topology, random, variation);
            List<Workload> workloads = new ArrayList<>();
            for (SimulatedHub hub : hubs) {
                workloads.add(Workload.on(hub, Nets.DOMAIN)
                        .points(6)
                        .prefix(writers == Writers.EVERYWHERE ? "p" : hub.name() + ".p")
                        .every(Duration.ofSeconds(3))
                        .burst(3)
                        .start());
            }
            FaultPlan faults = FaultPlan.of(simulation)
                    .every(Duration.ofSeconds(20))
                    .restarts(restarts)
                    .start();
            simulation.run(TROUBLE);
            faults.stop();
            boolean writeOn = random.nextBoolean();
            if (!writeOn) {
                workloads.forEach(Workload::stop);
            }
            // Long enough for outages to end; a client that is silent from the start is found out late.
            simulation.run(Duration.ofMinutes(3));
            workloads.forEach(Workload::stop);
            assertThat(simulation.settle(Duration.ofMinutes(10)))
                    .as("quiet: " + simulation.describe())
                    .isTrue();
            assertThat(faults.faults()).isPositive();
            Nets.requireLinksEqual(simulation);
            if (writeOn || !restarts) {
                requireConnected(hubs);
            }
        }
    }

    /** Who could confirm a point is connected again; but a hub that restarted has forgotten what it could confirm. */
    private static void requireConnected(List<SimulatedHub> hubs) {
        for (SimulatedHub hub : hubs) {
            for (Point point : hub.hub().snapshot(Nets.DOMAIN)) {
                assertThat(point.quality()).as(hub.name() + " has " + point).isNotEqualTo(Quality.NOT_CONNECTED);
            }
        }
    }
}
