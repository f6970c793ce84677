package io.mirror.core.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.mirror.core.access.ConnectionAccess;
import io.mirror.core.access.ConnectionAccess.Decision;
import io.mirror.core.access.Permissions;
import io.mirror.core.access.Right;
import io.mirror.core.access.Secret;
import io.mirror.core.command.Command;
import io.mirror.core.command.PointMessage;
import io.mirror.core.command.PointMessage.Kind;
import io.mirror.core.command.ReportFlags;
import io.mirror.core.hub.Origin;
import io.mirror.core.hub.PointHub;
import io.mirror.core.hub.QueueOptions;
import io.mirror.core.point.Point;
import io.mirror.core.point.PointFlags;
import io.mirror.core.point.PointValue;
import io.mirror.core.point.Timestamp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a connection may do before login, after it, and without rights. */
class AccessTest {
    private final PointHub hub = LinkPair.hub(2);
    private final List<String> logins = new ArrayList<>();
    private boolean required = true;
    private Decision decision = Decision.granted(Permissions.all());
    private Permissions anonymous = Permissions.connectOnly();

    private final ConnectionAccess access = new ConnectionAccess() {
        @Override
        public Permissions anonymous() {
            return anonymous;
        }

        @Override
        public boolean loginRequired() {
            return required;
        }

        @Override
        public Decision login(String user, Secret password) {
            logins.add(user + "/" + new String(password.copyChars()));
            return decision;
        }
    };

    private Client connect() {
        Client client = new Client(hub, access, LinkOptions.defaults());
        client.say(new Command.AckSuccess(true));
        return client;
    }

    private static Command.Auth auth() {
        return new Command.Auth("ops", Secret.of("pw"));
    }

    private static Permissions only(Right... rights) {
        Set<Right> granted = Set.of(rights);
        return (right, domain) -> granted.contains(right);
    }

    /** One of each kind of command that reads or changes something. */
    static List<Command> commandsThatNeedALogin() {
        return List.of(
                new Command.Domain("plant"),
                new Command.SetAuthoritative("plant", true),
                new Command.Slave("plant", List.of("1048576")),
                new Command.TransmitInsignificant(true),
                new Command.MirrorOpen("plant", 0x12300000),
                new Command.MirrorSync("plant", Command.MirrorSync.Phase.BEGIN, 1),
                new Command.Report("plant:p", false),
                new Command.Report("plant:p", true),
                new Command.Unreport("plant:p"),
                new Command.ReportDomain("plant", 7),
                new Command.ReportDomain("plant", 15),
                new Command.UnreportDomain("plant"),
                new Command.Read("plant:p", false),
                new Command.Read("plant:q", true),
                new Command.Create("plant:q"),
                new Command.SetValue("plant:p", "1", OptionalInt.empty(), false, false),
                new Command.SetValue("plant:q", "1", OptionalInt.empty(), true, false),
                new Command.SetValue("plant:p", "1", OptionalInt.empty(), false, true),
                new Command.SetValue("plant:q", "1", OptionalInt.empty(), true, true),
                new Command.Append("plant:p", "x", Timestamp.UNSTAMPED),
                new Command.Calculate(
                        Command.Calculate.Operation.ADD,
                        "plant:p",
                        Command.Calculate.Operand.of(1),
                        Timestamp.UNSTAMPED),
                new Command.Lock("plant:p", 0, true),
                new Command.Secure("plant:p", 0, 5),
                new Command.SetCanonical("plant:p", "R8", true),
                new Command.SetAccess("plant:p", true, false),
                new Command.Model("assembly", List.of("plant", "a")),
                new Command.Configure("mirror_master_2", List.of("x")));
    }

    @Test
    @Tag("S-AUTH-9")
    void beforeLoginNothingIsInterpretedButWhatLeadsToIt() {
        hub.write("plant:p", PointValue.of(7L));
        Point before = hub.read("plant:p").orElseThrow();
        Client client = connect();

        int refusals = 0;
        for (Command command : commandsThatNeedALogin()) {
            assertThat(client.say(command)).hasSize(1).first().asString().startsWith("error -23");
            refusals++;
        }
        for (Kind kind : List.of(Kind.POINT, Kind.WRITE, Kind.CWRITE)) {
            assertThat(client.point(kind, "plant:p", Client.state(99)).get(0)).startsWith("error -23");
            refusals++;
        }
        assertThat(refusals).isEqualTo(30);
        assertThat(client.point(Kind.ECHO, "plant:p", Client.state(99))).isEmpty();

        assertThat(client.say(new Command.Heartbeat(1000))).containsExactly("success heartbeat 1000");
        assertThat(client.say(new Command.Timeout(5000))).containsExactly("success timeout 5000");
        assertThat(client.say(new Command.Alive())).isEmpty();
        assertThat(client.say(new Command.MirrorCaps(1, "u", List.of("sync"))).get(0))
                .startsWith("mirror_caps 1");
        assertThat(hub.read("plant:p")).contains(before);
        assertThat(hub.pointCount()).isEqualTo(1);
        assertThat(hub.point("plant:p").attributes().writable()).isTrue();
        hub.write("plant:p", PointValue.of(8L));
        assertThat(client.hear()).as("no registration was made").isEmpty();
        assertThat(logins).isEmpty();
    }

    @Test
    void afterLoginEverythingThatIsAllowedIsDone() {
        Client client = connect();
        assertThat(client.say(auth())).containsExactly("success auth ops");
        assertThat(logins).containsExactly("ops/pw");
        assertThat(client.cwrite("plant:p", 1)).containsExactly("success cwrite plant:p");
    }

    @Test
    @Tag("S-AUTH-9")
    void whoDoesNotLogInInTimeIsDisconnected() {
        Client client = connect();
        assertThat(client.master.session.nextTickNanos()).isEqualTo(client.now + 10_000 * Client.MILLI);
        client.pass(9_999);
        assertThat(client.master.output.closedBecause).isNull();
        client.pass(1);
        assertThat(client.master.output.closedBecause).contains("no login within 10000 ms");

        Client inTime = connect();
        inTime.pass(9_999);
        inTime.say(auth());
        inTime.pass(100_000);
        assertThat(inTime.master.output.closedBecause).isNull();
        assertThat(inTime.master.session.nextTickNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aRefusedLoginIsAnsweredAndMayBeTriedAgain() {
        decision = Decision.refused(Duration.ZERO);
        Client client = connect();
        assertThat(client.say(auth())).hasSize(1).first().asString().startsWith("error -23 (auth ops");
        assertThat(client.cwrite("plant:p", 1).get(0)).startsWith("error -23");
        decision = Decision.granted(Permissions.all());
        assertThat(client.say(auth())).containsExactly("success auth ops");
        assertThat(client.master.events.refusals)
                .hasSize(1)
                .first()
                .asString()
                .contains("ops")
                .doesNotContain("pw");
    }

    @Test
    void thePasswordIsWipedWhateverComesOfIt() {
        Client client = connect();
        for (Decision each : List.of(Decision.granted(Permissions.all()), Decision.refused(Duration.ZERO))) {
            decision = each;
            Command.Auth auth = auth();
            client.say(auth);
            assertThat(org.assertj.core.api.Assertions.catchThrowable(auth.password()::copyChars))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    @Tag("S-AUTH-5")
    void theAnswerToARefusedLoginCanBeHeldBack() {
        decision = Decision.refused(Duration.ofMillis(250));
        Client client = connect();
        assertThat(client.say(auth())).isEmpty();
        assertThat(client.master.session.nextTickNanos()).isEqualTo(client.now + 250 * Client.MILLI);
        assertThat(client.pass(249)).isEmpty();
        assertThat(client.pass(1)).hasSize(1).first().asString().startsWith("error -23 (auth ops");
        assertThat(client.pass(1000)).as("once").isEmpty();
    }

    @Test
    @Tag("S-AUTH-5")
    void aGoodLoginCanBeHeldBackAsWellAndGrantsNothingUntilThen() {
        hub.write("plant:p", PointValue.of(7L));
        decision = Decision.granted(Permissions.all(), Duration.ofMillis(250));
        Client client = connect();
        assertThat(client.say(auth())).isEmpty();
        assertThat(client.say(new Command.Domain("plant"))).isEmpty();
        assertThat(client.cwrite("p", 1)).isEmpty();
        assertThat(client.cwrite("p", 2)).isEmpty();
        assertThat(client.say(new Command.Heartbeat(60_000))).containsExactly("success heartbeat 60000");
        assertThat(client.say(new Command.Read("p", false))).isEmpty();
        assertThat(client.pass(249)).isEmpty();
        assertThat(hub.read("plant:p").orElseThrow().value()).isEqualTo(PointValue.of(7L));

        List<String> answers = client.pass(1);
        assertThat(answers.subList(0, 4))
                .containsExactly("success auth ops", "success domain plant", "success cwrite p", "success cwrite p");
        assertThat(answers.get(4)).startsWith("point").contains("2");
        assertThat(client.cwrite("plant:p", 3)).containsExactly("success cwrite plant:p");
        assertThat(logins).hasSize(1);
    }

    @Test
    @Tag("S-AUTH-5")
    void whatWaitsForALoginThatIsRefusedIsRefused() {
        hub.write("plant:p", PointValue.of(7L));
        decision = Decision.refused(Duration.ofMillis(250));
        Client client = connect();
        client.say(auth());
        List<Command> commands = commandsThatNeedALogin();
        for (Command command : commands) {
            assertThat(client.say(command)).isEmpty();
        }
        assertThat(client.cwrite("plant:p", 1)).isEmpty();
        List<String> answers = client.pass(250);
        assertThat(answers)
                .hasSize(commands.size() + 2)
                .allSatisfy(answer -> assertThat(answer).startsWith("error -23"));
        assertThat(hub.read("plant:p").orElseThrow().value()).isEqualTo(PointValue.of(7L));
        assertThat(hub.read("plant:q")).isEmpty();
    }

    @Test
    @Tag("S-CON-9")
    void whoWaitsForChangesHearsOfThoseThatWaitedForALogin() {
        int[] wakeUps = new int[1];
        hub.openQueue(Origin.of("consumer"), QueueOptions.defaults(), () -> wakeUps[0]++)
                .addDomainChanges("plant");
        decision = Decision.granted(Permissions.all(), Duration.ofMillis(250));
        Client client = connect();
        client.say(auth());
        client.cwrite("plant:p", 1);
        assertThat(wakeUps).containsExactly(0);
        client.pass(250);
        assertThat(hub.read("plant:p").orElseThrow().value()).isEqualTo(PointValue.of(1L));
        assertThat(wakeUps).containsExactly(1);
    }

    @Test
    @Tag("S-CON-9")
    void whoWaitsForChangesHearsOfTheLastBeforeAConnectionEnds() {
        int[] wakeUps = new int[1];
        hub.openQueue(Origin.of("consumer"), QueueOptions.defaults(), () -> wakeUps[0]++)
                .addDomainChanges("plant");
        Client client = connect();
        client.say(auth());
        Wire.SentPoint last = new Wire.SentPoint(PointMessage.Kind.CWRITE, "plant:p", Client.state(1));
        Wire.feed(client.master.session, new Wire.Names(), last, client.now);
        assertThat(wakeUps).containsExactly(0);
        client.master.session.closed("the peer closed the connection", client.now);
        assertThat(wakeUps).containsExactly(1);
    }

    @Test
    @Tag("S-AUTH-5")
    void onlySoMuchWaitsForALogin() {
        decision = Decision.granted(Permissions.all(), Duration.ofSeconds(30));
        Client client = connect();
        client.say(auth());
        client.say(new Command.Timeout(5000));
        for (int i = 0; i < HeldMessages.MAX_MESSAGES; i++) {
            assertThat(client.master.session.wantsMore()).isTrue();
            assertThat(client.cwrite("plant:p", i)).isEmpty();
        }
        assertThat(client.master.session.wantsMore()).isFalse();
        assertThat(client.cwrite("plant:p", 1000).get(0)).startsWith("error -23");
        client.pass(29_999);
        assertThat(client.master.output.closedBecause)
                .as("nobody listens, so that nothing is heard means nothing")
                .isNull();
        assertThat(client.pass(1)).hasSize(1 + HeldMessages.MAX_MESSAGES);
        assertThat(client.master.session.wantsMore()).isTrue();
        assertThat(hub.read("plant:p").orElseThrow().value())
                .isEqualTo(PointValue.of((long) HeldMessages.MAX_MESSAGES - 1));

        decision = Decision.granted(Permissions.all(), Duration.ofSeconds(1));
        client.say(auth());
        client.say(
                new Command.SetValue("plant:p", "x".repeat(HeldMessages.MAX_CHARS), OptionalInt.empty(), true, false));
        assertThat(client.master.session.wantsMore()).isFalse();
    }

    @Test
    @Tag("S-AUTH-5")
    void whileALoginIsHeldBackAnotherIsNotEvenChecked() {
        decision = Decision.refused(Duration.ofSeconds(1));
        Client client = connect();
        client.say(auth());
        Command.Auth second = auth();
        assertThat(client.say(second)).hasSize(1).first().asString().startsWith("error -23");
        assertThat(logins).hasSize(1);
        assertThat(org.assertj.core.api.Assertions.catchThrowable(second.password()::copyChars))
                .isInstanceOf(IllegalStateException.class);
        assertThat(client.pass(1000)).hasSize(1);
        decision = Decision.granted(Permissions.all());
        assertThat(client.say(auth())).containsExactly("success auth ops");
    }

    @Test
    void aLoginThatIsHeldBackIsNotLate() {
        decision = Decision.granted(Permissions.all(), Duration.ofSeconds(30));
        Client client = connect();
        client.pass(9_000);
        client.say(auth());
        client.pass(29_999);
        assertThat(client.master.output.closedBecause).isNull();
        assertThat(client.pass(1)).containsExactly("success auth ops");

        decision = Decision.refused(Duration.ofSeconds(30));
        Client refused = connect();
        refused.say(auth());
        refused.pass(30_000);
        assertThat(refused.master.output.closedBecause)
                .as("its time is over once it is answered")
                .isNotNull();
    }

    @Test
    void evenWithoutRequiredLoginsAHeldBackOneIsNotYetLoggedIn() {
        required = false;
        anonymous = Permissions.all();
        decision = Decision.granted(Permissions.all(), Duration.ofSeconds(1));
        Client client = connect();
        assertThat(client.cwrite("plant:p", 1)).containsExactly("success cwrite plant:p");
        client.say(auth());
        assertThat(client.cwrite("plant:p", 2)).isEmpty();
        assertThat(hub.read("plant:p").orElseThrow().value()).isEqualTo(PointValue.of(1L));
        assertThat(client.pass(1000)).containsExactly("success auth ops", "success cwrite plant:p");
        assertThat(client.cwrite("plant:p", 3)).containsExactly("success cwrite plant:p");
        assertThat(hub.read("plant:p").orElseThrow().value()).isEqualTo(PointValue.of(3L));
    }

    @Test
    void aLoginThatAllowsLessTakesBackWhatWentBeyondIt() {
        Client client = connect();
        client.say(auth());
        client.cwrite("plant:p", 1);
        client.reportDomain("plant");
        client.say(new Command.Report("other:p", true));
        decision = Decision.granted(only(Right.CONNECT));
        assertThat(client.say(auth())).containsExactly("success auth ops");
        hub.write("plant:p", PointValue.of(2L));
        hub.write("other:p", PointValue.of(2L));
        assertThat(client.hear()).isEmpty();
        assertThat(client.cwrite("plant:p", 3).get(0))
                .as("a point written before")
                .startsWith("error -23");
    }

    @Test
    void aLoginThatAllowsTheSameKeepsTheRegistrations() {
        Client client = connect();
        client.say(auth());
        client.reportDomain("plant");
        client.say(auth());
        hub.write("plant:p", PointValue.of(2L));
        assertThat(client.hear()).containsExactly("point plant:p 2 q192");
    }

    @Test
    @Tag("S-AUTH-7")
    void aThousandWritesWithoutTheRightChangeNothingAtTheMaster() {
        hub.write("plant:p", PointValue.of(7L));
        Point before = hub.read("plant:p").orElseThrow();
        required = false;
        anonymous = only(Right.CONNECT, Right.READ);
        Client client = connect();
        List<Kind> kinds = List.of(Kind.POINT, Kind.WRITE, Kind.CWRITE);
        int errors = 0;
        for (int i = 0; i < 1000; i++) {
            String name = i % 2 == 0 ? "plant:p" : "plant:new" + i;
            errors += client.point(kinds.get(i % 3), name, Client.state(i)).size();
        }
        assertThat(errors).isEqualTo(1000);
        assertThat(hub.read("plant:p")).contains(before);
        assertThat(hub.pointCount()).isEqualTo(1);
        assertThat(client.master.events.refusals).as("one audit event").hasSize(1);
        assertThat(client.master.session.counters().refused()).isEqualTo(1000);
    }

    @Test
    @Tag("S-AUTH-7")
    void aThousandWritesOfTheMasterChangeNothingAtASlaveThatDoesNotRead() {
        LinkPair pair = new LinkPair(LinkFlag.WRITABLE, LinkFlag.SYNC_SEND);
        pair.slave.write("p", 7, 5);
        pair.open();
        Wire.Names names = new Wire.Names();
        for (int i = 0; i < 1000; i++) {
            String name = i % 2 == 0 ? "plant:p" : "plant:new" + i;
            Wire.feed(pair.slave.session, names, new Wire.SentPoint(Kind.POINT, name, Client.state(i)), pair.now);
        }
        assertThat(pair.slave.contents(false)).hasSize(1).containsEntry("p", "7 q192");
        assertThat(pair.slave.events.refusals).hasSize(1);
    }

    @Test
    @Tag("S-AUTH-6")
    void eachRightIsNeededForWhatItCovers() {
        hub.write("plant:p", PointValue.of(7L));
        required = false;
        anonymous = only(Right.CONNECT);
        Client nothing = connect();
        for (Command command : commandsThatNeedALogin()) {
            boolean harmless = command instanceof Command.Domain
                    || command instanceof Command.TransmitInsignificant
                    || command instanceof Command.Unreport
                    || command instanceof Command.UnreportDomain
                    || command instanceof Command.Model
                    || command instanceof Command.MirrorSync;
            if (!harmless) {
                assertThat(nothing.say(command).get(0)).as("%s", command).matches("error -(23|27) .*");
            }
        }

        anonymous = only(Right.CONNECT, Right.READ);
        Client reader = connect();
        assertThat(reader.say(new Command.Read("plant:p", false)))
                .hasSize(1)
                .first()
                .asString()
                .startsWith("point");
        assertThat(reader.say(new Command.Read("plant:q", true)).get(0)).startsWith("error -23");
        assertThat(reader.say(new Command.Report("plant:q", true)).get(0)).startsWith("error -23");

        anonymous = only(Right.CONNECT, Right.WRITE);
        Client writer = connect();
        assertThat(writer.cwrite("plant:p", 1)).containsExactly("success cwrite plant:p");
        assertThat(writer.cwrite("plant:q", 1).get(0)).startsWith("error -23");
        assertThat(writer.say(new Command.Read("plant:p", false)).get(0)).startsWith("error -23");
        assertThat(writer.reportDomain("plant").get(0)).startsWith("error -23");
        assertThat(writer.point(Kind.CWRITE, "plant:p", Client.state(1).flags(PointFlags.DELETED))
                        .get(0))
                .as("removal")
                .startsWith("error -23");
        assertThat(hub.pointCount()).isEqualTo(1);

        anonymous = only(Right.CONNECT, Right.WRITE, Right.DELETE);
        Client remover = connect();
        assertThat(remover.point(Kind.CWRITE, "plant:p", Client.state(1).flags(PointFlags.DELETED)))
                .containsExactly("success cwrite plant:p");
        assertThat(hub.pointCount()).isZero();
    }

    @Test
    void aNativeSessionIsRefusedIfItAsksForMoreThanIsAllowed() {
        hub.write("plant:p", PointValue.of(7L));
        required = false;
        anonymous = only(Right.CONNECT, Right.READ);
        Client client = connect();
        assertThat(client.say(new Command.MirrorOpen("plant", 0x12300000)).get(0))
                .startsWith("error -23 (mirror_open");
        assertThat(client.say(new Command.MirrorOpen("nosuch", 0x12100000)).get(0))
                .startsWith("error -27");
        assertThat(client.say(new Command.MirrorOpen("plant", 0x12100000)))
                .containsExactly("success mirror_open plant");

        anonymous = only(Right.CONNECT, Right.WRITE, Right.CREATE);
        assertThat(connect().say(new Command.MirrorOpen("plant", 0x12300000)).get(0))
                .startsWith("error -23");
        assertThat(connect().say(new Command.MirrorOpen("plant", 0x00200000)))
                .containsExactly("success mirror_open plant");
    }

    @Test
    void mirrorOpenIsAnsweredWhateverWasSaidAboutSuccessReplies() {
        required = false;
        anonymous = Permissions.all();
        Client client = connect();
        client.say(new Command.AckSuccess(false));
        assertThat(client.say(new Command.MirrorOpen("plant", 0x12100000)))
                .containsExactly("success mirror_open plant");
    }

    @Test
    @Tag("S-AUTH-7")
    void whoOpenedALinkThatIsNotWritableChangesNothingThroughIt() {
        hub.write("plant:p", PointValue.of(7L));
        required = false;
        anonymous = Permissions.all();
        Client client = connect();
        client.cwrite("plant:p", 8);
        client.say(new Command.MirrorOpen("plant", 0x12100000));
        assertThat(client.cwrite("plant:p", 9).get(0)).startsWith("error -23");
        assertThat(client.set("plant:p", "9").get(0)).startsWith("error -23");
        assertThat(hub.read("plant:p").orElseThrow().value()).isEqualTo(PointValue.of(8L));
        assertThat(client.say(new Command.Read("plant:p", false))).containsExactly("point plant:p 8 q192");
    }

    @Test
    void aSlaveSessionLetsTheMasterReadOnlyWhatTheLinkSends() {
        LinkPair readOnly = new LinkPair(LinkFlag.READABLE, LinkFlag.SYNC_RECV).open();
        readOnly.slave.write("p", 1, 1);
        readOnly.slave.output.take();
        readOnly.slave.session.received(Wire.received(new Command.ReportDomain("plant", ReportFlags.MIRROR)), 0);
        assertThat(Client.describe(readOnly.slave.output.sent.remove())).startsWith("error -23");

        LinkPair bothWays = new LinkPair(LinkFlag.READABLE, LinkFlag.WRITABLE, LinkFlag.SYNC_RECV).open();
        bothWays.slave.write("p", 1, 1);
        bothWays.slave.output.take();
        bothWays.slave.session.received(Wire.received(new Command.Read("plant:p", false)), 0);
        assertThat(Client.describe(bothWays.slave.output.sent.remove())).isEqualTo("point plant:p 1 q192");
    }

    @Test
    void decisionsAreChecked() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Decision.granted(Permissions.all(), Duration.ofNanos(-1)));
        assertThat(Decision.granted(Permissions.none()).delay()).isZero();
        ConnectionAccess open = ConnectionAccess.withoutUsers(Permissions.all());
        assertThat(open.loginRequired()).isFalse();
        assertThat(open.login("x", Secret.of("y")).permissions()).isEmpty();
        assertThat(Permissions.none().allows(Right.CONNECT, "")).isFalse();
        assertThat(Permissions.connectOnly().allows(Right.CONNECT, "")).isTrue();
        assertThat(Permissions.connectOnly().allows(Right.READ, "d")).isFalse();
    }

    @Test
    void originsAreComparedByIdentity() {
        assertThat(Origin.of("a")).isNotEqualTo(Origin.of("a")).hasToString("a");
        assertThat(Origin.of("a").peer()).isEmpty();
    }
}
