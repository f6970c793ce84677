package io.mirror.codec.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.mirror.codec.Json;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The recorded requests of the original, both roles, however they are cut. */
class RequestTest {
    private static final String HEAD = "GET /!replica HTTP/1.0\r\n\r\n";

    @Test
    void everyRecordedRequestIsReadTheSameHoweverItIsCut() {
        int requests = 0;
        Set<ByteBuffer> seen = new HashSet<>();
        for (Map<String, Object> vector : Vectors.wire()) {
            boolean old = "unacked-blob".equals(vector.get("dialect"));
            for (Object entry : Json.list(vector.get("connections"))) {
                for (String side : new String[] {"edge_c2s", "app_c2s"}) {
                    Object recorded = Json.map(entry).get(side);
                    if (recorded == null) {
                        continue;
                    }
                    requests++;
                    byte[] bytes = Vectors.stream(recorded);
                    String whole = read(bytes, bytes.length, old);
                    checkContent(vector, bytes, old, whole);
                    if (!seen.add(ByteBuffer.wrap(bytes))) {
                        continue;
                    }
                    for (int size : new int[] {1, 2, 1000, 8192}) {
                        assertThat(read(bytes, size, old))
                                .as("%s %s by %d", vector.get("id"), side, size)
                                .isEqualTo(whole);
                    }
                    for (int cut = 1; cut < bytes.length; cut += step(cut, bytes.length)) {
                        Recorded parts = new Recorded();
                        RequestReader reader = new RequestReader(JournalLimits.DEFAULT, old);
                        try {
                            reader.read(Unpooled.wrappedBuffer(bytes, 0, cut), parts);
                            reader.read(Unpooled.wrappedBuffer(bytes, cut, bytes.length - cut), parts);
                        } catch (JournalDecodeException e) {
                            parts.events.append("bad: ").append(e.getMessage());
                        }
                        parts.end = reader.state();
                        assertThat(parts.all())
                                .as("%s cut at %d", vector.get("id"), cut)
                                .isEqualTo(whole);
                    }
                }
            }
        }
        assertThat(requests).isGreaterThan(50);
    }

    /** Every offset, but in the middle of the data of the three that are larger than 20,000 bytes. */
    private static int step(int cut, int length) {
        return length < 20_000 || cut < 400 || cut > length - 400 ? 1 : 10_007;
    }

    private static void checkContent(Map<String, Object> vector, byte[] bytes, boolean old, String whole) {
        if (vector.get("mode").equals("one-shot")) {
            return;
        }
        if (!vector.get("id").equals("fault-wrong-key")) {
            assertThat(whole).contains("key " + vector.get("key") + "\n");
        }
        Recorded recorded = Recorded.of(bytes, bytes.length, old, JournalLimits.DEFAULT);
        byte[] payload = Vectors.file((String) Json.map(vector.get("payload")).get("file"));
        if (recorded.end == RequestReader.State.COMPLETE) {
            assertThat(recorded.data.toByteArray()).isEqualTo(payload);
            assertThat(whole).contains("mark T\n");
        }
        if (vector.get("mode").equals("blob")) {
            assertThat(whole).contains("blob " + vector.get("path") + " ");
        }
    }

    private static String read(byte[] bytes, int size, boolean old) {
        return Recorded.of(bytes, size, old, JournalLimits.DEFAULT).all();
    }

    @Test
    void everyRecordedRequestIsWrittenByteForByte() {
        int requests = 0;
        for (Map<String, Object> vector : Vectors.wire()) {
            if (vector.get("mode").equals("one-shot")) {
                continue;
            }
            byte[] bytes = Vectors.stream(
                    Json.map(Json.list(vector.get("connections")).get(0)).get("edge_c2s"));
            String text = new String(bytes, StandardCharsets.ISO_8859_1);
            String url = text.substring(5, text.indexOf(" HTTP"));
            byte[] payload =
                    Vectors.file((String) Json.map(vector.get("payload")).get("file"));
            ByteBuf out = Unpooled.buffer();
            RequestWriter.writeHead(url, "localhost", 22001, List.of(), out);
            String key = vector.get("id").equals("fault-wrong-key") ? "not the key" : (String) vector.get("key");
            RequestWriter.writeKey((key + "\n").getBytes(StandardCharsets.UTF_8), out);
            boolean old = vector.get("dialect").equals("unacked-blob");
            boolean blob = vector.get("mode").equals("blob");
            if (blob) {
                RequestWriter.writePath((String) vector.get("path"), out);
            }
            if (!blob || !old) {
                RequestWriter.writeLength(payload.length, out);
            }
            out.writeBytes(payload);
            if (!blob || !old) {
                out.writeByte(RequestWriter.MARK);
            }
            // The capture of 2015 goes on with the raw record that closed its TLS connection.
            byte[] request = old && !blob ? Arrays.copyOf(bytes, out.readableBytes()) : bytes;
            assertThat(ByteBufUtil.getBytes(out)).as("%s", vector.get("id")).isEqualTo(request);
            requests++;
        }
        assertThat(requests).isEqualTo(19);
    }

    @Test
    @Tag("S-LEN-8")
    void everyLineAndLengthIsBounded() {
        JournalLimits limits = new JournalLimits(128, 20, 30, 1000, 500);
        String start = "GET /" + "a".repeat(128 - 17);
        assertThat(read(start + " HTTP/1.0\r\n\r\n", limits)).doesNotContain("bad");
        assertThat(read(start + "a HTTP/1.0\r\n\r\n", limits)).contains("a head longer than 128 bytes");
        assertThat(read(HEAD + "k".repeat(20) + "\n0\nT", limits)).contains("mark T");
        assertThat(read(HEAD + "k".repeat(21) + "\n0\nT", limits)).contains("a key line longer than 20 bytes");
        assertThat(read(HEAD + "k\n" + "p".repeat(30) + "\n0\nT", limits)).contains("mark T");
        assertThat(read(HEAD + "k\n" + "p".repeat(31) + "\n0\nT", limits)).contains("path line longer than 30");
        assertThat(read(HEAD + "k\n1000\n", limits)).contains("batch 1000");
        assertThat(read(HEAD + "k\n1001\n", limits)).contains("a batch of 1001 bytes, more than 1000");
        assertThat(read(HEAD + "k\np\n500\n", limits)).contains("blob p 500");
        assertThat(read(HEAD + "k\np\n501\n", limits)).contains("a blob of 501 bytes, more than 500");
        assertThat(read(HEAD + "k\n" + "0".repeat(19) + "\nT", limits)).contains("mark T");
        assertThat(read(HEAD + "k\n" + "0".repeat(20) + "\nT", limits)).contains("more than 19 digits");
        JournalLimits wide = new JournalLimits(128, 20, 30, Long.MAX_VALUE, Long.MAX_VALUE);
        assertThat(read(HEAD + "k\n9223372036854775807\n", wide)).contains("batch 9223372036854775807");
        assertThat(read(HEAD + "k\n9223372036854775808\n", wide)).contains("a length above 2^63 - 1");
        assertThat(read(HEAD + "k\n-5\n", limits)).contains("reads as a number");
        assertThat(read(HEAD + "k\np\nabc\n", limits)).contains("the length of a blob is no number");
        assertThat(JournalLimits.DEFAULT).isEqualTo(new JournalLimits(8192, 4096, 4096, 1L << 30, 1L << 30));
    }

    private static String read(String text, JournalLimits limits) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        String whole = Recorded.of(bytes, bytes.length, false, limits).all();
        // Which byte is named first depends on how much came at once; the reason does not.
        assertThat(Recorded.of(bytes, 1, false, limits).all().replaceAll(" at byte \\d+", ""))
                .isEqualTo(whole.replaceAll(" at byte \\d+", ""));
        return whole;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/etc/passwd",
                "../a",
                "a/../b",
                "a//b",
                "a/",
                "",
                ".",
                "a/./b",
                "123",
                "1.5",
                "-7",
                " 12",
                "a\\b",
                "C:x",
                "a\tb",
                "a\u0000b",
                "e\u0301"
            })
    @Tag("S-FS-1")
    void pathsThatLeadElsewhereAreRefused(String path) {
        assertThat(BlobPath.problemOf(path)).isNotEmpty();
        assertThatThrownBy(() -> RequestWriter.writePath(path, Unpooled.buffer()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void headsOfFrontEndsAreUnderstood() {
        RequestHead head = RequestHead.parse("GET /%21replica HTTP/1.0\r\nX-Pil: *Gate=https,*Adr=::1\r\n"
                + "X-Pil: *Adr=1.2.3.4\r\nnonsense\r\nHost: a:1\r");
        assertThat(head.path()).isEqualTo("!replica");
        assertThat(head.gateVariable("*Adr")).contains("::1");
        assertThat(head.gateVariable("*Nothing")).isEmpty();
        assertThat(head.header("host")).contains("a:1");
        assertThat(head.headers()).hasSize(3);
        assertThat(read("GET\r\n\r\n", JournalLimits.DEFAULT)).contains("not a request line");
        assertThat(read("\r\n\r\n", JournalLimits.DEFAULT)).contains("in place of a request line");
    }

    @Test
    void extensionHeadersStandInFrontOfTheLastLine() {
        ByteBuf out = Unpooled.buffer();
        RequestWriter.writeHead("x", "h", 1, List.of(new RequestHead.Header(RequestHead.BATCH, "1/2")), out);
        assertThat(out.toString(StandardCharsets.UTF_8))
                .endsWith("\r\nX-Mirror-Batch: 1/2\r\nAccept-Charset: utf-8\r\n\r\n");
        ByteBuf address = Unpooled.buffer();
        RequestWriter.writeHead("x", "::1", 1, List.of(), address);
        assertThat(address.toString(StandardCharsets.UTF_8)).contains("\r\nHost: [::1]:1\r\n");
        assertThatThrownBy(() -> RequestWriter.writeHead("a b", "h", 1, List.of(), out))
                .hasMessageContaining("url");
        assertThatThrownBy(() ->
                        RequestWriter.writeHead("a", "h", 1, List.of(new RequestHead.Header("A", "1\r\nB: 2")), out))
                .hasMessageContaining("must be one line");
        assertThatThrownBy(() -> RequestWriter.writeLength(-1, out)).hasMessageContaining("negative");
    }

    @FuzzTest(maxDuration = "60s")
    void anyBytes(byte[] input) {
        JournalLimits limits = new JournalLimits(128, 16, 32, 100, 100);
        for (boolean old : new boolean[] {false, true}) {
            String whole =
                    Recorded.of(input, Math.max(1, input.length), old, limits).all();
            assertThat(Recorded.of(input, 1, old, limits).all().replaceAll(" at byte \\d+", ""))
                    .isEqualTo(whole.replaceAll(" at byte \\d+", ""));
        }
    }

    @Test
    void recordsOfBlockJournalsAreReadAsTheOriginalWroteThem() {
        int journals = 0;
        for (Map<String, Object> vector : Vectors.wire()) {
            if (!vector.containsKey("records")) {
                continue;
            }
            Map<String, Object> records = Json.map(vector.get("records"));
            List<Integer> shifts = Json.list(vector.get("block_shifts")).stream()
                    .map(shift -> ((Long) shift).intValue())
                    .toList();
            byte[] payload =
                    Vectors.file((String) Json.map(vector.get("payload")).get("file"));
            for (int size : new int[] {payload.length, 1, 1000}) {
                List<Object> seen = new ArrayList<>();
                BlockReader reader = new BlockReader(
                        shifts,
                        1L << 40,
                        (offset, file, address, data) -> seen.add(
                                List.of(offset, (long) (payload[(int) offset] & 0xFF), (long) file, address, (long)
                                        data.readableBytes())));
                for (int from = 0; from < payload.length; from += size) {
                    reader.read(Unpooled.wrappedBuffer(payload, from, Math.min(size, payload.length - from)));
                }
                reader.end();
                assertThat(reader.boundary()).isEqualTo(payload.length);
                assertThat((long) seen.size()).isEqualTo(records.get("count"));
                if (records.containsKey("list")) {
                    assertThat(seen).isEqualTo(records.get("list"));
                }
            }
            journals++;
        }
        assertThat(journals).isEqualTo(6);
    }

    @Test
    void recordsThatDoNotFitTheDatabaseAreRefused() {
        assertThatThrownBy(() -> blocks("0c0500000000000000"))
                .isInstanceOf(JournalDecodeException.class)
                .hasMessageContaining("a record for file 5 of a database with 2 files");
        assertThatThrownBy(() -> blocks("ff0000000000000000")).isInstanceOf(JournalDecodeException.class);
        assertThatThrownBy(() -> blocks("060000ffffffffffff")).hasMessageContaining("beyond position");
        assertThatThrownBy(() -> blocks("0600000000000000000102")).hasMessageContaining("ends inside the record");
        assertThatThrownBy(() -> new BlockReader(List.of(), 1, (o, f, a, d) -> {}))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new BlockReader(List.of(17), 1, (o, f, a, d) -> {}))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static void blocks(String hex) {
        BlockReader reader = new BlockReader(List.of(1, 2), 1L << 30, (offset, file, address, data) -> {});
        reader.read(Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(hex)));
        reader.end();
    }
}
