package io.mirror.sockmux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mirror.core.hub.PointHub;
import io.mirror.core.link.LinkConfig;
import io.mirror.core.link.LinkFlag;
import io.mirror.core.link.ServerAddress;
import io.mirror.core.point.PointValue;
import io.mirror.transport.access.AccessPolicy;
import io.mirror.transport.dhtp.MirrorMaster;
import io.mirror.transport.dhtp.MirrorSlave;
import org.junit.jupiter.api.Test;

/** A mirror link whose connection runs inside a tunnel. */
class MirroringThroughTunnelTest {

    @Test
    void pointsAreMirroredThroughATunnel() {
        PointHub plant = PointHub.create();
        PointHub office = PointHub.create();
        try (MirrorMaster master = MirrorMaster.builder(plant)
                        .bind("127.0.0.1", 0)
                        .access(AccessPolicy.open())
                        .start();
                TunnelPair tunnel = TunnelPair.to(master.port())) {
            LinkConfig config = LinkConfig.to(ServerAddress.of(
                            "127.0.0.1", tunnel.connector.entries().get(0).getPort()))
                    .remoteDomain("plant")
                    .localDomain("copy")
                    .flags(LinkFlag.READABLE, LinkFlag.WRITABLE, LinkFlag.SYNC_TIME, LinkFlag.USE_BINARY)
                    .build();
            try (MirrorSlave link = MirrorSlave.builder(office, config).start()) {
                await().atMost(TunnelPair.LIMIT)
                        .until(() -> link.mirroring().toCompletableFuture().isDone());
                for (int i = 0; i < 500; i++) {
                    plant.write("plant:p" + i, PointValue.of(i));
                }
                office.write("copy:back", PointValue.of(43.25));
                await().atMost(TunnelPair.LIMIT)
                        .untilAsserted(() -> assertThat(
                                        office.point("copy:p499").read().value())
                                .isEqualTo(PointValue.of(499)));
                await().atMost(TunnelPair.LIMIT)
                        .untilAsserted(() -> assertThat(
                                        plant.point("plant:back").read().value())
                                .isEqualTo(PointValue.of(43.25)));
            }
        }
    }
}
