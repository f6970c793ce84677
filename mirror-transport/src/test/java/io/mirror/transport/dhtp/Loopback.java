package io.mirror.transport.dhtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mirror.core.hub.PointHub;
import io.mirror.core.link.LinkConfig;
import io.mirror.core.link.LinkFlag;
import io.mirror.core.link.ServerAddress;
import io.mirror.core.point.Point;
import io.mirror.core.point.PointValue;
import io.mirror.transport.access.AccessPolicy;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.File;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What one test opens on loopback, closed in the opposite order. */
final class Loopback {
    static final Duration LIMIT = Duration.ofSeconds(60);

    private final List<AutoCloseable> open = new ArrayList<>();

    <T extends AutoCloseable> T keep(T resource) {
        open.add(resource);
        return resource;
    }

    void closeAll() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
        open.clear();
    }

    /** A master where everybody may do everything, however many they are. */
    static MirrorMaster.Builder master(PointHub hub) {
        return MirrorMaster.builder(hub)
                .bind("127.0.0.1", 0)
                .access(AccessPolicy.open())
                .limits(ListenerLimits.defaults().withConnections(10_000, 10_000));
    }

    /** A link that only reads. */
    static LinkConfig.Builder config(int port) {
        return LinkConfig.to(ServerAddress.of("127.0.0.1", port))
                .domain("plant")
                .flags(LinkFlag.READABLE, LinkFlag.SYNC_RECV, LinkFlag.USE_BINARY);
    }

    /** Event loops that many slaves share. */
    MultiThreadIoEventLoopGroup loops() {
        MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        open.add(() -> loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync());
        return loops;
    }

    static void awaitMirroring(MirrorSlave slave) {
        slave.mirroring()
                .toCompletableFuture()
                .orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    static void awaitValue(PointHub hub, String name, long value) {
        await().atMost(LIMIT)
                .untilAsserted(
                        () -> assertThat(hub.read(name).map(Point::value)).contains(PointValue.of(value)));
    }

    static long openDescriptors() {
        String[] names = new File("/proc/self/fd").list();
        return names == null ? 0 : names.length;
    }
}
