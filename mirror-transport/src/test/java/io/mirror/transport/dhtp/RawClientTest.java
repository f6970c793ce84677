package io.mirror.transport.dhtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mirror.core.hub.PointHub;
import io.mirror.core.point.Point;
import io.mirror.core.point.PointName;
import io.mirror.core.point.PointValue;
import io.mirror.core.point.Quality;
import io.mirror.core.point.Timestamp;
import io.mirror.transport.access.AccessPolicy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The transcripts of the protocol document against a master, by a client that shares no code with it. */
class RawClientTest {
    private static final UUID MASTER = UUID.fromString("91fe0000-0000-4000-8000-000000000001");

    private final PointHub hub = PointHub.builder().id(MASTER).build();
    private MirrorMaster master;
    private LiteralPeer client;

    @BeforeEach
    void listen() throws IOException {
        master = MirrorMaster.builder(hub)
                .bind("127.0.0.1", 0)
                .access(AccessPolicy.open())
                .start();
        client = LiteralPeer.connect(master.port());
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        master.close();
    }

    /** Section 8.1, in the bytes of the vendor's clients: no space after auth, two messages on one line. */
    @Test
    void openingOfAVendorClientIsAcceptedAndDataFollows() throws IOException {
        hub.write(new Point(
                PointName.parse("plant:tank.level"),
                PointValue.of(43.25),
                Quality.GOOD,
                new Timestamp(1700000000, 250000000)));
        client.send(HexFormat.ofDelimiter(" ").parseHex("28 61 63 6B 73 75 63 63 65 73 73 20 30 29 0A"));
        client.sendLine("(domain \"plant\")");
        client.sendLine("(heartbeat 1000) (timeout 5000)");
        client.sendLine("(report_domain \"plant\" 3)");
        client.expect("(point \"tank.level\" 1 43.25 100 0 0 1700000000 250000000 0 192)");
    }

    /** Section 9.7, first transcript. */
    @Test
    void apiClientCreatesWritesReadsAndGetsErrors() throws IOException {
        client.sendLine("(acksuccess 1)");
        client.sendLine("(domain \"plant\")");
        client.expect("(success \"domain\" \"plant\")");
        client.sendLine("(heartbeat 1000) (timeout 5000)");
        client.expect("(success \"heartbeat\" \"1000\")");
        client.expect("(success \"timeout\" \"5000\")");
        client.sendLine("(read \"plant:nosuch\")");
        client.expect("(error \"-9: (read plant:nosuch): Point does not exist\")");
        client.sendLine("(cwrite \"plant:tank.level\" 1 43.25 100 0 0 1700000000 250000000 0 192)");
        client.expect("(success \"cwrite\" \"plant:tank.level\")");
        client.sendLine("(read \"plant:tank.level\")");
        client.expect("(point \"plant:tank.level\" 1 43.25 100 0 0 1700000000 250000000 0 192)");
        client.sendLine("(alive)");
        client.sendLine("(read \"plant:tank.level\")");
        client.expect("(point \"plant:tank.level\" 1 43.25 100 0 0 1700000000 250000000 0 192)");
    }

    /** Section 9.7, third transcript: the client plays a slave of this library with SYNC_TIME. */
    @Test
    void nativeSessionByTimeIsPlayedAsTheTranscriptHasIt() throws IOException {
        hub.write(new Point(PointName.parse("plant:a"), PointValue.of(1), Quality.GOOD, new Timestamp(1700000000, 0)));
        hub.write(new Point(PointName.parse("plant:b"), PointValue.of(2), Quality.GOOD, new Timestamp(1700000000, 0)));
        client.sendLine("(mirror_caps 1 \"5b0c0000-0000-4000-8000-000000000002\" \"bin1 sync echo del\")");
        client.expect("(mirror_caps 1 \"" + MASTER + "\" \"bin1 sync echo del\")");
        client.sendLine("(mirror_open \"plant\" 70254592)");
        client.expect("(success \"mirror_open\" \"plant\")");
        client.sendLine("(report_domain \"plant\" 7)");
        client.expect("(mirror_sync \"plant\" begin 2)");
        assertThat(new String[] {client.readMessage(), client.readMessage()})
                .containsExactlyInAnyOrder(
                        "(point \"plant:a\" 2 1 100 0 0 1700000000 0 0 192)",
                        "(point \"plant:b\" 2 2 100 0 0 1700000000 0 0 192)");
        client.expect("(mirror_sync \"plant\" end 2)");
        client.sendLine("(mirror_sync \"plant\" begin 1)");
        client.sendLine("(point \"plant:b\" 2 3 100 0 0 1700000005 0 0 192)");
        client.sendLine("(mirror_sync \"plant\" end 1)");
        client.expect("(echo \"plant:b\" 2 3 100 0 0 1700000005 0 0 192)");
        assertThat(hub.read("plant:b")).map(Point::value).contains(PointValue.of(3));
    }

    /** Section 14, item 2: nothing happens before LF, then everything at once. */
    @Test
    void nothingHappensBeforeLineFeed() throws IOException {
        client.send("(acksuccess 1)\r(cset \"plant:x\" 5)\t(read \"plant:x\")");
        client.send(" ");
        client.send("(bogus)\n");
        client.expect("(success \"cset\" \"plant:x\")");
        assertThat(client.readMessage()).startsWith("(point \"plant:x\" 2 5 100 0 0 ");
        client.expect("(error \"-13: (bogus): Unknown command\")");
        client.sendLine("(read \"plant:x\")");
        assertThat(client.readMessage()).startsWith("(point \"plant:x\" 2 5 100 0 0 ");
    }

    /** Section 7.4: frames and lines in one stream, the frames those of section 7.2. */
    @Test
    void binaryFramesAndTextAreMixedInOneStream() throws IOException {
        client.sendLine("(acksuccess 0)");
        client.send(HexFormat.of()
                .parseHex("01B10101440000000100C0006400000000F153650000000080B2E60E00000000"
                        + "070000000800000010000000706C616E743A74616E6B2E6C6576656C00000000"
                        + "00A04540"));
        client.sendLine("(read \"plant:tank.level\")");
        client.expect("(point \"plant:tank.level\" 1 43.25 100 0 0 1700000000 250000000 0 192)");
        client.send(HexFormat.of()
                .parseHex("01B10101340000000200C0006400000001F1536500000000000000000000000007000000"
                        + "0800000000000000FBFFFFFFFFFFFFFF"));
        client.sendLine("(read \"plant:tank.level\")");
        client.expect("(point \"plant:tank.level\" 2 -5 100 0 0 1700000001 0 0 192)");
    }

    /** Section 7.3: an undefined handle cannot be resynchronised. */
    @Test
    void undefinedHandleClosesTheConnection() throws IOException {
        client.send(HexFormat.of()
                .parseHex("01B10101340000000200C0006400000001F1536500000000000000000000000009000000"
                        + "0800000000000000FBFFFFFFFFFFFFFF"));
        client.expectEnd();
        await().atMost(Loopback.LIMIT)
                .untilAsserted(() -> assertThat(master.links()).isEmpty());
        assertThat(hub.pointCount()).isZero();
    }

    /** Section 14, item 7. */
    @Test
    void unknownCommandIsAnsweredAndTheConnectionStays() throws IOException {
        client.sendLine("(report \"plant:nosuch\")");
        client.expect("(error \"-9: (report plant:nosuch): Point does not exist\")");
        client.sendLine("(version)");
        client.expect("(error \"-13: (version): Unknown command\")");
        client.sendLine("(auth_clone \"x\")");
        client.expect("(error \"-13: (auth_clone x): Unknown command\")");
        client.sendLine("(cread \"plant:x\")");
        client.expect("(point \"plant:x\" 3 \"\" 100 0 0 0 0 0 0)");
    }

    @Test
    void silentClientIsDroppedAfterTheTimeoutItAskedFor() throws IOException {
        client.sendLine("(timeout 200)");
        client.expectEnd();
    }

    @Test
    void textFedByteByByteMeansTheSame() throws IOException {
        String text =
                "(acksuccess 1) (cwrite plant:note\\ 1 0 \"a \\\"b\\\"\\nc\" 100 0 0 5 0 0 192)\n(read plant:note\\ 1)\n";
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            client.send(new byte[] {octet});
        }
        client.expect("(success \"cwrite\" \"plant:note 1\")");
        client.expect("(point \"plant:note 1\" 0 \"a \\\"b\\\"\\nc\" 100 0 0 5 0 0 192)");
    }
}
