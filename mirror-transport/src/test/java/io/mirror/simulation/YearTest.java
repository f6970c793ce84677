package io.mirror.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.core.hub.HubPoint;
import io.mirror.core.hub.Origin;
import io.mirror.core.hub.QueueOptions;
import io.mirror.core.hub.StoreMode;
import io.mirror.core.link.Authority;
import io.mirror.core.link.LinkConfig;
import io.mirror.core.link.LinkCounters;
import io.mirror.core.link.LinkFlag;
import io.mirror.core.link.LinkFlags;
import io.mirror.core.link.LinkOptions;
import io.mirror.core.link.ReconnectPolicy;
import io.mirror.core.link.VerifyReport;
import io.mirror.core.point.Point;
import io.mirror.core.point.PointName;
import io.mirror.core.point.PointState;
import io.mirror.core.point.PointValue;
import io.mirror.core.point.Quality;
import io.mirror.simulation.SyncRule.Before;
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
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
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
    private static final int POINTS = 20;
    private static final long MAX_AHEAD_SECONDS = LinkOptions.defaults().maxAheadMillis() / 1000;

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
        long hidden;
        long repaired;
        long atStandIn;
        long marked;
        long judged;
        long unconfirmed;
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
                        + " %d full and %d delta transfers in the last connections, %d comparisons, %d hidden"
                        + " differences of which %d were repaired, %d points that nobody confirmed, %d marked and %d"
                        + " judged when links met again, and %d events"
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
                sums.hidden,
                sums.repaired,
                sums.unconfirmed,
                sums.marked,
                sums.judged,
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
            assertThat(sums.repaired).isGreaterThan(PARTS).isEqualTo(sums.hidden);
            assertThat(sums.unconfirmed).isPositive();
            assertThat(sums.marked).isGreaterThan(PARTS);
            assertThat(sums.judged).isGreaterThan(18L * PARTS);
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
            links.forEach(this::requireMirrored);
            links.forEach(this::requireEqual);
            for (SimulatedLink link : links) {
                // What comes to a stand-in over one link it passes on over others.
                if (link.slave() != standIn) {
                    requireRepair(link);
                }
            }
            links.forEach(this::requireEqual);
            new Reunion(links.get(random.nextInt(links.size()))).run();
            links.forEach(this::requireEqual);
            count(faults);
        }

        private SimulatedHub hub(String name) {
            SimulatedHub hub = simulation.hub(name);
            step(hub);
            writers.add(Workload.on(hub, Nets.DOMAIN)
                    .points(POINTS)
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
            int authority = random.nextInt(3);
            if (authority > 0) {
                flags = flags.with(authority == 1 ? LinkFlag.AUTHORITATIVE : LinkFlag.NON_AUTHORITATIVE);
            }
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

        /** What both sides have is equal, and no side lacks anything that the link is to bring to it by itself. */
        private void requireMirrored(SimulatedLink link) {
            Differences differences = differences(link);
            differences.throwIfAnyOnBothSides();
            assertThat(differences.onlyInSecond()).as("%s", differences).isEmpty();
            List<String> lacking = confirmed(link, differences.onlyInFirst());
            sums.unconfirmed += differences.onlyInFirst().size() - lacking.size();
            // A master that was restarted is not given back what the slave had from it, if it is asked first; a
            // comparison does that.
            if (!link.config().flags().has(LinkFlag.SYNC_RECV)) {
                assertThat(lacking).as("%s %s", link, differences).isEmpty();
            }
            VerifyReport report = verified(link);
            assertThat(report.onlyHere()).as("%s", report).isEqualTo(lacking.size());
            assertThat(report.different() + report.onlyThere()).as("%s", report).isZero();
            assertThat(report.repaired()).as("%s", report).isEqualTo(lacking.size());
        }

        /** Leaves out what a slave marked and the master that came back empty could not confirm: that stays marked. */
        private static List<String> confirmed(SimulatedLink link, List<String> names) {
            return names.stream()
                    .filter(name -> !link.slave()
                            .read(Nets.DOMAIN + ":" + name)
                            .orElseThrow()
                            .quality()
                            .equals(Quality.NOT_CONNECTED))
                    .toList();
        }

        private void requireEqual(SimulatedLink link) {
            Differences differences = differences(link);
            differences.throwIfAnyOnBothSides();
            assertThat(differences.onlyInSecond()).as("%s", differences).isEmpty();
            assertThat(confirmed(link, differences.onlyInFirst()))
                    .as("%s", differences)
                    .isEmpty();
            VerifyReport report = verified(link);
            assertThat(report.isEqual()).as("%s", report).isTrue();
        }

        private Differences differences(SimulatedLink link) {
            // While another link was looked at, a proxy may have cut this one for being idle.
            simulation.settle();
            return Differences.between(link.slave(), Nets.DOMAIN, link.host(), Nets.DOMAIN);
        }

        /** Changes points of the slave as a fault of its memory would, without a link noticing; a comparison does. */
        private void requireRepair(SimulatedLink link) {
            simulation.settle();
            List<HubPoint> received = new ArrayList<>();
            for (Point point : link.slave().hub().snapshot(Nets.DOMAIN)) {
                link.slave()
                        .hub()
                        .find(point.name())
                        .filter(candidate -> candidate.origin() != Origin.HOST
                                && !candidate.read().quality().equals(Quality.NOT_CONNECTED))
                        .ifPresent(received::add);
            }
            received.sort(Comparator.comparing(HubPoint::name));
            Collections.shuffle(received, new Random(random.nextLong()));
            List<HubPoint> wrong = received.subList(0, Math.min(random.nextInt(1, 6), received.size()));
            for (HubPoint point : wrong) {
                PointState state = point.read(new PointState()).integer(-1 - random.nextInt(1000));
                if (random.nextBoolean()) {
                    state.time(state.seconds() + random.nextInt(-100, 100), state.nanoseconds());
                }
                point.store(state, point.origin(), StoreMode.NORMAL);
            }
            VerifyReport report = verified(link);
            assertThat(report.different()).as("%s", report).isEqualTo(wrong.size());
            sums.hidden += wrong.size();
            sums.repaired += report.repaired();
        }

        private VerifyReport verified(SimulatedLink link) {
            List<VerifyReport> reports = new ArrayList<>();
            link.verify(reports::add);
            simulation.run(Duration.ofSeconds(30));
            assertThat(reports).hasSize(1);
            assertThat(reports.get(0).complete()).isTrue();
            return reports.get(0);
        }

        /** Both sides of a link write while it is cut; then each point is what the flags of the link say. */
        private final class Reunion {
            private final SimulatedLink link;
            private final SimulatedHub slave;
            private final SimulatedHub host;
            private final SplittableRandom writes = simulation.newRandom();
            /** What each side has from the other and has not written since. */
            private final Set<PointName> fromHost = new TreeSet<>();

            private final Set<PointName> fromSlave = new TreeSet<>();

            Reunion(SimulatedLink link) {
                this.link = link;
                slave = link.slave();
                host = link.host();
            }

            void run() {
                long before = connectsOfOthers();
                // What nobody could confirm is good again with its next write.
                for (int i = 0; i < POINTS; i++) {
                    boolean bySlave = writes.nextBoolean();
                    (bySlave ? fromSlave : fromHost).add(write(bySlave ? slave : host, i));
                }
                simulation.settle();
                boolean inPlace = link.host() == host;
                link.block(true);
                link.cut();
                simulation.run(Duration.ofSeconds(10));
                for (int i = 0; i < POINTS; i++) {
                    int sides = writes.nextInt(4);
                    if (sides % 2 == 1) {
                        fromHost.remove(write(slave, i));
                    }
                    if (sides >= 2) {
                        fromSlave.remove(write(host, i));
                    }
                }
                Map<PointName, Before> atSlave = SyncRule.before(slave);
                Map<PointName, Before> atHost = SyncRule.before(host);
                long limit = host.epochNanos() / 1_000_000_000L + MAX_AHEAD_SECONDS;
                boolean alone = inPlace && connectsOfOthers() == before;
                if (alone) {
                    requireMarked(atSlave, atHost);
                }
                link.block(host, false);
                simulation.settle();
                // Who connected meanwhile may have brought states by rules of its own.
                if (alone && connectsOfOthers() == before) {
                    SyncRule.of(link.config().flags(), limit).requireWinners(atSlave, atHost, slave, host);
                    requireGood();
                    sums.judged += atSlave.size();
                }
            }

            private long connectsOfOthers() {
                return links.stream()
                        .filter(other -> other != link)
                        .mapToLong(SimulatedLink::connects)
                        .sum();
            }

            private void requireMarked(Map<PointName, Before> atSlave, Map<PointName, Before> atHost) {
                Authority authority = link.config().flags().authority();
                requireMarked(atSlave, authority == Authority.MASTER ? fromHost : Set.of());
                requireMarked(atHost, authority == Authority.SLAVE ? fromSlave : Set.of());
            }

            private PointName write(SimulatedHub hub, int number) {
                PointName name = PointName.of(Nets.DOMAIN, "p" + number);
                hub.hub().point(name).write(PointValue.of(writes.nextLong(1L << 40)));
                return name;
            }

            private void requireMarked(Map<PointName, Before> points, Set<PointName> names) {
                points.forEach((name, before) -> assertThat(before.marked())
                        .as("%s, marked: %s", link, before)
                        .isEqualTo(names.contains(name)));
                sums.marked += names.size();
            }

            private void requireGood() {
                for (SimulatedHub hub : List.of(slave, host)) {
                    for (Point point : hub.hub().snapshot(Nets.DOMAIN)) {
                        assertThat(point.quality())
                                .as("%s, %s has %s", link, hub, point)
                                .isEqualTo(Quality.GOOD);
                    }
                }
            }
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
