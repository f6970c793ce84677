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

    private static String line(String path, Row... rows) {
        return line(path, new Figures(List.of(rows), List.of()));
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
    void aRatioIsJudgedAndShown() {
        Row ours = row("DhtpPoints", "encode", Map.of("encoding", "bin1", "values", "DECIMALS2"), 12);
        assertThat(line(
                        "`bin1` encode, beside SBE",
                        ours,
                        row("SbePoints", "encode", Map.of("values", "DECIMALS2"), 6)))
                .isEqualTo("| `bin1` encode, beside SBE | at most 1.25 x | 2 x | missed |");
        assertThat(line(
                        "`bin1` encode, beside SBE",
                        ours,
                        row("SbePoints", "encode", Map.of("values", "DECIMALS2"), 10)))
                .isEqualTo("| `bin1` encode, beside SBE | at most 1.25 x | 1.2 x | met |");
    }

    @Test
    void theFastestOfTheOthersCounts() {
        Row ours = row("DhtpPoints", "encode", Map.of("encoding", "text", "values", "DECIMALS2"), 50);
        Row slow = row("JacksonPoints", "bindEncode", Map.of("format", "json", "values", "DECIMALS2"), 400);
        Row fast = row("Fastjson2Points", "jsonEncode", Map.of("values", "DECIMALS2"), 150);
        Row cbor = row("JacksonPoints", "streamEncode", Map.of("format", "cbor", "values", "DECIMALS2"), 20);
        assertThat(line("text encode, beside the fastest JSON", ours, slow, fast, cbor))
                .endsWith("| at least 4 x | 3 x | missed |");
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
        assertThat(line("the same, beside NATS", new Figures(List.of(), Comparison.read(folder))))
                .endsWith("| at least 4 x | 5 x | met |");
    }

    private static void found(Path folder, int round, String path, double rate) throws IOException {
        Files.writeString(
                folder.resolve(round + "-" + path + ".json"),
                Finding.of("points", path).with("points/s", rate) + "\n");
    }
}
