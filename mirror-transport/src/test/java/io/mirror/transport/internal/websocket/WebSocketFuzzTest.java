package io.mirror.transport.internal.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.mirror.testkit.Seeds;
import io.mirror.transport.internal.net.Opening;
import io.mirror.transport.internal.net.Place;
import io.mirror.transport.websocket.WebSocketOptions;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslHandler;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Any bytes to a listener: no failure but the documented ones, and the same result however the bytes are cut. */
@Tag("S-LEN-12")
class WebSocketFuzzTest {
    private static final String REQUEST = "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
    private static final WebSocketOptions OPTIONS =
            WebSocketOptions.builder().limits(300, 500, 4).build();

    /** What the protocol's handler gets to see. */
    private static final class Protocol extends ChannelInboundHandlerAdapter {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        String failure = "";

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf content = (ByteBuf) message;
            assertThat(Opening.isComplete(context.pipeline())).isTrue();
            byte[] copy = new byte[content.readableBytes()];
            content.readBytes(copy);
            content.release();
            if (failure.isEmpty()) {
                bytes.writeBytes(copy);
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof Opening opening && opening.hasFailed() && failure.isEmpty()) {
                failure = opening.failure();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            boolean documented = cause instanceof WebSocketViolation
                    || String.valueOf(cause.getMessage()).contains("SSL");
            assertThat(documented).as(cause.toString()).isTrue();
            failure = failure.isEmpty() ? cause.getMessage() : failure;
            context.close();
        }

        @Override
        public String toString() {
            return HexFormat.of().formatHex(bytes.toByteArray()) + " " + failure;
        }
    }

    private static void write(EmbeddedChannel channel, byte[] input, int size) {
        for (int at = 0; at < input.length && channel.isOpen(); at += size) {
            channel.writeInbound(Unpooled.copiedBuffer(input, at, Math.min(size, input.length - at)));
        }
    }

    /** A WebSocket is closed in steps, with a time limit for the other side: it is over when that has passed. */
    private static void end(EmbeddedChannel channel) {
        channel.close();
        channel.advanceTimeBy(1, TimeUnit.MINUTES);
        channel.runScheduledPendingTasks();
        channel.finishAndReleaseAll();
        assertThat(channel.isOpen()).isFalse();
    }

    private static String webSocket(byte[] input, int size) {
        EmbeddedChannel channel = new EmbeddedChannel();
        Protocol protocol = new Protocol();
        WebSocketCarrier.addServer(Place.atEnd(channel.pipeline()), OPTIONS, Messages.DHTP);
        channel.pipeline().addLast(protocol);
        write(channel, REQUEST.getBytes(StandardCharsets.US_ASCII), 1000);
        write(channel, input, size);
        String seen = protocol.toString();
        end(channel);
        return seen;
    }

    private static SslHandler tls() {
        try {
            SSLEngine engine = SSLContext.getDefault().createSSLEngine();
            engine.setUseClientMode(false);
            return new SslHandler(engine);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String sharedPort(byte[] input, int size) {
        EmbeddedChannel channel = new EmbeddedChannel();
        Protocol protocol = new Protocol();
        PortDetector.Accepted all = new PortDetector.Accepted(true, true, true, true);
        PortDetector.addTo(Place.atEnd(channel.pipeline()), all, WebSocketFuzzTest::tls, OPTIONS, Messages.DHTP);
        channel.pipeline().addLast(protocol);
        write(channel, input, size);
        String seen = input.length > 0 && input[0] == 0x16 ? "TLS" : protocol.toString();
        end(channel);
        return seen;
    }

    @FuzzTest(maxDuration = "30s")
    void anyFramesGiveTheSameBytesHoweverTheyAreCut(byte[] input) {
        String whole = webSocket(input, Math.max(1, input.length));
        for (int size : new int[] {1, 3, 50}) {
            assertThat(webSocket(input, size)).isEqualTo(whole);
        }
    }

    @FuzzTest(maxDuration = "30s")
    void anyFirstBytesOnASharedPortAreTakenTheSameWayHoweverTheyAreCut(byte[] input) {
        String whole = sharedPort(input, Math.max(1, input.length));
        for (int size : new int[] {1, 3, 50}) {
            assertThat(sharedPort(input, size)).isEqualTo(whole);
        }
    }

    /** What a fuzzer would need long to find: frames that are nearly right. */
    @Test
    void framesThatAreNearlyRight() {
        Seeds.forEach(60, seed -> {
            Random random = new Random(seed);
            ByteArrayOutputStream frames = new ByteArrayOutputStream();
            for (int i = 0; i < 5; i++) {
                int length = random.nextInt(140);
                frames.write(
                        random.nextInt(4) == 0 ? random.nextInt(256) : 0x80 * random.nextInt(2) | random.nextInt(3));
                frames.write(random.nextInt(10) == 0 ? random.nextInt(256) : 0x80 | Math.min(length, 126));
                if (length >= 126) {
                    frames.write(0);
                    frames.write(length);
                }
                byte[] payload = new byte[length + 4];
                if (random.nextBoolean()) {
                    random.nextBytes(payload);
                } else {
                    Arrays.fill(payload, 4, payload.length, (byte) ' ');
                }
                frames.writeBytes(payload);
            }
            anyFramesGiveTheSameBytesHoweverTheyAreCut(frames.toByteArray());
        });
    }

    @Test
    void requestsThatAreNearlyRight() {
        Seeds.forEach(60, seed -> {
            Random random = new Random(seed);
            byte[] request = (REQUEST + "\u0081\u0081\u0000\u0000\u0000\u0000(").getBytes(StandardCharsets.ISO_8859_1);
            for (int i = random.nextInt(3); i > 0; i--) {
                request[random.nextInt(request.length)] = (byte) random.nextInt(256);
            }
            anyFirstBytesOnASharedPortAreTakenTheSameWayHoweverTheyAreCut(
                    Arrays.copyOf(request, request.length - random.nextInt(10)));
        });
    }
}
