package io.mirror.transport.dhtp;

import static io.mirror.transport.dhtp.Loopback.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mirror.core.hub.PointHub;
import io.mirror.core.link.LinkCounters;
import io.mirror.core.link.LinkFlag;
import io.mirror.core.link.LinkOptions;
import io.mirror.core.point.PointValue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A text that is longer than a line to a peer of this library may be is left out, and counted. */
class LongLineTest {
    private final Loopback net = new Loopback();

    @AfterEach
    void closeAll() throws Exception {
        net.closeAll();
    }

    @Test
    void aLineThatIsTooLongIsLeftOutAndAllOthersArrive() {
        PointHub plant = PointHub.create();
        plant.write("plant:big", PointValue.of("x".repeat(LinkOptions.NATIVE_LINE_BYTES)));
        plant.write("plant:small", PointValue.of(1));
        MirrorMaster master = net.keep(Loopback.master(plant).start());
        PointHub copy = PointHub.create();
        MirrorSlave slave = net.keep(MirrorSlave.builder(
                        copy,
                        Loopback.config(master.port())
                                .flags(LinkFlag.READABLE, LinkFlag.SYNC_RECV)
                                .build())
                .options(LinkOptions.builder().capsTimeoutMillis(30_000).build())
                .start());
        Loopback.awaitMirroring(slave);
        Loopback.awaitValue(copy, "plant:small", 1);
        assertThat(copy.read("plant:big")).isEmpty();
        LinkCounters counters = master.links().get(0).counters().orElseThrow();
        assertThat(counters.notSendable()).isEqualTo(1);

        String fits = "x".repeat(LinkOptions.defaults().maxForeignLineBytes() + 1);
        plant.write("plant:big", PointValue.of(fits));
        await().atMost(LIMIT).until(() -> copy.read("plant:big").isPresent());
        assertThat(copy.read("plant:big").orElseThrow().value()).isEqualTo(PointValue.of(fits));
        assertThat(slave.status().connects()).isEqualTo(1);
    }
}
