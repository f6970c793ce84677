package io.mirror.benchmarks.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Reads a JMH result and ends with 1 if a path that must not allocate did.
 *
 * <p>Arguments: the JSON file of a run with {@code -prof gc}. A listed path that the file does not have is an error too:
 * a renamed benchmark must not slip through.
 */
public final class AllocationGate {
    /** What JMH itself may seem to allocate, in bytes an operation. */
    private static final double LIMIT = 0.5;

    /** The paths that must not allocate, as names of {@link Row}s. */
    static final List<Pattern> ZERO_ALLOCATION = List.of(
            Pattern.compile("DhtpPoints\\.encode \\{encoding=(text|bin1), values=(DECIMALS2|DIGITS17)\\}"),
            Pattern.compile("DhtpPoints\\.decodeToCallback \\{encoding=(text|bin1), values=DECIMALS2\\}"),
            Pattern.compile("HubUpdates\\.update(Together)?AndTake \\{.*subscribers=[01]\\}"),
            Pattern.compile("MuxFrames\\.(encode|decode) \\{.*\\}"));

    private AllocationGate() {}

    public static void main(String[] args) throws IOException {
        if (args.length != 1) {
            System.err.println("usage: AllocationGate RESULTS.json");
            System.exit(2);
        }
        List<Row> rows = new ArrayList<>();
        for (JsonNode result : new ObjectMapper().readTree(Path.of(args[0]).toFile())) {
            rows.add(Row.of(result));
        }
        List<String> complaints = complaints(rows);
        complaints.forEach(System.err::println);
        if (!complaints.isEmpty()) {
            System.exit(1);
        }
        System.out.println("no path of the list allocates");
    }

    static List<String> complaints(List<Row> rows) {
        List<String> complaints = new ArrayList<>();
        for (Pattern pattern : ZERO_ALLOCATION) {
            boolean found = false;
            for (Row row : rows) {
                if (pattern.matcher(row.name()).matches()) {
                    found = true;
                    // Not "greater than": a figure that is missing must fail as well.
                    if (!(row.bytes() <= LIMIT)) {
                        complaints.add(String.format(
                                Locale.ROOT,
                                "%s allocates %.1f B/op, the limit is %.1f",
                                row.name(),
                                row.bytes(),
                                LIMIT));
                    }
                }
            }
            if (!found) {
                complaints.add("no result for " + pattern);
            }
        }
        return complaints;
    }
}
