package io.mirror.examples.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code mirror decode journal} and {@code mirror decode plio} of everything the original programs sent. */
class RecordedJournalsTest {
    private static final Path VECTORS =
            Path.of("..", "mirror-codec", "src", "test", "resources", "io", "mirror", "codec");

    @TempDir
    Path directory;

    private static Object value(Object object, String name) {
        return Objects.requireNonNull(((Map<?, ?>) object).get(name), name);
    }

    private static Object read(String line) throws IOException {
        return JsonMaps.read(line.getBytes(StandardCharsets.UTF_8));
    }

    private static Object index(String file) throws IOException {
        return JsonMaps.read(Files.readAllBytes(VECTORS.resolve(file)));
    }

    private static byte[] stream(Object recorded) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Object part : (List<?>) value(recorded, "parts")) {
            if (((Map<?, ?>) part).containsKey("hex")) {
                out.writeBytes(HexFormat.of().parseHex(value(part, "hex").toString()));
            } else {
                byte[] file = Files.readAllBytes(
                        VECTORS.resolve("journal").resolve(value(part, "file").toString()));
                Object length = ((Map<?, ?>) part).get("length");
                out.writeBytes(length == null ? file : Arrays.copyOf(file, Integer.parseInt(length.toString())));
            }
        }
        return out.toByteArray();
    }

    @Test
    void everyRecordedValueIsShownInTheNotationOfTheRecordings() throws IOException {
        List<?> values = (List<?>) value(index("plio/plio.json"), "values");
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (Object each : values) {
            all.writeBytes(HexFormat.of().parseHex(value(each, "hex").toString()));
        }
        Path file = Files.write(directory.resolve("all"), all.toByteArray());
        Run run = Run.of("decode", "plio", file.toString());
        // One value nests deeper than the command takes; it and what follows it are shown on their own below.
        int shown = run.outLines().size();
        long offset = 0;
        for (int i = 0; i < values.size(); i++) {
            byte[] bytes = HexFormat.of().parseHex(value(values.get(i), "hex").toString());
            if (i < shown) {
                Object line = read(run.outLines().get(i));
                assertThat(value(line, "off")).isEqualTo(offset);
                assertThat(value(line, "file")).isEqualTo(file.toString());
                assertThat(value(line, "value")).isEqualTo(value(values.get(i), "value"));
            } else {
                Run alone = Run.of(
                        "decode",
                        "plio",
                        Files.write(directory.resolve("one"), bytes).toString());
                if (alone.code() == 0) {
                    assertThat(value(read(alone.outLines().get(0)), "value")).isEqualTo(value(values.get(i), "value"));
                } else {
                    assertThat(alone.onlyProblem(1)).contains("nested deeper than 1000");
                }
            }
            offset += bytes.length;
        }
    }

    @Test
    void everyRecordedRequestIsShown() throws IOException {
        int requests = 0;
        for (Object vector : (List<?>) value(index("journal/index.json"), "wire")) {
            String mode = value(vector, "mode").toString();
            boolean old = "unacked-blob".equals(((Map<?, ?>) vector).get("dialect"));
            for (Object connection : (List<?>) value(vector, "connections")) {
                byte[] bytes = stream(value(connection, "edge_c2s"));
                // One capture goes on with raw records of TLS behind the key.
                if (mode.equals("one-shot") || (bytes.length == 4940 && bytes[0x6e] == 0x17)) {
                    continue;
                }
                Path file = Files.write(directory.resolve("request"), bytes);
                Run run = old
                        ? Run.of("decode", "journal", "--old-blobs", file.toString())
                        : Run.of("decode", "journal", file.toString());
                assertThat(run.code())
                        .as("%s: %s", value(vector, "id"), run.err())
                        .isZero();
                Object shown = read(run.outLines().get(0));
                Object payload = value(vector, "payload");
                assertThat(value(shown, "mode")).isEqualTo(mode);
                assertThat(value(shown, "off")).isEqualTo(0L);
                assertThat(value(shown, "key")).isEqualTo("***");
                assertThat(value(shown, "length")).isEqualTo(value(payload, "bytes"));
                assertThat(value(shown, "complete")).isEqualTo("true");
                assertThat(value(shown, "line"))
                        .isEqualTo(
                                mode.equals("blob")
                                        ? value(vector, "path")
                                        : value(payload, "bytes").toString());
                assertThat((List<?>) value(shown, "headers"))
                        .isEqualTo(List.of("User-Agent: PicoLisp", "Host: localhost:22001", "Accept-Charset: utf-8"));
                assertThat(run.out()).doesNotContain(value(vector, "key").toString());
                requests++;
            }
        }
        assertThat(requests).isEqualTo(23);
    }
}
