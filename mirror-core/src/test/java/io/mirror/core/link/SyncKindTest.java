package io.mirror.core.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.core.command.Command;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("Three SYNC kinds give the documented winner, also for points on one side only (conformance 12)")
class SyncKindTest {
    /** How the two sides talk. */
    private enum Mode {
        NATIVE,
        NATIVE_WITHOUT_ACK,
        INTEROPERABLE
    }

    /** A pair whose slave takes the master for a foreign one, or a pair that speaks natively. */
    private static LinkPair pair(Mode mode, LinkFlag... flags) {
        LinkPair pair = new LinkPair(flags);
        if (mode == Mode.INTEROPERABLE) {
            pair.options(LinkOptions.builder().probe(false).build());
        }
        return pair;
    }

    /** Points on both sides, the newer one here or there, equally old ones, and points on one side only. */
    private static void fill(LinkPair pair) {
        pair.slave.write("newerAtSlave", 1, 20);
        pair.master.write("newerAtSlave", 2, 10);
        pair.slave.write("newerAtMaster", 1, 10);
        pair.master.write("newerAtMaster", 2, 20);
        pair.slave.write("equallyOld", 1, 10);
        pair.master.write("equallyOld", 2, 10);
        pair.slave.write("same", 3, 10);
        pair.master.write("same", 3, 10);
        pair.slave.write("onlyAtSlave", 1, 10);
        pair.master.write("onlyAtMaster", 2, 10);
        pair.slave.write("writtenAtMaster", 1, -10);
        pair.master.point("writtenAtMaster");
        pair.slave.point("writtenAtSlave");
        pair.master.write("writtenAtSlave", 2, -10);
    }

    private static void open(LinkPair pair, Mode mode) {
        if (mode == Mode.NATIVE_WITHOUT_ACK) {
            pair.connect();
            pair.master.session.opened(pair.now);
            pair.slave.session.opened(pair.now);
            dropAckCapability(pair);
        } else {
            pair.open();
        }
        pair.settle();
        assertThat(pair.slave.session.mode())
                .isEqualTo(mode == Mode.INTEROPERABLE ? LinkMode.INTEROPERABLE : LinkMode.NATIVE);
        // A foreign master's transfer is taken as complete two seconds after its last point.
        for (int i = 0; i < 2; i++) {
            pair.now += 2_000_000_000L;
            pair.slave.session.tick(pair.now);
            pair.settle();
        }
    }

    /** What an older version of this library would say. */
    private static void dropAckCapability(LinkPair pair) {
        for (Wire.Message message : pair.slave.output.take()) {
            if (message instanceof Wire.Sent sent && sent.command() instanceof Command.MirrorCaps caps) {
                List<String> items = caps.items().stream()
                        .filter(item -> !item.equals("ack"))
                        .toList();
                pair.master.inbox.add(new Wire.Sent(new Command.MirrorCaps(1, caps.uuid(), items)));
            } else {
                pair.master.inbox.add(message);
            }
        }
    }

    private static void assertMirroring(LinkPair pair) {
        assertThat(pair.slave.session.state()).isEqualTo(LinkState.MIRRORING);
        assertThat(pair.master.session.state()).isEqualTo(LinkState.MIRRORING);
        assertThat(pair.slave.booksBalance()).isTrue();
        assertThat(pair.master.booksBalance()).isTrue();
    }

    private static TreeMap<String, String> values(Object... namesAndValues) {
        TreeMap<String, String> values = new TreeMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            values.put((String) namesAndValues[i], namesAndValues[i + 1] + " q192");
        }
        return values;
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void withSyncSendTheSlaveWins(Mode mode) {
        LinkPair pair = pair(mode, LinkFlag.READABLE, LinkFlag.WRITABLE, LinkFlag.SYNC_SEND);
        fill(pair);
        open(pair, mode);

        TreeMap<String, String> expected = values(
                "newerAtSlave",
                1,
                "newerAtMaster",
                1,
                "equallyOld",
                1,
                "same",
                3,
                "onlyAtSlave",
                1,
                "onlyAtMaster",
                2,
                "writtenAtMaster",
                1);
        expected.put("writtenAtSlave", " q0");
        assertThat(pair.slave.contents(false)).isEqualTo(expected);
        assertThat(pair.master.contents(false)).isEqualTo(expected);
        assertMirroring(pair);
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void withSyncReceiveTheMasterWins(Mode mode) {
        LinkPair pair = pair(mode, LinkFlag.READABLE, LinkFlag.WRITABLE, LinkFlag.SYNC_RECV);
        fill(pair);
        TreeMap<String, String> before = pair.master.contents(true);
        open(pair, mode);

        TreeMap<String, String> expected = values(
                "newerAtSlave",
                2,
                "newerAtMaster",
                2,
                "equallyOld",
                2,
                "same",
                3,
                "onlyAtMaster",
                2,
                "writtenAtSlave",
                2);
        expected.put("writtenAtMaster", " q0");
        assertThat(pair.master.contents(true)).isEqualTo(before);
        assertThat(pair.master.contents(false)).isEqualTo(expected);
        expected.put("onlyAtSlave", "1 q192");
        assertThat(pair.slave.contents(false)).isEqualTo(expected);
        assertMirroring(pair);
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void withoutAnySyncFlagTheMasterWins(Mode mode) {
        LinkPair pair = pair(mode, LinkFlag.READABLE, LinkFlag.WRITABLE);
        fill(pair);
        open(pair, mode);
        assertThat(pair.slave.contents(false)).containsEntry("newerAtSlave", "2 q192");
        assertThat(pair.master.contents(false)).containsEntry("newerAtSlave", "2 q192");
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void withSyncTimeTheNewerWins(Mode mode) {
        LinkPair pair = pair(mode, LinkFlag.READABLE, LinkFlag.WRITABLE, LinkFlag.SYNC_TIME);
        fill(pair);
        if (mode == Mode.INTEROPERABLE) {
            // Equal times mean "nothing to do" to a slave that cannot tell the master who wins.
            pair.slave.delete("equallyOld");
            pair.master.delete("equallyOld");
        }
        open(pair, mode);

        TreeMap<String, String> expected = values(
                "newerAtSlave",
                1,
                "newerAtMaster",
                2,
                "same",
                3,
                "onlyAtSlave",
                1,
                "onlyAtMaster",
                2,
                "writtenAtMaster",
                1,
                "writtenAtSlave",
                2);
        if (mode != Mode.INTEROPERABLE) {
            expected.put("equallyOld", "2 q192");
        }
        assertThat(pair.slave.contents(false)).isEqualTo(expected);
        assertThat(pair.master.contents(false)).isEqualTo(expected);
        assertThat(pair.slave.contents(true)).as("times too").isEqualTo(pair.master.contents(true));
        assertMirroring(pair);
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void linksThatOnlyReadTakeTheMastersDataAndSendNone(Mode mode) {
        LinkPair pair = pair(mode, LinkFlag.READABLE, LinkFlag.SYNC_RECV);
        fill(pair);
        TreeMap<String, String> before = pair.master.contents(true);
        open(pair, mode);
        pair.slave.write("newerAtSlave", 99, 99);
        pair.slave.write("brandNew", 99, 99);
        pair.settle();
        assertThat(pair.master.contents(true)).isEqualTo(before);
        assertThat(pair.slave.contents(false))
                .containsEntry("newerAtMaster", "2 q192")
                .containsEntry("brandNew", "99 q192");
        pair.master.write("newerAtSlave", 5, 5);
        pair.settle();
        assertThat(pair.slave.contents(false)).containsEntry("newerAtSlave", "5 q192");
    }

    @Test
    void aForeignMastersTransferIsTakenAsCompleteTwoSecondsAfterItsLastPoint() {
        LinkPair pair = pair(Mode.INTEROPERABLE, LinkFlag.READABLE, LinkFlag.WRITABLE, LinkFlag.SYNC_TIME);
        pair.slave.write("onlyAtSlave", 1, 10);
        pair.connect();
        pair.master.session.opened(pair.now);
        pair.slave.session.opened(pair.now);
        pair.settle();
        Wire.Names names = new Wire.Names();
        for (int i = 0; i < 5; i++) {
            pair.now += 1_900_000_000L;
            pair.slave.session.tick(pair.now);
            Wire.feed(
                    pair.slave.session,
                    names,
                    new Wire.SentPoint(io.mirror.core.command.PointMessage.Kind.POINT, "plant:p" + i, Client.state(i)),
                    pair.now);
            pair.settle();
            assertThat(pair.slave.session.state()).isEqualTo(LinkState.SYNCING);
            assertThat(pair.master.contents(false)).doesNotContainKey("onlyAtSlave");
        }
        pair.now += 2_000_000_000L;
        assertThat(pair.slave.session.nextTickNanos()).isLessThanOrEqualTo(pair.now);
        pair.slave.session.tick(pair.now);
        pair.settle();
        assertThat(pair.slave.session.state()).isEqualTo(LinkState.MIRRORING);
        assertThat(pair.master.contents(false)).containsKey("onlyAtSlave");
    }

    @ParameterizedTest
    @EnumSource(names = {"SYNC_SEND", "SYNC_RECV", "SYNC_TIME"})
    void emptyDomainsAreInSyncAtOnce(LinkFlag sync) {
        LinkPair pair = new LinkPair(LinkFlag.READABLE, LinkFlag.WRITABLE, sync).open();
        assertMirroring(pair);
        assertThat(pair.slave.events.states).containsExactly(LinkState.OPEN, LinkState.SYNCING, LinkState.MIRRORING);
    }

    @ParameterizedTest
    @EnumSource(names = {"SYNC_SEND", "SYNC_RECV", "SYNC_TIME"})
    void aTransferThroughANarrowChannelEndsInTheSameState(LinkFlag sync) {
        LinkPair pair = new LinkPair(LinkFlag.READABLE, LinkFlag.WRITABLE, sync);
        for (int i = 0; i < 50; i++) {
            pair.slave.write("s" + i, i, 10);
            pair.master.write("m" + i, i, 10);
        }
        pair.connect();
        pair.master.session.opened(pair.now);
        pair.slave.session.opened(pair.now);
        pair.slave.output.writable = false;
        pair.master.output.writable = false;
        for (int round = 0; round < 200; round++) {
            pair.settle();
            // Each side gets room for one message at a time, and values change meanwhile.
            pair.slave.write("s" + round % 50, 1000 + round, 20 + round);
            pair.master.write("m" + round % 50, 1000 + round, 20 + round);
            pair.slave.output.flushRequested = false;
            pair.slave.output.writable = true;
            pair.slave.session.flush(pair.now);
            pair.slave.output.writable = round % 2 == 0;
            pair.master.output.writable = true;
            pair.master.session.flush(pair.now);
            pair.master.output.writable = round % 3 == 0;
        }
        pair.slave.output.writable = true;
        pair.master.output.writable = true;
        pair.slave.session.flush(pair.now);
        pair.master.session.flush(pair.now);
        pair.settle();
        assertMirroring(pair);
        for (int i = 0; i < 50; i++) {
            for (String name : List.of("s" + i, "m" + i)) {
                assertThat(pair.slave.contents(true).get(name))
                        .isEqualTo(pair.master.contents(true).get(name));
            }
        }
    }

    @Test
    void theNumberInTheMarksIsTheNumberOfPointsBetweenThem() {
        for (LinkFlag sync : List.of(LinkFlag.SYNC_SEND, LinkFlag.SYNC_RECV, LinkFlag.SYNC_TIME)) {
            LinkPair pair = new LinkPair(LinkFlag.READABLE, LinkFlag.WRITABLE, sync);
            fill(pair);
            pair.connect();
            pair.master.session.opened(pair.now);
            pair.slave.session.opened(pair.now);
            long[] expected = {-1, -1};
            long[] counted = new long[2];
            for (int step = 0; step < 100; step++) {
                count(pair.slave, expected, counted, 0);
                count(pair.master, expected, counted, 1);
                pair.slave.transmitTo(pair.master);
                pair.master.transmitTo(pair.slave);
                for (LinkEnd end : List.of(pair.slave, pair.master)) {
                    end.receiveAll(pair.now);
                    end.flush(pair.now);
                }
            }
            assertThat(counted).as("%s", sync).isEqualTo(expected);
            assertThat(expected[1]).as("%s: master's transfer", sync).isNotNegative();
        }
    }

    private static void count(LinkEnd end, long[] expected, long[] counted, int side) {
        boolean between = false;
        for (Wire.Message message : end.output.sent) {
            if (message instanceof Wire.Sent sent && sent.command() instanceof Command.MirrorSync mark) {
                if (mark.phase() == Command.MirrorSync.Phase.BEGIN) {
                    expected[side] = mark.count();
                    counted[side] = 0;
                }
                between = mark.phase() == Command.MirrorSync.Phase.BEGIN;
            } else if (message instanceof Wire.SentPoint && (between || expected[side] > counted[side])) {
                counted[side]++;
            }
        }
        if (expected[side] < 0) {
            counted[side] = -1;
        }
    }

    @Test
    void withSyncSendTheMasterReturnsWhatItGotAsEchoOnly() {
        LinkPair pair = new LinkPair(LinkFlag.READABLE, LinkFlag.WRITABLE, LinkFlag.SYNC_SEND);
        pair.slave.write("a", 1, 10);
        pair.master.write("b", 2, 10);
        pair.open();
        assertThat(pair.slave.session.counters().pointsReceived()).isEqualTo(1);
        assertThat(pair.slave.session.counters().echoesReceived()).isPositive();
    }
}
