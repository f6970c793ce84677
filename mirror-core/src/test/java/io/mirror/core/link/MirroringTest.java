package io.mirror.core.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.core.command.Command;
import io.mirror.core.hub.HubPoint;
import io.mirror.core.hub.Origin;
import io.mirror.core.hub.PointHub;
import io.mirror.core.hub.QueueOptions;
import io.mirror.core.hub.QueuedPoint;
import io.mirror.core.hub.StoreMode;
import io.mirror.core.point.PointFlags;
import io.mirror.core.point.PointName;
import io.mirror.core.point.PointState;
import io.mirror.core.point.PointValue;
import io.mirror.core.point.Timestamp;
import io.mirror.core.testing.AllocationMeter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a link does once it is up: DHTP sections 9.4 to 9.6. */
class MirroringTest {
    private static LinkPair pair(boolean natively, LinkFlag... flags) {
        LinkPair pair = new LinkPair(flags);
        if (!natively) {
            pair.options(LinkOptions.builder().probe(false).build());
        }
        return pair;
    }

    /** The table of section 9.4. */
    @ParameterizedTest
    @CsvSource({
        "true, READABLE, true, false",
        "true, READABLE+WRITABLE, true, true",
        "true, WRITABLE, false, true",
        "true, '', false, false",
        "false, READABLE, true, false",
        "false, READABLE+WRITABLE, true, true",
        "false, WRITABLE, false, true",
        "false, '', false, false"
    })
    void readableAndWritableDecideWhatFlows(boolean natively, String names, boolean stores, boolean sends) {
        List<LinkFlag> flags = new ArrayList<>();
        for (String name : names.split("\\+")) {
            if (!name.isEmpty()) {
                flags.add(LinkFlag.valueOf(name));
            }
        }
        LinkPair pair = pair(natively, flags.toArray(new LinkFlag[0])).open();
        pair.master.write("m", 1, 10);
        pair.slave.write("s", 2, 10);
        pair.settle();
        assertThat(pair.slave.contents(false).containsKey("m")).isEqualTo(stores);
        assertThat(pair.master.contents(false).containsKey("s")).isEqualTo(sends);
        assertThat(pair.slave.session.state()).isEqualTo(LinkState.MIRRORING);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void allThatAPointCarriesArrives(boolean natively) {
        LinkPair pair = pair(natively, LinkFlag.READABLE, LinkFlag.WRITABLE).open();
        PointState full = new PointState()
                .string("text \" \\ \n\u20ac")
                .quality(0x44)
                .confidence(50)
                .security(natively ? 7 : 0)
                .time(1_700_000_000, 999_999_999)
                .flags(PointFlags.HIDDEN | 0x1);
        for (LinkEnd end : List.of(pair.slave, pair.master)) {
            LinkEnd other = end == pair.slave ? pair.master : pair.slave;
            end.point("p").store(full, Origin.HOST, StoreMode.NORMAL);
            pair.settle();
            PointState arrived = other.point("p").read(new PointState());
            assertThat(arrived.sameContent(full)).isTrue();
            assertThat(arrived.sameTime(full)).isTrue();
            assertThat(arrived.flags()).as("internal bits stay where they are").isEqualTo(PointFlags.HIDDEN);
            full.string("back again");
        }
    }

    @Test
    void numbersThatForeignPeersCannotTakeSurviveBetweenOurOwn() {
        LinkPair pair = pair(true, LinkFlag.READABLE, LinkFlag.WRITABLE).open();
        pair.slave.point("big").write(5_000_000_000L);
        pair.slave.point("nan").write(Double.NaN);
        pair.slave.point("n".repeat(2000)).write(1L);
        pair.settle();
        assertThat(pair.master.point("big").read().value()).isEqualTo(PointValue.of(5_000_000_000L));
        assertThat(pair.master.point("nan").read().value()).isEqualTo(PointValue.of(Double.NaN));
        assertThat(pair.master.contents(false)).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aChangeIsNeverReturnedToWhoMadeIt(boolean natively) {
        LinkPair pair = pair(natively, LinkFlag.READABLE, LinkFlag.WRITABLE).open();
        pair.slave.write("s", 1, 10);
        pair.settle();
        pair.master.write("m", 1, 10);
        pair.settle();
        assertThat(pair.slave.session.counters().pointsReceived()).isEqualTo(1);
        assertThat(pair.master.session.counters().pointsReceived()).isEqualTo(1);
        assertThat(pair.slave.session.counters().echoesReceived()).isEqualTo(natively ? 1 : 0);
        assertThat(pair.master.session.counters().echoesReceived()).isZero();
    }

    @Test
    void aBurstArrivesAsThreeChangesThroughTheWholeLink() {
        LinkPair pair = pair(true, LinkFlag.READABLE, LinkFlag.WRITABLE).open();
        List<String> seen = new ArrayList<>();
        pair.master.hub.subscribe(
                io.mirror.core.hub.Selection.domain(LinkPair.MASTER_DOMAIN),
                Runnable::run,
                point -> seen.add(point.value().toString()));
        pair.slave.write("lamp", 1, 10);
        pair.slave.write("lamp", 0, 11);
        pair.slave.write("lamp", 1, 12);
        pair.settle();
        assertThat(seen).containsExactly("1", "0", "1");
    }

    @Test
    void changesWithTheSameTimeFromOneSideAllCountEvenInOneBatch() {
        LinkPair pair = pair(true, LinkFlag.READABLE, LinkFlag.WRITABLE).open();
        pair.slave.write("p", 1, 10);
        pair.slave.flush(pair.now);
        pair.slave.write("p", 2, 10);
        pair.slave.flush(pair.now);
        pair.slave.write("p", 3, 9);
        pair.slave.flush(pair.now);
        pair.settle();
        assertThat(pair.master.contents(true)).containsEntry("p", "3 q192 t1970-01-01T00:00:09Z");
        assertThat(pair.master.session.counters().conflictsKept()).isZero();
    }

    @Test
    void removalTravelsBothWays() {
        LinkPair pair = pair(true, LinkFlag.READABLE, LinkFlag.WRITABLE).open();
        pair.slave.write("s", 1, 10);
        pair.master.write("m", 1, 10);
        pair.settle();
        pair.slave.delete("m");
        pair.master.delete("s");
        pair.settle();
        assertThat(pair.slave.hub.pointCount()).isZero();
        assertThat(pair.master.hub.pointCount()).isZero();
        pair.slave.write("s", 2, 20);
        pair.settle();
        assertThat(pair.master.contents(false)).containsEntry("s", "2 q192");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void overrideTimeStampsWhatComesInWithTheLocalClock(boolean natively) {
        LinkPair pair = pair(natively, LinkFlag.READABLE, LinkFlag.SYNC_RECV, LinkFlag.OVERRIDE_TIME);
        pair.master.write("p", 1, 10);
        pair.open();
        assertThat(pair.slave.point("p").read().time()).isEqualTo(new Timestamp(1_700_000_000L, 0));
        pair.master.write("p", 2, 20);
        pair.settle();
        assertThat(pair.slave.contents(true)).containsEntry("p", "2 q192 t2023-11-14T22:13:20Z");
        assertThat(pair.master.contents(true)).containsEntry("p", "2 q192 t1970-01-01T00:00:20Z");
    }

    @ParameterizedTest
    @CsvSource({
        "true, SYNC_RECV",
        "true, SYNC_SEND",
        "true, SYNC_TIME",
        "false, SYNC_RECV",
        "false, SYNC_SEND",
        "false, SYNC_TIME"
    })
    void aPointIsNotSentBackOnlyBecauseOfItsNewStamp(boolean natively, LinkFlag sync) {
        LinkPair pair = pair(natively, LinkFlag.READABLE, LinkFlag.WRITABLE, LinkFlag.OVERRIDE_TIME, sync);
        pair.master.write("p", 1, 10);
        pair.open();
        pair.now += 3_000_000_000L;
        pair.slave.session.tick(pair.now);
        pair.settle();
        pair.master.write("p", 2, 20);
        pair.settle();
        assertThat(pair.slave.contents(false)).containsEntry("p", "2 q192");
        assertThat(pair.master.contents(true)).containsEntry("p", "2 q192 t1970-01-01T00:00:20Z");
        assertThat(pair.master.session.counters().pointsReceived()).isZero();
    }

    /** A cycle of two links between two hubs, one of them restamping: without the rule it would never be quiet. */
    @ParameterizedTest
    @Tag("S-DAT-1")
    @ValueSource(booleans = {true, false})
    void twoLinksBetweenTwoHubsFallQuiet(boolean override) {
        PointHub a = LinkPair.hub(1);
        long[] clock = {1_700_000_000_000_000_000L};
        PointHub b = PointHub.builder().time(() -> clock[0]++).build();
        LinkFlags flags = LinkFlags.of(LinkFlag.READABLE, LinkFlag.WRITABLE, LinkFlag.SYNC_RECV);
        LinkFlags restamping = override ? flags.with(LinkFlag.OVERRIDE_TIME) : flags;
        // The domains cross: what one link carries from a to b the other carries back from b to a.
        Cycle cycle = new Cycle(a, b, flags, restamping);
        cycle.settle(200);
        for (long i = 0; i < 50; i++) {
            a.write("local:p", PointValue.of(i));
            b.write("plant:p", PointValue.of(1000 + i));
            cycle.settle(200);
            assertThat(a.read("local:p").orElseThrow().value())
                    .isEqualTo(b.read("plant:p").orElseThrow().value());
        }
    }

    /** Two pairs of sessions over the same two hubs. */
    private static final class Cycle {
        private final LinkPair first;
        private final LinkPair second;

        Cycle(PointHub a, PointHub b, LinkFlags firstFlags, LinkFlags secondFlags) {
            first = new LinkPair(firstFlags, a, b).connect();
            second = new LinkPair(secondFlags, a, b).connect();
            for (LinkPair pair : List.of(first, second)) {
                pair.master.session.opened(0);
                pair.slave.session.opened(0);
            }
        }

        void settle(int rounds) {
            for (int i = 0; i < rounds; i++) {
                first.settle();
                second.settle();
                if (!first.slave.output.flushRequested
                        && !first.master.output.flushRequested
                        && !second.slave.output.flushRequested
                        && !second.master.output.flushRequested) {
                    return;
                }
            }
            throw new AssertionError("not quiet after " + rounds + " rounds");
        }
    }

    @Test
    void acknowledgementsFlowOnlyIfBothSidesCanChange() {
        for (boolean both : new boolean[] {true, false}) {
            LinkPair pair = both
                    ? pair(true, LinkFlag.READABLE, LinkFlag.WRITABLE).open()
                    : pair(true, LinkFlag.READABLE).open();
            pair.master.write("p", 1, 10);
            pair.master.flush(pair.now);
            pair.master.transmitTo(pair.slave);
            pair.slave.receiveAll(pair.now);
            boolean acknowledged = pair.slave.output.sent.stream()
                    .anyMatch(message -> message instanceof Wire.Sent sent
                            && sent.command() instanceof Command.MirrorSync mark
                            && mark.phase() == Command.MirrorSync.Phase.ACK
                            && mark.count() == 1);
            assertThat(acknowledged).isEqualTo(both);
        }
    }

    /** Or else the peer would take the answer for one given without knowing its change, and perhaps ignore it. */
    @Test
    void whatWasReceivedIsAcknowledgedBeforeAnyPointMessageIsSent() {
        LinkPair pair = pair(true, LinkFlag.READABLE, LinkFlag.WRITABLE).open();
        Wire.feed(
                pair.master.session,
                new Wire.Names(),
                new Wire.SentPoint(io.mirror.core.command.PointMessage.Kind.POINT, "plant:p", Client.state(1)),
                pair.now);
        pair.master.session.received(Wire.received(new Command.Read("plant:p", false)), pair.now);
        pair.master.session.batchEnd(pair.now);
        assertThat(pair.master.output.take())
                .extracting(Client::describe)
                .containsExactly("mirror_sync plant ack 1", "point plant:p 1 q192");
    }

    @Test
    void theAckCapabilityIsNamedOnlyToWhoNamesIt() {
        Client client = new Client(LinkPair.hub(2));
        assertThat(client.say(new Command.MirrorCaps(1, "u", List.of("sync"))))
                .containsExactly("mirror_caps 1 00000000-0000-0000-0000-000000000002 bin1 sync echo del");
        assertThat(client.say(new Command.MirrorCaps(1, "u", List.of("ack", "future"))))
                .containsExactly("mirror_caps 1 00000000-0000-0000-0000-000000000002 bin1 sync echo del ack");
    }

    @Test
    void registeringAgainDuringATransferStillEndsIt() {
        PointHub hub = LinkPair.hub(2);
        for (long i = 0; i < 10; i++) {
            hub.write("plant:p" + i, PointValue.of(i));
        }
        Client client = new Client(hub);
        client.say(new Command.MirrorCaps(1, "u", List.of("sync")));
        client.say(new Command.MirrorOpen("plant", 0x12100000));
        client.master.output.writable = false;
        client.reportDomain("plant");
        client.reportDomain("plant");
        hub.write("plant:p3", PointValue.of(33L));
        client.master.output.writable = true;
        client.master.flush(client.now);
        List<String> heard = client.hear();
        assertThat(heard).hasSize(11).endsWith("mirror_sync plant end 10");
        assertThat(client.master.session.state()).isEqualTo(LinkState.MIRRORING);
        assertThat(client.say(new Command.ReportDomain("plant", 2)))
                .as("future points alone")
                .containsExactly("mirror_sync plant begin 0", "mirror_sync plant end 0");
    }

    @Test
    void aQueueOfTheConfiguredDepthIsUsed() {
        LinkPair pair = pair(true, LinkFlag.READABLE, LinkFlag.WRITABLE)
                .options(LinkOptions.builder()
                        .queue(QueueOptions.defaults().withDepths(1, 10))
                        .build())
                .open();
        for (int i = 0; i < 10; i++) {
            pair.slave.write("p", i, i + 1);
        }
        pair.settle();
        assertThat(pair.master.session.counters().pointsReceived()).isEqualTo(1);
    }

    @Test
    @Tag("S-MEM-4")
    void anUpdateThroughASessionAllocatesNothingOnEitherSide() {
        PointHub hub = LinkPair.hub(2);
        SinkOutput output = new SinkOutput();
        MirrorSession session = MirrorSession.master(
                hub,
                io.mirror.core.access.ConnectionAccess.withoutUsers(io.mirror.core.access.Permissions.all()),
                Origin.of("client"),
                LinkOptions.defaults(),
                output,
                new SessionListener() {});
        session.opened(0);
        session.received(Wire.received(new Command.MirrorCaps(1, "u", List.of("sync", "echo"))), 0);
        session.received(Wire.received(new Command.MirrorOpen("plant", 0x12300000)), 0);
        session.received(Wire.received(new Command.ReportDomain("plant", 7)), 0);
        var point = hub.point("plant:out");
        var message = new io.mirror.core.command.PointMessage();
        long[] tick = {1};
        AllocationMeter.assertAllocatesNothing(() -> {
            for (int i = 0; i < 10_000; i++) {
                point.write(i * 0.5);
                session.flush(0);
                message.header(io.mirror.core.command.PointMessage.Kind.POINT, "plant:in", 0)
                        .state()
                        .clear()
                        .real(i)
                        .quality(192)
                        .time(tick[0]++, 0);
                session.bytesReceived(0);
                session.receivedPoint(message, 0);
                session.batchEnd(0);
                session.flush(0);
            }
        });
        assertThat(output.points).isGreaterThan(20_000);
        assertThat(hub.read("plant:in").orElseThrow().value()).isEqualTo(PointValue.of(9_999.0));
    }

    /** An output that takes everything and keeps nothing. */
    private static final class SinkOutput implements SessionOutput {
        private long points;

        @Override
        public void send(Command command) {}

        @Override
        public boolean sendPoint(io.mirror.core.command.PointMessage.Kind kind, WireName name, PointState state) {
            points++;
            return true;
        }

        @Override
        public boolean isWritable() {
            return true;
        }

        @Override
        public void encoding(boolean binary, int maxLineBytes) {}

        @Override
        public void close(String reason) {}

        @Override
        public void requestFlush() {}
    }

    @Test
    void wireNamesHaveNumbersOfTheirOwn() {
        LinkPair pair = pair(true, LinkFlag.READABLE, LinkFlag.WRITABLE).open();
        pair.slave.write("a", 1, 1);
        pair.slave.write("b", 1, 1);
        pair.settle();
        List<Integer> ids = new ArrayList<>();
        for (LinkPoint point : pair.slave.session.points.all()) {
            ids.add(point.id());
            assertThat(point.name()).startsWith("plant:");
        }
        assertThat(ids).doesNotHaveDuplicates().hasSize(2);
        HubPoint met = pair.slave.hub.point("local:a");
        QueuedPoint registration = pair.slave.session.points.find(met).registration;
        assertThat(registration).isNotNull();
    }

    @Test
    void aNameThatIsTooLongInTheDomainOfTheMasterIsLeftOutAndCounted() {
        PointHub hub = LinkPair.hub(1);
        hub.write("d:" + "x".repeat(PointName.MAX_NAME_BYTES - 2), PointValue.of(1.0));
        hub.write("d:short", PointValue.of(2.0));
        LinkConfig config = LinkConfig.to(ServerAddress.of("master", 4502))
                .localDomain("d")
                .remoteDomain("longer")
                .flags(LinkFlag.WRITABLE, LinkFlag.SYNC_SEND)
                .build();
        FakeOutput output = new FakeOutput();
        MirrorSession session = MirrorSession.slave(
                hub,
                config,
                Origin.of("link"),
                LinkOptions.builder().probe(false).build(),
                output,
                new SessionListener() {});
        session.opened(0);
        session.flush(0);
        List<String> names = new ArrayList<>();
        for (Wire.Message message : output.take()) {
            if (message instanceof Wire.SentPoint point) {
                names.add(point.name());
            }
        }
        assertThat(names).containsExactly("longer:short");
        assertThat(session.counters().notSendable()).isEqualTo(1);
    }
}
