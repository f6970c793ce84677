package io.mirror.replica.scsp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.core.access.Secret;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Requests that two HTTP servers could take for different ones: a node answers once, says why, closes, and has stored
 * nothing; what follows such a request is never taken for another.
 */
class SmugglingTest {
    private static final String POST = "POST /photos/smuggled HTTP/1.1\r\nHost: example.com\r\n";
    private static final String GET = "GET /photos/smuggled HTTP/1.1\r\nHost: example.com\r\n";
    private static final String CHUNKED = POST + "Transfer-Encoding: chunked\r\n\r\n";
    /** What an attacker wants the node to take for a request of its own. */
    private static final String HIDDEN =
            "POST /photos/hidden HTTP/1.1\r\nHost: example.com\r\nContent-Length: 1\r\n\r\nx";

    private static MemoryStore store;
    private static ScspNode node;

    @BeforeAll
    static void start() throws IOException {
        store = new MemoryStore(1 << 20);
        node = ScspNode.builder("baker", store)
                .admin("admin", Secret.of("pw"))
                .context("example.com/photos")
                .start();
    }

    @AfterAll
    static void stop() throws IOException {
        node.close();
        store.close();
    }

    private static Arguments form(String name, String octets, int status, String reason) {
        return Arguments.of(name, octets, status, reason);
    }

    static Stream<Arguments> forms() {
        return Stream.of(
                // Two ways to say how long the body is.
                form(
                        "length, then chunks",
                        POST + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                        400,
                        "both Content-Length and Transfer-Encoding"),
                form(
                        "chunks, then length",
                        POST + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
                        400,
                        "both Content-Length and Transfer-Encoding"),
                form(
                        "two lengths",
                        POST + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
                        400,
                        "not one plain number"),
                form(
                        "one length twice",
                        POST + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
                        400,
                        "not one plain number"),
                form("list of lengths", POST + "Content-Length: 5, 5\r\n\r\nhello", 400, "not one plain number"),
                // Lengths that are no plain number.
                form("negative length", POST + "Content-Length: -5\r\n\r\nhello", 400, "not one plain number"),
                form("length with a sign", POST + "Content-Length: +5\r\n\r\nhello", 400, "not one plain number"),
                form("hexadecimal length", POST + "Content-Length: 0x5\r\n\r\nhello", 400, "not one plain number"),
                form("length with a fraction", POST + "Content-Length: 5.0\r\n\r\nhello", 400, "not one plain number"),
                form("length with a space", POST + "Content-Length: 5 5\r\n\r\nhello", 400, "not one plain number"),
                form("empty length", POST + "Content-Length:\r\n\r\nhello", 400, "not one plain number"),
                form(
                        "length beyond 63 bits",
                        POST + "Content-Length: 18446744073709551621\r\n\r\nhello",
                        400,
                        "not one plain number"),
                // Transfer codings.
                form(
                        "unknown coding",
                        POST + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
                        501,
                        "a transfer coding other than chunked"),
                form(
                        "coding before chunks",
                        POST + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                        501,
                        "a transfer coding other than chunked"),
                form(
                        "coding behind chunks",
                        POST + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
                        501,
                        "a transfer coding other than chunked"),
                form(
                        "chunks twice",
                        POST + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
                        501,
                        "a transfer coding other than chunked"),
                form(
                        "quoted coding",
                        POST + "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n",
                        501,
                        "a transfer coding other than chunked"),
                form(
                        "coding with a vertical tab",
                        POST + "Transfer-Encoding: \u000bchunked\r\n\r\n0\r\n\r\n",
                        400,
                        "a control character"),
                // Names and lines.
                form(
                        "space before the colon",
                        POST + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
                        400,
                        "a header name that is no token"),
                form(
                        "space before the first name",
                        "GET / HTTP/1.1\r\n Host: example.com\r\n\r\n",
                        400,
                        "a folded header line"),
                form(
                        "folded coding",
                        POST + "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
                        400,
                        "a folded header line"),
                form("folded length", POST + "X-A: 1\r\n\tContent-Length: 5\r\n\r\nhello", 400, "a folded header line"),
                form("line without a colon", POST + "Content-Length 5\r\n\r\nhello", 400, "without a name"),
                form("line without a name", POST + ": 5\r\n\r\nhello", 400, "without a name"),
                form("bare LF between headers", GET + "X-A: 1\nX-B: 2\r\n\r\n", 400, "without a carriage return"),
                form("bare LF behind the head", GET + "\n", 400, "without a carriage return"),
                form(
                        "bare LF behind the request line",
                        "GET / HTTP/1.1\nHost: a\r\n\r\n",
                        400,
                        "without a carriage return"),
                form("bare CR", GET + "X-A: 1\rContent-Length: 5\r\n\r\n", 400, "a carriage return that ends no line"),
                form("CR CR LF", GET + "X-A: 1\r\r\n\r\n", 400, "a carriage return that ends no line"),
                form("NUL in a value", GET + "X-A: \u0000\r\n\r\n", 400, "a control character"),
                form("NUL in a name", GET + "X\u0000A: 1\r\n\r\n", 400, "a control character"),
                // Chunks.
                form("prefix of a size", CHUNKED + "0x5\r\nhello\r\n0\r\n\r\n", 400, "a chunk size"),
                form("negative size", CHUNKED + "-5\r\nhello\r\n0\r\n\r\n", 400, "a chunk size"),
                form("two sizes", CHUNKED + "5 5\r\nhello\r\n0\r\n\r\n", 400, "a chunk size"),
                form("empty size", CHUNKED + "\r\nhello\r\n0\r\n\r\n", 400, "a chunk size"),
                form("size of 17 digits", CHUNKED + "00000000000000005\r\nhello\r\n0\r\n\r\n", 400, "a chunk size"),
                form("size beyond 63 bits", CHUNKED + "ffffffffffffffff\r\nhello\r\n", 400, "a chunk larger"),
                form("size beyond 31 bits", CHUNKED + "100000005\r\nhello\r\n", 400, "a chunk larger"),
                form("bare LF behind a size", CHUNKED + "5\nhello\r\n0\r\n\r\n", 400, "without a carriage return"),
                form("bare LF in an extension", CHUNKED + "5;a\nb\r\nhello\r\n", 400, "without a carriage return"),
                form("data longer than its size", CHUNKED + "5\r\nhello!\r\n0\r\n\r\n", 400, "a chunk that is longer"),
                form("bare LF behind data", CHUNKED + "5\r\nhello\n0\r\n\r\n", 400, "without a carriage return"),
                form("folded trailer", CHUNKED + "0\r\nX-A: 1\r\n fold\r\n\r\n", 400, "a folded header line"),
                form(
                        "long chunk line",
                        CHUNKED + "5;" + "a".repeat(1_023) + "\r\nhello\r\n",
                        400,
                        "a chunk line longer than 1024"),
                // Who is asked.
                form("no host", "GET / HTTP/1.1\r\n\r\n", 400, "exactly one Host"),
                form("two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400, "exactly one Host"),
                // Limits.
                form(
                        "long request line",
                        "GET /" + "a".repeat(9_000) + " HTTP/1.1\r\nHost: a\r\n\r\n",
                        400,
                        "a request line longer than 8192"),
                form("long header", GET + "X-A: " + "a".repeat(17_000) + "\r\n\r\n", 400, "longer than 16384"),
                form("many headers", GET + "X-A: 1\r\n".repeat(500) + "\r\n", 400, "more headers than 500"),
                form(
                        "many octets of headers",
                        GET + ("X-A: " + "a".repeat(8_000) + "\r\n").repeat(5) + "\r\n",
                        400,
                        "32768 octets"),
                form("many empty lines", "\r\n".repeat(9) + GET + "\r\n", 400, "more than 8 empty lines"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("forms")
    @Tag("S-LEN-9")
    void isRefusedAndNothingBehindItIsARequest(String name, String octets, int status, String reason)
            throws IOException {
        try (RawPeer peer = new RawPeer("127.0.0.1", node.port())) {
            peer.send(octets + HIDDEN);
            RawPeer.Answer answer = peer.answer(false, "");
            assertThat(answer.status).isEqualTo(status);
            assertThat(answer.body).contains(reason);
            assertThat(peer.endsNow()).isTrue();
        }
        assertThat(store.keys("n/")).as("objects after %s", name).isEmpty();
    }
}
