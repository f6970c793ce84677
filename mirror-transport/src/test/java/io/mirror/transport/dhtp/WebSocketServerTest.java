package io.mirror.transport.dhtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mirror.core.hub.PointHub;
import io.mirror.transport.access.AccessPolicy;
import io.mirror.transport.dhtp.WebSocketPeer.Frame;
import io.mirror.transport.websocket.WebSocketOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a listener for WebSockets answers to literal requests and frames. */
class WebSocketServerTest {
    private static final String GOOD = "Host: x\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n";

    private final PointHub hub = PointHub.create();
    private MirrorMaster master;

    @BeforeEach
    void start() {
        master = MirrorMaster.builder(hub)
                .bind("127.0.0.1", 0)
                .access(AccessPolicy.open())
                .webSocket(WebSocketOptions.builder()
                        .path("/mirror")
                        .allowOrigin("https://hmi.example")
                        .limits(10_000, 20_000, 5)
                        .upgradeTimeout(Duration.ofMillis(500))
                        .build())
                .start();
    }

    @AfterEach
    void stop() {
        master.close();
    }

    private String answer(String request) throws IOException {
        try (LiteralPeer peer = LiteralPeer.connect(master.port())) {
            peer.send(request.getBytes(StandardCharsets.ISO_8859_1));
            return peer.readLine();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "GET /mirror HTTP/1.1 | 101",
                "GET http://x/mirror HTTP/1.1 | 101",
                "GET / HTTP/1.1 | 404",
                "GET /mirror/ HTTP/1.1 | 404",
                "GET http://x HTTP/1.1 | 404",
                "POST /mirror HTTP/1.1 | 405",
                "GET /mirror HTTP/1.0 | 400",
                "GET /mirror HTTP/2 | 400",
                "GET /mirror | 400",
                "GET  /mirror HTTP/1.1 | 400"
            })
    void firstLineDecides(String line, String status) throws IOException {
        assertThat(answer(line + "\r\n" + GOOD + "\r\n")).startsWith("HTTP/1.1 " + status + " ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "Upgrade: websocket\\r\\n |  | 426",
                "Upgrade: websocket |Upgrade: h2c | 426",
                "keep-alive, Upgrade |keep-alive | 426",
                "Version: 13 |Version: 8 | 426",
                "dGhlIHNhbXBsZSBub25jZQ== |dGhlIHNhbXBsZQ== | 400",
                "dGhlIHNhbXBsZSBub25jZQ== |*** | 400",
                "Host: x |Host: x\\r\\nHost: y | 400",
                "Host: x |X: x | 400",
                "Host: x |Host: x\\r\\nContent-Length: 5 | 400",
                "Host: x |Host: x\\r\\nTransfer-Encoding: chunked | 400",
                "Host: x |Host: x\\r\\nContent-Length: 0\\r\\nTransfer-Encoding: chunked | 400",
                "Host: x |Host: x\\r\\nContent-Length: 0\\r\\nContent-Length: 0 | 400",
                "Host: x |Host: x\\r\\nContent-Length: 0x0 | 400",
                "Host: x |Host: x\\r\\n folded | 400",
                "Host: x |Host : x | 400",
                "Host: x |Host: x\\nA: b | 400",
                "Host: x |Host: x\\rA: b | 400",
                "Host: x |Host: x\\r\\nno colon | 400",
                "Host: x |Host: x\\r\\nSec-WebSocket-Extensions: permessage-deflate | 101"
            })
    @Tag("S-LEN-9")
    void fieldsDecide(String replaced, String by, String status) throws IOException {
        String fields = GOOD.replace(
                replaced.replace("\\r", "\r").replace("\\n", "\n"),
                by == null ? "" : by.replace("\\r", "\r").replace("\\n", "\n"));
        assertThat(answer("GET /mirror HTTP/1.1\r\n" + fields + "\r\n")).startsWith("HTTP/1.1 " + status + " ");
    }

    @Test
    @Tag("S-LEN-9")
    void headsHaveLimits() throws IOException {
        String line = "GET /mirror HTTP/1.1\r\n";
        assertThat(answer(line + GOOD + "A: b\r\n".repeat(95) + "\r\n")).contains("101");
        assertThat(answer(line + GOOD + "A: b\r\n".repeat(96) + "\r\n")).contains("400");
        assertThat(answer(line + GOOD + "A: " + "b".repeat(16_000) + "\r\n\r\n"))
                .contains("101");
        assertThat(answer(line + GOOD + "A: " + "b".repeat(30_000) + "\r\n\r\n"))
                .contains("400");
        assertThat(answer("GET /" + "m".repeat(9000) + " HTTP/1.1\r\n" + GOOD + "\r\n"))
                .contains("400");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "https://hmi.example | 101",
                "HTTPS://HMI.example | 101",
                "http://hmi.example | 403",
                "https://hmi.example.evil.example | 403",
                "https://evil.example | 403",
                "null | 403"
            })
    @Tag("S-WS-2")
    void browsersOfOtherSitesAreRefused(String origin, String status) throws IOException {
        assertThat(answer("GET /mirror HTTP/1.1\r\n" + GOOD + "Origin: " + origin + "\r\n\r\n"))
                .startsWith("HTTP/1.1 " + status + " ");
    }

    @Test
    @Tag("S-WS-2")
    void twoOriginsAreRefused() throws IOException {
        assertThat(answer("GET /mirror HTTP/1.1\r\n" + GOOD
                        + "Origin: https://hmi.example\r\nOrigin: https://hmi.example\r\n\r\n"))
                .contains("403");
    }

    @Test
    void subprotocolOfThisLibraryIsChosenAndOthersAreNot() throws IOException {
        try (LiteralPeer peer = LiteralPeer.connect(master.port())) {
            peer.send("GET /mirror HTTP/1.1\r\n" + GOOD + "Sec-WebSocket-Protocol: other, mirror-dhtp\r\n\r\n");
            String head = "";
            for (String line = peer.readLine(); line.length() > 1; line = peer.readLine()) {
                head += line + "\n";
            }
            assertThat(head).contains("Sec-WebSocket-Protocol: mirror-dhtp\r\n").doesNotContain("Extensions");
        }
    }

    @Test
    void whoNeverFinishesTheRequestIsCutOff() throws IOException {
        try (LiteralPeer peer = LiteralPeer.connect(master.port())) {
            peer.send("GET /mirror HT");
            peer.expectEnd();
        }
        await().atMost(Loopback.LIMIT)
                .untilAsserted(() -> assertThat(master.links()).isEmpty());
    }

    @Test
    void requestArrivingByteByByteIsUpgradedAndWhatFollowsIsTheFirstFrame() throws IOException {
        try (LiteralPeer peer = LiteralPeer.connect(master.port());
                WebSocketPeer frames = WebSocketPeer.connect(master.port(), "/mirror")) {
            byte[] frame =
                    frames.frame(true, 0, 1, "(acksuccess 1) (cset \"a:b\" 5)\n".getBytes(StandardCharsets.UTF_8));
            byte[] head = ("GET /mirror HTTP/1.1\r\n" + GOOD + "\r\n").getBytes(StandardCharsets.US_ASCII);
            for (byte octet : head) {
                peer.send(new byte[] {octet});
            }
            peer.send(frame);
            assertThat(peer.readLine()).contains("101");
            for (String line = peer.readLine(); line.length() > 1; line = peer.readLine()) {
                assertThat(line).doesNotContain("\u0081");
            }
            assertThat(peer.readLine()).endsWith("(success \"cset\" \"a:b\")");
        }
    }

    @Test
    void linesAreTextMessagesAndFramesOfPointsAreReadFromBinaryOnes() throws IOException {
        try (WebSocketPeer peer = WebSocketPeer.connect(master.port(), "/mirror")) {
            peer.sendText("(acksuccess 1)\n(cset \"a:b\" 5)\n");
            Frame reply = readData(peer);
            assertThat(reply.opcode()).isEqualTo(1);
            assertThat(reply.text()).isEqualTo("(success \"cset\" \"a:b\")\n");
            // Section 2 text in a binary message, and a line over two messages.
            peer.sendFrame(2, "(cset \"a:c\" ".getBytes(StandardCharsets.UTF_8));
            peer.sendText("6)\n");
            assertThat(readData(peer).text()).isEqualTo("(success \"cset\" \"a:c\")\n");
            peer.sendFrame(8, new byte[] {3, (byte) 0xe8});
            Frame close = peer.read();
            assertThat(close.opcode()).isEqualTo(8);
            assertThat(close.status()).isEqualTo(1000);
            assertThat(peer.read()).isNull();
        }
    }

    private static Frame readData(WebSocketPeer peer) throws IOException {
        Frame frame = peer.read();
        while (frame != null && frame.text().equals("(alive)\n")) {
            frame = peer.read();
        }
        assertThat(frame).isNotNull();
        assertThat(frame.masked()).isFalse();
        return frame;
    }

    @Test
    void masterSaysGoodbyeWhenItIsClosed() throws IOException {
        try (WebSocketPeer peer = WebSocketPeer.connect(master.port(), "/mirror")) {
            peer.sendText("(acksuccess 1)\n");
            await().atMost(Loopback.LIMIT).until(() -> !master.links().isEmpty());
            Thread closing = new Thread(master::close);
            closing.start();
            Frame frame = readData(peer);
            assertThat(frame.opcode()).isEqualTo(8);
            assertThat(frame.status()).isEqualTo(1000);
        }
    }

    private void expectClose(int status, byte[]... frames) throws IOException {
        try (WebSocketPeer peer = WebSocketPeer.connect(master.port(), "/mirror")) {
            for (byte[] frame : frames) {
                peer.send(frame);
            }
            Frame close = readData(peer);
            assertThat(close.opcode()).isEqualTo(8);
            assertThat(close.status()).isEqualTo(status);
            assertThat(peer.read()).isNull();
        }
    }

    @Test
    @Tag("S-LEN-11")
    void framesAndMessagesHaveLimits() throws IOException {
        try (WebSocketPeer maker = WebSocketPeer.connect(master.port(), "/mirror")) {
            byte[] nothing = " ".repeat(9_000).getBytes(StandardCharsets.US_ASCII);
            expectClose(1009, maker.frame(true, 0, 1, new byte[10_001]));
            expectClose(
                    1009,
                    maker.frame(false, 0, 1, nothing),
                    maker.frame(false, 0, 0, nothing),
                    maker.frame(true, 0, 0, nothing));
            byte[] small = {' '};
            expectClose(
                    1009,
                    maker.frame(false, 0, 1, small),
                    maker.frame(false, 0, 0, small),
                    maker.frame(false, 0, 0, small),
                    maker.frame(false, 0, 0, small),
                    maker.frame(false, 0, 0, small),
                    maker.frame(true, 0, 0, small));
            // Just within: two messages of the longest, in fragments.
            maker.send(maker.frame(false, 0, 1, new byte[0]));
            maker.send(maker.frame(false, 0, 0, nothing));
            maker.send(maker.frame(false, 0, 0, nothing));
            maker.send(maker.frame(true, 0, 0, "(acksuccess 1) (domain \"q\")\n".getBytes(StandardCharsets.US_ASCII)));
            assertThat(readData(maker).text()).isEqualTo("(success \"domain\" \"q\")\n");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 4, 5, 6, 7, 11, 15})
    void framesThatBreakTheRulesEndTheConnection(int opcode) throws IOException {
        try (WebSocketPeer maker = WebSocketPeer.connect(master.port(), "/mirror")) {
            expectClose(1002, maker.frame(true, 0, opcode, new byte[] {1}));
            expectClose(1002, maker.frame(true, 4, 1, new byte[] {'x'}));
            expectClose(1002, new byte[] {(byte) 0x81, 0x01, 'x'});
        }
    }

    @Test
    void textThatIsNoUtf8EndsTheConnection() throws IOException {
        try (WebSocketPeer maker = WebSocketPeer.connect(master.port(), "/mirror")) {
            expectClose(1007, maker.frame(true, 0, 1, new byte[] {(byte) 0xC0, (byte) 0xAF}));
            expectClose(
                    1007,
                    maker.frame(false, 0, 1, new byte[] {(byte) 0xE2, (byte) 0x82}),
                    maker.frame(true, 0, 0, new byte[] {'x'}));
            expectClose(1002, maker.frame(true, 0, 8, new byte[] {3}));
            expectClose(1002, maker.frame(true, 0, 8, new byte[] {3, (byte) 0xED}));
        }
    }

    @Test
    void pingsAreAnsweredButNotEndlesslyForWhoDoesNotRead() throws IOException {
        try (WebSocketPeer peer = WebSocketPeer.connect(master.port(), "/mirror")) {
            peer.sendFrame(9, new byte[] {7, 8});
            Frame pong = peer.read();
            assertThat(pong.opcode()).isEqualTo(10);
            assertThat(pong.payload()).containsExactly(7, 8);
            byte[] ping = peer.frame(true, 0, 9, new byte[125]);
            byte[] many = new byte[ping.length * 1_000];
            for (int i = 0; i < 1_000; i++) {
                System.arraycopy(ping, 0, many, i * ping.length, ping.length);
            }
            for (int i = 0; i < 20; i++) {
                peer.send(many);
            }
            peer.sendText("(acksuccess 1) (domain \"q\")\n");
            int pongs = 0;
            Frame frame = peer.read();
            for (; frame != null && frame.opcode() != 1; frame = peer.read()) {
                pongs++;
            }
            assertThat(frame).isNotNull();
            assertThat(pongs).isBetween(1, 20_000);
        }
    }
}
