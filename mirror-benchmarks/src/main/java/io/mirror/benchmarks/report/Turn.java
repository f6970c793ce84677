package io.mirror.benchmarks.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Makes findings of what JMH measured in one turn, so that paths can be compared round by round.
 *
 * <p>Arguments: the table, and a result of JMH. Prints a line of JSON for each of its rows.
 */
public final class Turn {
    private Turn() {}

    public static void main(String[] args) throws IOException {
        if (args.length != 2) {
            System.err.println("usage: Turn TABLE RESULT");
            System.exit(2);
        }
        for (JsonNode result : new ObjectMapper().readTree(Path.of(args[1]).toFile())) {
            System.out.println(finding(args[0], Row.of(result)));
        }
    }

    static Finding finding(String table, Row row) {
        return Finding.of(table, row.suite() + "." + row.path()).with(row.unit(), row.score());
    }
}
