package io.mirror.core.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.core.command.Command;
import io.mirror.core.command.Command.MirrorDelta;
import io.mirror.core.command.Command.MirrorDelta.Step;
import io.mirror.core.hub.ChangeHistory;
import io.mirror.core.hub.Origin;
import io.mirror.core.hub.PointHub;
import io.mirror.core.point.PointName;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** After a break only what changed while the two were apart crosses the link. */
class CatchUpTest {
    private static final int POINTS = 50;
    private static final long SECOND = 1_000_000_000L;

    /** A link whose both sides have had the same points for a while. */
    private static LinkPair mirrored(LinkFlag... flags) {
        return mirrored(new LinkPair(LinkFlags.of(flags).with(LinkFlag.READABLE)));
    }

    private static LinkPair mirrored(LinkPair pair) {
        pair.open();
        for (int i = 0; i < POINTS; i++) {
            pair.master.write("m" + i, i, 10);
            pair.slave.write("s" + i, i, 10);
        }
        passSeconds(pair, 2);
        return pair;
    }

    /** Long enough for both sides to tell each other how far they have come. */
    private static void passSeconds(LinkPair pair, int seconds) {
        for (int i = 0; i < seconds; i++) {
            pair.now += SECOND;
            pair.slave.session.tick(pair.now);
            pair.master.session.tick(pair.now);
            pair.settle();
        }
    }

    private static void reopen(LinkPair pair) {
        pair.open();
        passSeconds(pair, 2);
    }

    private static void requireEqual(LinkPair pair) {
        assertThat(pair.slave.contents(true)).isEqualTo(pair.master.contents(true));
        assertThat(pair.slave.session.state()).isEqualTo(LinkState.MIRRORING);
        assertThat(pair.master.session.state()).isEqualTo(LinkState.MIRRORING);
    }

    private static void requireDeltasOnly(LinkPair pair) {
        for (LinkEnd end : List.of(pair.slave, pair.master)) {
            assertThat(end.session.counters().fullTransfers()).isZero();
        }
        assertThat(pair.slave.session.counters().deltaTransfers()
                        + pair.master.session.counters().deltaTransfers())
                .isPositive();
    }

    private static long sent(LinkPair pair) {
        return pair.slave.session.counters().pointsSent()
                + pair.master.session.counters().pointsSent();
    }

    @ParameterizedTest
    @EnumSource(names = {"SYNC_SEND", "SYNC_RECV", "SYNC_TIME"})
    void onlyWhatChangedOnEitherSideIsSent(LinkFlag sync) {
        LinkPair pair = mirrored(LinkFlag.WRITABLE, sync);
        assertThat(pair.master.session.counters().fullTransfers()).isEqualTo(1);
        pair.cut();
        pair.master.write("m3", 300, 20);
        pair.slave.write("s4", 400, 20);
        if (sync != LinkFlag.SYNC_RECV) {
            pair.slave.write("new", 5, 20);
        }
        reopen(pair);
        requireEqual(pair);
        requireDeltasOnly(pair);
        assertThat(sent(pair)).isLessThan(10);
        boolean masterWins = sync == LinkFlag.SYNC_RECV;
        assertThat(pair.master.contents(false))
                .containsEntry("m3", sync == LinkFlag.SYNC_SEND ? "3 q192" : "300 q192")
                .containsEntry("s4", masterWins ? "4 q192" : "400 q192")
                .hasSize(masterWins ? 2 * POINTS : 2 * POINTS + 1);
    }

    @Test
    void aLinkThatBreaksRightBehindItsTransferDoesNotRepeatIt() {
        LinkPair pair = new LinkPair(LinkFlag.READABLE, LinkFlag.SYNC_RECV);
        for (int i = 0; i < POINTS; i++) {
            pair.master.write("m" + i, i, 10);
        }
        pair.beginToOpen();
        while (pair.slave.session.state() != LinkState.MIRRORING) {
            assertThat(pair.step()).isTrue();
        }
        pair.cut();
        pair.master.write("m3", 300, 20);
        reopen(pair);
        requireEqual(pair);
        requireDeltasOnly(pair);
        assertThat(sent(pair)).isEqualTo(1);
    }

    /** What came from the stand-in cannot be told from what came from the primary: nothing may be left out. */
    @ParameterizedTest
    @EnumSource(names = {"SYNC_SEND", "SYNC_RECV", "SYNC_TIME"})
    void afterATimeWithTheStandInEverythingIsTransferred(LinkFlag sync) {
        LinkPair primary = mirrored(LinkFlag.WRITABLE, sync);
        primary.cut();
        LinkPair standIn = new LinkPair(
                LinkFlags.of(LinkFlag.READABLE, LinkFlag.WRITABLE, sync), primary.slave.hub, LinkPair.hub(3));
        standIn.slaveOrigin = primary.slaveOrigin;
        standIn.master.write("m1", 111, 20);
        standIn.master.write("s1", 112, 20);
        reopen(standIn);
        standIn.master.write("m2", 222, 21);
        passSeconds(standIn, 2);
        standIn.cut();
        reopen(primary);
        requireEqual(primary);
        assertThat(primary.master.session.counters().fullTransfers()).isEqualTo(1);
        boolean masterWins = sync == LinkFlag.SYNC_RECV;
        assertThat(primary.slave.contents(false)).containsEntry("m2", masterWins ? "2 q192" : "222 q192");
        primary.cut();
        primary.master.write("m3", 333, 30);
        reopen(primary);
        requireEqual(primary);
        requireDeltasOnly(primary);
    }

    @Test
    void afterATimeWithAForeignStandInEverythingIsTransferred() {
        LinkPair primary = mirrored(LinkFlag.SYNC_RECV);
        primary.cut();
        LinkPair standIn =
                new LinkPair(LinkFlags.of(LinkFlag.READABLE, LinkFlag.SYNC_RECV), primary.slave.hub, LinkPair.hub(3));
        standIn.options(LinkOptions.builder().probe(false).build());
        standIn.slaveOrigin = primary.slaveOrigin;
        standIn.master.write("m1", 111, 20);
        reopen(standIn);
        assertThat(primary.slave.contents(false)).containsEntry("m1", "111 q192");
        standIn.cut();
        reopen(primary);
        assertThat(primary.slave.contents(false)).containsEntry("m1", "1 q192");
        assertThat(primary.master.session.counters().fullTransfers()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(names = {"SYNC_SEND", "SYNC_RECV", "SYNC_TIME"})
    void theWinnerIsTheOneOfAFullTransfer(LinkFlag sync) {
        for (boolean delta : new boolean[] {true, false}) {
            LinkPair pair = mirrored(new LinkPair(LinkFlag.READABLE, LinkFlag.WRITABLE, sync)
                    .options(LinkOptions.builder().delta(delta).build()));
            pair.cut();
            // Both sides, one side, and set back to an older time.
            pair.master.write("m1", 100, 20);
            pair.slave.write("m1", 101, 30);
            pair.slave.write("m2", 200, 5);
            pair.master.write("s1", 300, 5);
            reopen(pair);
            requireEqual(pair);
            boolean slaveWins = sync == LinkFlag.SYNC_SEND;
            boolean newerWins = sync == LinkFlag.SYNC_TIME;
            assertThat(pair.master.contents(false))
                    .as("delta %s", delta)
                    .containsEntry("m1", slaveWins || newerWins ? "101 q192" : "100 q192")
                    .containsEntry("m2", slaveWins ? "200 q192" : "2 q192")
                    .containsEntry("s1", slaveWins || newerWins ? "1 q192" : "300 q192");
        }
    }

    @Test
    void aLinkThatOnlyReadsIsToldWhatTheMasterChangedAndTakesItsOwnChangesBack() {
        LinkPair pair = mirrored(LinkFlag.SYNC_RECV);
        pair.cut();
        pair.master.write("m1", 100, 20);
        pair.slave.write("m2", 200, 20);
        reopen(pair);
        requireDeltasOnly(pair);
        assertThat(sent(pair)).isEqualTo(2);
        assertThat(pair.slave.contents(false)).containsEntry("m1", "100 q192").containsEntry("m2", "2 q192");
    }

    @ParameterizedTest
    @EnumSource(names = {"SYNC_SEND", "SYNC_RECV", "SYNC_TIME"})
    void whatWasRemovedMeanwhileIsRemovedOnTheOtherSide(LinkFlag sync) {
        LinkPair pair = mirrored(LinkFlag.WRITABLE, sync);
        LinkEnd winner = sync == LinkFlag.SYNC_RECV ? pair.master : pair.slave;
        pair.cut();
        winner.hub.delete(winner.point("m1").name(), Origin.HOST);
        reopen(pair);
        requireEqual(pair);
        assertThat(pair.slave.contents(false)).doesNotContainKey("m1").hasSize(2 * POINTS - 1);
    }

    @Test
    void whatAnAuthorityConfirmsIsConnectedAgainWithoutBeingSent() {
        for (LinkFlag sync : List.of(LinkFlag.SYNC_SEND, LinkFlag.SYNC_RECV, LinkFlag.SYNC_TIME)) {
            for (LinkFlag authority : List.of(LinkFlag.AUTHORITATIVE, LinkFlag.NON_AUTHORITATIVE)) {
                LinkPair pair = mirrored(LinkFlag.WRITABLE, sync, authority);
                var before = pair.master.contents(true);
                for (int round = 0; round < 3; round++) {
                    pair.cut();
                    boolean masterRules = authority == LinkFlag.AUTHORITATIVE;
                    LinkEnd marked = masterRules ? pair.slave : pair.master;
                    assertThat(marked.contents(false)).containsEntry(masterRules ? "m1" : "s1", "1 q8");
                    reopen(pair);
                    requireEqual(pair);
                    requireDeltasOnly(pair);
                    assertThat(pair.master.contents(true))
                            .as("%s %s round %d", sync, authority, round)
                            .isEqualTo(before);
                    assertThat(sent(pair))
                            .as("%s %s round %d", sync, authority, round)
                            .isZero();
                }
            }
        }
    }

    @Test
    void aHubThatRestartedIsSentEverything() {
        LinkPair pair = mirrored(LinkFlag.WRITABLE, LinkFlag.SYNC_RECV);
        pair.cut();
        LinkPair restarted = new LinkPair(pair.config.flags(), LinkPair.hub(1), pair.master.hub);
        restarted.open();
        passSeconds(restarted, 2);
        requireEqual(restarted);
        assertThat(restarted.master.session.counters().fullTransfers()).isEqualTo(1);
        assertThat(restarted.slave.contents(false)).hasSize(2 * POINTS);
    }

    @Test
    void aMasterThatRestartedSendsEverything() {
        LinkPair pair = mirrored(LinkFlag.SYNC_RECV);
        pair.cut();
        PointHub other = LinkPair.hub(2);
        other.write("plant:only", io.mirror.core.point.PointValue.of(1));
        LinkPair restarted = new LinkPair(pair.config.flags(), pair.slave.hub, other);
        restarted.open();
        assertThat(restarted.master.session.counters().fullTransfers()).isEqualTo(1);
        assertThat(restarted.slave.contents(false)).containsEntry("only", "1 q192");
    }

    @Test
    void tooManyRemovalsToRememberMeanAFullTransfer() {
        LinkPair pair = mirrored(LinkFlag.SYNC_RECV);
        pair.cut();
        for (int i = 0; i <= ChangeHistory.REMEMBERED_REMOVALS; i++) {
            pair.master.write("t" + i, 1, 20);
            pair.master.hub.delete(PointName.of("plant", "t" + i), Origin.HOST);
        }
        reopen(pair);
        assertThat(pair.master.session.counters().fullTransfers()).isEqualTo(1);
        assertThat(pair.master.session.counters().deltaTransfers()).isZero();
    }

    @Test
    void tooManyChangesToNameMeanAFullTransfer() {
        LinkPair pair = mirrored(LinkFlag.WRITABLE, LinkFlag.SYNC_RECV);
        pair.cut();
        for (int i = 0; i <= CatchUp.MAX_NAMES; i++) {
            pair.slave.write("t" + i, 1, 20);
        }
        pair.master.write("m1", 100, 20);
        reopen(pair);
        assertThat(pair.master.session.counters().fullTransfers()).isEqualTo(1);
        assertThat(pair.slave.contents(false)).containsEntry("m1", "100 q192");
    }

    @ParameterizedTest
    @EnumSource(names = {"SYNC_SEND", "SYNC_RECV", "SYNC_TIME"})
    void aPeerWithoutTheCapabilitySeesNothingOfIt(LinkFlag sync) {
        LinkPair pair = new LinkPair(LinkFlag.READABLE, LinkFlag.WRITABLE, sync);
        pair.options(LinkOptions.builder().delta(false).build());
        mirrored(pair);
        pair.cut();
        pair.options(LinkOptions.defaults()).connect();
        pair.slave.session = MirrorSession.slave(
                pair.slave.hub,
                pair.config,
                pair.slaveOrigin,
                LinkOptions.builder().delta(false).build(),
                pair.slave.output,
                pair.slave.events);
        pair.master.session.opened(pair.now);
        pair.slave.session.opened(pair.now);
        for (int i = 0; i < 20; i++) {
            assertThat(pair.master.output.sent)
                    .noneMatch(message -> message.toString().contains("delta"));
            pair.settle();
        }
        requireEqual(pair);
        assertThat(pair.master.session.counters().deltaTransfers()).isZero();
    }

    @Test
    void whatIsSaidOutOfPlaceIsRefused() {
        PointHub hub = LinkPair.hub(2);
        Client stranger = new Client(hub);
        assertThat(stranger.say(new MirrorDelta("plant", Step.ALL, 0, 0, List.of()))
                        .get(0))
                .startsWith("error -13");

        Client slave = new Client(hub);
        slave.say(new Command.MirrorCaps(1, "00000000-0000-0000-0000-000000000009", List.of("sync", "delta")));
        assertThat(slave.say(new Command.MirrorOpen(
                        "plant", LinkFlags.of(LinkFlag.READABLE).bits())))
                .containsExactly("success mirror_open plant", "mirror_delta plant has");
        assertThat(slave.say(new MirrorDelta("other", Step.ALL, 0, 0, List.of()))
                        .get(0))
                .startsWith("error -13");
        assertThat(slave.say(new MirrorDelta("plant", Step.HAS, 1, 1, List.of())))
                .isEmpty();
        assertThat(slave.say(new MirrorDelta("plant", Step.HAS, 1, 1, List.of()))
                        .get(0))
                .startsWith("error -13");
        List<String> names =
                IntStream.range(0, CatchUp.MAX_NAMES).mapToObj(i -> "n" + i).toList();
        assertThat(slave.say(new MirrorDelta("plant", Step.NAMES, 0, 0, names))).isEmpty();
        assertThat(slave.say(new MirrorDelta("plant", Step.NAMES, 0, 0, List.of("one more")))
                        .get(0))
                .contains("More than 10000 names");
        assertThat(slave.reportDomain("plant")).startsWith("mirror_sync plant begin 0");
    }
}
