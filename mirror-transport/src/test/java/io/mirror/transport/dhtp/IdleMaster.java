package io.mirror.transport.dhtp;

import io.mirror.core.access.Secret;
import io.mirror.core.hub.PointHub;
import io.mirror.testing.TestPki;
import io.mirror.transport.TlsProvider;
import io.mirror.transport.access.AccessPolicy;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * A master in a JVM of its own: says its port, then for each line that it reads the number of its connections and the
 * bytes that it uses. Argument: {@code plain} or a TLS provider.
 */
final class IdleMaster {
    private IdleMaster() {}

    public static void main(String[] args) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        MirrorMaster.Builder builder = MirrorMaster.builder(PointHub.create())
                .bind("127.0.0.1", 0)
                .access(AccessPolicy.builder().user("ops", Secret.of("right")).build())
                .loginRequired(true)
                .options(io.mirror.core.link.LinkOptions.builder()
                        .loginTimeoutMillis(600_000)
                        .build())
                .limits(ListenerLimits.defaults()
                        .withConnections(10_000, 10_000)
                        .withFirstMessageTimeout(Duration.ofMinutes(10)));
        if (!args[0].equals("plain")) {
            builder.tls(TestPki.listener(TlsProvider.valueOf(args[0]), "127.0.0.1"));
        }
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (MirrorMaster master = builder.start()) {
            out.println(master.port());
            while (in.readLine() != null) {
                long loggedIn = master.links().stream()
                        .filter(link -> link.counters()
                                .filter(counters -> counters.commandsReceived() > 0)
                                .isPresent())
                        .count();
                out.println(master.links().size() + " " + loggedIn + " " + usedBytes());
            }
        }
    }

    private static long usedBytes() {
        Runtime runtime = Runtime.getRuntime();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least
                + ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT)
                        .metric()
                        .usedDirectMemory();
    }
}
