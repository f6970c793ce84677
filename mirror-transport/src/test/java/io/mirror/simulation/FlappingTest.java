package io.mirror.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.core.link.LinkFlag;
import io.mirror.core.link.ReconnectPolicy;
import io.mirror.testkit.Differences;
import io.mirror.testkit.Direction;
import io.mirror.testkit.Network;
import io.mirror.testkit.Seeds;
import io.mirror.testkit.SimulatedHub;
import io.mirror.testkit.SimulatedLink;
import io.mirror.testkit.Simulation;
import io.mirror.testkit.Workload;
import io.mirror.transport.internal.websocket.WebSocketLine;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A connection that is lost ten thousand times at any moment of its life. */
class FlappingTest {
    private static final int SEEDS = 4;
    private static final int CYCLES = 2500;

    @Test
    @Tag("S-CON-9")
    void afterTenThousandDropsTheLinkIsUpWithinOneWait() {
        Seeds.forEach(SEEDS, seed -> {
            try (Simulation simulation = new Simulation(seed)) {
                SplittableRandom random = simulation.newRandom();
                SimulatedHub slave = simulation.hub("slave");
                SimulatedHub master = simulation.hub("master");
                SimulatedLink link = simulation
                        .link(slave, master, Nets.config(Nets.bothWays(LinkFlag.SYNC_TIME, LinkFlag.USE_BINARY)))
                        .network(Network.lan())
                        .reconnect(ReconnectPolicy.backoff())
                        .start();
                Workload writer = Workload.on(slave, Nets.DOMAIN)
                        .every(Duration.ofSeconds(1))
                        .start();
                for (int i = 0; i < CYCLES; i++) {
                    if (random.nextInt(10) == 0) {
                        link.lose(random.nextBoolean() ? Direction.TO_MASTER : Direction.TO_SLAVE);
                    } else {
                        link.cut();
                    }
                    long connects = link.connects();
                    simulation.run(Duration.ofMillis(random.nextInt(1, 400)));
                    while (link.connects() == connects) {
                        simulation.run(Duration.ofMillis(50));
                    }
                }
                simulation.run(ReconnectPolicy.DEFAULT_LONGEST.plusSeconds(6));
                assertThat(link.isMirroring()).as(simulation.describe()).isTrue();
                writer.stop();
                simulation.settle();
                Differences.between(slave, Nets.DOMAIN, master, Nets.DOMAIN).throwIfAny();
                assertThat(link.connects()).isGreaterThanOrEqualTo(CYCLES);
            }
        });
    }

    /** A proxy that has less patience than the link has beats cuts it again and again; nothing is lost by that. */
    @Test
    @Tag("S-MEM-2")
    void aProxyThatCutsIdleConnectionsLosesNothing() {
        Seeds.forEach(SEEDS, seed -> {
            try (Simulation simulation = new Simulation(seed)) {
                SimulatedHub slave = simulation.hub("slave");
                SimulatedHub master = simulation.hub("master");
                SimulatedLink link = simulation
                        .link(
                                slave,
                                master,
                                Nets.config(Nets.bothWays(LinkFlag.SYNC_TIME))
                                        .extend()
                                        .heartbeatAndTimeoutMillis(30_000, 90_000)
                                        .build())
                        .idleLimit(Duration.ofSeconds(10))
                        .coding(WebSocketLine::client, WebSocketLine::server)
                        .reconnect(ReconnectPolicy.backoff())
                        .start();
                Workload writer = Workload.on(slave, Nets.DOMAIN)
                        .every(Duration.ofSeconds(20))
                        .start();
                simulation.run(Duration.ofHours(1));
                assertThat(link.connects()).isGreaterThan(50);
                writer.stop();
                simulation.run(Duration.ofSeconds(60));
                while (!link.isMirroring()) {
                    simulation.run(Duration.ofMillis(100));
                }
                simulation.run(Duration.ofSeconds(2));
                simulation.checkBooks();
                Differences.between(slave, Nets.DOMAIN, master, Nets.DOMAIN).throwIfAny();
            }
        });
    }
}
