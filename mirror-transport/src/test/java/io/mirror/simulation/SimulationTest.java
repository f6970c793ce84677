package io.mirror.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mirror.core.hub.PointHub;
import io.mirror.core.hub.QueueOptions;
import io.mirror.core.link.LinkCounters;
import io.mirror.core.link.LinkFlag;
import io.mirror.core.link.LinkMode;
import io.mirror.core.link.LinkOptions;
import io.mirror.core.link.LinkState;
import io.mirror.core.point.PointValue;
import io.mirror.simulation.Nets.Variation;
import io.mirror.testkit.Differences;
import io.mirror.testkit.Direction;
import io.mirror.testkit.FaultPlan;
import io.mirror.testkit.Network;
import io.mirror.testkit.Seeds;
import io.mirror.testkit.SimulatedHub;
import io.mirror.testkit.SimulatedLink;
import io.mirror.testkit.Simulation;
import io.mirror.testkit.Workload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The simulation itself does what it says. */
class SimulationTest {
    private static final String POINT = Nets.DOMAIN + ":level";

    private final Simulation simulation = new Simulation(7);
    private final SimulatedHub slave = simulation.hub("slave");
    private final SimulatedHub master = simulation.hub("master");

    private SimulatedLink link(Network network) {
        return simulation
                .link(slave, master, Nets.config(Nets.bothWays(LinkFlag.SYNC_RECV)))
                .network(network)
                .start();
    }

    /** Plays a net with everything in it and returns what happened. */
    private static List<String> play(long seed, boolean traced) {
        List<String> trace = new ArrayList<>();
        try (Simulation played = new Simulation(seed)) {
            if (traced) {
                played.trace(trace::add);
            }
            List<SimulatedHub> hubs = Nets.hubs(played, 3);
            Variation variation = Variation.plain().over(Network.radio()).withAuthorities();
            Nets.link(played, hubs, Topology.ring(3), played.newRandom(), variation);
            for (SimulatedHub hub : hubs) {
                Workload.on(hub, Nets.DOMAIN)
                        .every(Duration.ofSeconds(5))
                        .burst(3)
                        .start();
            }
            FaultPlan.of(played).every(Duration.ofSeconds(30)).start();
            played.run(Duration.ofMinutes(20));
            trace.add("fingerprint " + played.fingerprint() + " events " + played.eventCount() + " messages "
                    + played.pointMessages());
        }
        return trace;
    }

    @Test
    void twoRunsOfASeedAreIdentical() {
        Seeds.forEach(5, seed -> {
            List<String> first = play(seed, true);
            assertThat(first).hasSizeGreaterThan(1000).isEqualTo(play(seed, true));
            assertThat(first).last().isEqualTo(play(seed, false).get(0));
            assertThat(play(seed + 1, false)).doesNotContain(first.get(first.size() - 1));
        });
    }

    @Test
    void aFailureNamesItsSeedAndHowToRepeatIt() {
        if (Long.getLong(Seeds.PROPERTY) != null) {
            return;
        }
        assertThatThrownBy(() -> Seeds.forEach(10, seed -> assertThat(seed).isLessThan(4)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("failed with seed 4")
                .hasMessageContaining("-Dmirror.seed=4");
    }

    @Test
    void theClockOfAHubIsTheVirtualOneAndItsOffset() {
        slave.clockOffset(Duration.ofSeconds(-3));
        simulation.run(Duration.ofHours(1));
        slave.point(POINT).write(1);
        assertThat(slave.read(POINT).orElseThrow().time().seconds()).isEqualTo(Simulation.EPOCH_SECONDS + 3600 - 3);
        master.clockStep(Duration.ofSeconds(10));
        simulation.run(Duration.ofSeconds(19));
        assertThat(master.epochNanos()).isEqualTo((Simulation.EPOCH_SECONDS + 3610) * 1_000_000_000L);
    }

    @Test
    void bytesInPiecesArriveCompletely() {
        Network torn = new Network(Duration.ofMillis(1), Duration.ofMillis(50), 0, 65_536, 1);
        SimulatedLink link = link(torn);
        Workload writer = Workload.on(slave, Nets.DOMAIN)
                .values((random, count) -> PointValue.of("value \"" + count + "\" \\ \n"))
                .every(Duration.ofMillis(20))
                .start();
        simulation.run(Duration.ofMinutes(1));
        writer.stop();
        simulation.settle();
        assertThat(link.connects()).isEqualTo(1);
        assertThat(link.masterCounters().map(LinkCounters::malformed)).contains(0L);
        Differences.between(slave, Nets.DOMAIN, master, Nets.DOMAIN).throwIfAny();
    }

    @Test
    void aNarrowLinkConflatesAndTheNewestValueArrives() {
        SimulatedLink link = simulation
                .link(slave, master, Nets.config(Nets.bothWays(LinkFlag.SYNC_RECV)))
                .options(LinkOptions.builder()
                        .capsTimeoutMillis(20_000)
                        .queue(QueueOptions.defaults().withDepths(3, 50))
                        .build())
                .network(Network.radio())
                .start();
        simulation.run(Duration.ofMinutes(1));
        Workload writer = Workload.on(slave, Nets.DOMAIN)
                .points(40)
                .every(Duration.ofMillis(5))
                .burst(3)
                .start();
        simulation.run(Duration.ofMinutes(5));
        assertThat(link.connects()).as("beats get through under load").isEqualTo(1);
        simulation.checkBooks();
        writer.stop();
        simulation.settle();
        LinkCounters counters = link.slaveCounters().orElseThrow();
        assertThat(counters.queue().conflated()).isPositive();
        assertThat(counters.queue().droppedFull()).isPositive();
        assertThat(counters.queue().delivered()).isLessThan(writer.written());
        Differences.between(slave, Nets.DOMAIN, master, Nets.DOMAIN).throwIfAny();
    }

    @Test
    void aMasterThatIsSlowToAnswerIsNotTakenForAForeignOneForLong() {
        Network slow = new Network(Duration.ofMillis(800), Duration.ofMillis(900), 0, 65_536, 0);
        SimulatedLink link = link(slow);
        simulation.run(Duration.ofMillis(1500));
        assertThat(link.mode()).isEqualTo(LinkMode.INTEROPERABLE);
        simulation.settle();
        assertThat(link.mode()).isEqualTo(LinkMode.NATIVE);
        assertThat(link.connects()).isEqualTo(2);
        link.cut();
        simulation.settle();
        assertThat(link.mode()).isEqualTo(LinkMode.NATIVE);
        assertThat(link.connects()).as("waited for at once").isEqualTo(3);
    }

    @Test
    void lostBytesAreNoticedByTimeoutAndACutAtOnce() {
        SimulatedLink link = link(Network.lan());
        simulation.settle();
        assertThat(link.isMirroring()).isTrue();
        link.cut();
        simulation.run(Duration.ofMillis(100));
        assertThat(link.state()).isEqualTo(LinkState.RETRY_WAIT);
        simulation.run(Duration.ofSeconds(6));
        assertThat(link.isMirroring()).isTrue();
        link.lose(Direction.TO_SLAVE);
        simulation.run(Duration.ofMillis(3900));
        assertThat(link.state()).isEqualTo(LinkState.MIRRORING);
        simulation.run(Duration.ofMillis(1200));
        assertThat(link.state()).isEqualTo(LinkState.RETRY_WAIT);
    }

    @Test
    void aStallDelaysAndLosesNothing() {
        SimulatedLink link = link(Network.lan());
        simulation.settle();
        link.stall(Direction.TO_MASTER, Duration.ofSeconds(3));
        slave.point(POINT).write(5);
        simulation.run(Duration.ofMillis(2900));
        assertThat(master.read(POINT)).isEmpty();
        simulation.run(Duration.ofMillis(200));
        assertThat(master.read(POINT).orElseThrow().value()).isEqualTo(PointValue.of(5));
        assertThat(link.connects()).isEqualTo(1);
    }

    @Test
    void aBlockedLinkConnectsWhenItIsUnblocked() {
        SimulatedLink link = link(Network.lan());
        link.block(true);
        simulation.run(Duration.ofMinutes(2));
        assertThat(link.connects()).isZero();
        link.block(false);
        simulation.run(Duration.ofSeconds(6));
        assertThat(link.isMirroring()).isTrue();
    }

    @Test
    void aHubThatRestartsHasLostItsValuesAndGetsThemFromItsPeer() {
        SimulatedLink link = link(Network.lan());
        simulation.settle();
        slave.point(POINT).write(1);
        master.point(POINT + "2").write(2);
        simulation.settle();
        PointHub before = slave.hub();
        slave.restart(Duration.ofSeconds(10));
        assertThat(slave.isUp()).isFalse();
        simulation.run(Duration.ofSeconds(10));
        assertThat(slave.hub()).isNotSameAs(before);
        assertThat(slave.hub().id()).isNotEqualTo(before.id());
        assertThat(slave.hub().pointCount()).isZero();
        simulation.settle();
        assertThat(slave.hub().pointCount())
                .as("what it had sent comes back, too")
                .isEqualTo(2);
        assertThat(link.connects()).isEqualTo(2);
    }

    @Test
    void differencesAreNamed() {
        slave.point(POINT).write(1);
        slave.point(Nets.DOMAIN + ":here").write(1);
        master.point(POINT).write(2);
        master.point(Nets.DOMAIN + ":there").write(1);
        Differences differences = Differences.between(slave, Nets.DOMAIN, master, Nets.DOMAIN);
        assertThat(differences.onlyInFirst()).containsExactly("here");
        assertThat(differences.onlyInSecond()).containsExactly("there");
        assertThat(differences.different()).hasSize(1);
        assertThatThrownBy(differences::throwIfAny)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("slave and master differ")
                .hasMessageContaining(POINT);
        assertThatThrownBy(differences::throwIfAnyOnBothSides).isInstanceOf(AssertionError.class);
        Differences none = Differences.between(slave, Nets.DOMAIN, slave, Nets.DOMAIN);
        none.throwIfAny();
        assertThat(none).hasToString("slave and slave are equal");
    }

    @Test
    void settlingEndsAtItsLimitWhenItNeverGetsQuiet() {
        link(Network.lan());
        Workload.on(slave, Nets.DOMAIN).every(Duration.ofSeconds(1)).start();
        assertThat(simulation.settle(Duration.ofMinutes(1))).isFalse();
        assertThatThrownBy(simulation::settle)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("seed 7");
    }
}
