package io.mirror.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TargetTest {
    private static Row row(String suite, String path, Map<String, String> parameters, double nanos) {
        return new Row(suite, path, new TreeMap<>(parameters), nanos, nanos, nanos, "ns/op", 0.0);
    }

    private static String line(String path, Figures figures) {
        return Target.ALL.stream()
                .filter(target -> target.path().equals(path))
                .findFirst()
                .orElseThrow()
                .markdown(figures)
                .strip();
    }

    @Test
    void whatOthersTookInSomeIterationsDoesNotCount() throws IOException {
        Row row = Row.of(new ObjectMapper()
                .readTree("{\"benchmark\":\"a.Suite.path\",\"primaryMetric\":{\"score\":40.0,\"scoreUnit\":\"ns/op\","
                        + "\"rawData\":[[9.0,90.0],[10.0,11.0,80.0]]}}"));
        assertThat(row.score()).isEqualTo(11);
        assertThat(row.least()).isEqualTo(9);
        assertThat(row.most()).isEqualTo(90);
    }

    @Test
    void aRatioIsJudgedAndShown(@TempDir Path folder) throws IOException {
        turn(folder, 1, "bin1 encode", "DhtpPoints.encode", 12);
        turn(folder, 1, "bin1 encode", "SbePoints.encode", 6);
        assertThat(line("`bin1` encode, beside SBE", figures(folder)))
                .isEqualTo("| `bin1` encode, beside SBE | at most 1.25 x | 2 x | missed |");
        turn(folder, 1, "bin1 encode", "SbePoints.encode", 10);
        assertThat(line("`bin1` encode, beside SBE", figures(folder)))
                .isEqualTo("| `bin1` encode, beside SBE | at most 1.25 x | 1.2 x | met |");
    }

    @Test
    void theFastestOfTheOthersCounts(@TempDir Path folder) throws IOException {
        turn(folder, 1, "text encode", "DhtpPoints.encode", 50);
        turn(folder, 1, "text encode", "JacksonPoints.streamEncode", 400);
        turn(folder, 1, "text encode", "Fastjson2Points.jsonEncode", 150);
        assertThat(line("text encode, beside the fastest JSON", figures(folder)))
                .endsWith("| at least 4 x | 3 x | missed |");
    }

    @Test
    void turnsOfASlowMinuteAreComparedWithEachOther(@TempDir Path folder) throws IOException {
        turn(folder, 1, "frames decode", "MuxFrames.decode", 5);
        turn(folder, 1, "frames decode", "Http2Frames.decode", 12);
        turn(folder, 2, "frames decode", "MuxFrames.decode", 50);
        turn(folder, 2, "frames decode", "Http2Frames.decode", 110);
        turn(folder, 3, "frames decode", "MuxFrames.decode", 6);
        turn(folder, 3, "frames decode", "Http2Frames.decode", 6);
        assertThat(line("SockMux decode, beside HTTP/2", figures(folder))).endsWith("| at least 2 x | 2.2 x | met |");
    }

    private static Figures figures(Path folder) throws IOException {
        return new Figures(List.of(), Comparison.read(folder));
    }

    private static void turn(Path folder, int round, String table, String path, double nanos) throws IOException {
        int dot = path.indexOf('.');
        Row row = row(path.substring(0, dot), path.substring(dot + 1), Map.of(), nanos);
        Files.writeString(folder.resolve(round + "-" + path + ".json"), Turn.finding(table + ", in turns", row) + "\n");
    }

    @Test
    void whatWasNotMeasuredIsNotMet() {
        assertThat(Target.ALL)
                .allSatisfy(target -> assertThat(target.markdown(new Figures(List.of(), List.of())))
                        .contains("|  | not measured |"));
    }

    @Test
    void roundsAreComparedOneByOne(@TempDir Path folder) throws Exception {
        found(folder, 1, "mirror-bin1-tcp", 900);
        found(folder, 1, "nats", 100);
        found(folder, 2, "mirror-bin1-tcp", 500);
        found(folder, 2, "nats", 100);
        found(folder, 3, "mirror-bin1-tcp", 100);
        found(folder, 3, "nats", 100);
        assertThat(line("the same, beside NATS", figures(folder))).endsWith("| at least 4 x | 5 x | met |");
    }

    private static void found(Path folder, int round, String path, double rate) throws IOException {
        Files.writeString(
                folder.resolve(round + "-" + path + ".json"),
                Finding.of("points", path).with("points/s", rate) + "\n");
    }
}
