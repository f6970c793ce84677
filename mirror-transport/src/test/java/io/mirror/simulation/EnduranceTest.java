package io.mirror.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.core.link.LinkConfig;
import io.mirror.core.link.LinkFlag;
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

/** Thousands of hours of links that meet a fault every few minutes. */
@Tag("S-MEM-2")
class EnduranceTest {
    private static final int RUNS = 8;
    private static final int LEAVES = 12;

    @Test
    void thousandsOfLinkHoursWithFaultsEndEqual() {
        long[] linkSeconds = new long[1];
        long[] counts = new long[3];
        long started = System.nanoTime();
        Seeds.forEach(RUNS, seed -> {
            try (Simulation simulation = new Simulation(seed)) {
                run(simulation, counts);
                linkSeconds[0] += simulation.linkTime().toSeconds();
            }
        });
        double seconds = (System.nanoTime() - started) / 1e9;
        double hours = linkSeconds[0] / 3600.0;
        System.out.printf(
                "%.0f link-hours with %d faults, %d writes and %d events in %.1f s: %.0f link-hours a second%n",
                hours, counts[0], counts[1], counts[2], seconds, hours / seconds);
        assertThat(hours).isGreaterThan(LEAVES * 20.0);
    }

    /** A master with slaves, heartbeat and timeout as recommended for the Internet. */
    private static void run(Simulation simulation, long[] counts) {
        SplittableRandom random = simulation.newRandom();
        SimulatedHub master = simulation.hub("master");
        List<SimulatedHub> hubs = new ArrayList<>();
        hubs.add(master);
        for (int i = 0; i < LEAVES; i++) {
            SimulatedHub slave = simulation.hub("slave" + i);
            hubs.add(slave);
            LinkConfig config = Nets.config(Nets.bothWays(Nets.SYNC_KINDS.get(random.nextInt(3)))
                            .with(LinkFlag.USE_BINARY))
                    .extend()
                    .heartbeatAndTimeoutMillis(10_000, 30_000)
                    .build();
            simulation.link(slave, master, config).network(Network.wan()).start();
        }
        List<Workload> writers = new ArrayList<>();
        for (SimulatedHub hub : hubs) {
            writers.add(Workload.on(hub, Nets.DOMAIN)
                    .points(20)
                    .every(Duration.ofMinutes(10))
                    .start());
        }
        FaultPlan faults = FaultPlan.of(simulation).every(Duration.ofMinutes(5)).start();
        simulation.run(Duration.ofHours(30));
        faults.stop();
        writers.forEach(Workload::stop);
        simulation.run(Duration.ofMinutes(3));
        simulation.settle();
        Nets.requireLinksEqual(simulation);
        counts[0] += faults.faults();
        counts[1] += writers.stream().mapToLong(Workload::written).sum();
        counts[2] += simulation.eventCount();
    }
}
