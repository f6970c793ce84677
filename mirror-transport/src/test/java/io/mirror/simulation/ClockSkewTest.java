package io.mirror.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.core.link.LinkCounters;
import io.mirror.core.link.LinkFlag;
import io.mirror.core.link.LinkOptions;
import io.mirror.core.point.Point;
import io.mirror.core.point.PointName;
import io.mirror.core.point.PointValue;
import io.mirror.core.point.Quality;
import io.mirror.core.point.Timestamp;
import io.mirror.testkit.Differences;
import io.mirror.testkit.Network;
import io.mirror.testkit.Seeds;
import io.mirror.testkit.SimulatedHub;
import io.mirror.testkit.SimulatedLink;
import io.mirror.testkit.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Both sides of a link that is synchronized by time have other clocks: they end equal all the same, and stay so. */
@Tag("S-DAT-2")
class ClockSkewTest {
    private static final int SEEDS = 5;
    private static final int NAMES = 30;
    /** 2106, the end of unsigned seconds. */
    private static final long FAR = 4_294_967_295L;

    static List<Arguments> skews() {
        List<Arguments> skews = new ArrayList<>();
        for (boolean delta : new boolean[] {true, false}) {
            for (long millis : new long[] {1, 999, 10_000, 299_000, 301_000, 3_600_000, 86_400_000}) {
                skews.add(Arguments.of(Duration.ofMillis(millis), delta));
                skews.add(Arguments.of(Duration.ofMillis(-millis), delta));
            }
        }
        return skews;
    }

    /** Stamps of all kinds: what the clock says, steps of it, and what no clock should say. */
    private static void write(SimulatedHub hub, SplittableRandom random, long value) {
        PointName name = PointName.of(Nets.DOMAIN, "p" + random.nextInt(NAMES));
        long now = Math.floorDiv(hub.epochNanos(), 1_000_000_000L);
        long seconds = switch (random.nextInt(8)) {
            case 0 -> 1;
            case 1 -> FAR;
            case 2 -> FAR - random.nextInt(3);
            case 3 -> now + 300 + random.nextInt(-2, 3);
            case 4 -> now + 3600;
            case 5 -> now - 3600;
            default -> now;
        };
        hub.hub().write(new Point(name, PointValue.of(value), Quality.GOOD, new Timestamp(seconds, 0)));
    }

    @ParameterizedTest
    @MethodSource("skews")
    void bothSidesEndEqualWhateverTheirClocksSay(Duration skew, boolean delta) {
        Seeds.forEach(SEEDS, seed -> {
            try (Simulation simulation = new Simulation(seed)) {
                SplittableRandom random = simulation.newRandom();
                SimulatedHub slave = simulation.hub("slave");
                SimulatedHub master = simulation.hub("master");
                slave.clockOffset(skew);
                SimulatedLink link = simulation
                        .link(slave, master, Nets.config(Nets.bothWays(LinkFlag.SYNC_TIME, LinkFlag.USE_BINARY)))
                        .network(random.nextBoolean() ? Network.wan() : Network.lan())
                        .options(LinkOptions.builder().delta(delta).build())
                        .start();
                for (int part = 0; part < 4; part++) {
                    link.block(true);
                    link.cut();
                    simulation.run(Duration.ofSeconds(1));
                    for (int i = 0; i < NAMES; i++) {
                        write(slave, random, 1000 * part + i);
                        write(master, random, 1000 * part + 500 + i);
                        if (i == NAMES / 2) {
                            slave.clockOffset(skew.minusSeconds(10L * (part + 1)));
                        }
                    }
                    link.block(false);
                    simulation.run(Duration.ofSeconds(random.nextInt(20)));
                    // Some of it crosses the transfers.
                    for (int i = 0; i < NAMES; i++) {
                        write(random.nextBoolean() ? slave : master, random, 1000 * part + 900 + i);
                        simulation.run(Duration.ofMillis(random.nextInt(100)));
                    }
                    simulation.settle();
                    Differences.between(slave, Nets.DOMAIN, master, Nets.DOMAIN).throwIfAny();
                    long messages = simulation.pointMessages();
                    simulation.run(Duration.ofMinutes(10));
                    assertThat(simulation.pointMessages()).as("no flip-flop").isEqualTo(messages);
                }
            }
        });
    }

    /** Of two stamps that cannot be right neither is believed, and the master's state is taken. */
    @Test
    void stampsTooFarAheadAreEquallyOldAndCounted() {
        try (Simulation simulation = new Simulation(1)) {
            SimulatedHub slave = simulation.hub("slave");
            SimulatedHub master = simulation.hub("master");
            write(slave, "both", 1, FAR);
            write(master, "both", 2, FAR - 1000);
            write(slave, "one", 3, FAR);
            write(master, "one", 4, Simulation.EPOCH_SECONDS);
            write(slave, "near", 5, Simulation.EPOCH_SECONDS + 299);
            write(master, "near", 6, Simulation.EPOCH_SECONDS + 298);
            SimulatedLink link = simulation
                    .link(slave, master, Nets.config(Nets.bothWays(LinkFlag.SYNC_TIME)))
                    .start();
            simulation.settle();
            for (SimulatedHub hub : List.of(slave, master)) {
                assertThat(hub.read("plant:both").orElseThrow().value()).isEqualTo(PointValue.of(2));
                assertThat(hub.read("plant:both").orElseThrow().time().seconds())
                        .as("the stamp stays as it is")
                        .isEqualTo(FAR - 1000);
                assertThat(hub.read("plant:one").orElseThrow().value()).isEqualTo(PointValue.of(3));
                assertThat(hub.read("plant:near").orElseThrow().value()).isEqualTo(PointValue.of(5));
            }
            assertThat(link.slaveCounters().map(LinkCounters::stampsAhead)).contains(1L);
            assertThat(link.masterCounters().map(LinkCounters::stampsAhead)).contains(2L);
        }
    }

    private static void write(SimulatedHub hub, String name, long value, long seconds) {
        hub.hub()
                .write(new Point(
                        PointName.of(Nets.DOMAIN, name),
                        PointValue.of(value),
                        Quality.GOOD,
                        new Timestamp(seconds, 0)));
    }
}
