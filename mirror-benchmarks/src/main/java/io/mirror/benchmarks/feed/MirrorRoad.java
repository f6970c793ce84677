package io.mirror.benchmarks.feed;

import io.mirror.core.hub.HubPoint;
import io.mirror.core.hub.HubWriter;
import io.mirror.core.hub.Origin;
import io.mirror.core.hub.PointHub;
import io.mirror.core.hub.PointQueue;
import io.mirror.core.hub.QueueOptions;
import io.mirror.core.hub.QueueSink;
import io.mirror.core.hub.QueuedPoint;
import io.mirror.core.link.LinkConfig;
import io.mirror.core.link.LinkFlag;
import io.mirror.core.link.LinkFlags;
import io.mirror.core.link.LinkOptions;
import io.mirror.core.link.ServerAddress;
import io.mirror.core.metrics.Metric;
import io.mirror.core.metrics.Metrics;
import io.mirror.core.point.PointState;
import io.mirror.transport.TlsIdentity;
import io.mirror.transport.TlsOptions;
import io.mirror.transport.TrustAnchors;
import io.mirror.transport.access.AccessPolicy;
import io.mirror.transport.dhtp.MirrorMaster;
import io.mirror.transport.dhtp.MirrorSlave;
import io.mirror.transport.websocket.WebSocketOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Links of this library: the sender is the master, so that any number of receivers may follow. */
final class MirrorRoad implements Road {
    private static final String DOMAIN = "plant";

    private final boolean binary;
    private final boolean secure;
    private final boolean webSocket;
    private final int port;

    MirrorRoad(String name, int port) {
        String[] words = name.split("-");
        binary = words[1].equals("bin1");
        secure = words[2].equals("tls");
        webSocket = words[2].equals("ws");
        this.port = port;
    }

    @Override
    public Sender sender(String[] names) {
        PointHub hub = PointHub.create();
        HubPoint[] points = new HubPoint[names.length];
        for (int i = 0; i < names.length; i++) {
            points[i] = hub.point(names[i]);
            points[i].write(-1.0);
        }
        MirrorMaster.Builder builder = MirrorMaster.builder(hub)
                .bind("127.0.0.1", port)
                .access(AccessPolicy.open())
                .options(LinkOptions.builder().queue(everyValue()).build());
        if (secure) {
            TlsIdentity identity = TlsIdentity.fromPem(Path.of(certificate()), Path.of(System.getProperty("key")));
            builder.tls(TlsOptions.builder().identity(identity).build());
        }
        if (webSocket) {
            builder.webSocket(WebSocketOptions.defaults());
        }
        return new HubSender(points, hub.writer(), builder.start());
    }

    /** Keeps all values that are on their way: the others keep all of them, too. */
    private static QueueOptions everyValue() {
        return QueueOptions.defaults().withDepths(Feed.WINDOW_PER_POINT, 2 * Feed.WINDOW);
    }

    private static String certificate() {
        return System.getProperty("cert");
    }

    private record HubSender(HubPoint[] points, HubWriter writer, MirrorMaster master) implements Sender {
        @Override
        public void send(int point, double value) {
            writer.write(points[point], value);
        }

        @Override
        public void flush() {
            writer.end();
        }

        @Override
        public long bytes() {
            long sum = 0;
            for (Metrics link : master.linkMetrics()) {
                for (Metric metric : link.metrics()) {
                    if (metric.name().equals("bytes.sent")) {
                        sum += link.number(metric);
                    }
                }
            }
            return sum;
        }

        @Override
        public void close() {
            master.close();
        }
    }

    @Override
    public AutoCloseable receiver(Taker taker) {
        PointHub hub = PointHub.create();
        MirrorSlave.Builder builder = MirrorSlave.builder(hub, config());
        if (secure) {
            builder.tls(TlsOptions.builder()
                    .trust(TrustAnchors.fromPem(Path.of(certificate())))
                    .build());
        }
        MirrorSlave link = builder.start();
        link.mirroring().toCompletableFuture().join();
        Reader reader = new Reader(hub, taker);
        return () -> {
            reader.queue.close();
            link.close();
        };
    }

    private LinkConfig config() {
        List<LinkFlag> flags = new ArrayList<>(List.of(LinkFlag.READABLE, LinkFlag.SYNC_RECV, LinkFlag.AUTHORITATIVE));
        if (binary) {
            flags.add(LinkFlag.USE_BINARY);
        }
        if (secure) {
            flags.addAll(List.of(LinkFlag.USE_SSL, LinkFlag.VALIDATE_SSL, LinkFlag.VALIDATE_HOST));
        }
        if (webSocket) {
            flags.add(LinkFlag.USE_WEBSOCKET);
        }
        return LinkConfig.to(ServerAddress.of("localhost", port))
                .domain(DOMAIN)
                .flags(LinkFlags.of(flags.toArray(LinkFlag[]::new)))
                // A full machine delays beats, and a link that ends would end the measurement.
                .heartbeatAndTimeoutMillis(10_000, 60_000)
                .build();
    }

    /** Takes changes on the thread that received them. */
    private static final class Reader {
        private static final int TOGETHER = 32;

        private final Taker taker;
        private final PointQueue queue;
        private final QueueSink sink = this::take;

        Reader(PointHub hub, Taker taker) {
            this.taker = taker;
            queue = hub.openQueue(Origin.of("reader"), everyValue(), this::drain);
            queue.addDomainChanges(DOMAIN);
        }

        private void drain() {
            queue.drain(sink, TOGETHER);
        }

        private boolean take(QueuedPoint point, PointState state, QueueSink.Delivery kind) {
            taker.take(state.real());
            return true;
        }
    }
}
