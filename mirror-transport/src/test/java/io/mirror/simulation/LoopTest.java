package io.mirror.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.core.hub.QueueOptions;
import io.mirror.core.hub.Selection;
import io.mirror.core.hub.Subscription;
import io.mirror.core.point.Point;
import io.mirror.core.point.PointName;
import io.mirror.core.point.PointValue;
import io.mirror.simulation.Nets.Variation;
import io.mirror.testkit.Network;
import io.mirror.testkit.Seeds;
import io.mirror.testkit.SimulatedHub;
import io.mirror.testkit.Simulation;
import io.mirror.testkit.Workload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Links in circles, read and written everywhere: every update reaches every hub, and then there is silence. */
@Tag("S-DAT-1")
class LoopTest {
    private static final int UPDATES = 10_000;
    private static final int POINTS = 5;

    static List<Topology> topologies() {
        return Topology.loops();
    }

    /** Counts what a hub's listeners hear, point by point. */
    private static final class Heard {
        final Map<PointName, Long> changes = new HashMap<>();
        final Map<PointName, Long> last = new HashMap<>();
        boolean inOrder = true;

        void hear(Point point) {
            long value = ((PointValue.IntegerValue) point.value()).number();
            Long before = last.put(point.name(), value);
            inOrder &= before == null || before < value;
            changes.merge(point.name(), 1L, Long::sum);
        }

        long total() {
            return changes.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    /** At an easy pace no update is superseded before it has arrived, so each one must be heard once everywhere. */
    @ParameterizedTest
    @MethodSource("topologies")
    void everyUpdateOfASingleWriterReachesEveryHubExactlyOnceAndInOrder(Topology topology) {
        Seeds.forEach(1, seed -> {
            try (Simulation simulation = new Simulation(seed)) {
                List<SimulatedHub> hubs = Nets.hubs(simulation, topology.hubs());
                Nets.link(simulation, hubs, topology, simulation.newRandom(), Variation.plain());
                simulation.settle();
                List<Heard> heard = new ArrayList<>();
                for (SimulatedHub hub : hubs) {
                    Heard one = new Heard();
                    heard.add(one);
                    Subscription unused = hub.hub()
                            .subscribe(
                                    Selection.domain(Nets.DOMAIN),
                                    QueueOptions.defaults(),
                                    task -> simulation.after(Duration.ZERO, task),
                                    one::hear);
                }
                List<Workload> writers = new ArrayList<>();
                for (SimulatedHub hub : hubs) {
                    writers.add(Workload.on(hub, Nets.DOMAIN)
                            .prefix(hub.name() + ".p")
                            .points(POINTS)
                            .every(Duration.ofMillis(200))
                            .limit(UPDATES / topology.hubs())
                            .start());
                }
                finish(simulation, writers);
                requireSilence(simulation, hubs);
                long written = writers.stream().mapToLong(Workload::written).sum();
                for (Heard one : heard) {
                    assertThat(one.total()).as("updates heard").isEqualTo(written);
                    assertThat(one.inOrder).as("in the order written").isTrue();
                }
            }
        });
    }

    /** A clock that says the same for many writes must not bring back an earlier one. */
    @ParameterizedTest
    @MethodSource("topologies")
    void theLastOfManyWritesInOneStepOfTheClockStays(Topology topology) {
        Seeds.forEach(1, seed -> {
            try (Simulation simulation = new Simulation(seed)) {
                List<SimulatedHub> hubs = Nets.hubs(simulation, topology.hubs());
                hubs.forEach(hub -> hub.clockStep(Duration.ofMillis(100)));
                Nets.link(simulation, hubs, topology, simulation.newRandom(), Variation.plain());
                simulation.settle();
                List<Workload> writers = new ArrayList<>();
                for (SimulatedHub hub : hubs) {
                    writers.add(Workload.on(hub, Nets.DOMAIN)
                            .prefix(hub.name() + ".p")
                            .points(1)
                            .every(Duration.ofMillis(3))
                            .burst(4)
                            .values((random, count) -> PointValue.of(count))
                            .limit(UPDATES / topology.hubs())
                            .start());
                }
                finish(simulation, writers);
                requireSilence(simulation, hubs);
                for (int i = 0; i < hubs.size(); i++) {
                    String name = Nets.DOMAIN + ":" + hubs.get(i).name() + ".p0";
                    PointValue last = PointValue.of(writers.get(i).written() - 1);
                    assertThat(hubs.get(0).read(name).orElseThrow().value()).isEqualTo(last);
                }
            }
        });
    }

    /** All hubs write the same points, several updates of each are under way at any time. */
    @ParameterizedTest
    @MethodSource("topologies")
    void concurrentWritersEndEqualAndSilent(Topology topology) {
        Seeds.forEach(2, seed -> concurrentWriters(topology, seed, Network.lan(), Duration.ofMillis(20), false, 1));
    }

    @ParameterizedTest
    @MethodSource("topologies")
    void concurrentWritersOfBurstsEndEqualAndSilentOverSlowLinks(Topology topology) {
        Seeds.forEach(2, seed -> concurrentWriters(topology, seed, Network.wan(), Duration.ofMillis(200), false, 4));
    }

    /** Clocks that are wrong by up to 2 s and advance in steps of 100 ms: times go back, and many are equal. */
    @ParameterizedTest
    @MethodSource("topologies")
    void concurrentWritersWithWrongAndCoarseClocksEndEqualAndSilent(Topology topology) {
        Seeds.forEach(2, seed -> concurrentWriters(topology, seed, Network.lan(), Duration.ofMillis(20), true, 4));
        Seeds.forEach(2, seed -> concurrentWriters(topology, seed, Network.wan(), Duration.ofMillis(200), true, 2));
    }

    private static void concurrentWriters(
            Topology topology, long seed, Network network, Duration interval, boolean wrongClocks, int burst) {
        try (Simulation simulation = new Simulation(seed)) {
            List<SimulatedHub> hubs = Nets.hubs(simulation, topology.hubs());
            SplittableRandom random = simulation.newRandom();
            if (wrongClocks) {
                for (SimulatedHub hub : hubs) {
                    hub.clockOffset(Duration.ofMillis(random.nextInt(-2000, 2000)));
                    hub.clockStep(Duration.ofMillis(random.nextBoolean() ? 100 : 1));
                }
            }
            Nets.link(simulation, hubs, topology, random, Variation.plain().over(network));
            simulation.settle();
            List<Workload> writers = new ArrayList<>();
            for (SimulatedHub hub : hubs) {
                writers.add(Workload.on(hub, Nets.DOMAIN)
                        .points(POINTS)
                        .every(interval)
                        .burst(burst)
                        .limit(UPDATES / topology.hubs())
                        .start());
            }
            finish(simulation, writers);
            requireSilence(simulation, hubs);
        }
    }

    private static void finish(Simulation simulation, List<Workload> writers) {
        while (writers.stream().anyMatch(Workload::isRunning)) {
            simulation.run(Duration.ofSeconds(1));
            requireNoStorm(simulation);
        }
    }

    /** Each update crosses each link at most twice, but for conflicts: a cycle that does not end is found out early. */
    private static void requireNoStorm(Simulation simulation) {
        long most = 5L * UPDATES * simulation.links().size();
        assertThat(simulation.pointMessages())
                .as("point messages of " + simulation.describe())
                .isLessThan(most);
    }

    private static void requireSilence(Simulation simulation, List<SimulatedHub> hubs) {
        boolean quiet = false;
        for (int i = 0; i < 10 && !quiet; i++) {
            quiet = simulation.settle(Duration.ofSeconds(30));
            requireNoStorm(simulation);
        }
        assertThat(quiet).as("quiet: " + simulation.describe()).isTrue();
        Nets.requireAllEqual(hubs);
        long messages = simulation.pointMessages();
        simulation.run(Duration.ofSeconds(60));
        assertThat(simulation.pointMessages()).as("point messages 60 s later").isEqualTo(messages);
    }
}
