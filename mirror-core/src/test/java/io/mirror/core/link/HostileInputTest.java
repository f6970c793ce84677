package io.mirror.core.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.core.access.ConnectionAccess;
import io.mirror.core.access.Permissions;
import io.mirror.core.command.Command;
import io.mirror.core.command.PointMessage.Kind;
import io.mirror.core.hub.Origin;
import io.mirror.core.hub.PointHub;
import io.mirror.core.point.PointFlags;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostileInputTest {
    private final PointHub hub = LinkPair.hub(2);

    @Test
    @Tag("S-CMD-6")
    void commandsThatConfigureAreRefusedAndHaveNoEffect() {
        Client client = new Client(hub);
        List<Command> configuring = List.of(
                new Command.Configure("mirror_master_2", List.of("gw", "4502", "0x12300000", "a", "b", "1", "2")),
                new Command.Configure("mirror_master", List.of("gw")),
                new Command.Configure("tcp_service", List.of("4502")),
                new Command.Configure("enable_tcp_server", List.of("1")),
                new Command.Configure("enable_mirror_master", List.of("1")),
                new Command.Configure("enable_mirror_slave", List.of("0")),
                new Command.Configure("create_domain", List.of("mine")),
                new Command.SetValue("type.pointqueuedepth", "1", OptionalInt.empty(), false, false),
                new Command.SetValue("type.perpointqueuedepth", "1", OptionalInt.empty(), true, true));
        for (Command command : configuring) {
            assertThat(client.say(command)).hasSize(1).first().asString().startsWith("error -23");
        }
        assertThat(client.say(new Command.Unknown("delete")).get(0)).startsWith("error -13");
        assertThat(hub.domains()).isEmpty();
        assertThat(hub.pointCount()).isZero();
    }

    @Test
    @Tag("S-CMD-7")
    void aHundredMalformedMessagesInAMinuteCloseTheLink() {
        Client client = new Client(hub);
        for (int i = 1; i < 100; i++) {
            client.master.session.malformed("nonsense " + i, client.now);
        }
        assertThat(client.master.output.closedBecause).isNull();
        client.master.session.malformed("nonsense", client.now);
        assertThat(client.master.output.closedBecause).contains("100 malformed or unknown messages in a minute");
        assertThat(client.master.session.counters().malformed()).isEqualTo(100);
        assertThat(client.master.events.warnings).as("not a log line each").hasSize(1);
    }

    @Test
    void theNextWarningSaysHowManyWereLeftOut() {
        Client client = new Client(hub);
        for (int i = 0; i < 20; i++) {
            client.master.session.malformed("nonsense " + i, client.now + i * 600_000_000L);
        }
        assertThat(client.master.events.warnings)
                .containsExactly(
                        "malformed message: nonsense 0",
                        "malformed message: nonsense 17 (and 16 more of this kind before it)");
    }

    @Test
    @Tag("S-CMD-7")
    void unknownAndUnreadableCommandsCountTogether() {
        Client client = new Client(hub);
        for (int i = 0; i < 33; i++) {
            client.say(new Command.Unknown("x"));
            client.say(new Command.Malformed("lock", "why"));
            client.master.session.malformed("nonsense", client.now);
        }
        assertThat(client.master.output.closedBecause).isNull();
        assertThat(client.say(new Command.Unknown("x")))
                .as("nothing is sent on a closed link")
                .isEmpty();
        assertThat(client.master.output.closedBecause).isNotNull();
    }

    @Test
    @Tag("S-CMD-7")
    void theCountBeginsAnewAfterAMinute() {
        Client client = new Client(hub);
        for (int minute = 0; minute < 5; minute++) {
            for (int i = 0; i < 99; i++) {
                client.say(new Command.Unknown("x"));
            }
            client.pass(60_000);
        }
        assertThat(client.master.output.closedBecause).isNull();
    }

    @Test
    @Tag("S-CMD-7")
    void aSlaveClosesOnFloodsToo() {
        LinkPair pair = new LinkPair(LinkFlag.READABLE).open();
        for (int i = 0; i < 100; i++) {
            pair.slave.session.malformed("x", pair.now);
        }
        assertThat(pair.slave.output.closedBecause).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "\u00e4", "\u20ac", "\uD83D\uDE00", "\n"})
    @Tag("S-CMD-7")
    void errorRepliesQuoteAtMost64Bytes(String character) {
        Client client = new Client(hub);
        String flood = character.repeat(100_000);
        List<Command> commands = List.of(
                new Command.Read(flood, false),
                new Command.Read("plant:" + character.repeat(300), false),
                new Command.Create(flood),
                new Command.ReportDomain(flood, 7),
                new Command.Domain(flood),
                new Command.Domain(":" + flood),
                new Command.SetCanonical("plant:p", flood, true),
                new Command.Append("plant:" + character.repeat(300), flood, io.mirror.core.point.Timestamp.UNSTAMPED),
                new Command.SetValue(flood, flood, OptionalInt.empty(), false, false));
        for (Command command : commands) {
            Wire.feed(client.master.session, new Wire.Names(), new Wire.Sent(command), client.now);
            Command.Failure failure = (Command.Failure) ((Wire.Sent) client.master.output.sent.remove()).command();
            int quoted = 0;
            for (String argument : failure.arguments()) {
                quoted += argument.getBytes(StandardCharsets.UTF_8).length;
            }
            assertThat(quoted).as("%s", failure).isLessThanOrEqualTo(64);
            assertThat(failure.text().getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(200);
            assertThat(client.master.output.sent).isEmpty();
        }
        Wire.feed(
                client.master.session,
                new Wire.Names(),
                new Wire.SentPoint(Kind.CWRITE, flood, Client.state(1)),
                client.now);
        Command.Failure failure = (Command.Failure) ((Wire.Sent) client.master.output.sent.remove()).command();
        assertThat(failure.arguments().get(0).getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(64);
        assertThat(client.master.events.warnings)
                .allSatisfy(text -> assertThat(text).hasSizeLessThan(600).doesNotContain("\n"));
    }

    @Test
    @Tag("S-DAT-4")
    void oneLinkCreatesAHundredThousandPointsAMinuteAndNoMore() {
        Client client = new Client(hub);
        int answers = 0;
        for (int i = 0; i < 100_000; i++) {
            answers += client.point(Kind.POINT, "plant:p" + i, Client.state(1)).size();
        }
        assertThat(answers).isZero();
        assertThat(hub.pointCount()).isEqualTo(100_000);

        assertThat(client.cwrite("plant:more", 1).get(0)).startsWith("error -6 (cwrite plant:more ...)");
        assertThat(client.say(new Command.Create("plant:more")).get(0)).startsWith("error -6");
        assertThat(client.say(new Command.Read("plant:more", true)).get(0)).startsWith("error -6");
        assertThat(client.say(new Command.Report("plant:more", true)).get(0)).startsWith("error -6");
        assertThat(client.say(new Command.SetValue("plant:more", "1", OptionalInt.empty(), true, true))
                        .get(0))
                .startsWith("error -6");
        assertThat(hub.pointCount()).isEqualTo(100_000);
        assertThat(client.cwrite("plant:p5", 2))
                .as("points that exist are written as before")
                .isEmpty();
        assertThat(client.master.output.closedBecause).isNull();

        client.pass(60_000);
        assertThat(client.cwrite("plant:more", 1)).isEmpty();
    }

    @Test
    void theLimitOfNewPointsIsPerLink() {
        LinkOptions options = LinkOptions.builder().newNamesPerMinute(1).build();
        ConnectionAccess access = ConnectionAccess.withoutUsers(Permissions.all());
        Client first = new Client(hub, access, options);
        Client second = new Client(hub, access, options);
        assertThat(first.cwrite("plant:a", 1)).isEmpty();
        assertThat(first.cwrite("plant:b", 1)).hasSize(1);
        assertThat(second.cwrite("plant:b", 1)).isEmpty();
    }

    @Test
    void marksAndAcknowledgementsOfAnythingElseAreRefused() {
        Client client = new Client(hub);
        for (Command.MirrorSync.Phase phase : Command.MirrorSync.Phase.values()) {
            assertThat(client.say(new Command.MirrorSync("plant", phase, 1)).get(0))
                    .startsWith("error -13");
        }
        LinkPair pair = new LinkPair(LinkFlag.READABLE, LinkFlag.WRITABLE).open();
        for (LinkEnd end : new LinkEnd[] {pair.master, pair.slave}) {
            for (long count : new long[] {1, Long.MAX_VALUE}) {
                end.session.received(
                        Wire.received(new Command.MirrorSync("plant", Command.MirrorSync.Phase.ACK, count)), pair.now);
                assertThat(Client.describe(end.output.sent.remove())).startsWith("error -13");
            }
            end.session.received(
                    Wire.received(new Command.MirrorSync("plant", Command.MirrorSync.Phase.ACK, Long.MIN_VALUE)),
                    pair.now);
            end.session.received(
                    Wire.received(new Command.MirrorSync("other", Command.MirrorSync.Phase.END, 1)), pair.now);
            assertThat(Client.describe(end.output.sent.remove())).startsWith("error -13");
        }
    }

    @Test
    void creatingAndRemovingInALoopLeavesNothingBehind() {
        LinkPair pair = new LinkPair(LinkFlag.READABLE, LinkFlag.WRITABLE).open();
        for (int i = 0; i < 1000; i++) {
            pair.slave.write("p", i, i + 1);
            pair.settle();
            pair.slave.delete("p");
            pair.settle();
        }
        assertThat(pair.master.hub.pointCount()).isZero();
        assertThat(pair.slave.session.points.all()).isEmpty();
        assertThat(pair.master.session.points.all()).isEmpty();
        assertThat(pair.slave.booksBalance()).isTrue();
        assertThat(pair.master.booksBalance()).isTrue();
    }

    @Test
    void aPeerThatNeverAcknowledgesCostsBoundedMemory() {
        LinkPair pair = new LinkPair(LinkFlag.READABLE, LinkFlag.WRITABLE).open();
        SentChanges changes = new SentChanges();
        for (int i = 0; i < 100_000; i++) {
            changes.sent(i + 1, Client.state(i).time(1_000_000 - i, 0), false);
        }
        assertThat(changes.earlierCount()).isLessThanOrEqualTo(1000);
        assertThat(changes.yieldTo(Client.state(1).time(999_999, 0), 0, true, false))
                .isFalse();
        assertThat(changes.yieldTo(Client.state(1).time(1_000_001, 0), 0, true, false))
                .isTrue();
        assertThat(changes.isSettled(0)).isTrue();
        assertThat(pair.master.hub.pointCount()).isZero();
    }

    @Test
    void aRemovalOfWhatWasNeverThereIsNoPoint() {
        Client client = new Client(hub);
        client.point(Kind.POINT, "plant:p", Client.state(1).flags(PointFlags.DELETED));
        client.point(Kind.WRITE, "plant:p", Client.state(1).flags(PointFlags.DELETED));
        assertThat(hub.pointCount()).isZero();
        assertThat(hub.delete(io.mirror.core.point.PointName.of("plant", "p"), Origin.HOST))
                .isFalse();
    }
}
