package io.mirror.examples.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DecodeZabbixCommandTest {
    private static final Path VECTORS = Path.of("..", "mirror-codec", "src/test/resources/io/mirror/codec/zabbix");

    @TempDir
    Path directory;

    private String file(String name, byte[]... parts) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            bytes.writeBytes(part);
        }
        Path file = directory.resolve(name);
        Files.write(file, bytes.toByteArray());
        return file.toString();
    }

    private static byte[] plain(String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return frame(1, bytes.length, 0, bytes);
    }

    private static byte[] frame(int flags, int length, int reserved, byte[] body) {
        return ByteBuffer.allocate(13 + body.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put("ZBXD".getBytes(StandardCharsets.US_ASCII))
                .put((byte) flags)
                .putInt(length)
                .putInt(reserved)
                .put(body)
                .array();
    }

    private static byte[] compressed(String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        Deflater deflater = new Deflater();
        deflater.setInput(bytes);
        deflater.finish();
        byte[] out = new byte[bytes.length + 64];
        int length = deflater.deflate(out);
        deflater.end();
        return frame(3, length, bytes.length, Arrays.copyOf(out, length));
    }

    private static Map<String, String> object(String line) throws IOException {
        Map<String, String> members = new LinkedHashMap<>();
        try (JsonParser parser = new JsonFactory().createParser(line)) {
            assertThat(parser.nextToken()).isEqualTo(JsonToken.START_OBJECT);
            for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                parser.nextToken();
                members.put(name, parser.getText());
            }
            assertThat(parser.currentToken()).isEqualTo(JsonToken.END_OBJECT);
        }
        return members;
    }

    @Test
    void everyFrameIsAnObjectWithTheNumbersOfItsHeader() throws IOException {
        byte[] first = plain("{\"request\":\"proxy data\"}");
        byte[] second = compressed("{\"value\":\"ä\\n" + "x".repeat(300_000) + "\"}");
        byte[] empty = frame(1, 0, 7, new byte[0]);
        String file = file("frames.bin", first, second, empty);

        Run run = Run.of("decode", "zabbix", file);

        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isZero();
        assertThat(run.outLines()).hasSize(3);
        assertThat(run.outLines().get(0))
                .isEqualTo("{\"file\":\"" + file + "\",\"off\":0,\"flags\":1,\"datalen\":24,\"reserved\":0,"
                        + "\"json\":\"{\\\"request\\\":\\\"proxy data\\\"}\"}");
        Map<String, String> large = object(run.outLines().get(1));
        assertThat(large.keySet()).containsExactly("file", "off", "flags", "datalen", "reserved", "json");
        assertThat(large.get("off")).isEqualTo("" + first.length);
        assertThat(large.get("flags")).isEqualTo("3");
        assertThat(large.get("datalen")).isEqualTo("" + (second.length - 13));
        assertThat(large.get("reserved")).isEqualTo("300016");
        assertThat(large.get("json")).startsWith("{\"value\":\"ä\\nxxx").hasSize(300_015);
        assertThat(object(run.outLines().get(2))).containsEntry("json", "").containsEntry("reserved", "7");
    }

    @Test
    void aMalformedFrameIsOneLineWithFileOffsetAndReasonAndTheNextFileIsDecoded() throws IOException {
        byte[] good = plain("{}");
        String broken = file("broken.bin", good, "ZBXX".getBytes(StandardCharsets.US_ASCII));
        String shorter = file("short.bin", Arrays.copyOf(compressed("{\"a\":1}"), 15));
        String wrong = file("wrong.bin", frame(3, 5, 100, new byte[] {1, 2, 3, 4, 5}));
        String last = file("last.bin", good);

        Run run = Run.of("decode", "zabbix", broken, shorter, wrong, "/nowhere", last);

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.outLines()).hasSize(2);
        assertThat(run.err().lines())
                .hasSize(4)
                .allSatisfy(line -> assertThat(line).startsWith("mirror: "))
                .satisfiesExactly(
                        line -> assertThat(line).contains(broken + ": offset " + (good.length + 3) + ": not a ZBXD"),
                        line -> assertThat(line).contains(shorter + ": offset 15: frame is cut short"),
                        line -> assertThat(line).contains(wrong + ": offset ", "compressed body is damaged"),
                        line -> assertThat(line).contains("/nowhere: no such file"));
    }

    @Test
    void allRecordedFramesOfRealDaemonsAreShownAsTheyWereSent() throws IOException {
        Map<String, Path> expected = new LinkedHashMap<>();
        try (Stream<Path> frames = Files.list(VECTORS.resolve("frames"))) {
            frames.sorted().forEach(frame -> {
                Path json = VECTORS.resolve("json")
                        .resolve(String.valueOf(frame.getFileName()).replace(".bin", ".json"));
                if (Files.exists(json)) {
                    expected.put(frame.toString(), json);
                }
            });
        }
        List<String> words = new ArrayList<>(List.of("decode", "zabbix"));
        words.addAll(expected.keySet());

        Run run = Run.of(words.toArray(String[]::new));

        for (String line : run.outLines()) {
            Map<String, String> object = object(line);
            Path json = expected.remove(object.get("file"));
            if (json != null) {
                assertThat(object.get("json")).as(line).isEqualTo(Files.readString(json));
            }
        }
        assertThat(words).hasSizeGreaterThan(250);
        // What is left has a broken header around a good body.
        assertThat(expected.keySet())
                .hasSizeLessThan(15)
                .allSatisfy(file -> assertThat(file).contains("-hdr-"));
        assertThat(run.err().lines()).hasSizeGreaterThanOrEqualTo(expected.size());
    }
}
