package io.mirror.benchmarks.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;

/** What the numbers were made on. */
final class Machine {
    private Machine() {}

    /** Processor, its count, system, date and the commit that was measured. */
    static String describe() {
        return processor() + ", " + Runtime.getRuntime().availableProcessors() + " processors, "
                + System.getProperty("os.name") + " " + System.getProperty("os.version") + ", "
                + LocalDate.now(ZoneOffset.UTC) + ", commit " + commit();
    }

    private static String processor() {
        try {
            return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                    .filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(System.getProperty("os.arch"));
        } catch (IOException e) {
            return System.getProperty("os.arch");
        }
    }

    private static String commit() {
        try {
            Process git = new ProcessBuilder("git", "rev-parse", "--short", "HEAD").start();
            String answer = new String(git.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            return answer.isBlank() ? "unknown" : answer.strip();
        } catch (IOException e) {
            return "unknown";
        }
    }
}
