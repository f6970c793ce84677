package io.mirror.examples.command;

import java.io.PrintWriter;
import picocli.CommandLine.Model.CommandSpec;

/** Where the lines of a command go. */
public final class Terminal {
    private Terminal() {}

    /**
     * Prints a line.
     *
     * @param spec the command that prints
     * @param line what to print; control characters are escaped
     */
    public static void print(CommandSpec spec, String line) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(Failures.oneLine(line));
        out.flush();
    }

    /**
     * Prints a warning on standard error.
     *
     * @param spec the command that warns
     * @param text what is doubtful
     */
    public static void warn(CommandSpec spec, String text) {
        problem(spec, "warning: " + text);
    }

    /**
     * Says something on standard error that is no problem, where standard output has other lines.
     *
     * @param spec the command that says it
     * @param line what it says
     */
    public static void note(CommandSpec spec, String line) {
        PrintWriter err = spec.commandLine().getErr();
        err.println(Failures.oneLine(line));
        err.flush();
    }

    /**
     * Prints a problem on standard error.
     *
     * @param spec the command that has it
     * @param text what is wrong
     */
    public static void problem(CommandSpec spec, String text) {
        spec.commandLine().getOut().flush();
        PrintWriter err = spec.commandLine().getErr();
        err.println("mirror: " + Failures.oneLine(text));
        err.flush();
    }
}
