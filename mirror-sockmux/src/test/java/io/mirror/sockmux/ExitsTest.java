package io.mirror.sockmux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mirror.sockmux.forward.Destination;
import io.mirror.sockmux.forward.Entry;
import io.mirror.transport.access.TargetList;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Destinations that take their time. */
@SuppressWarnings("try") // Tunnels and clients are there to wait.
class ExitsTest {
    private static final long LIMIT_MILLIS = 400;

    private static final String NAME = "slow.example";

    /** Clients that fill the backlog of a server that accepts nobody: whoever comes now hears nothing at all. */
    private static List<Socket> fill(ServerSocket server) throws Exception {
        List<Socket> clients = new ArrayList<>();
        while (true) {
            Socket client = new Socket();
            try {
                client.connect(server.getLocalSocketAddress(), 500);
                clients.add(client);
            } catch (SocketTimeoutException full) {
                client.close();
                return clients;
            }
        }
    }

    private static void refuses(TargetList.Resolver resolver, int port, EventLoop loop, List<String> events) {
        TunnelListener listener = new TunnelListener() {
            @Override
            public void onRefused(String client, String entry, String destination, String reason) {
                events.add(reason);
            }
        };
        try (Tunnel receptor = Tunnel.builder()
                        .listen("127.0.0.1", 0)
                        .forward(Destination.tcp(NAME, port))
                        .targets(TargetList.builder()
                                .trust(NAME, port)
                                .resolver(resolver)
                                .build())
                        .connectTimeout(Duration.ofMillis(LIMIT_MILLIS))
                        .listener(listener)
                        .eventLoops(loop)
                        .start();
                Tunnel connector = Tunnel.builder()
                        .connect("127.0.0.1", receptor.address().orElseThrow().getPort())
                        .entry(Entry.tcp(0))
                        .start();
                Socket client = TunnelPair.client(connector)) {
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            await().atMost(TunnelPair.LIMIT).until(() -> !events.isEmpty());
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Compared with a timer of the same loop and the same length that began while looking up: load changes nothing. */
    @Test
    void lookingUpAndConnectingTogetherHaveOneLimit() throws Exception {
        MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        EventLoop loop = group.next();
        List<String> events = new CopyOnWriteArrayList<>();
        List<Socket> clients = List.of();
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            clients = fill(full);
            refuses(
                    name -> {
                        // The open that asks for this name has gone on to wait.
                        loop.submit(() -> {}).syncUninterruptibly();
                        loop.schedule(() -> events.add("later"), LIMIT_MILLIS, TimeUnit.MILLISECONDS);
                        return List.of(InetAddress.getByName("127.0.0.1"));
                    },
                    full.getLocalPort(),
                    loop,
                    events);
            await().atMost(TunnelPair.LIMIT).until(() -> events.contains("later"));
            assertThat(events)
                    .containsExactly(
                            "no answer within " + LIMIT_MILLIS + " ms: check address, port and firewall", "later");
        } finally {
            for (Socket client : clients) {
                client.close();
            }
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }

    @Test
    void aNameServerThatSaysNothingIsNotWaitedFor() throws Exception {
        MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        CountDownLatch asked = new CountDownLatch(1);
        List<String> events = new CopyOnWriteArrayList<>();
        try {
            refuses(
                    name -> {
                        try {
                            asked.await();
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                        return List.of(InetAddress.getByName("127.0.0.1"));
                    },
                    1,
                    group.next(),
                    events);
            assertThat(events).containsExactly("no address of " + NAME + " within " + LIMIT_MILLIS + " ms");
        } finally {
            asked.countDown();
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }
}
