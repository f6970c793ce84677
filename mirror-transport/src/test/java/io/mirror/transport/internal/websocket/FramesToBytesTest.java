package io.mirror.transport.internal.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How what is written becomes messages (DHTP section 11.3). */
class FramesToBytesTest {
    private static ByteBuf text(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
    }

    /** A binary frame of DHTP as far as its length. */
    private static ByteBuf frame(int length) {
        return Unpooled.buffer()
                .writeBytes(new byte[] {1, (byte) 0xB1, 1, 1})
                .writeIntLE(length)
                .writeZero(length - 8);
    }

    private static List<String> written(EmbeddedChannel channel, ByteBuf... parts) {
        channel.writeOutbound(Unpooled.wrappedBuffer(parts));
        List<String> seen = new ArrayList<>();
        for (WebSocketFrame frame = channel.readOutbound(); frame != null; frame = channel.readOutbound()) {
            String kind = frame instanceof TextWebSocketFrame ? "text" : "more";
            kind = frame instanceof BinaryWebSocketFrame ? "binary" : kind;
            seen.add(kind + " " + frame.content().readableBytes() + (frame.isFinalFragment() ? "" : " +"));
            frame.release();
        }
        return seen;
    }

    private static EmbeddedChannel dhtp(int maxMessageBytes) {
        return new EmbeddedChannel(new FramesToBytes(Messages.DHTP, maxMessageBytes));
    }

    @Test
    void linesAndFramesOfOneBatchBecomeMessagesOfTheirKind() {
        assertThat(written(dhtp(4 << 20), text("(a)\n(b)\n"), frame(50), frame(60), text("(c)\n"), frame(40)))
                .containsExactly("text 8", "binary 110", "text 4", "binary 40");
    }

    @Test
    void longBatchBecomesSeveralMessagesOfWholeLines() {
        String line = "(" + "x".repeat(998) + "\n";
        List<String> seen = written(dhtp(4 << 20), text(line.repeat(600)));
        assertThat(seen).containsExactly("text 262000", "text 262000", "text 76000");
    }

    @Test
    void longLineBecomesOneMessageInFragments() {
        assertThat(written(dhtp(4 << 20), text("x".repeat(600_000) + "\n")))
                .containsExactly("text 262144 +", "more 262144 +", "more 75713");
    }

    @Test
    void lineLongerThanAMessageIsNotSent() {
        EmbeddedChannel channel = dhtp(1000);
        var write = channel.write(text("x".repeat(1000) + "\n"));
        channel.flush();
        assertThat(write.cause()).isInstanceOf(WebSocketViolation.class).hasMessageContaining("1001 bytes");
        assertThat(channel.outboundMessages()).isEmpty();
    }

    @Test
    void buffersOfOtherProtocolsBecomeBinaryMessages() {
        EmbeddedChannel channel = new EmbeddedChannel(new FramesToBytes(Messages.BINARY, 1000));
        assertThat(written(channel, text("(a)\n"), frame(1500))).containsExactly("binary 1000", "binary 504");
    }

    @Test
    void payloadIsPassedOnAsBytesAndEmptyFramesAreNot() {
        EmbeddedChannel channel = dhtp(1000);
        channel.writeInbound(
                new TextWebSocketFrame(false, 0, text("(a")),
                new ContinuationWebSocketFrame(false, 0, Unpooled.EMPTY_BUFFER),
                new ContinuationWebSocketFrame(true, 0, text(")\n")));
        List<String> seen = new ArrayList<>();
        for (ByteBuf bytes = channel.readInbound(); bytes != null; bytes = channel.readInbound()) {
            seen.add(bytes.toString(StandardCharsets.UTF_8));
            bytes.release();
        }
        assertThat(seen).containsExactly("(a", ")\n");
    }
}
