package io.mirror.sockmux.session;

import static io.mirror.sockmux.session.Frames.all;
import static io.mirror.sockmux.session.Frames.frame;
import static io.mirror.sockmux.session.Frames.greeting;
import static io.mirror.sockmux.session.Frames.option;
import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.codec.sockmux.FrameHeader;
import io.mirror.codec.sockmux.FrameType;
import io.mirror.core.access.Secret;
import io.mirror.sockmux.session.ChannelEnd.Kind;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of one end, against a peer of literal frames: a DeleGate, a careless one, a hostile one. */
class MuxSessionTest {
    private static final int NO = 255;

    private static TestEnd up() {
        return up(MuxOptions.defaults());
    }

    private static TestEnd up(MuxOptions options) {
        TestEnd end = new TestEnd(options, "ours");
        end.receive(greeting());
        end.take();
        return end;
    }

    private static List<String> said(TestEnd end) {
        return Frames.read(end.take()).stream().map(Object::toString).toList();
    }

    private static byte[] connect(int said) {
        return frame(FrameType.CONNECT, said, NO, "98304 127.0.0.1:38934 127.0.0.1:21011");
    }

    private static TestEnd.Local openedChannel(TestEnd end, int peerId) {
        TestEnd.Local local = end.open();
        end.receive(frame(FrameType.CONNECTED, peerId, local.channel.id(), "98304 127.0.0.1:21020 127.0.0.1:59730"));
        end.take();
        return local;
    }

    @AfterEach
    void whatWasGivenIsReleased() {
        TestEnd.finishAll();
    }

    @Test
    void bothSpeakAtOnceAndOptionsFollowTheHandshake() {
        TestEnd end = new TestEnd(MuxOptions.defaults(), "ours");
        assertThat(said(end)).containsExactly("HELLO 255 255 ours");
        end.receive(frame(FrameType.HELLO, 1, 2, "peer"));
        assertThat(said(end)).containsExactly("HELLOOK 255 255 ours");
        end.receive(frame(FrameType.HELLOOK, 1, 2, "peer"));
        assertThat(Frames.read(end.take()))
                .extracting(Frames.Frame::type)
                .containsExactly(FrameType.HELLOOK, FrameType.SETOPT, FrameType.SETOPT);
        assertThat(end.greeting).isEqualTo("peer");
        end.receive(frame(FrameType.HELLOOK, 1, 2, "late"));
        assertThat(end.session.state()).isEqualTo(MuxSession.State.UP);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "peer", "peer\u0001x"})
    void anyTextIsAGreeting(String text) {
        TestEnd end = new TestEnd(MuxOptions.defaults(), "ours");
        end.receive(frame(FrameType.HELLOOK, 9, 9, text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1)));
        assertThat(end.session.state()).isEqualTo(MuxSession.State.UP);
        assertThat(end.greeting).doesNotContain("\u0001");
    }

    @Test
    void theHandshakeIsBounded() {
        TestEnd late = new TestEnd(MuxOptions.defaults(), "ours");
        late.now = TimeUnit.SECONDS.toNanos(16);
        late.session.onTimer(late.now);
        assertThat(late.ended).contains("15 s");
        TestEnd chatty = new TestEnd(MuxOptions.defaults(), "ours");
        for (int i = 0; i < 100; i++) {
            chatty.receive(frame(FrameType.NOOP, 0, 0, ""));
        }
        assertThat(chatty.ended).contains("100 frames");
        TestEnd self = new TestEnd(MuxOptions.defaults(), "ours");
        self.receive(self.take());
        assertThat(self.ended).isEqualTo("the tunnel leads back to itself");
        TestEnd covered = new TestEnd(MuxOptions.defaults(), "ours");
        byte[] hello = frame(FrameType.HELLO, 0, 0, "peer");
        hello[0] = (byte) 0x83;
        covered.receive(hello);
        assertThat(covered.ended).contains("another version");
    }

    @Test
    void aNewHandshakeEndsTheTunnelAndItsChannels() {
        TestEnd end = up();
        TestEnd.Local local = openedChannel(end, 3);
        end.receive(frame(FrameType.HELLO, 0, 0, "peer"));
        assertThat(end.ended).contains("new handshake");
        assertThat(local.end.kind()).isEqualTo(Kind.TUNNEL);
    }

    @Test
    void whatMeansNothingIsIgnoredUpToALimit() {
        MuxOptions few = MuxOptions.builder()
                .limits(MuxLimits.builder().ignoredPerMinute(20).build())
                .build();
        TestEnd end = up(few);
        for (int type : new int[] {0x3A, 0x03, 0x05, 0x0B, 0x0D, 0x0E, 0x7F, 0x4A, 0x10, 0x12, 0x13}) {
            end.receive(frame(type, 9, NO, "xyz"));
        }
        end.receive(all(option(), option(0x77, 1), option(3), option(2)));
        end.receive(frame(FrameType.ECHO, 0x1234, 7, "101"));
        assertThat(said(end)).containsExactly("ECHOOK 7 4660 101");
        assertThat(end.session.counters().ignored()).isEqualTo(15);
        for (int i = 0; i < 6; i++) {
            end.receive(frame(0x3A, 9, NO, "xyz"));
        }
        assertThat(end.ended).contains("20 frames a minute");
    }

    @Test
    @Tag("S-MUX-6")
    void framesOfUnknownChannelsAreCountedAndOnlyCloseIsAnswered() {
        TestEnd end = up();
        end.receive(all(
                frame(FrameType.SEND, 9, 9, "data"),
                frame(FrameType.SENT, 9, 9, "4"),
                frame(FrameType.CLOSED, 9, 9, "OK closed"),
                frame(FrameType.CLOSE, 9, 8, "DO close")));
        assertThat(said(end)).containsExactly("CLOSED 8 9 OK closed");
        assertThat(end.session.counters().lateFrames()).isEqualTo(4);
        end.receive(frame(FrameType.CONNECTED, 9, 11, "98304 a:1 b:2"));
        assertThat(said(end)).containsExactly("CLOSE 255 9 DO close");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 255, 300, 0x1234})
    void anAnswerWithAnIdThatCannotBeFailsTheOpenAlone(int said) {
        TestEnd end = up();
        TestEnd.Local local = end.open();
        end.take();
        end.receive(frame(FrameType.CONNECTED, said, local.channel.id(), "98304 a:1 b:2"));
        assertThat(local.end.kind()).isEqualTo(Kind.REFUSED);
        assertThat(said(end)).isEmpty();
        assertThat(end.ended).isEmpty();
        assertThat(end.session.counters().violations()).isOne();
    }

    @Test
    void anIdInUseCannotBeUsedAgain() {
        TestEnd end = up();
        openedChannel(end, 3);
        TestEnd.Local second = end.open();
        end.receive(frame(FrameType.CONNECTED, 3, second.channel.id(), "98304 a:1 b:2"));
        assertThat(second.end.kind()).isEqualTo(Kind.REFUSED);
        end.take();
        end.receive(connect(3));
        assertThat(said(end)).isEmpty();
        assertThat(end.session.counters().violations()).isEqualTo(2);
        end.receive(connect(0x1234));
        assertThat(said(end)).containsExactly("CLOSE 255 4660 No server");
    }

    @Test
    void idsStayInTheRangeThatADeleGateHasRoomFor() {
        TestEnd end = up();
        for (int i = 0; i < 61; i++) {
            TestEnd.Local local = end.open();
            assertThat(local.channel.id()).isBetween(2, 62);
        }
        assertThat(end.open()).isNull();
        TestEnd reusing = up();
        int last = 0;
        for (int i = 0; i < 200; i++) {
            TestEnd.Local local = openedChannel(reusing, 3);
            assertThat(local.channel.id()).isEqualTo(last == 62 || last == 0 ? 2 : last + 1);
            last = local.channel.id();
            reusing.receive(frame(FrameType.CLOSE, 3, last, "DO close"));
            assertThat(said(reusing)).containsExactly("CLOSED " + last + " 3 OK closed");
        }
    }

    @Test
    void neverMoreThanTheDocumentedBoundIsOutstanding() {
        for (int offer : new int[] {0, 100, 129, 512, 1024, 8192, 16384, 65535}) {
            TestEnd end = new TestEnd(MuxOptions.defaults(), "ours");
            end.receive(all(frame(FrameType.HELLO, 0, 0, "p"), frame(FrameType.HELLOOK, 0, 0, "p")));
            if (offer > 0) {
                end.receive(option(3, offer >> 8, offer));
            }
            TestEnd.Local local = openedChannel(end, 3);
            int size = offer <= 128 ? 512 : Math.min(offer, 16384);
            long outstanding = 0;
            for (int i = 0; i < 1000; i++) {
                if (local.channel.wantsData()) {
                    local.send(new byte[16376]);
                }
                for (Frames.Frame frame : Frames.read(end.take())) {
                    assertThat(frame.payload().length).isBetween(1, size - 8);
                    outstanding += frame.payload().length;
                }
            }
            assertThat(outstanding).isGreaterThan(4L * size).isLessThanOrEqualTo(4L * size + size - 8);
            assertThat(outstanding).isLessThanOrEqualTo(81912);
            // A little above the threshold stays stopped, a little below goes on.
            long above = outstanding - 4L * size;
            end.receive(frame(FrameType.SENT, 3, local.channel.id(), Long.toString(above)));
            assertThat(end.take()).isEmpty();
            end.receive(frame(FrameType.SENT, 3, local.channel.id(), "1"));
            assertThat(end.take()).isNotEmpty();
        }
    }

    @Test
    void acknowledgementsNeverExceedWhatWasReceivedAndAreSummedUp() {
        TestEnd end = up();
        end.deliverAtOnce = false;
        TestEnd.Local local = openedChannel(end, 3);
        int id = local.channel.id();
        end.receive(frame(FrameType.SEND, 3, id, new byte[100]));
        end.receive(frame(FrameType.SEND, 3, id, new byte[50]));
        end.receive(frame(FrameType.SEND, 3, id, new byte[0]));
        assertThat(said(end)).isEmpty();
        local.channel.delivered(30);
        local.channel.delivered(20);
        assertThat(said(end)).containsExactly("SENT " + id + " 3 50");
        local.channel.delivered(1_000_000);
        assertThat(said(end)).containsExactly("SENT " + id + " 3 100");
        local.channel.delivered(1);
        assertThat(said(end)).isEmpty();
    }

    /** Receives, but does not send what there is to say to it. */
    private static void hear(TestEnd end, byte[] octets) {
        ByteBuf in = end.data(octets);
        end.session.receive(in, end.now);
        in.release();
    }

    @Test
    void acknowledgementsOfLittleDataMayWaitForCompany() {
        TestEnd end = up();
        TestEnd.Local local = openedChannel(end, 3);
        int id = local.channel.id();
        assertThat(end.session.mayWait()).isFalse();
        hear(end, frame(FrameType.SEND, 3, id, new byte[1000]));
        assertThat(end.session.mayWait()).isTrue();
        hear(end, frame(FrameType.SEND, 3, id, new byte[24]));
        assertThat(end.session.mayWait()).isTrue();
        hear(end, frame(FrameType.SEND, 3, id, new byte[1]));
        assertThat(end.session.mayWait()).isFalse();
        assertThat(said(end)).containsExactly("SENT " + id + " 3 1025");

        hear(end, frame(FrameType.SEND, 3, id, new byte[7]));
        local.send("answer".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        assertThat(end.session.mayWait()).isFalse();
        assertThat(said(end)).containsExactly("SENT " + id + " 3 7", "SEND " + id + " 3 answer");
        hear(end, frame(FrameType.SEND, 3, id, new byte[7]));
        hear(end, frame(FrameType.ECHO, 1, 2, "5"));
        assertThat(end.session.mayWait()).isFalse();
        assertThat(said(end)).hasSize(2);
        // The sender of urgent data waits for its acknowledgement.
        hear(end, frame(FrameType.SENDOOB, 3, id, new byte[1]));
        assertThat(end.session.mayWait()).isFalse();
        end.take();
        hear(end, frame(FrameType.SEND, 3, id, new byte[7]));
        end.session.drain();
        assertThat(end.session.mayWait()).isFalse();

        // A peer with small frames stops earlier.
        TestEnd small = new TestEnd(MuxOptions.defaults(), "ours");
        small.receive(all(frame(FrameType.HELLO, 0, 0, "p"), frame(FrameType.HELLOOK, 0, 0, "p"), option(3, 0, 129)));
        int other = openedChannel(small, 3).channel.id();
        hear(small, frame(FrameType.SEND, 3, other, new byte[121]));
        assertThat(small.session.mayWait()).isTrue();
        hear(small, frame(FrameType.SEND, 3, other, new byte[1]));
        assertThat(small.session.mayWait()).isFalse();
    }

    @Test
    void firstDataIsNeitherCountedNorAcknowledged() {
        TestEnd end = up();
        TestEnd.Local local = end.open(TestEnd.TEXT, Unpooled.wrappedBuffer(new byte[1000]), false);
        byte[] connect = end.take();
        assertThat(connect).hasSizeGreaterThan(1000);
        end.receive(frame(FrameType.CONNECTED, 3, local.channel.id(), "98304 a:1 b:2\0first"));
        assertThat(local.received.toString(java.nio.charset.StandardCharsets.US_ASCII))
                .startsWith("first");
        assertThat(said(end)).isEmpty();
    }

    /** {@link #whatWasGivenIsReleased} judges it. */
    @Test
    void opensHaveTheirTurnsAndThoseThatStillWaitGoWithTheTunnel() {
        TestEnd end = up(MuxOptions.builder()
                .limits(MuxLimits.builder().maxDialling(1).build())
                .build());
        end.acceptAtOnce = false;
        for (int said = 3; said < 7; said++) {
            end.receive(frame(FrameType.CONNECT, said, NO, "98304 127.0.0.1:38934 127.0.0.1:21011\0first"));
        }
        for (int opened = 0; opened < 2; opened++) {
            assertThat(end.opened).hasSize(opened);
            assertThat(end.waiting).hasSize(1);
            end.accept(end.waiting.values().iterator().next());
        }
        end.session.lost("the carrier has gone");
        assertThat(end.opened).hasSize(2);
    }

    @Test
    @Tag("S-MUX-2")
    void aPeerThatExceedsTheWindowLosesItsChannelAndInTheEndTheTunnel() {
        TestEnd end = up();
        end.deliverAtOnce = false;
        for (int violation = 1; violation <= 16; violation++) {
            TestEnd.Local local = openedChannel(end, 3);
            int id = local.channel.id();
            for (int i = 0; i < 6; i++) {
                end.receive(frame(FrameType.SEND, 3, id, new byte[16384]));
            }
            assertThat(local.end).isNull();
            assertThat(local.undelivered).isEqualTo(98304);
            end.receive(frame(FrameType.SEND, 3, id, new byte[1]));
            assertThat(local.end.kind()).isEqualTo(Kind.VIOLATION);
            if (violation < 16) {
                assertThat(said(end)).containsExactly("CLOSE " + id + " 3 #window exceeded");
                end.receive(frame(FrameType.CLOSED, 3, id, "OK closed"));
                assertThat(end.session.counters().heldBytes()).isZero();
            }
        }
        assertThat(end.ended).contains("16 channels").contains("window exceeded");
    }

    @Test
    @Tag("S-MUX-2")
    void allChannelsTogetherHoldABoundedNumberOfBytes() {
        MuxOptions small = MuxOptions.builder()
                .limits(MuxLimits.builder().maxHeldBytes(200_000).build())
                .build();
        TestEnd end = up(small);
        end.deliverAtOnce = false;
        for (int peer = 3; peer < 8; peer++) {
            TestEnd.Local local = openedChannel(end, peer);
            for (int i = 0; i < 5; i++) {
                end.receive(frame(FrameType.SEND, peer, local.channel.id(), new byte[16000]));
                assertThat(end.session.counters().heldBytes()).isLessThanOrEqualTo(200_000);
            }
        }
        assertThat(end.opened.stream().filter(local -> local.end != null)).isNotEmpty();
        assertThat(end.ended).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "0", "x", "99999", "99999999999999999999"})
    void wrongAcknowledgementsAreCorrectedOrCloseTheirChannel(String count) {
        TestEnd end = up();
        TestEnd.Local local = openedChannel(end, 3);
        local.send(new byte[100]);
        end.take();
        end.receive(frame(FrameType.SENT, 3, local.channel.id(), count));
        assertThat(end.session.counters().violations()).isOne();
        assertThat(local.end).isNull();
        TestEnd strict = up(MuxOptions.builder().strictAcknowledgements(true).build());
        TestEnd.Local closed = openedChannel(strict, 3);
        strict.receive(frame(FrameType.SENT, 3, closed.channel.id(), count));
        assertThat(closed.end.kind()).isEqualTo(Kind.VIOLATION);
    }

    @Test
    @Tag("S-MUX-1")
    void opensAreBoundedByRoomRateAndDialling() {
        TestEnd end = up();
        end.acceptAtOnce = false;
        for (int peer = 2; peer < 2 + 70; peer++) {
            end.receive(connect(peer == NO ? 254 : peer));
        }
        assertThat(end.waiting).hasSize(16);
        assertThat(said(end)).hasSize(70 - 61).allMatch(frame -> frame.endsWith("No server"));
        end.accept(end.waiting.values().iterator().next());
        assertThat(end.waiting).hasSize(16);
        assertThat(end.session.channelCount()).isEqualTo(61);

        MuxOptions slow = MuxOptions.builder()
                .limits(MuxLimits.builder().opensBurst(5).opensPerSecond(1).build())
                .build();
        TestEnd limited = up(slow);
        for (int peer = 2; peer < 12; peer++) {
            limited.receive(connect(peer));
        }
        assertThat(limited.opened).hasSize(5);
        assertThat(limited.session.counters().refused()).isEqualTo(5);
        limited.now += TimeUnit.SECONDS.toNanos(2);
        limited.receive(connect(20));
        assertThat(limited.opened).hasSize(6);
        assertThat(limited.ended).isEmpty();
    }

    @Test
    @Tag("S-MUX-1")
    void opensNotYetAnsweredAreBounded() {
        MuxOptions few = MuxOptions.builder()
                .limits(MuxLimits.builder().maxPendingOpens(20).build())
                .build();
        TestEnd end = up(few);
        end.acceptAtOnce = false;
        for (int peer = 2; peer < 32; peer++) {
            end.receive(connect(peer));
        }
        assertThat(end.session.channelCount()).isEqualTo(20);
        assertThat(said(end)).hasSize(10);
        end.session.lost("test over");
    }

    @Test
    @Tag("S-MUX-1")
    void theDefaultsBoundTheOpensOfAPeerWithTheExtensions() {
        TestEnd end = up(MuxOptions.builder().extensions(true).build());
        end.receive(option(0x6D, 'M', 'R', 'X', '1', 0x0F));
        assertThat(said(end)).isEmpty();
        end.acceptAtOnce = false;
        int peer = 300;
        for (int i = 0; i < 129; i++) {
            end.receive(connect(peer++));
        }
        assertThat(end.waiting).hasSize(16);
        assertThat(end.session.channelCount()).isEqualTo(128);
        assertThat(said(end)).containsExactly("CLOSE 255 428 No server");
        end.acceptAtOnce = true;
        for (TestEnd.Local local : List.copyOf(end.waiting.values())) {
            end.accept(local);
        }
        assertThat(end.opened).hasSize(128);
        while (end.opened.size() < 1024) {
            end.now += TimeUnit.MILLISECONDS.toNanos(1);
            end.receive(connect(peer++));
        }
        assertThat(end.session.counters().refused()).isOne();
        end.take();
        end.receive(connect(peer));
        assertThat(said(end)).containsExactly("CLOSE 255 " + peer + " No server");
        assertThat(end.session.channelCount()).isEqualTo(1024);

        TestEnd quick = up();
        for (int i = 0; i < 501; i++) {
            quick.receive(connect(3));
            quick.receive(frame(
                    FrameType.CLOSE,
                    3,
                    quick.opened.get(quick.opened.size() - 1).channel.id(),
                    "DO close"));
        }
        assertThat(quick.opened).hasSize(500);
        assertThat(quick.session.counters().refused()).isOne();
        assertThat(quick.ended).isEmpty();
        assertThat(end.ended).isEmpty();
    }

    /** Two seconds of four times as many as are allowed, each closed at once; the link stays. */
    @ParameterizedTest
    @CsvSource({"0, 5000, 500", "1, 1000, 1000"})
    @Tag("S-MUX-1")
    void opensASecondAreBounded(int configured, int perSecond, int burst) {
        MuxLimits.Builder limits = MuxLimits.builder();
        if (configured > 0) {
            limits.opensPerSecond(perSecond).opensBurst(burst);
        }
        TestEnd end = up(MuxOptions.builder().limits(limits.build()).build());
        int tried = 8 * perSecond;
        for (int i = 0; i < tried; i++) {
            end.now += TimeUnit.SECONDS.toNanos(2) / tried;
            int before = end.opened.size();
            end.receive(connect(3));
            if (end.opened.size() > before) {
                int ours = end.opened.get(before).channel.id();
                end.receive(frame(FrameType.CLOSE, 3, ours, "DO close"));
            }
            end.take();
        }
        assertThat(end.opened.size()).isBetween(burst + 2 * perSecond - 1, burst + 2 * perSecond);
        assertThat(end.session.counters().refused()).isEqualTo(tried - end.opened.size());
        assertThat(end.session.counters().ignored()).isZero();
        assertThat(end.ended).isEmpty();
        end.now += TimeUnit.SECONDS.toNanos(1);
        end.receive(connect(3));
        assertThat(said(end)).singleElement().asString().startsWith("CONNECTED ");
    }

    @Test
    void aRefusedOpenIsClean() {
        TestEnd end = up();
        TestEnd.Local local = end.open();
        end.take();
        end.receive(frame(FrameType.CLOSE, NO, local.channel.id(), "No server"));
        assertThat(said(end)).containsExactly("CLOSED " + local.channel.id() + " 255 OK closed");
        assertThat(local.end).isEqualTo(new ChannelEnd(Kind.REFUSED, "No server"));
        assertThat(end.session.channelCount()).isZero();
        TestEnd other = up();
        other.acceptAtOnce = false;
        other.receive(connect(7));
        other.waiting.keySet().iterator().next().refuse(MuxChannel.NO_SERVER);
        assertThat(said(other)).containsExactly("CLOSE 255 7 No server");
        other.receive(frame(FrameType.CLOSED, 7, NO, "OK closed"));
        assertThat(other.session.counters().ignored()).isZero();
        assertThat(other.session.channelCount()).isZero();
    }

    @Test
    void closeAgainstCloseIsNotAnswered() {
        TestEnd end = up();
        TestEnd.Local local = openedChannel(end, 3);
        local.channel.endOfInput();
        assertThat(said(end)).containsExactly("CLOSE 2 3 DO close");
        end.receive(frame(FrameType.CLOSE, 3, 2, "DO close"));
        assertThat(said(end)).isEmpty();
        assertThat(end.session.channelCount()).isZero();
    }

    @Test
    void dataGoesBeforeTheCloseThatFollowsIt() {
        TestEnd end = up();
        TestEnd.Local local = openedChannel(end, 3);
        local.send(new byte[40000]);
        local.channel.close();
        assertThat(Frames.read(end.take()))
                .extracting(Frames.Frame::type)
                .containsExactly(FrameType.SEND, FrameType.SEND, FrameType.SEND, FrameType.CLOSE);
    }

    @Test
    void channelsTakeTurnsFrameByFrameAndAcknowledgementsOvertakeThem() {
        TestEnd end = up();
        TestEnd.Local bulk = openedChannel(end, 3);
        TestEnd.Local small = openedChannel(end, 4);
        bulk.send(new byte[60_000]);
        small.send(new byte[10]);
        small.channel.close();
        end.session.receive(
                Unpooled.wrappedBuffer(all(
                        frame(FrameType.SEND, 3, bulk.channel.id(), new byte[7]), frame(FrameType.ECHO, 1, 2, "5"))),
                end.now);
        assertThat(said(end))
                .containsExactly(
                        "ECHOOK 2 1 5",
                        "SENT 2 3 7",
                        "SEND 2 3 16376",
                        "SEND 3 4 ",
                        "SEND 2 3 16376",
                        "CLOSE 3 4 DO close",
                        "SEND 2 3 16376",
                        "SEND 2 3 10872");
    }

    @Test
    void anOpenThatNobodyWaitsForIsClosedWhenItIsAnswered() {
        TestEnd end = up();
        TestEnd.Local local = end.open();
        local.channel.close();
        end.take();
        end.receive(frame(FrameType.CONNECTED, 9, local.channel.id(), "98304 a:1 b:2"));
        assertThat(said(end)).containsExactly("CLOSE 2 9 DO close");
        end.receive(frame(FrameType.CLOSED, 9, 2, "OK closed"));
        assertThat(end.session.channelCount()).isZero();
        TestEnd slow = up();
        TestEnd.Local never = slow.open();
        slow.take();
        slow.now += TimeUnit.SECONDS.toNanos(31);
        slow.session.onTimer(slow.now);
        assertThat(never.end.kind()).isEqualTo(Kind.TIMEOUT);
    }

    @Test
    void aCloseThatIsNeverAnsweredFreesTheIdInTheEnd() {
        TestEnd end = up();
        TestEnd.Local local = openedChannel(end, 3);
        local.channel.close();
        end.take();
        assertThat(end.session.channelCount()).isOne();
        end.now += TimeUnit.SECONDS.toNanos(31);
        end.session.onTimer(end.now);
        assertThat(end.session.channelCount()).isZero();
        assertThat(end.session.counters().unanswered()).isOne();
    }

    @Test
    void silenceIsFoundWhetherOrNotWeSend() {
        TestEnd end = up();
        TestEnd.Local local = openedChannel(end, 3);
        for (int second = 1; second < 60; second++) {
            end.now += TimeUnit.SECONDS.toNanos(1);
            local.send(new byte[10]);
            end.session.onTimer(end.now);
            assertThat(end.ended).isEmpty();
        }
        assertThat(said(end).stream().filter(frame -> frame.startsWith("ECHO ")))
                .hasSize(2);
        end.now += TimeUnit.SECONDS.toNanos(1);
        end.session.onTimer(end.now);
        assertThat(end.ended).contains("60 s");
    }

    @Test
    void echoesMeasureTheRoundTripAndAreAnsweredWithinBounds() {
        TestEnd end = up();
        end.now = end.session.nextTimer();
        end.session.onTimer(end.now);
        Frames.Frame echo = Frames.read(end.take()).get(0);
        end.now += 5_000_000;
        end.receive(frame(FrameType.ECHOOK, NO, NO, "999"));
        assertThat(end.session.counters().roundTripNanos()).isZero();
        end.receive(frame(FrameType.ECHOOK, NO, NO, echo.text()));
        assertThat(end.session.counters().roundTripNanos()).isEqualTo(5_000_000);
        // Longer than anything that may be sent: not sent back.
        end.receive(frame(FrameType.ECHO, 1, 2, new byte[FrameHeader.MAX_SENT_PAYLOAD + 1]));
        assertThat(end.take()).isEmpty();
        for (int i = 0; i < 200; i++) {
            end.receive(frame(FrameType.ECHO, 1, 2, new byte[FrameHeader.MAX_SENT_PAYLOAD]));
        }
        assertThat(Frames.read(end.take())).hasSize(50);
        assertThat(end.session.counters().echoesDropped()).isEqualTo(151);
    }

    @Test
    void aPeerThatReadsNothingCannotMakeAnswersPileUp() {
        MuxOptions small = MuxOptions.builder()
                .limits(MuxLimits.builder()
                        .maxControlFrames(100)
                        .ignoredPerMinute(100_000)
                        .build())
                .build();
        TestEnd end = up(small);
        end.writable = false;
        for (int i = 0; i < 200 && end.ended.isEmpty(); i++) {
            end.receive(frame(FrameType.CLOSE, 9, 9, "DO close"));
        }
        assertThat(end.ended).contains("more than 100 answers");
    }

    @Test
    void credentialsAreAskedForBeforeAnythingIsOpened() {
        MuxOptions asking = MuxOptions.builder()
                .authorizer((user, password) ->
                        user.equals("alice") && Secret.of("wonder").matches(password))
                .build();
        TestEnd end = up(asking);
        end.receive(connect(3));
        assertThat(said(end)).containsExactly("CLOSE 255 3 ### Not Authenticated ###");
        assertThat(end.ended).isNotEmpty();
        TestEnd good = up(asking);
        assertThat(good.session.isUsable()).isFalse();
        good.receive(frame(FrameType.SETOPT, NO, NO, "\u0004\u0001alice:wonder"));
        good.receive(connect(3));
        assertThat(good.opened).hasSize(1);
        TestEnd guessing = up(asking);
        for (int i = 0; i < 3; i++) {
            guessing.receive(frame(FrameType.SETOPT, NO, NO, "\u0004\u0001alice:guess" + i));
        }
        assertThat(guessing.ended).contains("wrong credentials").doesNotContain("guess2");
    }

    @Test
    void credentialsAreNotSentInClearUnlessThatIsAllowed() {
        MuxOptions.Builder options =
                MuxOptions.builder().credentials(new MuxOptions.Credentials("alice", Secret.of("wonder")));
        TestEnd silent = new TestEnd(options.build(), "ours");
        silent.receive(greeting());
        assertThat(Frames.read(silent.take())).noneMatch(frame -> frame.payload()[0] == 4);
        TestEnd speaking = new TestEnd(options.plaintextCredentials(true).build(), "ours");
        speaking.receive(greeting());
        assertThat(Frames.read(speaking.take()))
                .anyMatch(frame -> frame.type() == FrameType.SETOPT && frame.payload()[0] == 4);
    }

    @Test
    void nothingOfTheExtensionsIsSentToAPeerThatDidNotOfferThem() {
        TestEnd end = up(MuxOptions.builder().extensions(true).build());
        TestEnd.Local local = openedChannel(end, 3);
        local.channel.endOfInput();
        assertThat(said(end)).containsExactly("CLOSE 2 3 DO close");
        TestEnd off = up();
        off.receive(option(0x6D, 'M', 'R', 'X', '1', 0x0F));
        assertThat(off.session.isExtended()).isFalse();
        end.session.drain();
        assertThat(said(end)).isEmpty();
    }

    @Test
    void halfCloseResetAndWindowsBetweenPeersOfThisLibrary() {
        TestEnd[] ends = TestEnd.pair(MuxOptions.builder().extensions(true).build());
        TestEnd.Local near = ends[0].open();
        TestEnd.settle(ends[0], ends[1]);
        TestEnd.Local far = ends[1].opened.get(0);
        near.send("request".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        near.channel.endOfInput();
        TestEnd.settle(ends[0], ends[1]);
        assertThat(far.peerEnded).isTrue();
        far.send("answer".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        far.channel.endOfInput();
        TestEnd.settle(ends[0], ends[1]);
        assertThat(near.received.toString(java.nio.charset.StandardCharsets.US_ASCII))
                .isEqualTo("answer");
        assertThat(near.end.isOrderly()).isTrue();
        assertThat(far.end.isOrderly()).isTrue();
        assertThat(ends[0].session.channelCount()).isZero();
        assertThat(ends[1].session.channelCount()).isZero();

        TestEnd.Local one = ends[0].open();
        TestEnd.settle(ends[0], ends[1]);
        TestEnd.Local two = ends[1].opened.get(1);
        one.channel.reset(1);
        two.channel.reset(2);
        TestEnd.settle(ends[0], ends[1]);
        assertThat(ends[0].session.channelCount()).isZero();
        assertThat(ends[1].session.channelCount()).isZero();

        TestEnd.Local third = ends[0].open();
        TestEnd.settle(ends[0], ends[1]);
        ends[1].opened.get(2).channel.reset(7);
        TestEnd.settle(ends[0], ends[1]);
        assertThat(third.end).isEqualTo(new ChannelEnd(Kind.RESET, "reset, reason 7"));

        ends[1].deliverAtOnce = false;
        TestEnd.Local wide = ends[0].open();
        TestEnd.settle(ends[0], ends[1]);
        for (int i = 0; i < 100; i++) {
            if (wide.channel.wantsData()) {
                wide.send(new byte[16376]);
            }
            TestEnd.settle(ends[0], ends[1]);
        }
        assertThat(ends[1].opened.get(3).undelivered).isBetween(200_000L, 262_144L);
        assertThat(wide.end).isNull();
    }

    @Test
    void moreChannelsThanADeleGateHasRoomForBetweenPeersOfThisLibrary() {
        TestEnd[] ends = TestEnd.pair(MuxOptions.builder().extensions(true).build());
        for (int i = 0; i < 1024; i++) {
            assertThat(ends[0].open()).isNotNull();
            if (i % 100 == 0) {
                ends[1].now += TimeUnit.SECONDS.toNanos(1);
                TestEnd.settle(ends[0], ends[1]);
            }
        }
        TestEnd.settle(ends[0], ends[1]);
        assertThat(ends[0].open()).isNull();
        assertThat(ends[0].opened).allMatch(local -> local.connected && local.channel.id() != NO);
    }

    @Test
    void aDrainedTunnelEndsOnBothSides() {
        TestEnd[] ends = TestEnd.pair(MuxOptions.builder().extensions(true).build());
        TestEnd.Local local = ends[0].open();
        TestEnd.settle(ends[0], ends[1]);
        ends[0].session.drain();
        TestEnd.settle(ends[0], ends[1]);
        assertThat(ends[0].open()).isNull();
        assertThat(ends[1].open()).isNull();
        assertThat(ends[0].ended).isEmpty();
        local.channel.close();
        TestEnd.settle(ends[0], ends[1]);
        assertThat(ends[0].ended).isEqualTo("drained");
    }

    @Test
    void lingeringWaitsForSilence() {
        TestEnd end = up(MuxOptions.builder().linger(Duration.ofSeconds(2)).build());
        TestEnd.Local local = openedChannel(end, 3);
        local.channel.endOfInput();
        assertThat(said(end)).isEmpty();
        end.now += TimeUnit.SECONDS.toNanos(1);
        end.receive(frame(FrameType.SEND, 3, 2, "answer"));
        end.take();
        end.now += TimeUnit.MILLISECONDS.toNanos(1500);
        end.session.onTimer(end.now);
        assertThat(said(end)).isEmpty();
        end.now += TimeUnit.SECONDS.toNanos(1);
        end.session.onTimer(end.now);
        assertThat(said(end)).containsExactly("CLOSE 2 3 DO close");
    }

    @Test
    void coverWithoutAnAgreedKeyEndsTheTunnel() {
        TestEnd end = up();
        end.receive(frame(FrameType.CRYPTON, NO, NO, new byte[] {1, 4}));
        assertThat(end.ended).contains("crypt:no");
    }

    @Test
    void urgentDataIsDeliveredAndConfirmed() {
        TestEnd end = up();
        TestEnd.Local local = openedChannel(end, 3);
        end.receive(frame(FrameType.SENDOOB, 3, 2, new byte[] {'!'}));
        assertThat(local.urgent).isOne();
        assertThat(said(end)).containsExactly("SENTOOB 2 3 1");
    }
}
