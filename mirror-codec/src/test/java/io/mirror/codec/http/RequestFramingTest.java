package io.mirror.codec.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What may pass as a request, cut at every offset. */
class RequestFramingTest {
    private static final String HEAD = "POST / HTTP/1.1\r\nHost: a\r\n";

    /** How many octets pass, and the problem, if the input comes in pieces of one size. */
    private static String judge(String octets, int size) {
        RequestFraming framing = new RequestFraming();
        byte[] bytes = octets.getBytes(StandardCharsets.ISO_8859_1);
        int good = 0;
        for (int from = 0; from < bytes.length; from += size) {
            ByteBuf piece = Unpooled.wrappedBuffer(bytes, from, Math.min(size, bytes.length - from));
            int passed = framing.check(piece);
            good += passed;
            if (passed < piece.readableBytes()) {
                assertThat(framing.problem()).isPresent();
                assertThat(framing.check(Unpooled.wrappedBuffer(bytes))).isZero();
                break;
            }
        }
        return good + " " + framing.problem().orElse("good");
    }

    private static String judge(String octets) {
        String whole = judge(octets, octets.length());
        assertThat(judge(octets, 1)).as(octets).isEqualTo(whole);
        if (octets.length() < 400) {
            byte[] bytes = octets.getBytes(StandardCharsets.ISO_8859_1);
            for (int cut = 1; cut < bytes.length; cut++) {
                RequestFraming framing = new RequestFraming();
                int good = framing.check(Unpooled.wrappedBuffer(bytes, 0, cut));
                if (good == cut) {
                    good += framing.check(Unpooled.wrappedBuffer(bytes, cut, bytes.length - cut));
                }
                assertThat(good + " " + framing.problem().orElse("good"))
                        .as("cut at %d of %s", cut, octets)
                        .isEqualTo(whole);
            }
        }
        return whole.substring(whole.indexOf(' ') + 1);
    }

    @Test
    void goodRequestsPassWhole() {
        for (String octets : List.of(
                "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
                "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
                HEAD + "Content-Length: 5\r\n\r\na\rb\ncGET / HTTP/1.1\r\n\r\n",
                HEAD + "content-length:\t5 \r\n\r\nhello",
                HEAD + "Content-Length: 0\r\n\r\nGET /x HTTP/1.1\r\nHost: b\r\n\r\n",
                HEAD + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
                HEAD + "transfer-encoding: CHUNKED\r\n\r\n000A ;x=\"y\"\r\n0123456789\r\n0\r\nContent-MD5: x\r\n\r\n",
                HEAD + "X-Empty:\r\nX-Latin: \u00e4\u00ff\r\n\r\n")) {
            assertThat(judge(octets)).as(octets).isEqualTo("good");
        }
    }

    @Test
    @Tag("S-LEN-9")
    void eachSmugglingFormIsRefused() {
        String[][] cases = {
            {HEAD + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", "both Content-Length and Transfer"},
            {HEAD + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n", "both Content-Length and Transfer"},
            {HEAD + "Content-Length: 5\r\nContent-Length: 6\r\n\r\n", "Content-Length is not one plain number"},
            {HEAD + "Content-Length: 5\r\nContent-Length: 5\r\n\r\n", "Content-Length is not one plain number"},
            {HEAD + "Content-Length: 5, 5\r\n\r\n", "Content-Length is not one plain number"},
            {HEAD + "Content-Length: +5\r\n\r\n", "Content-Length is not one plain number"},
            {HEAD + "Content-Length: 1234567890123456789\r\n\r\n", "Content-Length is not one plain number"},
            {HEAD + "X-A: 1\r\n folded: 2\r\n\r\n", "a folded header line"},
            {HEAD + "X-A: 1\r\n\tfolded\r\n\r\n", "a folded header line"},
            {HEAD + "X-A: 1\nContent-Length: 5\r\n\r\n", "a line that ends without a carriage return"},
            {HEAD + "X-A: 1\rContent-Length: 5\r\n\r\n", "a carriage return that ends no line"},
            {"GET / HTTP/1.1\nHost: a\r\n\r\n", "a line that ends without a carriage return"},
            {HEAD + "Transfer-Encoding : chunked\r\n\r\n", "a header name that is no token"},
            {HEAD + ": x\r\n\r\n", "a header line without a name"},
            {HEAD + "no colon\r\n\r\n", "a header line without a name"},
            {HEAD + "X-A: \u0000\r\n\r\n", "a control character"},
            {HEAD + "Transfer-Encoding: gzip\r\n\r\n", "a transfer coding other than chunked"},
            {HEAD + "Transfer-Encoding: gzip, chunked\r\n\r\n", "a transfer coding other than chunked"},
            {HEAD + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", "a transfer coding"},
            {HEAD + "Transfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n", "a chunk size"},
            {HEAD + "Transfer-Encoding: chunked\r\n\r\n5 5\r\nhello\r\n", "a chunk size"},
            {HEAD + "Transfer-Encoding: chunked\r\n\r\n\r\n", "a chunk size"},
            {HEAD + "Transfer-Encoding: chunked\r\n\r\n-1\r\n", "a chunk size"},
            {HEAD + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello!\r\n", "a chunk that is longer"},
            {HEAD + "Transfer-Encoding: chunked\r\n\r\n5\nhello\r\n", "a line that ends without"},
            {HEAD + "Transfer-Encoding: chunked\r\n\r\n0\r\nX-A: 1\r\n fold\r\n\r\n", "a folded header line"},
            {HEAD + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n", "a chunk larger"},
        };
        for (String[] one : cases) {
            assertThat(judge(one[0])).as(one[0]).startsWith(one[1]);
        }
    }

    @Test
    @Tag("S-LEN-9")
    void everyLimitHoldsExactly() {
        String line = "GET /" + "a".repeat(RequestFraming.MAX_START_LINE - 14) + " HTTP/1.1";
        assertThat(line).hasSize(RequestFraming.MAX_START_LINE);
        assertThat(judge(line + "\r\n\r\n")).isEqualTo("good");
        assertThat(judge("X" + line + "\r\n\r\n")).startsWith("a request line longer than 8192");

        String header = "X-A: " + "a".repeat(RequestFraming.MAX_HEADER_LINE - 5);
        assertThat(judge("GET / HTTP/1.1\r\n" + header + "\r\n\r\n")).isEqualTo("good");
        assertThat(judge("GET / HTTP/1.1\r\n" + header + "a\r\n\r\n")).startsWith("a header longer than 16384");

        String small = "X-A: 1\r\n";
        assertThat(judge("GET / HTTP/1.1\r\n" + small.repeat(500) + "\r\n")).isEqualTo("good");
        assertThat(judge("GET / HTTP/1.1\r\n" + small.repeat(501) + "\r\n")).startsWith("more headers than 500");

        String quarter = "X-A: " + "a".repeat(8_192 - 7) + "\r\n";
        assertThat(judge("GET / HTTP/1.1\r\n" + quarter.repeat(4) + "\r\n")).isEqualTo("good");
        assertThat(judge("GET / HTTP/1.1\r\n" + quarter.repeat(4) + small + "\r\n"))
                .startsWith("more headers than 500 or 32768");

        String chunked = HEAD + "Transfer-Encoding: chunked\r\n\r\n";
        assertThat(judge(chunked + "0000000000000005\r\nhello\r\n0\r\n\r\n")).isEqualTo("good");
        assertThat(judge(chunked + "00000000000000005\r\nhello\r\n0\r\n\r\n")).startsWith("a chunk size");
        assertThat(judge(chunked + "5;" + "a".repeat(1_022) + "\r\nhello\r\n0\r\n\r\n"))
                .isEqualTo("good");
        assertThat(judge(chunked + "5;" + "a".repeat(1_023) + "\r\nhello\r\n0\r\n\r\n"))
                .startsWith("a chunk line longer than 1024");

        assertThat(judge("\r\n".repeat(8) + "GET / HTTP/1.1\r\n\r\n")).isEqualTo("good");
        assertThat(judge("\r\n".repeat(9) + "GET / HTTP/1.1\r\n\r\n")).startsWith("more than 8 empty lines");
    }
}
