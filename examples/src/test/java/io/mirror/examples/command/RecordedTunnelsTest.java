package io.mirror.examples.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** {@code mirror decode sockmux} says of every recorded frame what the index of the recordings says. */
class RecordedTunnelsTest {
    private static final Path VECTORS =
            Path.of("..", "mirror-codec", "src", "test", "resources", "io", "mirror", "codec", "sockmux", "vectors");
    /** The moment of a frame is not in the octets. */
    private static final String MOMENT = "ms";

    @TempDir
    Path directory;

    @TestFactory
    List<DynamicTest> everyFrame() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        Map<?, ?> index = (Map<?, ?>) JsonMaps.read(unpacked("index.json"));
        for (Object scenario : (List<?>) value(index, "scenarios")) {
            for (Object stream : (List<?>) value((Map<?, ?>) scenario, "streams")) {
                Map<?, ?> recorded = (Map<?, ?>) stream;
                tests.add(DynamicTest.dynamicTest(value(recorded, "file").toString(), () -> compare(recorded)));
            }
        }
        assertThat(tests).hasSize(70);
        return tests;
    }

    private void compare(Map<?, ?> stream) throws IOException {
        // Of an obfuscated stream there is a copy without the cover, and the index lists the frames before it.
        String name = value(stream, "file").toString().replaceFirst("\\.gz$", "");
        String plain = name.replaceFirst("\\.bin$", ".plain.bin");
        boolean covered = exists(plain);
        Path file = Files.write(directory.resolve("stream.bin"), unpacked(covered ? plain : name));
        Run run = Run.of("decode", "sockmux", file.toString());
        List<?> frames = (List<?>) value(stream, "frames");
        List<String> lines = run.outLines();
        boolean malformed = name.equals("probe_oversize.c2r.bin") || name.equals("probe_bad_version.c2r.bin");
        if (malformed) {
            assertThat(run.onlyProblem(1)).contains("offset");
            assertThat(lines).hasSizeLessThanOrEqualTo(frames.size());
        } else {
            assertThat(run.err()).isEmpty();
            assertThat(lines).hasSizeGreaterThanOrEqualTo(frames.size());
            assertThat(covered || lines.size() == frames.size()).isTrue();
        }
        for (int i = 0; i < Math.min(lines.size(), frames.size()); i++) {
            Map<?, ?> said = (Map<?, ?>) JsonMaps.read(lines.get(i).getBytes(StandardCharsets.UTF_8));
            Map<Object, Object> expected = new LinkedHashMap<>((Map<?, ?>) frames.get(i));
            expected.remove(MOMENT);
            Map<Object, Object> actual = new LinkedHashMap<>(said);
            actual.remove("file");
            assertThat(actual).as("frame %d", i).isEqualTo(expected);
        }
    }

    private static Object value(Map<?, ?> object, String name) {
        return Objects.requireNonNull(object.get(name), name);
    }

    private static boolean exists(String name) {
        return Files.exists(VECTORS.resolve(name)) || Files.exists(VECTORS.resolve(name + ".gz"));
    }

    private static byte[] unpacked(String name) throws IOException {
        Path file = VECTORS.resolve(name);
        if (Files.exists(file)) {
            return Files.readAllBytes(file);
        }
        try (InputStream in = new GZIPInputStream(Files.newInputStream(VECTORS.resolve(name + ".gz")))) {
            return in.readAllBytes();
        }
    }
}
