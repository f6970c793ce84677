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
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
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

    /** Sockets that say where they are told to connect to. */
    private static ExitSockets recording(List<SocketAddress> connects) {
        return new ExitSockets(
                () -> recording(new NioSocketChannel(), connects), () -> recording(new NioDatagramChannel(), connects));
    }

    private static <C extends Channel> C recording(C socket, List<SocketAddress> connects) {
        socket.pipeline().addLast(new ChannelOutboundHandlerAdapter() {
            @Override
            public void connect(
                    ChannelHandlerContext ctx, SocketAddress remote, SocketAddress local, ChannelPromise promise) {
                connects.add(remote);
                ctx.connect(remote, local, promise);
            }
        });
        return socket;
    }

    /** Opens for ports that are configured lead where the host says, all others nowhere, whatever else they say. */
    @Test
    @Tag("S-MUX-4")
    void aPeerReachesNothingButWhatIsConfiguredForThatPort() throws Exception {
        List<SocketAddress> connects = new CopyOnWriteArrayList<>();
        List<String> lookedUp = new CopyOnWriteArrayList<>();
        InetAddress loopback = InetAddress.getByName("127.0.0.1");
        try (Echo allowed = Echo.start();
                Echo forbidden = Echo.start();
                DatagramSocket datagrams = new DatagramSocket(0, loopback);
                Tunnel receptor = Tunnel.builder()
                        .listen("127.0.0.1", 0)
                        .rule(new Rule(Destination.tcp("127.0.0.1", allowed.port()), Match.acceptedAt(21011)))
                        .rule(new Rule(Destination.udp("127.0.0.1", datagrams.getLocalPort()), Match.acceptedAt(21012)))
                        .targets(TargetList.builder()
                                .trust("127.0.0.1", allowed.port())
                                .trust("127.0.0.1", datagrams.getLocalPort())
                                .resolver(name -> {
                                    lookedUp.add(name);
                                    return List.of(loopback);
                                })
                                .build())
                        .exitSockets(recording(connects))
                        .start();
                Socket peer = peer(receptor)) {
            greet(peer);
            String target = "127.0.0.1:" + forbidden.port();
            String[] crafted = {
                "98304 T T",
                "T",
                "T T T",
                "98304 127.0.0.1:1 T tcprelay://T",
                "SERVER=tcprelay://T,-in",
                "SERVER=tcprelay://T,-in 127.0.0.1:21011 T",
                "",
                " ",
                "98304 T 127.0.0.1:21013",
                "98304 127.0.0.1:5 -P21011",
                "98304 127.0.0.1:5 21011",
                "98304 127.0.0.1:21011 T",
                "98304 127.0.0.1:5 127.0.0.1:21011x",
                "98304 127.0.0.1:5 127.0.0.1:021011",
                "98304 127.0.0.1:5 127.0.0.1:86547",
                "98304 evil.example:80 evil.example:80",
                "98304 [::1]:80 [__1]:80",
                "98304 $(id):80 `id`:80",
            };
            String[] configured = {
                "98304 T T:21011", "98304 evil.example:80 evil.example:21011", "98304 T -in:21012", "T T [::1]:21012"
            };
            int reached = 0;
            for (int i = 0; i < 100; i++) {
                boolean matches = i % 5 == 0;
                String text = matches ? configured[i / 5 % configured.length] : crafted[i % crafted.length];
                reached += matches ? 1 : 0;
                peer.getOutputStream()
                        .write(frame(
                                FrameType.CONNECT,
                                2 + i,
                                255,
                                text.replace("T", target) + "\0GET http://" + target + "/ HTTP/1.0\r\n\r\n"));
            }
            int refused = 100 - reached;
            await().atMost(TunnelPair.LIMIT)
                    .until(() -> receptor.status().peers().get(0).counters().refused() == refused
                            && receptor.status().peers().get(0).counters().opened() == 100 - refused);
            assertThat(connects)
                    .hasSize(reached)
                    .containsOnly(
                            new InetSocketAddress(loopback, allowed.port()),
                            new InetSocketAddress(loopback, datagrams.getLocalPort()));
            assertThat(lookedUp).containsOnly("127.0.0.1");
            assertThat(forbidden.accepted()).isZero();
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
