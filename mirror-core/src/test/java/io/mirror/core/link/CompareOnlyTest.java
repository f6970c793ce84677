package io.mirror.core.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.core.command.Command;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A link that is there to compare two hubs that get their points some other way. */
class CompareOnlyTest {
    private static final int POINTS = 300;

    private final List<VerifyReport> reports = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();
    private final LinkPair pair = new LinkPair(LinkFlags.of(LinkFlag.READABLE, LinkFlag.SYNC_RECV))
            .options(LinkOptions.builder().compareOnly(true).build());

    private VerifyReport verify() {
        reports.clear();
        pair.slave.session.verify(reports::add, failures::add, pair.now);
        pair.settle();
        assertThat(failures).isEmpty();
        assertThat(reports).hasSize(1);
        return reports.get(0);
    }

    private void fill() {
        for (int i = 0; i < POINTS; i++) {
            pair.master.write("p" + i, i, 100 + i);
            pair.slave.write("p" + i, i, 100 + i);
        }
    }

    @Test
    void nothingIsTransferredAtTheBeginningAndNoChangeLater() {
        fill();
        pair.open();
        pair.master.write("p1", -1, 1000);
        pair.slave.write("p2", -2, 1000);
        pair.settle();
        assertThat(pair.slave.session.state()).isEqualTo(LinkState.MIRRORING);
        assertThat(pair.slave.session.counters().pointsReceived()).isZero();
        assertThat(pair.slave.session.counters().pointsSent()).isZero();
        assertThat(pair.master.session.counters().fullTransfers()).isZero();
        assertThat(pair.slave.contents(true)).isNotEqualTo(pair.master.contents(true));
    }

    @Test
    void equalSidesAreFoundEqualWithoutAPointOnTheWire() {
        fill();
        pair.open();
        assertThat(verify()).isEqualTo(new VerifyReport(POINTS, 0, 0, 0, 0, List.of(), true));
        assertThat(pair.slave.session.counters().pointsReceived()).isZero();
    }

    @Test
    void whatDiffersIsReportedAndTheMastersStateIsFetched() {
        fill();
        pair.master.write("p7", 1000, 1000);
        pair.master.write("there", 1, 1000);
        pair.slave.write("here", 2, 1000);
        pair.open();
        VerifyReport first = verify();
        assertThat(first.different()).isEqualTo(1);
        assertThat(first.onlyThere()).isEqualTo(1);
        assertThat(first.onlyHere()).isEqualTo(1);
        assertThat(first.repaired()).isEqualTo(2);
        assertThat(first.names()).containsExactlyInAnyOrder("p7", "there", "here");
        assertThat(pair.slave.session.counters().pointsReceived()).isEqualTo(2);
        VerifyReport second = verify();
        assertThat(second.different() + second.onlyThere()).isZero();
        assertThat(second.onlyHere()).isEqualTo(1);
        assertThat(pair.master.contents(true)).doesNotContainKey("here");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aMasterThatCannotCompareIsSaidToBeNone(boolean answers) {
        pair.connect();
        pair.slave.session.opened(pair.now);
        pair.slave.output.take();
        if (answers) {
            pair.slave.inbox.add(new Wire.Sent(new Command.Failure(-13, "mirror_caps", List.of(), false, "Unknown")));
            pair.slave.receiveAll(pair.now);
        } else {
            pair.now += 1_000_000_000L;
            pair.slave.session.tick(pair.now);
        }
        pair.slave.session.verify(reports::add, failures::add, pair.now);
        assertThat(reports).isEmpty();
        assertThat(failures).singleElement().asString().contains("a peer that can compare");
        assertThat(pair.slave.output.take())
                .noneMatch(
                        message -> message instanceof Wire.Sent sent && sent.command() instanceof Command.ReportDomain);
    }
}
