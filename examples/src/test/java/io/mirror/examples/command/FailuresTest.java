package io.mirror.examples.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class FailuresTest {

    @Test
    void foreignTextCannotBreakTheLineOrSteerTheTerminal() {
        assertThat(Failures.oneLine("a\nb\rc\td\u001b[31m\u202e\u0000é"))
                .isEqualTo("a b c d\\u001b[31m\\u202e\\u0000é");
    }

    @Test
    void theWrappingsOfFuturesAreTakenOff() {
        CommandFailure failure = new CommandFailure("host: no");
        assertThat(Failures.describe(new CompletionException(new CompletionException(failure))))
                .isEqualTo("host: no");
    }

    @Test
    void mistakesOfTheProgramSaySo() {
        assertThat(Failures.describe(new IllegalStateException("x")))
                .startsWith("internal error: ")
                .contains("--debug");
    }
}
