package io.mirror.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Where the figures of a suite come from.
 *
 * @param suite the suite
 * @param date when it was begun
 * @param commit what was measured
 * @param machine on what
 * @param options what it was told, empty for a run in full
 * @param stolen how much of the processors' time other guests of the host took meanwhile, in percent
 */
record Provenance(String suite, String date, String commit, String machine, String options, String stolen) {
    /** How the files are called that say it, a line for each of the others. */
    static final String ENDING = ".run";

    static Provenance read(Path file) throws IOException {
        String name = file.getFileName().toString();
        List<String> lines = Files.readAllLines(file);
        if (lines.size() < 3) {
            throw new IOException(file + " has " + lines.size() + " lines; date, commit and machine are missed");
        }
        return new Provenance(
                name.substring(0, name.length() - ENDING.length()),
                lines.get(0),
                lines.get(1),
                lines.get(2),
                lines.size() > 3 ? lines.get(3) : "",
                lines.size() > 4 ? lines.get(4) : "unknown");
    }

    /** Returns the row of the table that has what belongs to all rows of a machine above it. */
    String markdown() {
        return "| " + suite + " | " + date + " | " + commit + " | "
                + (options.isEmpty() ? "in full" : "`" + options + "`") + " | " + stolen + " |\n";
    }
}
