package io.mirror.core.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.core.command.Command;
import io.mirror.core.command.Command.Calculate.Operand;
import io.mirror.core.command.Command.Calculate.Operation;
import io.mirror.core.command.PointMessage.Kind;
import io.mirror.core.command.ReportFlags;
import io.mirror.core.hub.CanonicalType;
import io.mirror.core.hub.PointHub;
import io.mirror.core.point.Point;
import io.mirror.core.point.PointFlags;
import io.mirror.core.point.PointName;
import io.mirror.core.point.PointState;
import io.mirror.core.point.PointValue;
import io.mirror.core.point.Quality;
import io.mirror.core.point.Timestamp;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The command set of DHTP section 5 as a master serves it. */
class MasterCommandsTest {
    private static final long NOW = 1_700_000_000L;

    private final PointHub hub = LinkPair.hub(2, NOW);
    private final Client client = new Client(hub);

    @BeforeEach
    void wantSuccessReplies() {
        assertThat(client.say(new Command.AckSuccess(true))).isEmpty();
    }

    private Point read(String name) {
        return hub.read("plant:" + name).orElseThrow();
    }

    private void write(String name, PointValue value) {
        hub.write("plant:" + name, value);
    }

    @Test
    void theApiClientsTranscriptIsAnsweredAsWritten() {
        assertThat(client.say(new Command.Domain("plant"))).containsExactly("success domain plant");
        assertThat(client.say(new Command.Heartbeat(1000))).containsExactly("success heartbeat 1000");
        assertThat(client.say(new Command.Timeout(5000))).containsExactly("success timeout 5000");
        assertThat(client.say(new Command.Read("plant:nosuch", false)))
                .containsExactly("error -9 (read plant:nosuch): Point does not exist");
        PointState state = new PointState().real(43.25).quality(192).time(1_700_000_000, 250_000_000);
        assertThat(client.point(Kind.CWRITE, "plant:tank.level", state))
                .containsExactly("success cwrite plant:tank.level");
        assertThat(client.say(new Command.Read("plant:tank.level", false)))
                .containsExactly("point plant:tank.level 43.25 q192");
        assertThat(client.say(new Command.Alive())).isEmpty();
        assertThat(read("tank.level").time()).isEqualTo(new Timestamp(1_700_000_000, 250_000_000));
    }

    @Test
    void successIsAnsweredOnlyOnRequestAndErrorsAlways() {
        client.say(new Command.AckSuccess(false));
        assertThat(client.say(new Command.Domain("plant"))).isEmpty();
        assertThat(client.cwrite("p", 1)).isEmpty();
        assertThat(client.say(new Command.Read("q", false))).hasSize(1);
    }

    @Test
    @DisplayName("Unknown commands are answered -13 and the connection stays (conformance 7)")
    void unknownCommandsAreAnswered() {
        assertThat(client.say(new Command.Unknown("show_data")))
                .containsExactly("error -13 (show_data ): Unknown command");
        assertThat(client.say(new Command.Malformed("lock", "argument 2 is not a number")))
                .containsExactly("error -13 (lock ): argument 2 is not a number");
        assertThat(client.master.output.closedBecause).isNull();
        assertThat(client.say(new Command.Accepted("domains"))).containsExactly("success domains");
        assertThat(client.say(new Command.Model("assembly", List.of("plant", "PID1"))))
                .containsExactly("success assembly plant");
    }

    @Test
    @DisplayName("report of a missing point is -9 and the connection stays (conformance 7)")
    void reportSendsThePresentValueAndThenChanges() {
        assertThat(client.say(new Command.Report("plant:p", false)))
                .containsExactly("error -9 (report plant:p): Point does not exist");
        write("p", PointValue.of(1L));
        assertThat(client.say(new Command.Report("plant:p", false)))
                .containsExactlyInAnyOrder("success report plant:p", "point plant:p 1 q192");
        write("p", PointValue.of(2L));
        write("other", PointValue.of(2L));
        assertThat(client.hear()).containsExactly("point plant:p 2 q192");
        assertThat(client.say(new Command.Unreport("plant:p"))).containsExactly("success unreport plant:p");
        write("p", PointValue.of(3L));
        assertThat(client.hear()).isEmpty();
        assertThat(client.say(new Command.Unreport("plant:nosuch"))).hasSize(1);
    }

    @Test
    void whatIsNotReadableIsNeitherReadNorReported() {
        write("open", PointValue.of(1L));
        write("closed", PointValue.of(2L));
        assertThat(client.say(new Command.SetAccess("plant:closed", false, true)))
                .containsExactly("success set_access plant:closed");
        assertThat(client.say(new Command.Read("plant:closed", false)))
                .containsExactly("error -23 (read plant:closed): Point is not readable");
        assertThat(client.say(new Command.Report("plant:closed", false)))
                .containsExactly("error -23 (report plant:closed): Point is not readable");
        assertThat(client.reportDomain("plant"))
                .containsExactlyInAnyOrder("success report_domain plant", "point plant:open 1 q192");
        write("closed", PointValue.of(3L));
        assertThat(client.hear()).isEmpty();
        client.say(new Command.SetAccess("plant:closed", true, true));
        write("closed", PointValue.of(4L));
        assertThat(client.hear()).containsExactly("point plant:closed 4 q192");
    }

    @Test
    void aPointMessageOfAClientIsCheckedLikeAWriteAndThatOfAMirrorIsNot() {
        write("locked", PointValue.of(1L));
        write("fixed", PointValue.of(1L));
        client.say(new Command.Lock("plant:locked", 0, true));
        client.say(new Command.SetAccess("plant:fixed", true, false));
        assertThat(client.point(Kind.POINT, "plant:locked", Client.state(2)))
                .containsExactly("error -7 (point plant:locked ...): Point is locked");
        assertThat(client.point(Kind.POINT, "plant:fixed", Client.state(2)).get(0))
                .startsWith("error -21 (point plant:fixed ...)");
        assertThat(client.point(Kind.POINT, "plant:created", Client.state(2)))
                .containsExactly("success point plant:created");
        assertThat(read("locked").value()).isEqualTo(PointValue.of(1L));

        client.say(new Command.Slave("plant", List.of("0x02100000")));
        client.point(Kind.POINT, "plant:locked", Client.state(3));
        client.point(Kind.POINT, "plant:fixed", Client.state(3));
        assertThat(read("locked").value()).isEqualTo(PointValue.of(3L));
        assertThat(read("fixed").value()).isEqualTo(PointValue.of(3L));
    }

    @Test
    void aTransferWhoseRegistrationIsCancelledEnds() {
        write("p", PointValue.of(1L));
        client.say(new Command.MirrorCaps(1, "00000000-0000-0000-0000-000000000009", List.of("sync")));
        client.say(
                new Command.MirrorOpen("plant", LinkFlags.of(LinkFlag.READABLE).bits()));
        client.master.output.writable = false;
        assertThat(client.reportDomain("plant")).contains("mirror_sync plant begin 1");
        assertThat(client.say(new Command.UnreportDomain("plant"))).containsExactly("success unreport_domain plant");
        client.master.output.writable = true;
        client.master.flush(client.now);
        assertThat(client.hear()).containsExactly("mirror_sync plant end 1");
        assertThat(client.master.session.state()).isEqualTo(LinkState.MIRRORING);
    }

    @Test
    void aPointIsReportedUnderTheNameItWasAskedFor() {
        client.say(new Command.Domain("plant"));
        assertThat(client.say(new Command.Report("p", true))).contains("point p  q0");
        write("p", PointValue.of(2L));
        assertThat(client.hear()).containsExactly("point p 2 q192");
    }

    @Test
    void creportCreatesWhatIsAbsent() {
        assertThat(client.say(new Command.Report("plant:p", true)))
                .containsExactlyInAnyOrder("success creport plant:p", "point plant:p  q0");
        assertThat(hub.find(PointName.of("plant", "p"))).isPresent();
    }

    @Test
    void aForcedWriteIsReportedEvenIfNothingChanged() {
        write("p", PointValue.of(1L));
        client.say(new Command.Report("plant:p", false));
        Client writer = new Client(hub);
        writer.set("plant:p", "1");
        assertThat(client.hear()).isEmpty();
        writer.say(new Command.SetValue("plant:p", "1", OptionalInt.empty(), false, true));
        assertThat(client.hear()).containsExactly("point plant:p 1 q192");
    }

    @Test
    @DisplayName("report_domain D 3 sends present and later points, with 0x08 once, 0x40 stops (conformance 8)")
    void reportDomainFollowsItsFlags() {
        write("a", PointValue.of(1L));
        assertThat(client.say(new Command.ReportDomain("plant", 3)))
                .containsExactlyInAnyOrder("success report_domain plant", "point a 1 q192");
        write("b", PointValue.of(2L));
        assertThat(client.hear()).as("a later point, without domain").containsExactly("point b 2 q192");
        assertThat(client.say(new Command.ReportDomain("plant", 7)))
                .as("qualified from now on")
                .contains("point plant:a 1 q192", "point plant:b 2 q192");
        write("a", PointValue.of(3L));
        assertThat(client.hear()).containsExactly("point plant:a 3 q192");
        assertThat(client.say(new Command.ReportDomain("plant", ReportFlags.UNREGISTER | 7)))
                .containsExactly("success report_domain plant");
        write("a", PointValue.of(4L));
        write("c", PointValue.of(4L));
        assertThat(client.hear()).isEmpty();
        assertThat(client.say(new Command.UnreportDomain("nosuch"))).hasSize(1);
        assertThat(hub.hasDomain("nosuch")).isFalse();
    }

    @Test
    void onceOnlySendsEachValueExactlyOnce() {
        write("a", PointValue.of(1L));
        write("b", PointValue.of(2L));
        assertThat(client.say(new Command.ReportDomain("plant", 0x0F)))
                .containsExactlyInAnyOrder(
                        "success report_domain plant", "point plant:a 1 q192", "point plant:b 2 q192");
        write("a", PointValue.of(3L));
        write("c", PointValue.of(3L));
        assertThat(client.hear()).isEmpty();
    }

    @Test
    void presentAndFuturePointsAreAskedForSeparately() {
        write("a", PointValue.of(1L));
        client.say(new Command.ReportDomain("plant", ReportFlags.FUTURE | ReportFlags.QUALIFY));
        write("a", PointValue.of(2L));
        write("b", PointValue.of(1L));
        assertThat(client.hear()).containsExactly("point plant:b 1 q192");

        Client present = new Client(hub);
        assertThat(present.say(new Command.ReportDomain("plant", ReportFlags.ALL | ReportFlags.QUALIFY)))
                .hasSize(2);
        write("c", PointValue.of(1L));
        write("a", PointValue.of(5L));
        assertThat(present.hear()).containsExactly("point plant:a 5 q192");
        assertThat(present.say(new Command.ReportDomain("plant", ReportFlags.QUALIFY)))
                .as("a lone QUALIFY bit is harmless")
                .isEmpty();
    }

    @Test
    void aReadAnswerIsQualifiedAgainOnceTheDomainIsNoLongerReportedWithoutIt() {
        write("a", PointValue.of(1L));
        client.say(new Command.ReportDomain("plant", 3));
        assertThat(client.say(new Command.Read("plant:a", false))).containsExactly("point a 1 q192");
        client.say(new Command.UnreportDomain("plant"));
        assertThat(client.say(new Command.Read("plant:a", false))).containsExactly("point plant:a 1 q192");
    }

    @Test
    void oneConnectionRegistersForAThousandDomainsAtMost() {
        for (int i = 0; i < 1000; i++) {
            assertThat(client.reportDomain("d" + i)).hasSize(1);
        }
        assertThat(client.reportDomain("one-more").get(0)).startsWith("error -6");
        assertThat(client.reportDomain("d5")).hasSize(1).first().asString().startsWith("success");
    }

    @Test
    @DisplayName("A writer gets echo if it asked, never its own change as point (conformance 9)")
    void aWriterGetsEchoIfItAskedAndNeverItsOwnChangeAsPoint() {
        client.reportDomain("plant");
        assertThat(client.cwrite("plant:p", 1)).containsExactly("success cwrite plant:p");
        client.say(new Command.ReportDomain("plant", ReportFlags.MIRROR | ReportFlags.ECHO));
        assertThat(client.cwrite("plant:p", 2))
                .containsExactlyInAnyOrder("success cwrite plant:p", "echo plant:p 2 q192");
        assertThat(client.set("plant:p", "3")).contains("echo plant:p 3 q192");
        write("p", PointValue.of(4L));
        assertThat(client.hear()).containsExactly("point plant:p 4 q192");
    }

    @Test
    void anEchoIsInformationAndChangesNothing() {
        write("p", PointValue.of(1L));
        assertThat(client.point(Kind.ECHO, "plant:p", Client.state(99))).isEmpty();
        assertThat(client.point(Kind.ECHO, "plant:new", Client.state(99))).isEmpty();
        assertThat(read("p").value()).isEqualTo(PointValue.of(1L));
        assertThat(hub.pointCount()).isEqualTo(1);
        assertThat(client.master.session.counters().echoesReceived()).isEqualTo(2);
        assertThat(client.master.session.counters().pointsReceived()).isZero();
    }

    @Test
    void writeNeedsAPointAndCwriteMakesOne() {
        assertThat(client.point(Kind.WRITE, "plant:p", Client.state(1)))
                .containsExactly("error -9 (write plant:p ...): Point does not exist");
        assertThat(hub.pointCount()).isZero();
        assertThat(client.cwrite("plant:p", 1)).containsExactly("success cwrite plant:p");
        assertThat(client.point(Kind.WRITE, "plant:p", Client.state(2))).containsExactly("success write plant:p");
        assertThat(client.point(Kind.POINT, "plant:q", Client.state(3))).containsExactly("success point plant:q");
        assertThat(read("p").value()).isEqualTo(PointValue.of(2L));
        assertThat(read("q").value()).isEqualTo(PointValue.of(3L));
    }

    @Test
    void aWriteWithoutTimeIsStampedByTheHub() {
        client.point(Kind.CWRITE, "plant:p", new PointState().integer(1).quality(192));
        assertThat(read("p").time()).isEqualTo(new Timestamp(NOW, 0));
    }

    @Test
    void flagsThatDoNotTravelAreIgnored() {
        client.point(Kind.CWRITE, "plant:p", Client.state(1).flags(0x1234_5678 & ~PointFlags.DELETED));
        assertThat(read("p").flags()).isEqualTo(0x1234_5678 & ~PointFlags.DELETED & PointFlags.MIRRORED);
    }

    @Test
    void theDeletedFlagRemovesThePoint() {
        write("p", PointValue.of(1L));
        Client other = new Client(hub);
        other.reportDomain("plant");
        assertThat(client.point(Kind.POINT, "plant:p", Client.state(1).flags(PointFlags.DELETED)))
                .containsExactly("success point plant:p");
        assertThat(hub.pointCount()).isZero();
        assertThat(other.hear()).containsExactly("point plant:p 1 q192 deleted");
        assertThat(client.point(Kind.POINT, "plant:p", Client.state(1).flags(PointFlags.DELETED)))
                .as("again")
                .hasSize(1);
        assertThat(hub.pointCount()).as("removing creates nothing").isZero();
        assertThat(client.cwrite("plant:p", 2)).hasSize(1);
        assertThat(other.hear()).containsExactly("point plant:p 2 q192");
    }

    @ParameterizedTest
    @CsvSource({
        "12, INTEGER",
        "-12, INTEGER",
        "+12, INTEGER",
        "012, INTEGER",
        "9223372036854775807, INTEGER",
        "9223372036854775808, REAL",
        "1.5, REAL",
        "1e3, REAL",
        ".5, REAL",
        "5., REAL",
        "1.234E-2, REAL",
        "1e400, REAL",
        "abc, STRING",
        "'', STRING",
        "1 2, STRING",
        "1e, STRING",
        "0x10, STRING",
        "NaN, STRING",
        "1d, STRING",
        "--1, STRING",
        "., STRING",
        "+, STRING",
        "Infinity, STRING"
    })
    void setGuessesTheType(String text, String type) {
        write("p", PointValue.none());
        assertThat(client.set("plant:p", text)).containsExactly("success set plant:p");
        assertThat(read("p").value().type()).hasToString(type);
    }

    @Test
    void numbersOfFourHundredDigitsAndMoreAreText() {
        write("p", PointValue.none());
        client.set("plant:p", "9".repeat(400));
        assertThat(read("p").value()).isEqualTo(PointValue.of(Double.POSITIVE_INFINITY));
        client.set("plant:p", "9".repeat(401));
        assertThat(read("p").value()).isEqualTo(PointValue.of("9".repeat(401)));
    }

    @Test
    void setStampsAndKeepsLockAndSecurityAndClearsFlags() {
        hub.write(new Point(
                PointName.of("plant", "p"),
                PointValue.of(1L),
                Quality.BAD,
                new Timestamp(5, 5),
                3,
                7,
                false,
                PointFlags.HIDDEN));
        assertThat(client.set("plant:p", "2")).containsExactly("success set plant:p");
        assertThat(read("p"))
                .isEqualTo(new Point(
                        PointName.of("plant", "p"),
                        PointValue.of(2L),
                        Quality.BAD,
                        new Timestamp(NOW, 0),
                        100,
                        7,
                        false,
                        0));
        client.say(new Command.SetValue("plant:p", "3", OptionalInt.of(42), false, false));
        assertThat(read("p").confidence()).isEqualTo(42);
    }

    @Test
    void setNeedsAPointAndCsetMakesAGoodOne() {
        assertThat(client.set("plant:p", "1")).containsExactly("error -9 (set plant:p 1): Point does not exist");
        client.say(new Command.SetValue("plant:p", "1", OptionalInt.empty(), true, false));
        assertThat(read("p").value()).isEqualTo(PointValue.of(1L));
        assertThat(read("p").quality()).isEqualTo(Quality.GOOD);
        client.say(new Command.SetValue("plant:q", "1", OptionalInt.empty(), true, true));
        assertThat(read("q").value()).isEqualTo(PointValue.of(1L));
        assertThat(client.say(new Command.SetValue("plant:p", "1", OptionalInt.of(101), true, false))
                        .get(0))
                .startsWith("error -13");
    }

    @Test
    void aLockKeepsWritersOutAndForceGoesThrough() {
        write("p", PointValue.of(1L));
        assertThat(client.say(new Command.Lock("plant:p", 0, true))).containsExactly("success lock plant:p");
        assertThat(client.set("plant:p", "2")).containsExactly("error -7 (set plant:p 2): Point is locked");
        assertThat(client.cwrite("plant:p", 2).get(0)).startsWith("error -7");
        assertThat(client.say(new Command.Calculate(Operation.ADD, "plant:p", Operand.of(1), Timestamp.UNSTAMPED))
                        .get(0))
                .startsWith("error -7");
        assertThat(read("p").value()).isEqualTo(PointValue.of(1L));
        client.say(new Command.SetValue("plant:p", "3", OptionalInt.empty(), false, true));
        assertThat(read("p").value()).isEqualTo(PointValue.of(3L));
        assertThat(read("p").locked()).isTrue();
        client.say(new Command.Lock("plant:p", 0, false));
        assertThat(client.set("plant:p", "4")).containsExactly("success set plant:p");
        assertThat(client.say(new Command.Lock("plant:nosuch", 0, true)).get(0)).startsWith("error -9");
    }

    @Test
    void aSecurityLevelMustBeClaimed() {
        write("p", PointValue.of(1L));
        assertThat(client.say(new Command.Secure("plant:p", 0, 10))).containsExactly("success secure plant:p");
        assertThat(client.say(new Command.Secure("plant:p", 9, 0)).get(0)).startsWith("error -8");
        assertThat(client.say(new Command.Lock("plant:p", 9, true)).get(0)).startsWith("error -8");
        assertThat(client.point(Kind.WRITE, "plant:p", Client.state(2).security(9))
                        .get(0))
                .startsWith("error -8");
        assertThat(client.point(Kind.WRITE, "plant:p", Client.state(2).security(10)))
                .hasSize(1);
        assertThat(read("p").value()).isEqualTo(PointValue.of(2L));
        assertThat(read("p").security()).isEqualTo(10);
        assertThat(client.say(new Command.Secure("plant:p", 10, 32767))).containsExactly("success secure plant:p");
        assertThat(client.say(new Command.Secure("plant:p", 32767, 32768)).get(0))
                .startsWith("error -13");
        assertThat(read("p").security()).isEqualTo(32767);
    }

    @Test
    void appendNeedsText() {
        write("p", PointValue.of("ab"));
        assertThat(client.say(new Command.Append("plant:p", "cd", new Timestamp(9, 8))))
                .containsExactly("success append plant:p");
        assertThat(read("p").value()).isEqualTo(PointValue.of("abcd"));
        assertThat(read("p").time()).isEqualTo(new Timestamp(9, 8));
        client.say(new Command.Append("plant:p", "e", Timestamp.UNSTAMPED));
        assertThat(read("p").time()).isEqualTo(new Timestamp(NOW, 0));
        write("n", PointValue.of(1L));
        assertThat(client.say(new Command.Append("plant:n", "x", Timestamp.UNSTAMPED)))
                .containsExactly("error -15 (append plant:n x): Wrong type");
        assertThat(client.say(new Command.Append("plant:nosuch", "x", Timestamp.UNSTAMPED))
                        .get(0))
                .startsWith("error -9");
        write("p", PointValue.of("x".repeat(999_999)));
        assertThat(client.say(new Command.Append("plant:p", "y", Timestamp.UNSTAMPED)))
                .hasSize(1);
        assertThat(client.say(new Command.Append("plant:p", "z", Timestamp.UNSTAMPED))
                        .get(0))
                .startsWith("error -16");
    }

    @ParameterizedTest
    @CsvSource({
        "ADD, 5, 3, 8",
        "ADD, 5, -3, 2",
        "MULTIPLY, 5, 3, 15",
        "DIVIDE, 6, 3, 2",
        "DIVIDE, 7, 2, 3.5",
        "ADD, 5, 0.5, 5.5",
        "MULTIPLY, 2.5, 2, 5.0",
        "DIVIDE, 5.0, 2, 2.5",
        "DIVIDE, -9, -1, 9"
    })
    void calculationsStayExactAsLongAsTheyCan(Operation operation, String start, String operand, String result) {
        write(
                "p",
                start.contains(".") ? PointValue.of(Double.parseDouble(start)) : PointValue.of(Long.parseLong(start)));
        Operand second =
                operand.contains(".") ? Operand.of(Double.parseDouble(operand)) : Operand.of(Long.parseLong(operand));
        assertThat(client.say(new Command.Calculate(operation, "plant:p", second, Timestamp.UNSTAMPED)))
                .containsExactly("success " + operation.keyword() + " plant:p");
        assertThat(read("p").value()).hasToString(result);
    }

    @Test
    void calculationsThatCannotBeAreRefusedAndChangeNothing() {
        write("max", PointValue.of(Long.MAX_VALUE));
        write("min", PointValue.of(Long.MIN_VALUE));
        write("text", PointValue.of("5"));
        record Case(Operation operation, String point, Operand operand, String error) {}
        for (Case c : List.of(
                new Case(Operation.ADD, "max", Operand.of(1), "error -16"),
                new Case(Operation.MULTIPLY, "max", Operand.of(2), "error -16"),
                new Case(Operation.DIVIDE, "min", Operand.of(-1), "error -16"),
                new Case(Operation.DIVIDE, "max", Operand.of(0), "error -1 "),
                new Case(Operation.DIVIDE, "max", Operand.of(0.0), "error -1 "),
                new Case(Operation.ADD, "text", Operand.of(1), "error -15"),
                new Case(Operation.ADD, "nosuch", Operand.of(1), "error -9"))) {
            assertThat(client.say(new Command.Calculate(
                                    c.operation, "plant:" + c.point, c.operand, Timestamp.UNSTAMPED))
                            .get(0))
                    .startsWith(c.error);
        }
        assertThat(read("max").value()).isEqualTo(PointValue.of(Long.MAX_VALUE));
        assertThat(read("min").value()).isEqualTo(PointValue.of(Long.MIN_VALUE));
        assertThat(read("text").value()).isEqualTo(PointValue.of("5"));
    }

    @Test
    void createMakesABadPointWithoutTime() {
        assertThat(client.say(new Command.Create("plant:p"))).containsExactly("success create plant:p");
        assertThat(read("p").quality()).isEqualTo(Quality.BAD);
        assertThat(read("p").time()).isEqualTo(Timestamp.UNSTAMPED);
        assertThat(client.say(new Command.Create("plant:p"))).containsExactly("success create plant:p");
    }

    @Test
    void creadCreatesAndAnswers() {
        assertThat(client.say(new Command.Read("plant:p", true))).containsExactly("point plant:p  q0");
        assertThat(hub.pointCount()).isEqualTo(1);
    }

    @Test
    void writtenValuesAreConvertedToTheCanonicalType() {
        write("p", PointValue.of(1L));
        assertThat(client.say(new Command.SetCanonical("plant:p", "R8", false)))
                .containsExactly("success set_canonical plant:p");
        client.set("plant:p", "5");
        assertThat(read("p").value()).isEqualTo(PointValue.of(5.0));
        assertThat(client.set("plant:p", "five").get(0)).startsWith("error -15");
        assertThat(client.point(
                                Kind.WRITE,
                                "plant:p",
                                new PointState().string("five").quality(192))
                        .get(0))
                .startsWith("error -15");
        assertThat(read("p").value()).as("a failed conversion leaves the value").isEqualTo(PointValue.of(5.0));
        client.say(new Command.SetCanonical("plant:p", "I2", false));
        assertThat(hub.point("plant:p").attributes().canonical()).isEqualTo(CanonicalType.R8);
        client.say(new Command.SetCanonical("plant:p", "I2", true));
        assertThat(hub.point("plant:p").attributes().canonical()).isEqualTo(CanonicalType.I2);
        assertThat(client.set("plant:p", "70000").get(0)).startsWith("error -15");
        client.say(new Command.SetCanonical("plant:p", "CY", true));
        client.set("plant:p", "12.34567");
        assertThat(read("p").value()).isEqualTo(PointValue.of(12.3457));
        client.say(new Command.SetCanonical("plant:p", "DATE", true));
        assertThat(client.set("plant:p", "3000000").get(0)).startsWith("error -15");
        assertThat(read("p").value()).isEqualTo(PointValue.of(12.3457));
        assertThat(client.say(new Command.SetCanonical("plant:p", "R8 MATRIX", true))
                        .get(0))
                .startsWith("error -13");
        assertThat(client.say(new Command.SetCanonical("plant:nosuch", "R8", true))
                        .get(0))
                .startsWith("error -9");
    }

    @Test
    void accessRightsOfAPointAreKept() {
        write("p", PointValue.of(1L));
        client.say(new Command.SetAccess("plant:p", true, false));
        assertThat(client.set("plant:p", "2").get(0)).startsWith("error -21");
        assertThat(client.cwrite("plant:p", 2).get(0)).startsWith("error -21");
        assertThat(client.say(new Command.Append("plant:p", "x", Timestamp.UNSTAMPED))
                        .get(0))
                .startsWith("error -21");
        client.say(new Command.SetValue("plant:p", "3", OptionalInt.empty(), false, true));
        assertThat(read("p").value()).as("force").isEqualTo(PointValue.of(3L));
        client.say(new Command.SetAccess("plant:p", false, true));
        assertThat(client.say(new Command.Read("plant:p", false)).get(0)).startsWith("error -23");
        assertThat(client.set("plant:p", "4")).containsExactly("success set plant:p");
    }

    @Test
    void insignificantChangesAreTransmittedOnRequest() {
        write("p", PointValue.of(1L));
        client.reportDomain("plant");
        hub.point("plant:p").modify(s -> {
            s.time(5, 0);
            return true;
        });
        assertThat(client.hear()).isEmpty();
        assertThat(client.say(new Command.TransmitInsignificant(true)))
                .containsExactly("success TransmitInsignificant");
        hub.point("plant:p").modify(s -> {
            s.time(6, 0);
            return true;
        });
        assertThat(client.hear()).hasSize(1);
    }

    @Test
    void namesWithoutDomainBelongToTheDefaultDomainOfTheMoment() {
        client.cwrite("p", 1);
        assertThat(hub.read("default:p")).isPresent();
        client.say(new Command.Domain("plant"));
        client.cwrite("p", 2);
        assertThat(read("p").value()).isEqualTo(PointValue.of(2L));
        client.say(new Command.Domain("other"));
        client.cwrite("p", 3);
        assertThat(read("p").value()).isEqualTo(PointValue.of(2L));
        assertThat(hub.read("other:p").orElseThrow().value()).isEqualTo(PointValue.of(3L));
        assertThat(client.say(new Command.Domain("a:b")).get(0)).startsWith("error -13");
        assertThat(client.say(new Command.Domain("d".repeat(256))).get(0)).startsWith("error -13");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":", "plant:", ":p"})
    void namesThatCannotBeAreAnsweredAndTheConnectionStays(String name) {
        assertThat(client.say(new Command.Read(name, true)).get(0)).startsWith("error -13");
        assertThat(client.say(new Command.Create(name)).get(0)).startsWith("error -13");
        assertThat(client.cwrite(name, 1).get(0)).startsWith("error -9");
        assertThat(client.master.session.counters().unexpected()).isEqualTo(1);
        assertThat(hub.pointCount()).isZero();
        assertThat(client.master.output.closedBecause).isNull();
    }

    @Test
    void aFullHubIsAnsweredFull() {
        PointHub small = PointHub.builder().maxPoints(1).build();
        Client writer = new Client(small);
        writer.cwrite("plant:a", 1);
        assertThat(writer.cwrite("plant:b", 1).get(0)).isEqualTo("error -6 (cwrite plant:b ...): The hub is full");
        assertThat(writer.say(new Command.Create("plant:b")).get(0)).startsWith("error -6");
        assertThat(writer.say(new Command.SetValue("plant:b", "1", OptionalInt.empty(), true, false))
                        .get(0))
                .startsWith("error -6");
        assertThat(writer.cwrite("plant:a", 2)).isEmpty();
    }

    @Test
    void aDataHubsSlaveHandshakeRegistersItIfItReads() {
        write("p", PointValue.of(1L));
        List<String> details = List.of("1048576", "id1", "id2", "7.3", "1700000000", "500");
        assertThat(client.say(new Command.Slave("plant", details)))
                .containsExactlyInAnyOrder("success slave plant", "point plant:p 1 q192");
        client.say(new Command.Slave("plant", details));
        assertThat(client.master.events.information)
                .as("verbatim, once per connection")
                .filteredOn(text -> text.startsWith("slave"))
                .hasSize(1)
                .first()
                .asString()
                .contains("plant", "id1");

        assertThat(new Client(hub).say(new Command.Slave("plant", List.of("0"))))
                .as("not readable")
                .isEmpty();
        assertThat(new Client(hub).say(new Command.Slave("plant", List.of("not a number"))))
                .contains("point plant:p 1 q192");
        assertThat(new Client(hub).say(new Command.Slave("plant", List.of()))).contains("point plant:p 1 q192");
        assertThat(new Client(hub).say(new Command.Slave("plant", List.of("0x100000", "", "", "", "x", "y"))))
                .contains("point plant:p 1 q192");
    }

    @Test
    void thePeersClockIsReported() {
        Timestamp[] seen = new Timestamp[1];
        FakeOutput output = new FakeOutput();
        MirrorSession session = MirrorSession.master(
                hub,
                io.mirror.core.access.ConnectionAccess.withoutUsers(io.mirror.core.access.Permissions.all()),
                io.mirror.core.hub.Origin.of("x"),
                LinkOptions.defaults(),
                output,
                new SessionListener() {
                    @Override
                    public void peerTime(Timestamp time) {
                        seen[0] = time;
                    }
                });
        session.opened(0);
        session.received(Wire.received(new Command.Slave("plant", List.of("0", "", "", "", "1700000000", "5"))), 0);
        assertThat(seen[0]).isEqualTo(new Timestamp(1_700_000_000, 5));
    }

    @Test
    void authorityIsDeclaredWithOneArgumentOrTwo() {
        client.say(new Command.Domain("plant"));
        assertThat(client.say(new Command.SetAuthoritative("", true))).containsExactly("success set_authoritative 1");
        assertThat(client.say(new Command.SetAuthoritative("plant", false)))
                .containsExactly("success set_authoritative plant");
        assertThat(client.say(new Command.SetAuthoritative("a:b", true)).get(0)).startsWith("error -13");
        for (int i = 0; i < 999; i++) {
            client.say(new Command.SetAuthoritative("d" + i, true));
        }
        assertThat(client.say(new Command.SetAuthoritative("one-more", true)).get(0))
                .startsWith("error -6");
    }

    @Test
    void aSlowReaderGetsTheNewestOfEachPointAndNothingPilesUp() {
        client.reportDomain("plant");
        client.master.output.writable = false;
        for (long i = 0; i < 1000; i++) {
            write("p" + i % 10, PointValue.of(i));
        }
        assertThat(client.hear()).isEmpty();
        assertThat(client.master.session.counters().queue().queued()).isEqualTo(30);
        client.master.output.writable = true;
        client.master.flush(client.now);
        List<String> heard = client.hear();
        assertThat(heard).hasSize(30).contains("point plant:p0 990 q192", "point plant:p9 999 q192");
        assertThat(client.master.booksBalance()).isTrue();
    }

    @Test
    void whatWasCountedIsShown() {
        client.cwrite("plant:p", 1);
        client.say(new Command.Read("plant:p", false));
        client.say(new Command.Unknown("x"));
        LinkCounters counters = client.master.session.counters();
        assertThat(counters.pointsReceived()).isEqualTo(1);
        assertThat(counters.pointsSent()).isEqualTo(1);
        assertThat(counters.commandsReceived()).isEqualTo(3);
        assertThat(counters.malformed()).isEqualTo(1);
        assertThat(counters.refused()).isEqualTo(1);
    }
}
