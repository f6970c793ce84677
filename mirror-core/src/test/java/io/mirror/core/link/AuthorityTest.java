package io.mirror.core.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.core.command.Command;
import io.mirror.core.hub.Origin;
import io.mirror.core.hub.PointHub;
import io.mirror.core.point.Point;
import io.mirror.core.point.PointName;
import io.mirror.core.point.PointValue;
import io.mirror.core.point.Timestamp;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Authority on loss and recovery, DHTP section 10 (conformance 11)")
class AuthorityTest {
    private static final LinkFlag[] NO_FLAGS = {};

    private static LinkPair pair(boolean natively, LinkFlag authority, LinkFlag sync) {
        LinkFlags flags = LinkFlags.of(LinkFlag.READABLE, LinkFlag.WRITABLE, sync)
                .with(authority == null ? NO_FLAGS : new LinkFlag[] {authority});
        LinkPair pair = new LinkPair(flags);
        if (!natively) {
            pair.options(LinkOptions.builder().probe(false).build());
        }
        return pair;
    }

    private static LinkPair opened(boolean natively, LinkFlag authority, LinkFlag sync) {
        LinkPair pair = pair(natively, authority, sync);
        pair.open();
        settleTransfer(pair);
        pair.master.write("fromMaster", 1, 10);
        pair.settle();
        pair.slave.write("fromSlave", 2, 20);
        pair.settle();
        assertThat(pair.slave.contents(true))
                .isEqualTo(pair.master.contents(true))
                .hasSize(2);
        return pair;
    }

    private static void settleTransfer(LinkPair pair) {
        pair.now += 3_000_000_000L;
        pair.slave.session.tick(pair.now);
        pair.settle();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void ifTheMasterIsTheAuthorityWhatCameFromItIsMarkedAtTheSlave(boolean natively) {
        LinkPair pair = opened(natively, LinkFlag.AUTHORITATIVE, LinkFlag.SYNC_RECV);
        TreeMap<String, String> atMaster = pair.master.contents(true);
        pair.cut();
        assertThat(pair.slave.contents(false))
                .containsEntry("fromMaster", "1 q8")
                .as("written last by the slave itself")
                .containsEntry("fromSlave", "2 q192");
        assertThat(pair.master.contents(true)).isEqualTo(atMaster);
        assertThat(pair.slave.point("fromMaster").read().time())
                .as("the time of the loss")
                .isEqualTo(new Timestamp(1_700_000_000L, 0));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void ifTheSlaveIsTheAuthorityWhatCameFromItIsMarkedAtTheMaster(boolean natively) {
        LinkPair pair = opened(natively, LinkFlag.NON_AUTHORITATIVE, LinkFlag.SYNC_SEND);
        TreeMap<String, String> atSlave = pair.slave.contents(true);
        pair.cut();
        assertThat(pair.master.contents(false))
                .containsEntry("fromSlave", "2 q8")
                .containsEntry("fromMaster", "1 q192");
        assertThat(pair.slave.contents(true)).isEqualTo(atSlave);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void withoutAuthorityNothingIsMarked(boolean natively) {
        LinkPair pair = opened(natively, null, LinkFlag.SYNC_RECV);
        TreeMap<String, String> before = pair.slave.contents(true);
        pair.cut();
        assertThat(pair.slave.contents(true)).isEqualTo(before);
        assertThat(pair.master.contents(true)).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource({
        "true, AUTHORITATIVE, SYNC_RECV",
        "true, AUTHORITATIVE, SYNC_SEND",
        "true, AUTHORITATIVE, SYNC_TIME",
        "true, NON_AUTHORITATIVE, SYNC_RECV",
        "true, NON_AUTHORITATIVE, SYNC_SEND",
        "true, NON_AUTHORITATIVE, SYNC_TIME",
        "false, AUTHORITATIVE, SYNC_RECV",
        "false, AUTHORITATIVE, SYNC_TIME",
        "false, AUTHORITATIVE, SYNC_SEND",
        "false, NON_AUTHORITATIVE, SYNC_SEND"
    })
    void bothRecoverTheTrueQualitiesAfterReconnecting(boolean natively, LinkFlag authority, LinkFlag sync) {
        LinkPair pair = opened(natively, authority, sync);
        for (int round = 0; round < 3; round++) {
            pair.cut();
            pair.open();
            settleTransfer(pair);
            assertThat(pair.slave.contents(true))
                    .as("round %d", round)
                    .isEqualTo(pair.master.contents(true))
                    .containsEntry("fromMaster", "1 q192 t1970-01-01T00:00:10Z")
                    .containsEntry("fromSlave", "2 q192 t1970-01-01T00:00:20Z");
            assertThat(pair.slave.session.state()).isEqualTo(LinkState.MIRRORING);
            assertThat(pair.master.session.state()).isEqualTo(LinkState.MIRRORING);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SYNC_SEND", "SYNC_RECV", "SYNC_TIME"})
    void whatTheAuthorityWroteMeanwhileArrives(LinkFlag sync) {
        LinkPair slaveIsAuthority = opened(true, LinkFlag.NON_AUTHORITATIVE, sync);
        slaveIsAuthority.cut();
        slaveIsAuthority.slave.write("fromSlave", 3, 1_800_000_000L);
        slaveIsAuthority.open();
        assertThat(slaveIsAuthority.master.contents(false)).containsEntry("fromSlave", "3 q192");

        LinkPair masterIsAuthority = opened(true, LinkFlag.AUTHORITATIVE, sync);
        masterIsAuthority.cut();
        masterIsAuthority.master.write("fromMaster", 3, 15);
        masterIsAuthority.open();
        assertThat(masterIsAuthority.slave.contents(false)).containsEntry("fromMaster", "3 q192");
        assertThat(masterIsAuthority.master.contents(false)).containsEntry("fromMaster", "3 q192");
    }

    @Test
    void aMarkTravelsOverFurtherLinks() {
        LinkPair far = opened(true, LinkFlag.AUTHORITATIVE, LinkFlag.SYNC_RECV);
        // The far slave's hub is the master of a near slave.
        LinkPair near =
                new LinkPair(LinkFlags.of(LinkFlag.READABLE, LinkFlag.SYNC_RECV), LinkPair.hub(3), far.slave.hub);
        LinkEnd middle = new LinkEnd(far.slave.hub, LinkPair.SLAVE_DOMAIN);
        LinkConfig config =
                near.config.extend().remoteDomain(LinkPair.SLAVE_DOMAIN).build();
        near.connect();
        near.slave.session = MirrorSession.slave(
                near.slave.hub,
                config,
                Origin.of("near"),
                LinkOptions.defaults(),
                near.slave.output,
                near.slave.events);
        near.master.session.opened(near.now);
        near.slave.session.opened(near.now);
        near.settle();
        assertThat(near.slave.contents(true)).isEqualTo(middle.contents(true)).isNotEmpty();

        far.cut();
        near.settle();
        assertThat(near.slave.contents(false)).containsEntry("fromMaster", "1 q8");
        assertThat(near.slave.contents(true)).isEqualTo(middle.contents(true));

        far.open();
        near.settle();
        assertThat(near.slave.contents(false)).containsEntry("fromMaster", "1 q192");
        assertThat(near.slave.contents(true)).isEqualTo(middle.contents(true));
    }

    /** The mark was made where another way to this hub was lost; this hub is the one that knows. */
    @ParameterizedTest
    @EnumSource(names = {"SYNC_SEND", "SYNC_RECV", "SYNC_TIME"})
    void aMarkThatTravelsBackToTheSourceIsDeniedThere(LinkFlag sync) {
        LinkPair pair = opened(true, null, sync);
        pair.master.point("fromSlave").markNotConnected(Origin.of("another link"));
        pair.settle();
        assertThat(pair.slave.contents(true))
                .isEqualTo(pair.master.contents(true))
                .containsEntry("fromSlave", "2 q192 t1970-01-01T00:00:20Z");
        assertThat(pair.slave.session.counters().conflictsKept()).isEqualTo(1);

        pair.cut();
        pair.master.point("fromSlave").markNotConnected(Origin.of("another link"));
        pair.open();
        settleTransfer(pair);
        assertThat(pair.slave.contents(true))
                .isEqualTo(pair.master.contents(true))
                .containsEntry("fromSlave", "2 q192 t1970-01-01T00:00:20Z");
    }

    /** The slave may not have heard of it, so that its return confirms nothing; what counts is what the SYNC kind says. */
    @ParameterizedTest
    @CsvSource({"SYNC_RECV, 15, 9", "SYNC_SEND, 15, 2", "SYNC_TIME, 15, 2", "SYNC_TIME, 30, 9"})
    void aValueThatAnotherWroteOverTheLostSlavesIsNotTakenForTheSlaves(LinkFlag sync, long seconds, long winner) {
        LinkPair pair = opened(true, LinkFlag.NON_AUTHORITATIVE, sync);
        Origin another = Origin.of("another link");
        another.peer("another");
        pair.master.write("fromSlave", 9, seconds, another);
        pair.cut();
        assertThat(pair.master.contents(false)).containsEntry("fromSlave", "9 q8");
        assertThat(pair.master.point("fromSlave").markedPeer()).isEqualTo("another");
        pair.open();
        settleTransfer(pair);
        assertThat(pair.master.contents(true))
                .isEqualTo(pair.slave.contents(true))
                .containsEntry("fromSlave", winner + " q192 t1970-01-01T00:00:" + (winner == 9 ? seconds : 20) + "Z");
    }

    @ParameterizedTest
    @EnumSource(names = {"SYNC_SEND", "SYNC_RECV", "SYNC_TIME"})
    void aMasterThatCameBackEmptyConfirmsNothingAfterTheNextLossEither(LinkFlag sync) {
        LinkPair pair = opened(true, LinkFlag.AUTHORITATIVE, sync);
        pair.cut();
        LinkPair restarted = new LinkPair(pair.config.flags(), pair.slave.hub, LinkPair.hub(3));
        restarted.slaveOrigin = pair.slaveOrigin;
        for (int round = 0; round < 3; round++) {
            restarted.open();
            settleTransfer(restarted);
            assertThat(restarted.slave.contents(false)).as("round %d", round).containsEntry("fromMaster", "1 q8");
            assertThat(restarted.master.contents(false)).as("round %d", round).doesNotContainKey("fromMaster");
            restarted.cut();
        }
    }

    @Test
    void aLocalWriteEndsTheMark() {
        LinkPair pair = opened(true, LinkFlag.AUTHORITATIVE, LinkFlag.SYNC_TIME);
        pair.cut();
        pair.slave.point("fromMaster").write(9L);
        assertThat(pair.slave.contents(false)).containsEntry("fromMaster", "9 q192");
        pair.open();
        assertThat(pair.master.contents(false)).as("and is newer").containsEntry("fromMaster", "9 q192");
    }

    @Test
    void aSilentPeerIsLostAsWell() {
        LinkPair pair = opened(true, LinkFlag.AUTHORITATIVE, LinkFlag.SYNC_RECV);
        pair.slave.session.tick(pair.now + 5_000_000_000L);
        assertThat(pair.slave.output.closedBecause).contains("5000 ms");
        assertThat(pair.slave.contents(false)).containsEntry("fromMaster", "1 q8");
    }

    @Test
    void anApiClientCanBeTheAuthorityForWhatItWrites() {
        PointHub hub = LinkPair.hub(2);
        Client client = new Client(hub);
        Client other = new Client(hub);
        hub.write("plant:untouched", PointValue.of(1L));
        other.cwrite("plant:others", 1);
        other.cwrite("plant:shared", 1);
        client.say(new Command.SetAuthoritative("plant", true));
        client.cwrite("plant:mine", 1);
        client.cwrite("elsewhere:mine", 1);
        client.cwrite("plant:shared", 2);
        other.cwrite("plant:shared", 3);
        client.master.session.closed("gone", client.now);
        assertThat(qualities(hub))
                .containsEntry("mine", 8)
                .containsEntry("shared", 8)
                .containsEntry("others", 192)
                .containsEntry("untouched", 192);
        assertThat(hub.read("elsewhere:mine").orElseThrow().quality().code()).isEqualTo(192);
    }

    @Test
    void declaringTheReceiverTheAuthorityRevokesNothing() {
        PointHub hub = LinkPair.hub(2);
        Client client = new Client(hub);
        client.say(new Command.Domain("plant"));
        client.say(new Command.SetAuthoritative("", true));
        client.say(new Command.SetAuthoritative("plant", false));
        client.cwrite("p", 1);
        client.master.session.closed("gone", client.now);
        assertThat(qualities(hub)).containsEntry("p", 8);
    }

    @Test
    void withTwoAuthoritiesEitherLossMarks() {
        PointHub hub = LinkPair.hub(2);
        Client first = new Client(hub);
        Client second = new Client(hub);
        for (Client client : List.of(first, second)) {
            client.say(new Command.SetAuthoritative("plant", true));
            client.cwrite("plant:p", 1);
        }
        first.master.session.closed("gone", first.now);
        assertThat(qualities(hub)).containsEntry("p", 8);
        second.cwrite("plant:p", 1);
        assertThat(qualities(hub)).containsEntry("p", 192);
        second.master.session.closed("gone", second.now);
        assertThat(qualities(hub)).containsEntry("p", 8);
    }

    @Test
    void anOldConnectionFoundDeadAfterItsClientCameBackMarksNothing() {
        LinkPair pair = opened(true, LinkFlag.NON_AUTHORITATIVE, LinkFlag.SYNC_SEND);
        MirrorSession old = pair.master.session;
        pair.slave.session.closed("cut", pair.now);
        pair.open();
        old.closed("silent", pair.now);
        pair.settle();
        assertThat(pair.master.contents(false)).containsEntry("fromSlave", "2 q192");
        assertThat(pair.slave.contents(false)).containsEntry("fromSlave", "2 q192");
    }

    @Test
    void aMarkIsNotSentToTheSlaveThatItIsAbout() {
        LinkPair pair = opened(true, LinkFlag.NON_AUTHORITATIVE, LinkFlag.SYNC_RECV);
        pair.cut();
        pair.connect();
        pair.master.session.opened(pair.now);
        pair.slave.session.opened(pair.now);
        boolean sawMark = false;
        for (int i = 0; i < 20; i++) {
            for (Wire.Message message : pair.master.output.sent) {
                sawMark |=
                        message instanceof Wire.SentPoint point && point.state().quality() == 8;
            }
            pair.slave.transmitTo(pair.master);
            pair.master.transmitTo(pair.slave);
            pair.master.receiveAll(pair.now);
            pair.slave.receiveAll(pair.now);
            pair.master.flush(pair.now);
            pair.slave.flush(pair.now);
        }
        assertThat(sawMark).isFalse();
        assertThat(pair.master.contents(false)).containsEntry("fromSlave", "2 q192");
        assertThat(pair.slave.session.state()).isEqualTo(LinkState.MIRRORING);
    }

    private static TreeMap<String, Integer> qualities(PointHub hub) {
        TreeMap<String, Integer> qualities = new TreeMap<>();
        for (Point point : hub.snapshot("plant")) {
            qualities.put(point.name().name(), point.quality().code());
        }
        return qualities;
    }

    @Test
    void anOrderlyEndCountsAsLoss() {
        LinkPair pair = opened(true, LinkFlag.AUTHORITATIVE, LinkFlag.SYNC_RECV);
        pair.slave.session.closed("shut down", pair.now);
        assertThat(pair.slave
                        .hub
                        .find(PointName.of("local", "fromMaster"))
                        .orElseThrow()
                        .isMarkedNotConnected())
                .isTrue();
    }
}
