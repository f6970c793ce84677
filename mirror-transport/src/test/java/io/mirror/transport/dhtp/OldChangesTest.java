package io.mirror.transport.dhtp;

import static io.mirror.transport.dhtp.Loopback.awaitMirroring;
import static io.mirror.transport.dhtp.Loopback.awaitValue;
import static io.mirror.transport.dhtp.Loopback.config;
import static io.mirror.transport.dhtp.Loopback.master;
import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.core.hub.PointHub;
import io.mirror.core.hub.QueueOptions;
import io.mirror.core.link.LinkFlag;
import io.mirror.core.link.LinkOptions;
import io.mirror.core.point.Point;
import io.mirror.core.point.PointName;
import io.mirror.core.point.PointValue;
import io.mirror.core.point.Quality;
import io.mirror.core.point.Timestamp;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Changes with a time before that of the change before, over a real link (DHTP section 4.5, {@code dropOld}). */
class OldChangesTest {
    private static final long NOW = 1_700_000_000;

    private final PointHub plant = PointHub.create();
    private final PointHub office = PointHub.create();
    private final Loopback net = new Loopback();

    @AfterEach
    void closeAll() throws Exception {
        net.closeAll();
    }

    private static LinkOptions options(boolean dropOld) {
        return LinkOptions.builder()
                .queue(QueueOptions.defaults().withDropOld(dropOld))
                .build();
    }

    private static void write(PointHub hub, String name, long value, long seconds) {
        hub.write(
                new Point(PointName.of("plant", name), PointValue.of(value), Quality.GOOD, new Timestamp(seconds, 0)));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theMasterLeavesThemOutIfItIsToldTo(boolean dropOld) {
        MirrorMaster master = net.keep(master(plant).options(options(dropOld)).start());
        MirrorSlave slave = net.keep(
                MirrorSlave.builder(office, config(master.port()).build()).start());
        awaitMirroring(slave);
        changeBackAndForth(plant, office, dropOld ? 1 : 2);
        assertThat(master.links().get(0).counters().orElseThrow().queue().suppressed())
                .isEqualTo(dropOld ? 1 : 0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theSlaveLeavesThemOutIfItIsToldTo(boolean dropOld) {
        MirrorMaster master = net.keep(master(plant).start());
        MirrorSlave slave = net.keep(MirrorSlave.builder(
                        office,
                        config(master.port())
                                .flags(LinkFlag.READABLE, LinkFlag.WRITABLE, LinkFlag.SYNC_RECV)
                                .build())
                .options(options(dropOld))
                .start());
        awaitMirroring(slave);
        changeBackAndForth(office, plant, dropOld ? 1 : 2);
        assertThat(slave.status().counters().orElseThrow().queue().suppressed()).isEqualTo(dropOld ? 1 : 0);
    }

    /** Writes one point twice, the second time with an older stamp, and waits until all of that must have arrived. */
    private static void changeBackAndForth(PointHub from, PointHub to, long expected) {
        write(from, "back", 1, NOW);
        awaitValue(to, "plant:back", 1);
        write(from, "back", 2, NOW - 10);
        write(from, "last", 3, NOW);
        awaitValue(to, "plant:last", 3);
        assertThat(from.read("plant:back").map(Point::value))
                .as("the writer itself takes it")
                .contains(PointValue.of(2L));
        assertThat(to.read("plant:back").map(Point::value)).contains(PointValue.of(expected));
        // Newer than the one before, which is what counts.
        write(from, "back", 4, NOW - 5);
        awaitValue(to, "plant:back", 4);
    }
}
