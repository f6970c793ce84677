package io.mirror.sockmux.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.mirror.codec.sockmux.FrameHeader;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** Any frames after the handshake, and anything the local sides do meanwhile: nothing escapes, the limits hold. */
class SessionFuzzTest {
    private static final int[] TYPES = {
        0x00, 0x01, 0x02, 0x06, 0x07, 0x08, 0x09, 0x0A, 0x0C, 0x10, 0x11, 0x12, 0x13, 0x41, 0x42, 0x46, 0x47, 0x48,
        0x49, 0x50, 0x51, 0x3A
    };
    private static final int CONNECT = 2;
    private static final MuxLimits LIMITS = MuxLimits.builder()
            .maxChannels(5)
            .maxExtendedChannels(9)
            .maxDialling(2)
            .maxPendingOpens(3)
            .window(20_000)
            .extendedWindow(30_000)
            .maxHeldBytes(98_304)
            .maxControlFrames(64)
            .build();

    /** The first octet chooses the options; then four octets are a step, and a payload may follow. */
    @FuzzTest(maxDuration = "30s")
    void anyFramesAfterTheHandshakeKeepWithinTheLimits(byte[] input) {
        ByteBuffer in = ByteBuffer.wrap(input);
        int flags = in.hasRemaining() ? in.get() : 0;
        MuxOptions options = MuxOptions.builder()
                .extensions((flags & 1) != 0)
                .strictAcknowledgements((flags & 2) != 0)
                .limits(LIMITS)
                .build();
        TestEnd end = new TestEnd(options, "ours");
        end.acceptAtOnce = (flags & 4) != 0;
        end.deliverAtOnce = (flags & 8) != 0;
        end.receive(Frames.greeting());
        end.receive(Frames.option(0x6D, 'M', 'R', 'X', '1', 0x0F));
        while (in.remaining() >= 4 && end.ended.isEmpty()) {
            int what = in.get() & 0xFF;
            int first = in.get() & 0xFF;
            int second = in.get() & 0xFF;
            int third = in.get() & 0xFF;
            if (what < 0x40) {
                local(end, what, first, second);
            } else {
                byte[] payload = payload(in, what, third);
                end.receive(Frames.frame(TYPES[first % TYPES.length], second % 12, third % 12, payload));
            }
            check(end);
        }
        end.finish();
        assertThat(end.session.counters().heldBytes()).isZero();
        assertThat(end.session.state()).isEqualTo(MuxSession.State.DOWN);
        for (TestEnd.Local local : end.opened) {
            assertThat(local.end != null || !local.connected).isTrue();
        }
    }

    private static byte[] payload(ByteBuffer in, int what, int size) {
        if (what >= 0xF0) {
            return new byte[Math.min(FrameHeader.MAX_PAYLOAD, 1 + 70 * size)];
        }
        byte[] payload = new byte[Math.min(in.remaining(), what & 0x0F)];
        in.get(payload);
        return payload;
    }

    private static void local(TestEnd end, int what, int first, int second) {
        end.now += TimeUnit.MILLISECONDS.toNanos(first);
        if (what == 0) {
            end.session.onTimer(Math.max(end.now, end.session.nextTimer() / (1 + second % 2)));
            return;
        }
        if (what < CONNECT + 4) {
            end.open();
            return;
        }
        if (what < 10 && !end.waiting.isEmpty()) {
            TestEnd.Local waiting = end.waiting.values().iterator().next();
            if (second % 2 == 0) {
                end.accept(waiting);
            } else {
                end.waiting.remove(waiting.channel);
                waiting.channel.refuse(MuxChannel.NO_SERVER);
            }
            return;
        }
        end.writable = what != 10;
        if (end.opened.isEmpty()) {
            return;
        }
        TestEnd.Local local = end.opened.get(first % end.opened.size());
        switch (what % 7) {
            case 0 -> local.send(new byte[second * 40]);
            case 1 -> local.deliver();
            case 2 -> local.channel.endOfInput();
            case 3 -> local.channel.reset(second);
            case 4 -> local.channel.close();
            case 5 -> local.channel.endDelivered();
            default -> end.session.drain();
        }
    }

    private static void check(TestEnd end) {
        byte[] sent = end.take();
        for (Frames.Frame frame : Frames.read(sent)) {
            assertThat(frame.version()).isEqualTo(FrameHeader.VERSION);
            assertThat(frame.payload().length).isLessThanOrEqualTo(FrameHeader.MAX_SENT_PAYLOAD);
        }
        MuxCounters counters = end.session.counters();
        assertThat(counters.heldBytes()).isBetween(0L, 98_304L);
        assertThat(end.session.channelCount()).isLessThanOrEqualTo(9 + 3);
        assertThat(Arrays.asList(MuxSession.State.UP, MuxSession.State.DOWN)).contains(end.session.state());
    }
}
