package io.mirror.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonTest {
    @TempDir
    Path results;

    private void found(int round, String name, double pointsPerSecond) throws Exception {
        Path file = Files.createDirectories(results.resolve("17/points")).resolve(round + "-" + name + ".json");
        Files.writeString(
                results.resolve("17/points/order"), name + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        Files.writeString(
                file,
                Finding.of("points", name).with("points/s", pointsPerSecond).with("lost", 0) + "\n");
    }

    @Test
    void ratiosAreTakenWithinEachRound() throws Exception {
        found(1, "ours", 1000);
        found(1, "nats", 500);
        found(2, "ours", 400);
        found(2, "nats", 100);
        found(3, "ours", 300);
        found(3, "nats", 300);

        assertThat(Comparison.read(results.resolve("17/points")))
                .singleElement()
                .satisfies(comparison -> {
                    assertThat(comparison.markdown())
                            .contains("| ours | 400 (300 to 1,000) | 0 (0 to 0) | 1 (1 to 1) |");
                    assertThat(comparison.markdown())
                            .contains("| nats | 300 (100 to 500) | 0 (0 to 0) | 0.50 (0.25 to 1) |");
                });
    }

    @Test
    void theReportHasWhatIsThere(@TempDir Path folder) throws Exception {
        found(1, "ours", 1000);
        found(1, "nats", 500);
        Files.writeString(results.resolve("17/java.txt"), "Runtime 17\n");
        Files.writeString(results.resolve("17/sockmux.txt"), "direct 1\n");

        Files.writeString(
                results.resolve("17/points.run"), "2026-11-22\nabc1234\nVAX, 1 processors, VMS\nROUNDS='1'\n");
        Files.writeString(results.resolve("17/sockmux.run"), "2026-11-23\nabc1235\nVAX, 1 processors, VMS\n\n2.5 %\n");

        Report.write(folder, results);

        assertThat(folder.resolve("RESULTS.md"))
                .content()
                .contains("## JDK 17", "Runtime 17", "### points", "direct 1", "plots/points-jdk17.png")
                .contains("VAX, 1 processors, VMS:\n", "| points | 2026-11-22 | abc1234 | `ROUNDS='1'` | unknown |")
                .contains("| sockmux | 2026-11-23 | abc1235 | in full | 2.5 % |");
        assertThat(folder.resolve("plots/points-jdk17.png")).isNotEmptyFile();
    }
}
