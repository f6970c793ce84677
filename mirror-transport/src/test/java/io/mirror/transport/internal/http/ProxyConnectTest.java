package io.mirror.transport.internal.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mirror.transport.internal.net.Opening;
import io.mirror.transport.internal.net.Place;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The step through a proxy alone, in a time that the test makes. */
class ProxyConnectTest {
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final List<String> failures = new ArrayList<>();
    private final StringBuilder tunnelled = new StringBuilder();

    /** Hears what becomes of the opening, and what comes out of the tunnel. */
    private final class Behind extends ChannelInboundHandlerAdapter {
        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof Opening opening && opening.hasFailed()) {
                failures.add(opening.failure());
            }
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            tunnelled.append(bytes.toString(StandardCharsets.ISO_8859_1));
            bytes.release();
        }
    }

    private void start() {
        channel.freezeTime();
        ProxyLogin login = new ProxyLogin(Optional.empty(), false);
        Place.atEnd(channel.pipeline()).add("proxy", new ProxyConnect("target", 4502, login, inside -> {}));
        channel.pipeline().addLast(new Behind());
        ByteBuf request = channel.readOutbound();
        assertThat(request.toString(StandardCharsets.ISO_8859_1))
                .isEqualTo("CONNECT target:4502 HTTP/1.1\r\nHost: target:4502\r\n\r\n");
        request.release();
    }

    private void receive(String text) {
        channel.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1));
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    /** S-PRX-2: ten seconds, however busily the proxy drips. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @Tag("S-PRX-2")
    void proxyThatStallsOrDripsIsGivenUpAfterTenSeconds(boolean drips) {
        start();
        for (int second = 0; second < 10; second++) {
            assertThat(failures).isEmpty();
            if (drips) {
                receive(second == 0 ? "HTTP/1.1 200 OK\r\nX: " : "y");
            }
            channel.advanceTimeBy(1, TimeUnit.SECONDS);
            channel.runScheduledPendingTasks();
        }
        assertThat(failures).containsExactly("the answer of the proxy did not come within 10000 ms");
        assertThat(channel.isActive()).isFalse();
    }

    @Test
    @Tag("S-PRX-2")
    void headOfSixteenKibibytesIsTakenAndOneByteMoreIsNot() {
        String begin = "HTTP/1.1 200 OK\r\nX: ";
        int limit = 16 << 10;
        start();
        receive(begin + "y".repeat(limit - begin.length() - 4) + "\r\n\r\nrest");
        assertThat(failures).isEmpty();
        assertThat(tunnelled).hasToString("rest");
    }

    @Test
    @Tag("S-PRX-2")
    void headOfMoreThanSixteenKibibytesIsGivenUp() {
        String begin = "HTTP/1.1 200 OK\r\nX: ";
        start();
        receive(begin + "y".repeat((16 << 10) - begin.length() - 3) + "\r\n\r\n");
        assertThat(failures).containsExactly("the answer of the proxy: the head is longer than 16384 bytes");
        assertThat(tunnelled).isEmpty();
    }

    @Test
    @Tag("S-PRX-2")
    void answerThatArrivesByteByByteOpensTheTunnel() {
        start();
        for (char c : "HTTP/1.1 200 Yes\r\nVia: x\r\n\r\n(alive)\n".toCharArray()) {
            receive(String.valueOf(c));
        }
        assertThat(tunnelled).hasToString("(alive)\n");
        assertThat(channel.pipeline().get(ProxyConnect.class)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a\rb", "a\nb", "a\r\nX: y", "a\u0000b", "h\u00f6st", "\u20ac", "a\u0085b", "a\u007fb", "a b", "a\tb",
                "a/b", "a?b", "a#b", "u@h", "a\"b", "a\\b", "a<b", "a>b", "", " "
            })
    @Tag("S-PRX-1")
    void hostThatCannotBePartOfARequestIsRefusedWhenTheStepIsMade(String host) {
        ProxyLogin login = new ProxyLogin(Optional.empty(), false);
        assertThatThrownBy(() -> new ProxyConnect(host, 4502, login, inside -> {}))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
