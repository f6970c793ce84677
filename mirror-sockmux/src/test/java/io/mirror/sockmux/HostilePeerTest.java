package io.mirror.sockmux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mirror.codec.sockmux.FrameType;
import io.mirror.codec.sockmux.MuxEncoder;
import io.mirror.sockmux.forward.Destination;
import io.mirror.sockmux.forward.Entry;
import io.mirror.sockmux.forward.Match;
import io.mirror.sockmux.forward.Rule;
import io.mirror.testkit.Seeds;
import io.mirror.transport.access.TargetList;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A stranger, a fool and an enemy at the port of a tunnel: they lose their own connection, and nobody else notices. */
@SuppressWarnings("try") // A peer leaves at the moment that matters.
class HostilePeerTest {

    private static byte[] frame(int type, int said, int raid, String payload) {
        ByteBuf out = Unpooled.buffer();
        new MuxEncoder().write(out, type, said, raid, Unpooled.copiedBuffer(payload, StandardCharsets.ISO_8859_1));
        return ByteBufUtil.getBytes(out);
    }

    private static Socket peer(Tunnel tunnel) throws IOException {
        Socket socket = new Socket(
                InetAddress.getLoopbackAddress(), tunnel.address().orElseThrow().getPort());
        socket.setSoTimeout((int) TunnelPair.LIMIT.toMillis());
        socket.setTcpNoDelay(true);
        return socket;
    }

    private static void greet(Socket peer) throws IOException {
        peer.getOutputStream().write(frame(FrameType.HELLO, 1, 2, "stranger\0"));
        peer.getOutputStream().write(frame(FrameType.HELLOOK, 1, 2, "stranger\0"));
    }

    @Test
    void whoeverBreaksTheRulesLosesTheOwnTunnelOnly() throws Exception {
        try (Echo echo = Echo.start();
                TunnelPair pair = TunnelPair.to(echo.port());
                Socket client = pair.client()) {
            byte[] before = TunnelTest.random(1000);
            assertThat(TunnelTest.exchange(client, before)).isEqualTo(before);
            for (String text :
                    new String[] {"GET / HTTP/1.1\r\n\r\n", "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001"}) {
                try (Socket stranger = peer(pair.receptor)) {
                    stranger.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
                    stranger.getInputStream().readAllBytes();
                }
            }
            try (Socket fool = peer(pair.receptor)) {
                greet(fool);
                fool.getOutputStream().write(new byte[] {3, 6, 0, 3, 0, 3, 0x40, 1});
                fool.getInputStream().readAllBytes();
            }
            Seeds.forEach(5, seed -> {
                try (Socket enemy = peer(pair.receptor)) {
                    greet(enemy);
                    Random random = new Random(seed);
                    byte[] noise = new byte[50_000];
                    random.nextBytes(noise);
                    try {
                        enemy.getOutputStream().write(noise);
                        enemy.shutdownOutput();
                        enemy.getInputStream().readAllBytes();
                    } catch (IOException closedEarlier) {
                        // That is what it deserves.
                    }
                }
            });
            assertThat(TunnelTest.exchange(client, before)).isEqualTo(before);
            await().atMost(TunnelPair.LIMIT)
                    .until(() -> pair.receptor.status().peers().size() == 1);
        }
    }

    @Test
    @Tag("S-MUX-4")
    void aPeerReachesNothingButWhatIsConfigured() throws Exception {
        try (Echo allowed = Echo.start();
                Echo forbidden = Echo.start();
                Tunnel receptor = Tunnel.builder()
                        .listen("127.0.0.1", 0)
                        .rule(new Rule(Destination.tcp("127.0.0.1", allowed.port()), Match.acceptedAt(21011)))
                        .start();
                Socket peer = peer(receptor)) {
            greet(peer);
            String target = "127.0.0.1:" + forbidden.port();
            for (int i = 0; i < 100; i++) {
                String text = switch (i % 7) {
                    case 0 -> "98304 " + target + " " + target;
                    case 1 -> target;
                    case 2 -> "98304 127.0.0.1:1 " + target + " tcprelay://" + target;
                    case 3 -> "SERVER=tcprelay://" + target + ",-in";
                    case 4 -> "";
                    case 5 -> "98304 " + target + " 127.0.0.1:21012";
                    default -> "98304 127.0.0.1:5 -P21011";
                };
                peer.getOutputStream().write(frame(FrameType.CONNECT, 2 + i, 255, text + "\0GET / HTTP/1.0\r\n\r\n"));
            }
            peer.getOutputStream().write(frame(FrameType.CONNECT, 200, 255, "98304 127.0.0.1:5 127.0.0.1:21011\0"));
            await().atMost(TunnelPair.LIMIT).until(() -> allowed.accepted() == 1);
            await().atMost(TunnelPair.LIMIT)
                    .until(() -> receptor.status().peers().get(0).counters().refused() == 100);
            assertThat(forbidden.accepted()).isZero();
            assertThat(allowed.accepted()).isOne();
        }
    }

    @Test
    @Tag("S-SSRF-5")
    void rulesLeadOnlyWhereTheListOfTargetsSays() throws Exception {
        List<String> refused = new CopyOnWriteArrayList<>();
        TunnelListener listener = new TunnelListener() {
            @Override
            public void onRefused(String client, String entry, String destination, String reason) {
                refused.add(destination + " " + reason);
            }
        };
        try (Echo inner = Echo.start()) {
            TargetList list = TargetList.builder()
                    .allow("*", 1, 65_535)
                    .allow("inner.example", inner.port())
                    .resolver(name -> List.of(InetAddress.getByName("127.0.0.1")))
                    .build();
            for (String host : List.of("127.0.0.1", "inner.example", "::1", "2130706433")) {
                refused.clear();
                Destination destination = Destination.tcp(host, inner.port());
                try (Tunnel receptor = Tunnel.builder()
                                .listen("127.0.0.1", 0)
                                .forward(destination)
                                .targets(list)
                                .listener(listener)
                                .start();
                        Tunnel connector = Tunnel.builder()
                                .connect(
                                        "127.0.0.1",
                                        receptor.address().orElseThrow().getPort())
                                .entry(Entry.tcp(0))
                                .start()) {
                    await().atMost(TunnelPair.LIMIT)
                            .until(() -> TunnelPair.isUp(receptor) && TunnelPair.isUp(connector));
                    try (Socket client = TunnelPair.client(connector)) {
                        assertThat(client.getInputStream().read()).isEqualTo(-1);
                    }
                    assertThat(refused).singleElement().asString().startsWith(destination.toString());
                }
            }
            assertThat(inner.accepted()).isZero();
            TargetList exact =
                    TargetList.builder().allow("127.0.0.1", inner.port()).build();
            try (TunnelPair pair = TunnelPair.to(inner.port(), receptor -> receptor.targets(exact), to -> to);
                    Socket client = pair.client()) {
                assertThat(TunnelTest.exchange(client, new byte[100])).hasSize(100);
            }
        }
    }
}
