package io.mirror.examples.command;

import java.io.PrintWriter;
import picocli.CommandLine.Model.CommandSpec;

/** Where the lines of a command go. */
final class Terminal {
    private Terminal() {}

    static void print(CommandSpec spec, String line) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(Failures.oneLine(line));
        out.flush();
    }

    static void warn(CommandSpec spec, String text) {
        problem(spec, "warning: " + text);
    }

    static void problem(CommandSpec spec, String text) {
        spec.commandLine().getOut().flush();
        PrintWriter err = spec.commandLine().getErr();
        err.println("mirror: " + Failures.oneLine(text));
        err.flush();
    }
}
