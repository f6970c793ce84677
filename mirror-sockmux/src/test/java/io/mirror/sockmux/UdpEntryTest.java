package io.mirror.sockmux;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.codec.sockmux.FrameType;
import io.mirror.sockmux.session.MuxLimits;
import io.mirror.sockmux.session.MuxOptions;
import io.mirror.testkit.Seeds;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Senders of a datagram entry in the number and for the time that is asked for; the time is that of the test. */
@Tag("S-MUX-5")
class UdpEntryTest {
    private static final int SENDERS = 512;
    private static final int IDLE_SECONDS = 60;
    /** Silence is looked for nine times in that time. */
    private static final int LATEST_SECONDS = IDLE_SECONDS * 10 / 9 + 1;

    private static final int PEER_ID = 1000;

    private final EmbeddedChannel socket = new EmbeddedChannel();
    private final FakePeer peer = new FakePeer();
    private final Names names = new Names();
    private long now;
    private TunnelEnd end;
    private TunnelLink link;

    /** A channel as the peer sees it. */
    private record Opened(int theirs, int ours, InetSocketAddress sender) {}

    private final List<Opened> opened = new ArrayList<>();

    @BeforeEach
    void start() {
        socket.freezeTime();
        TunnelSettings settings = Tunnel.builder()
                .options(MuxOptions.builder()
                        .extensions(true)
                        .limits(MuxLimits.builder()
                                .keepAliveInterval(Duration.ofHours(1))
                                .keepAliveTimeout(Duration.ofHours(2))
                                .ignoredPerMinute(1_000_000)
                                .build())
                        .build())
                .datagrams(SENDERS, Duration.ofSeconds(IDLE_SECONDS))
                .clock(Clock.systemUTC(), () -> now)
                .settings();
        end = new TunnelEnd(settings, socket.eventLoop(), names);
        link = end.newLink(peer);
        peer.greet(link, true);
        socket.pipeline().addLast(new UdpEntry(end));
        socket.pipeline().fireChannelActive();
        socket.runPendingTasks();
    }

    @AfterEach
    void stop() {
        link.onLost("the test is over");
        socket.finishAndReleaseAll();
        names.close();
    }

    private static InetSocketAddress sender(int number) {
        return new InetSocketAddress("10.0." + number / 250 + "." + (1 + number % 250), 4000 + number);
    }

    private void send(InetSocketAddress from, String text) {
        socket.writeInbound(new DatagramPacket(
                Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII), new InetSocketAddress("10.9.9.9", 53), from));
    }

    /** The peer opens what was asked for. */
    private void answerOpens() {
        for (FakePeer.Frame frame : peer.heard()) {
            if (frame.type() == FrameType.CONNECT) {
                String client = frame.text().split(" ")[1];
                int colon = client.indexOf(':');
                int theirs = PEER_ID + opened.size();
                opened.add(new Opened(
                        theirs,
                        frame.said(),
                        new InetSocketAddress(
                                client.substring(0, colon), Integer.parseInt(client.substring(colon + 1)))));
                FakePeer.say(
                        link, FrameType.CONNECTED, theirs, frame.said(), FakePeer.text("98304 10.1.1.1:53 10.1.1.2:5"));
            }
        }
        socket.runPendingTasks();
    }

    private void say(int type, Opened channel, String text) {
        FakePeer.say(link, type, channel.theirs, channel.ours, text.getBytes(StandardCharsets.US_ASCII));
        socket.runPendingTasks();
    }

    /** What left the entry since the last time. */
    private List<InetSocketAddress> answered() {
        List<InetSocketAddress> recipients = new ArrayList<>();
        DatagramPacket packet = socket.readOutbound();
        while (packet != null) {
            recipients.add(packet.recipient());
            packet.release();
            packet = socket.readOutbound();
        }
        return recipients;
    }

    private Set<Integer> closed() {
        Set<Integer> closed = new HashSet<>();
        for (FakePeer.Frame frame : peer.heard()) {
            if (frame.type() == FrameType.CLOSE) {
                closed.add(frame.raid());
                FakePeer.say(link, FrameType.CLOSED, frame.raid(), frame.said(), FakePeer.text("OK closed"));
            }
        }
        return closed;
    }

    private void pass(int seconds) {
        for (int i = 0; i < seconds; i++) {
            now += TimeUnit.SECONDS.toNanos(1);
            socket.advanceTimeBy(1, TimeUnit.SECONDS);
            socket.runPendingTasks();
            // What the timers have left to do.
            socket.runPendingTasks();
        }
    }

    @Test
    void everySenderHasAChannelOfItsOwnAndOneTooManyReplacesTheOldest() {
        for (int i = 0; i < SENDERS; i++) {
            send(sender(i), "request " + i);
        }
        answerOpens();
        assertThat(opened).extracting(Opened::sender).hasSize(SENDERS).doesNotHaveDuplicates();
        assertThat(link.session().channelCount()).isEqualTo(SENDERS);
        for (Opened channel : opened) {
            say(FrameType.SEND, channel, "answer");
            assertThat(answered()).containsExactly(channel.sender);
        }
        peer.heard();
        // Everybody but sender 5 has said something since.
        for (int i = 0; i < SENDERS; i++) {
            if (i != 5) {
                send(sender(i), "more");
            }
        }
        peer.heard();
        send(sender(SENDERS), "one too many");
        answerOpens();
        assertThat(opened.get(SENDERS).sender).isEqualTo(sender(SENDERS));
        say(FrameType.SEND, opened.get(5), "too late");
        assertThat(answered()).isEmpty();
        say(FrameType.SEND, opened.get(SENDERS), "answer");
        assertThat(answered()).containsExactly(sender(SENDERS));
        assertThat(end.status().droppedDatagrams()).isZero();
    }

    @Test
    void whoeverIsSilentIsForgotten() {
        for (int i = 0; i < SENDERS; i++) {
            send(sender(i), "request " + i);
        }
        answerOpens();
        pass(IDLE_SECONDS - 1);
        assertThat(closed()).isEmpty();
        // One has more to say, another one gets an answer.
        send(sender(7), "more");
        say(FrameType.SEND, opened.get(9), "answer");
        assertThat(answered()).containsExactly(sender(9));
        pass(LATEST_SECONDS - IDLE_SECONDS + 1);
        assertThat(closed()).hasSize(SENDERS - 2).doesNotContain(opened.get(7).theirs, opened.get(9).theirs);
        assertThat(link.session().channelCount()).isEqualTo(2);
        for (Opened channel : opened) {
            say(FrameType.SEND, channel, "late");
        }
        assertThat(answered()).containsExactlyInAnyOrder(sender(7), sender(9));
        pass(LATEST_SECONDS);
        assertThat(closed()).hasSize(2);
        say(FrameType.SEND, opened.get(7), "later");
        assertThat(answered()).isEmpty();
        assertThat(link.session().channelCount()).isZero();
    }

    /** Whatever the peer says: packets go to addresses that have sent something, and have a channel still. */
    @Test
    void nobodyGetsAPacketThatHasNotSentOne() {
        Set<InetSocketAddress> senders = new HashSet<>();
        Seeds.forEach(5, seed -> {
            Random random = new Random(seed);
            for (int i = 0; i < 10; i++) {
                InetSocketAddress sender = sender(random.nextInt(1000));
                senders.add(sender);
                send(sender, "request");
            }
            answerOpens();
            int[] types = {
                FrameType.CONNECT,
                FrameType.CONNECTED,
                FrameType.SEND,
                FrameType.SEND,
                FrameType.SENDOOB,
                FrameType.SENT,
                FrameType.CLOSED,
                FrameType.ECHO
            };
            for (int i = 0; i < 1500; i++) {
                String target = "98304 10.7.7.7:7 10.7.7.7:" + random.nextInt(65536) + "\0data";
                FakePeer.say(
                        link,
                        types[random.nextInt(types.length)],
                        2 + random.nextInt(PEER_ID + 20),
                        2 + random.nextInt(100),
                        target.getBytes(StandardCharsets.US_ASCII));
                if (i % 10 == 0 && !opened.isEmpty()) {
                    say(FrameType.SEND, opened.get(random.nextInt(opened.size())), "answer");
                }
                socket.runPendingTasks();
                peer.heard();
                assertThat(senders).containsAll(answered());
            }
            assertThat(end.status().state()).isEqualTo(TunnelState.UP);
        });
    }
}
