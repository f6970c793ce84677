package io.mirror.examples.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

/** One run of the command, inside this process. */
public record Run(int code, String out, String err) {

    public static Run of(String... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = MirrorCommand.run(new PrintWriter(out), new PrintWriter(err), words);
        return new Run(code, out.toString(), err.toString());
    }

    public List<String> outLines() {
        return out.lines().toList();
    }

    /** Checks that there is exactly one line of trouble, made for people. */
    public String onlyProblem(int expectedCode) {
        assertThat(err.lines()).as("standard error").hasSize(1);
        assertThat(err).startsWith("mirror: ").doesNotContain("\tat ").doesNotContain("Exception");
        assertThat(code).as("exit code").isEqualTo(expectedCode);
        return err.strip();
    }
}
