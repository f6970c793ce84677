package io.mirror.examples.command.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.replica.journal.Refusal;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What strangers do is told, and they cannot flood a terminal with it. */
class RefusalReportTest {
    private final List<String> lines = new ArrayList<>();
    private final RefusalReport report = new RefusalReport(lines::add);

    private List<String> said() {
        List<String> said = List.copyOf(lines);
        lines.clear();
        return said;
    }

    @Test
    void theFirstOfEachKindIsToldAndTheOthersAreCounted() {
        for (int i = 1; i <= 1_000; i++) {
            report.onRefused(Refusal.WRONG_KEY, "a:" + i, "wrong key");
        }
        report.onRefused(Refusal.NO_ROOM, "b:1", "no room");
        assertThat(said()).containsExactly("refused a:1: wrong key", "refused b:1: no room");
        report.minutePassed();
        assertThat(said()).containsExactly("refused 999 more like that, the last was a:1000: wrong key");
        // One that goes on is counted, one that was over for a minute is told at once again.
        report.onRefused(Refusal.WRONG_KEY, "a:1001", "wrong key");
        report.onRefused(Refusal.NO_ROOM, "b:2", "no room");
        assertThat(said()).containsExactly("refused b:2: no room");
        report.minutePassed();
        assertThat(said()).containsExactly("refused 1 more like that, the last was a:1001: wrong key");
        report.minutePassed();
        assertThat(said()).isEmpty();
        report.onRefused(Refusal.WRONG_KEY, "a:1002", "wrong key");
        assertThat(said()).containsExactly("refused a:1002: wrong key");
    }

    @Test
    void aProblemIsToldWhenItIsAnotherOne() {
        report.onProblem("!replica", "the disk is gone");
        report.onProblem("!replica", "the disk is gone");
        report.onProblem("!other", "the disk is gone");
        report.onProblem("!replica", "set aside");
        assertThat(said())
                .containsExactly("/!replica: the disk is gone", "/!other: the disk is gone", "/!replica: set aside");
    }
}
