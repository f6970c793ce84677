package io.mirror.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.core.hub.QueueOptions;
import io.mirror.core.link.LinkConfig;
import io.mirror.core.link.LinkCounters;
import io.mirror.core.link.LinkFlag;
import io.mirror.core.link.LinkFlags;
import io.mirror.core.link.LinkOptions;
import io.mirror.core.link.ReconnectPolicy;
import io.mirror.core.link.VerifyReport;
import io.mirror.testkit.Differences;
import io.mirror.testkit.FaultPlan;
import io.mirror.testkit.Network;
import io.mirror.testkit.Seeds;
import io.mirror.testkit.SimulatedHub;
import io.mirror.testkit.SimulatedLink;
import io.mirror.testkit.Simulation;
import io.mirror.testkit.Workload;
import io.mirror.transport.internal.websocket.WebSocketLine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * More than a year in the life of links, in parts of eight hours: several slaves of a master and its stand-in, other clocks,
 * WebSockets, proxies that cut what is idle, every kind of fault, and comparisons by digests. Each part follows from its seed alone;
 * {@code -Dmirror.seed=N} runs that one again.
 */
@Tag("S-MEM-2")
@Tag("S-CON-9")
class YearTest {
    /** Short, so that whoever looks for a fault has a failing part again in a fraction of a second. */
    private static final int HOURS = 8;

    private static final int PARTS = 3 * 366;
    private static final int LEAST_FACTOR = 10_000;

    /** What happened in all parts. */
    private static final class Sums {
        long seconds;
        long linkSeconds;
        long faults;
        long connects;
        long writes;
        long events;
        long full;
        long deltas;
        long comparisons;
        long atStandIn;
    }

    @Test
    void aYearOfFaultsEndsEqualOnEveryLink() {
        Sums sums = new Sums();
        long started = System.nanoTime();
        Seeds.forEach(PARTS, seed -> {
            try (Simulation simulation = new Simulation(seed)) {
                new Part(simulation, sums).run();
            }
        });
        double seconds = (System.nanoTime() - started) / 1e9;
        System.out.printf(
                "%d days, %d link-days with %d faults, %d connections (%d found at the stand-in), %d writes,"
                        + " %d full and %d delta transfers in the last connections, %d comparisons and %d events"
                        + " in %.1f s: %.0f times as fast%n",
                sums.seconds / 86_400,
                sums.linkSeconds / 86_400,
                sums.faults,
                sums.connects,
                sums.atStandIn,
                sums.writes,
                sums.full,
                sums.deltas,
                sums.comparisons,
                sums.events,
                seconds,
                sums.seconds / seconds);
        assertThat(sums.seconds / seconds).isGreaterThan(LEAST_FACTOR);
        if (Long.getLong(Seeds.PROPERTY) == null) {
            assertThat(sums.seconds).isGreaterThanOrEqualTo(Duration.ofDays(365).toSeconds());
            assertThat(sums.atStandIn).isPositive();
            assertThat(sums.full).isPositive();
            assertThat(sums.deltas).isPositive();
            assertThat(sums.comparisons).isPositive();
        }
    }

    private static final class Part {
        private final Simulation simulation;
        private final SplittableRandom random;
        private final Sums sums;
        private final List<SimulatedLink> links = new ArrayList<>();
        private final List<Workload> writers = new ArrayList<>();

        Part(Simulation simulation, Sums sums) {
            this.simulation = simulation;
            this.sums = sums;
            random = simulation.newRandom();
        }

        void run() {
            SimulatedHub master = hub("master");
            SimulatedHub standIn = hub("stand-in");
            if (random.nextInt(3) > 0) {
                link(standIn, master, List.of());
            }
            int slaves = random.nextInt(2, 5);
            for (int i = 0; i < slaves; i++) {
                boolean redundant = random.nextInt(3) > 0;
                link(hub("slave" + i), master, redundant ? List.of(standIn) : List.of());
            }
            FaultPlan faults =
                    FaultPlan.of(simulation).every(Duration.ofMinutes(30)).start();
            for (int hour = 0; hour < HOURS; hour++) {
                simulation.run(Duration.ofHours(1));
                sums.atStandIn +=
                        links.stream().filter(link -> link.host() == standIn).count();
                if (random.nextInt(12) == 0) {
                    compare(links.get(random.nextInt(links.size())));
                }
                if (random.nextInt(24) == 0) {
                    step(simulation.hubs().get(random.nextInt(simulation.hubs().size())));
                }
            }
            faults.stop();
            writers.forEach(Workload::stop);
            simulation.run(Duration.ofMinutes(5));
            links.forEach(this::requireEqual);
            count(faults);
        }

        private SimulatedHub hub(String name) {
            SimulatedHub hub = simulation.hub(name);
            step(hub);
            writers.add(Workload.on(hub, Nets.DOMAIN)
                    .points(20)
                    .every(Duration.ofMinutes(random.nextInt(5, 30)))
                    .burst(random.nextInt(1, 4))
                    .start());
            return hub;
        }

        /** Most clocks are nearly right; some are a day off, and some are set back. */
        private void step(SimulatedHub hub) {
            long most = random.nextInt(4) == 0 ? Duration.ofHours(24).toMillis() : 10_000;
            hub.clockOffset(Duration.ofMillis(random.nextLong(-most, most + 1)));
        }

        private void link(SimulatedHub slave, SimulatedHub master, List<SimulatedHub> standIns) {
            LinkFlags flags = Nets.bothWays(Nets.SYNC_KINDS.get(random.nextInt(3)));
            if (random.nextBoolean()) {
                flags = flags.with(LinkFlag.USE_BINARY);
            }
            boolean lively = random.nextInt(8) == 0;
            LinkConfig config = Nets.config(flags)
                    .extend()
                    .heartbeatAndTimeoutMillis(lively ? 10_000 : 60_000, lively ? 30_000 : 150_000)
                    .build();
            SimulatedLink.Builder link = simulation
                    .link(slave, master, config)
                    .network(random.nextBoolean() ? Network.wan() : Network.lan())
                    .options(LinkOptions.builder()
                            .delta(random.nextInt(4) > 0)
                            .capsTimeoutMillis(5000)
                            .queue(QueueOptions.defaults().withDepths(random.nextInt(4), 50))
                            .build());
            standIns.forEach(link::secondary);
            if (random.nextBoolean()) {
                link.reconnect(ReconnectPolicy.backoff());
            }
            if (random.nextBoolean()) {
                // Just more than the beats need, or a little less, so that a quiet link is cut again and again.
                link.idleLimit(Duration.ofSeconds(random.nextInt(24) == 0 ? 50 : 75));
            }
            if (random.nextInt(3) == 0) {
                link.coding(WebSocketLine::client, WebSocketLine::server);
            }
            links.add(link.start());
        }

        private void compare(SimulatedLink link) {
            if (link.isMirroring()) {
                sums.comparisons++;
                link.verify(report -> assertThat(report.different()).isLessThanOrEqualTo(20));
            }
        }

        private void requireEqual(SimulatedLink link) {
            // While another link was looked at, a proxy may have cut this one for being idle.
            simulation.settle();
            Differences.between(link.slave(), Nets.DOMAIN, link.host(), Nets.DOMAIN)
                    .throwIfAnyOnBothSides();
            List<VerifyReport> reports = new ArrayList<>();
            link.verify(reports::add);
            simulation.run(Duration.ofSeconds(30));
            assertThat(reports).hasSize(1);
            assertThat(reports.get(0).different()).isZero();
            assertThat(reports.get(0).complete()).isTrue();
        }

        private void count(FaultPlan faults) {
            sums.seconds += simulation.nanos() / 1_000_000_000L;
            sums.linkSeconds += simulation.linkTime().toSeconds();
            sums.faults += faults.faults();
            sums.events += simulation.eventCount();
            for (Workload writer : writers) {
                sums.writes += writer.written();
            }
            for (SimulatedLink link : links) {
                sums.connects += link.connects();
                sums.full +=
                        link.masterCounters().map(LinkCounters::fullTransfers).orElse(0L);
                sums.deltas +=
                        link.masterCounters().map(LinkCounters::deltaTransfers).orElse(0L);
            }
        }
    }
}
