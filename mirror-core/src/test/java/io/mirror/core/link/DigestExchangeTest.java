package io.mirror.core.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.core.command.Command;
import io.mirror.core.command.Command.MirrorDigest;
import io.mirror.core.command.Command.MirrorDigest.Part;
import io.mirror.core.hub.HubPoint;
import io.mirror.core.hub.Origin;
import io.mirror.core.hub.PointHub;
import io.mirror.core.hub.StoreMode;
import io.mirror.core.point.PointState;
import io.mirror.core.point.PointValue;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Both sides of a link compare themselves by digests and repair what is different. */
class DigestExchangeTest {
    private static final int POINTS = 2000;

    private final List<VerifyReport> reports = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();

    private static LinkPair mirrored(int points, LinkFlag... flags) {
        LinkPair pair = new LinkPair(LinkFlags.of(flags).with(LinkFlag.READABLE)).open();
        for (int i = 0; i < points; i++) {
            pair.master.write("p" + i, i, 100 + i);
        }
        pair.settle();
        return pair;
    }

    private VerifyReport verify(LinkPair pair) {
        reports.clear();
        pair.slave.session.verify(reports::add, failures::add, pair.now);
        pair.settle();
        assertThat(failures).isEmpty();
        assertThat(reports).hasSize(1);
        return reports.get(0);
    }

    @Test
    @Tag("S-CON-7")
    void aComparisonThatIsNotAnsweredFailsAfterAMinute() {
        LinkPair pair = mirrored(10, LinkFlag.SYNC_RECV);
        pair.slave.session.verify(reports::add, failures::add, pair.now);
        pair.slave.output.take();
        for (int i = 0; i < 60; i++) {
            assertThat(failures).isEmpty();
            pair.now += 1_000_000_000L;
            assertThat(pair.slave.session.nextTickNanos()).isLessThanOrEqualTo(pair.now);
            pair.slave.session.bytesReceived(pair.now);
            pair.slave.session.tick(pair.now);
        }
        assertThat(failures).containsExactly("the master did not answer within 60 s");
        verifyAgain(pair);
    }

    private void verifyAgain(LinkPair pair) {
        failures.clear();
        assertThat(verify(pair).isEqual()).isTrue();
    }

    /** Changes a point without the link noticing, as a fault would. */
    private static void corrupt(LinkEnd end, Origin link, String name, long value, long seconds) {
        HubPoint point = end.point(name);
        point.store(new PointState().integer(value).quality(192).time(seconds, 0), link, StoreMode.NORMAL);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 100, POINTS})
    void equalSidesAreFoundEqual(int points) {
        VerifyReport report = verify(mirrored(points, LinkFlag.WRITABLE, LinkFlag.SYNC_RECV));
        assertThat(report).isEqualTo(new VerifyReport(points, 0, 0, 0, 0, List.of(), true));
        assertThat(report.isEqual()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "SYNC_RECV, , 7 q192 t1970-01-01T00:01:47Z",
        "SYNC_SEND, , 1000 q192 t1970-01-01T00:00:05Z",
        "SYNC_TIME, , 7 q192 t1970-01-01T00:01:47Z",
        "SYNC_SEND, AUTHORITATIVE, 7 q192 t1970-01-01T00:01:47Z",
        "SYNC_RECV, NON_AUTHORITATIVE, 1000 q192 t1970-01-01T00:00:05Z"
    })
    void aDifferenceIsFoundAndRepairedAsTheLinksRulesSay(LinkFlag sync, LinkFlag authority, String kept) {
        LinkPair pair = authority == null
                ? mirrored(POINTS, LinkFlag.WRITABLE, sync)
                : mirrored(POINTS, LinkFlag.WRITABLE, sync, authority);
        corrupt(pair.slave, pair.slaveOrigin, "p7", 1000, 5);
        pair.settle();
        assertThat(pair.slave.contents(true)).isNotEqualTo(pair.master.contents(true));
        assertThat(verify(pair)).isEqualTo(new VerifyReport(POINTS, 1, 0, 0, 1, List.of("p7"), true));
        assertThat(pair.slave.contents(true))
                .isEqualTo(pair.master.contents(true))
                .containsEntry("p7", kept);
        assertThat(verify(pair).isEqual()).isTrue();
    }

    @Test
    void aDifferenceInTimeOrQualityAloneCounts() {
        LinkPair pair = mirrored(100, LinkFlag.SYNC_RECV);
        corrupt(pair.slave, pair.slaveOrigin, "p7", 7, 200);
        HubPoint other = pair.slave.point("p8");
        other.store(other.read(new PointState()).quality(64), pair.slaveOrigin, StoreMode.NORMAL);
        assertThat(verify(pair).different()).isEqualTo(2);
        assertThat(pair.slave.contents(true)).isEqualTo(pair.master.contents(true));
    }

    @Test
    void pointsThatOneSideLacksAreFoundOnBothSides() {
        LinkPair pair = mirrored(POINTS, LinkFlag.WRITABLE, LinkFlag.SYNC_RECV);
        corrupt(pair.slave, pair.slaveOrigin, "only here", 1, 100);
        pair.slave.hub.delete(pair.slave.point("p3").name(), pair.slaveOrigin);
        VerifyReport report = verify(pair);
        assertThat(report.onlyHere()).isEqualTo(1);
        assertThat(report.onlyThere()).isEqualTo(1);
        assertThat(report.repaired()).isEqualTo(2);
        assertThat(report.names()).containsExactlyInAnyOrder("only here", "p3");
        assertThat(pair.slave.contents(true)).isEqualTo(pair.master.contents(true));
    }

    @Test
    void aLinkThatOnlyReadsRepairsItsOwnSideOnly() {
        LinkPair pair = mirrored(POINTS, LinkFlag.SYNC_RECV);
        pair.slave.write("own", 1, 100);
        corrupt(pair.slave, pair.slaveOrigin, "p3", 1, 100);
        VerifyReport report = verify(pair);
        assertThat(report.repaired()).isEqualTo(1);
        assertThat(report.onlyHere()).isEqualTo(1);
        assertThat(pair.master.contents(false)).doesNotContainKey("own");
        assertThat(pair.slave.contents(false)).containsEntry("p3", "3 q192");
    }

    @Test
    void tooManyDifferencesAreCutShort() {
        LinkPair pair = mirrored(100_000, LinkFlag.SYNC_RECV);
        for (int i = 0; i < 100_000; i++) {
            corrupt(pair.slave, pair.slaveOrigin, "p" + i, -1, 1);
        }
        VerifyReport report = verify(pair);
        assertThat(report.complete()).isFalse();
        assertThat(report.isEqual()).isFalse();
        assertThat(report.names()).hasSize(VerifyReport.MAX_NAMES);
        assertThat(report.different()).isGreaterThan(DigestExchange.MAX_LEAVES);
    }

    @Test
    void aComparisonThatCannotBeMadeSaysSo() {
        LinkPair pair = new LinkPair(LinkFlag.READABLE, LinkFlag.SYNC_RECV)
                .options(LinkOptions.builder().probe(false).build())
                .open();
        pair.slave.session.verify(reports::add, failures::add, pair.now);
        pair.master.session.verify(reports::add, failures::add, pair.now);
        assertThat(failures).hasSize(2).allMatch(reason -> reason.contains("not mirroring with a peer"));

        failures.clear();
        LinkPair broken = mirrored(10, LinkFlag.SYNC_RECV);
        broken.slave.session.verify(reports::add, failures::add, broken.now);
        broken.slave.session.verify(reports::add, failures::add, broken.now);
        assertThat(failures).containsExactly("another comparison of this link is under way");
        broken.cut();
        assertThat(failures).last().isEqualTo("the connection was closed");
        assertThat(reports).isEmpty();
    }

    @Test
    void whatIsAskedOutOfPlaceIsRefused() {
        PointHub hub = LinkPair.hub(2);
        for (int i = 0; i <= DigestExchange.MAX_LEAF_POINTS; i++) {
            hub.write("plant:p" + i, PointValue.of(i));
        }
        Client slave = new Client(hub);
        assertThat(slave.say(new MirrorDigest("plant", Part.BEGIN, List.of("1")))
                        .get(0))
                .startsWith("error -13");
        slave.say(new Command.MirrorCaps(1, "00000000-0000-0000-0000-000000000009", List.of("sync", "digest")));
        slave.say(
                new Command.MirrorOpen("plant", LinkFlags.of(LinkFlag.READABLE).bits()));
        List<MirrorDigest> wrong = List.of(
                new MirrorDigest("other", Part.BEGIN, List.of("1")),
                new MirrorDigest("plant", Part.BEGIN, List.of()),
                new MirrorDigest("plant", Part.BEGIN, List.of("-1")),
                new MirrorDigest("plant", Part.BEGIN, List.of("6")),
                new MirrorDigest("plant", Part.BEGIN, List.of("x")),
                new MirrorDigest("plant", Part.ASK, List.of("0")),
                new MirrorDigest("plant", Part.NODE, List.of("", "0")),
                new MirrorDigest("plant", Part.LEAF, List.of("0")));
        for (MirrorDigest message : wrong) {
            assertThat(slave.say(message).get(0)).as("%s", message).startsWith("error -13");
        }
        assertThat(slave.say(new MirrorDigest("plant", Part.BEGIN, List.of("0")))
                        .get(0))
                .startsWith("mirror_digest plant node");
        assertThat(slave.say(new MirrorDigest("plant", Part.ASK, List.of(""))).get(0))
                .contains("More than 1000 points in a leaf");
        assertThat(slave.say(new MirrorDigest("plant", Part.ASK, List.of("00"))).get(0))
                .startsWith("error -13");
        assertThat(slave.say(new MirrorDigest("plant", Part.ASK, List.of("g"))).get(0))
                .startsWith("error -13");
        List<String> tooMany = IntStream.range(0, 17).mapToObj(i -> "").toList();
        assertThat(slave.say(new MirrorDigest("plant", Part.ASK, tooMany)).get(0))
                .startsWith("error -13");
        for (int i = 0; i < 19; i++) {
            slave.say(new MirrorDigest("plant", Part.BEGIN, List.of("1")));
        }
        assertThat(slave.say(new MirrorDigest("plant", Part.BEGIN, List.of("1")))
                        .get(0))
                .contains("More than 20 comparisons in a minute");
    }
}
