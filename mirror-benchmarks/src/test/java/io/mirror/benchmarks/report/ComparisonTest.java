package io.mirror.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonTest {
    @TempDir
    Path results;

    private void found(int round, String name, double pointsPerSecond, long madeAt) throws Exception {
        Path file = Files.createDirectories(results.resolve("17/points")).resolve(round + "-" + name + ".json");
        Files.writeString(
                file,
                Finding.of("points", name).with("points/s", pointsPerSecond).with("lost", 0) + "\n");
        assertThat(file.toFile().setLastModified(madeAt)).isTrue();
    }

    @Test
    void ratiosAreTakenWithinEachRound() throws Exception {
        found(1, "ours", 1000, 1000);
        found(1, "theirs", 500, 2000);
        found(2, "ours", 400, 3000);
        found(2, "theirs", 100, 4000);
        found(3, "ours", 300, 5000);
        found(3, "theirs", 300, 6000);

        assertThat(Comparison.read(results.resolve("17/points")))
                .singleElement()
                .satisfies(comparison -> {
                    assertThat(comparison.markdown())
                            .contains("| ours | 400 (300 to 1,000) | 0 (0 to 0) | 1 (1 to 1) |");
                    assertThat(comparison.markdown())
                            .contains("| theirs | 300 (100 to 500) | 0 (0 to 0) | 0.50 (0.25 to 1) |");
                });
    }

    @Test
    void theReportHasWhatIsThere(@TempDir Path folder) throws Exception {
        found(1, "ours", 1000, 1000);
        found(1, "theirs", 500, 2000);
        Files.writeString(results.resolve("17/java.txt"), "Runtime 17\n");
        Files.writeString(results.resolve("17/sockmux.txt"), "direct 1\n");

        Report.write(folder, results);

        assertThat(folder.resolve("RESULTS.md"))
                .content()
                .contains("## JDK 17", "Runtime 17", "### points", "direct 1", "plots/points-jdk17.png");
        assertThat(folder.resolve("plots/points-jdk17.png")).isNotEmptyFile();
    }
}
