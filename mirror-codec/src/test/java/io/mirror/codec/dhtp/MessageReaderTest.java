package io.mirror.codec.dhtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Recorded streams, message by message. */
class MessageReaderTest {
    private static final byte[] FRAME = Wire.hex("01 B1 01 02 44 00 00 00 01 01 C0 00 64 00 07 00"
            + "00 F1 53 65 00 00 00 00 80 B2 E6 0E FF FF FF FF"
            + "07 00 00 00 08 00 00 00 10 00 00 00 70 6C 61 6E"
            + "74 3A 74 61 6E 6B 2E 6C 65 76 65 6C 00 00 00 00"
            + "00 A0 45 40");

    private static final class Log implements MessageReader.Listener {
        private final List<String> lines = new ArrayList<>();

        @Override
        public void onText(long offset, Expression expression) {
            lines.add(offset + " " + ExpressionWriter.toText(expression));
        }

        @Override
        public void onFrame(long offset, BinaryFrame frame) {
            lines.add(offset + " " + frame);
        }

        @Override
        public void onMalformed(DecodeReason reason, long offset, String excerpt) {
            lines.add(offset + " " + reason + " " + excerpt);
        }
    }

    private static List<String> read(byte[] input) {
        List<String> whole = readInPieces(input, input.length);
        for (int size = 1; size < input.length; size++) {
            assertThat(readInPieces(input, size)).as("pieces of %d", size).isEqualTo(whole);
        }
        return whole;
    }

    private static List<String> readInPieces(byte[] input, int size) {
        Log log = new Log();
        MessageReader reader = new MessageReader(DhtpLimits.DEFAULT);
        ByteBuf in = Unpooled.buffer();
        for (int at = 0; at < input.length; at += size) {
            in.writeBytes(input, at, Math.min(size, input.length - at));
            reader.read(in, log);
        }
        reader.end(in, log);
        in.release();
        return log.lines;
    }

    @Test
    void reportsEveryMessageWithItsOffset() {
        byte[] input = Wire.join(
                Wire.utf8("\n (auth\"u\" \"p\")\n(a) (b(c \"d\"))\r\n"),
                FRAME,
                Wire.utf8("(point x 1 2)\n(bad\n(good)\n"),
                FRAME);
        assertThat(read(input))
                .containsExactly(
                        "2 (auth u p)",
                        "16 (a)",
                        "20 (b (c d))",
                        "32 BinaryFrame[kind=ECHO, name=plant:tank.level, value=43.25, confidence=100, security=7,"
                                + " locked=true, seconds=1700000000, nanoseconds=250000000, flags=4294967295,"
                                + " quality=192, handle=7]",
                        "100 (point x 1 2)",
                        "118 UNCLOSED_LIST (bad",
                        "119 (good)",
                        "126 BinaryFrame[kind=ECHO, name=plant:tank.level, value=43.25, confidence=100, security=7,"
                                + " locked=true, seconds=1700000000, nanoseconds=250000000, flags=4294967295,"
                                + " quality=192, handle=7]");
    }

    @Test
    void reportsAFrameWithABadFieldAndGoesOn() {
        byte[] bad = FRAME.clone();
        bad[9] = 2;
        assertThat(read(Wire.join(bad, Wire.utf8("(a)\n")))).hasSize(2).last().isEqualTo("68 (a)");
    }

    @Test
    void anEndInsideAMessageIsAnError() {
        Log log = new Log();
        for (byte[] input : new byte[][] {Wire.utf8("(a)\n(b)"), Wire.join(Wire.utf8("(a)\n"), Wire.hex("01 B1 01"))}) {
            MessageReader reader = new MessageReader(DhtpLimits.DEFAULT);
            assertThatThrownBy(() -> reader.end(Wire.heap(input), log))
                    .isInstanceOfSatisfying(DhtpDecodeException.class, e -> {
                        assertThat(e.reason()).isEqualTo(DecodeReason.TRUNCATED);
                        assertThat(e.offset()).isEqualTo(4);
                    });
        }
        assertThat(log.lines).containsExactly("0 (a)", "0 (a)");
    }

    @Test
    void anEndInsideADiscardedLineWasReportedAlready() {
        Log log = new Log();
        MessageReader reader = new MessageReader(DhtpLimits.DEFAULT.withMaxLineBytes(64));
        reader.end(Wire.heap(Wire.utf8("(" + "x".repeat(100))), log);
        assertThat(log.lines).singleElement().asString().startsWith("0 LINE_TOO_LONG (xxx");
    }

    @Test
    void anUndefinedHandleEndsTheStream() {
        byte[] byHandle = FRAME.clone();
        byHandle[40] = 0;
        byHandle[4] = 52;
        assertThatThrownBy(() -> new MessageReader(DhtpLimits.DEFAULT).read(Wire.heap(byHandle), new Log()))
                .isInstanceOf(DhtpDecodeException.class)
                .hasMessage("undefined handle at byte 0: handle 7");
    }
}
