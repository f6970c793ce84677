package io.mirror.codec.dhtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mirror.core.access.Secret;
import io.mirror.core.command.Command;
import io.mirror.core.command.PointMessage;
import io.mirror.core.command.Received;
import io.mirror.core.command.StatusCode;
import io.mirror.core.link.WireName;
import io.mirror.core.point.PointState;
import io.mirror.core.point.Timestamp;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands and replies, both ways (DHTP sections 2.5, 3, 5 and 9.7). */
class CommandTest {

    private static Stream<Arguments> bothWays() {
        return Stream.of(
                Arguments.of("(alive)", new Command.Alive()),
                Arguments.of("(acksuccess 0)", new Command.AckSuccess(false)),
                Arguments.of("(acksuccess 1)", new Command.AckSuccess(true)),
                Arguments.of("(domain \"plant\")", new Command.Domain("plant")),
                Arguments.of("(heartbeat 1000)", new Command.Heartbeat(1000)),
                Arguments.of("(timeout 5000)", new Command.Timeout(5000)),
                Arguments.of("(set_authoritative 1)", new Command.SetAuthoritative("", true)),
                Arguments.of("(set_authoritative \"R\" 0)", new Command.SetAuthoritative("R", false)),
                Arguments.of(
                        "(slave \"D\" 305135616 1 2 7.1 11 12)",
                        new Command.Slave("D", List.of("305135616", "1", "2", "7.1", "11", "12"))),
                Arguments.of("(transmit_insignificant 1)", new Command.TransmitInsignificant(true)),
                Arguments.of(
                        "(mirror_caps 1 \"5b0c...\" \"bin1 sync echo del\")",
                        new Command.MirrorCaps(1, "5b0c...", List.of("bin1", "sync", "echo", "del"))),
                Arguments.of("(mirror_caps 1 \"u\" \"\")", new Command.MirrorCaps(1, "u", List.of())),
                Arguments.of("(mirror_open \"plant\" 70254592)", new Command.MirrorOpen("plant", 70254592)),
                Arguments.of("(mirror_open \"plant\" 4294967295)", new Command.MirrorOpen("plant", -1)),
                Arguments.of(
                        "(mirror_sync \"plant\" begin 2)",
                        new Command.MirrorSync("plant", Command.MirrorSync.Phase.BEGIN, 2)),
                Arguments.of(
                        "(mirror_sync \"plant\" end 2)",
                        new Command.MirrorSync("plant", Command.MirrorSync.Phase.END, 2)),
                Arguments.of(
                        "(mirror_sync \"plant\" ack 9)",
                        new Command.MirrorSync("plant", Command.MirrorSync.Phase.ACK, 9)),
                Arguments.of(
                        "(mirror_sync \"plant\" delta 3)",
                        new Command.MirrorSync("plant", Command.MirrorSync.Phase.DELTA, 3)),
                Arguments.of(
                        "(mirror_delta \"plant\" has -5 12)",
                        new Command.MirrorDelta("plant", Command.MirrorDelta.Step.HAS, -5, 12, List.of())),
                Arguments.of(
                        "(mirror_delta \"plant\" at 5 12)",
                        new Command.MirrorDelta("plant", Command.MirrorDelta.Step.AT, 5, 12, List.of())),
                Arguments.of(
                        "(mirror_delta \"plant\" names \"a\" \"b c\")",
                        new Command.MirrorDelta("plant", Command.MirrorDelta.Step.NAMES, 0, 0, List.of("a", "b c"))),
                Arguments.of(
                        "(mirror_delta \"plant\" named 5 2)",
                        new Command.MirrorDelta("plant", Command.MirrorDelta.Step.NAMED, 5, 2, List.of())),
                Arguments.of(
                        "(mirror_delta \"plant\" all)",
                        new Command.MirrorDelta("plant", Command.MirrorDelta.Step.ALL, 0, 0, List.of())),
                Arguments.of("(report \"d:a b\")", new Command.Report("d:a b", false)),
                Arguments.of("(creport \"a\")", new Command.Report("a", true)),
                Arguments.of("(unreport \"a\")", new Command.Unreport("a")),
                Arguments.of("(report_domain \"plant\" 7)", new Command.ReportDomain("plant", 7)),
                Arguments.of("(unreport_domain \"plant\")", new Command.UnreportDomain("plant")),
                Arguments.of("(read \"plant:nosuch\")", new Command.Read("plant:nosuch", false)),
                Arguments.of("(cread \"a\")", new Command.Read("a", true)),
                Arguments.of("(create \"a\")", new Command.Create("a")),
                Arguments.of(
                        "(set \"a\" \"123\")", new Command.SetValue("a", "123", OptionalInt.empty(), false, false)),
                Arguments.of(
                        "(cset \"a\" \"x y\" 50)", new Command.SetValue("a", "x y", OptionalInt.of(50), true, false)),
                Arguments.of("(force \"a\" \"1\")", new Command.SetValue("a", "1", OptionalInt.empty(), false, true)),
                Arguments.of("(cforce \"a\" \"1\")", new Command.SetValue("a", "1", OptionalInt.empty(), true, true)),
                Arguments.of("(append \"a\" \"x\")", new Command.Append("a", "x", Timestamp.UNSTAMPED)),
                Arguments.of("(append \"a\" \"x\" 11 12)", new Command.Append("a", "x", new Timestamp(11, 12))),
                Arguments.of("(add \"a\" 5)", calculate(Command.Calculate.Operation.ADD, 5, Timestamp.UNSTAMPED)),
                Arguments.of(
                        "(mult \"a\" -5 1 2)",
                        calculate(Command.Calculate.Operation.MULTIPLY, -5, new Timestamp(1, 2))),
                Arguments.of(
                        "(div \"a\" 5.0)",
                        new Command.Calculate(
                                Command.Calculate.Operation.DIVIDE,
                                "a",
                                Command.Calculate.Operand.of(5.0),
                                Timestamp.UNSTAMPED)),
                Arguments.of("(lock \"a\" 7 1)", new Command.Lock("a", 7, true)),
                Arguments.of("(secure \"a\" 7 8)", new Command.Secure("a", 7, 8)),
                Arguments.of("(set_canonical \"a\" R8)", new Command.SetCanonical("a", "R8", false)),
                Arguments.of("(set_canonical \"a\" \"R8 ARRAY\" 1)", new Command.SetCanonical("a", "R8 ARRAY", true)),
                Arguments.of("(set_access \"a\" r)", new Command.SetAccess("a", true, false)),
                Arguments.of("(set_access \"a\" w)", new Command.SetAccess("a", false, true)),
                Arguments.of("(set_access \"a\" rw)", new Command.SetAccess("a", true, true)),
                Arguments.of("(assembly DataPid PID1)", new Command.Model("assembly", List.of("DataPid", "PID1"))),
                Arguments.of(
                        "(instance DataPid PID1 PID1)",
                        new Command.Model("instance", List.of("DataPid", "PID1", "PID1"))),
                Arguments.of(
                        "(private_attribute DataPid PID1 Mv R8 rw \"\" 0)",
                        new Command.Model("private_attribute", List.of("DataPid", "PID1", "Mv", "R8", "rw", "", "0"))),
                Arguments.of(
                        "(set_meta plant:tank.level 15 (eu m) (desc \"Level, tank 1\") (euhi 12.0) (eulo 0.0))",
                        new Command.Model(
                                "set_meta",
                                List.of(
                                        "plant:tank.level",
                                        "15",
                                        "(eu m)",
                                        "(desc \"Level, tank 1\")",
                                        "(euhi 12.0)",
                                        "(eulo 0.0)"))),
                Arguments.of("(tcp_service 4502)", new Command.Configure("tcp_service", List.of("4502"))),
                Arguments.of("(request_initial_data)", new Command.Accepted("request_initial_data")),
                Arguments.of("(success \"domain\" \"plant\")", new Command.Success("domain", List.of("plant"))),
                Arguments.of(
                        "(success \"mirror_open\" \"plant\")", new Command.Success("mirror_open", List.of("plant"))),
                Arguments.of(
                        "(error \"-9: (read plant:nosuch): Point does not exist\")",
                        new Command.Failure(9, "read", List.of("plant:nosuch"), false, "Point does not exist")),
                Arguments.of(
                        "(error \"-13: (mirror_caps 1 ...): Unknown command\")",
                        new Command.Failure(13, "mirror_caps", List.of("1"), true, "Unknown command")));
    }

    private static Command calculate(Command.Calculate.Operation operation, long operand, Timestamp time) {
        return new Command.Calculate(operation, "a", Command.Calculate.Operand.of(operand), time);
    }

    @ParameterizedTest
    @MethodSource("bothWays")
    void readsAndWritesEveryCommand(String line, Command command) {
        assertThat(write(command)).isEqualTo(line + "\n");
        assertThat(read(line)).extracting(Received::command).containsExactly(command);
        Events.of(line + "\n");
    }

    private static String write(Command command) {
        ByteBuf out = Unpooled.buffer();
        assertThat(new DhtpEncoder(DhtpLimits.DEFAULT).encode(command, out)).isTrue();
        return Wire.text(out);
    }

    private static List<Received> read(String line) {
        List<Received> all = new ArrayList<>();
        ByteBuf in = Wire.heap(Wire.utf8(line + "\n"));
        new DhtpDecoder(DhtpLimits.DEFAULT).decode(in, new Events() {
            @Override
            public void onCommand(Received received) {
                all.add(received);
            }
        });
        return all;
    }

    @Test
    @DisplayName("Session commands of section 2.5 byte for byte (conformance 3)")
    void byteExamplesOfTheSpecificationWork() {
        byte[] ackSuccess = Wire.hex("28 61 63 6B 73 75 63 63 65 73 73 20 30 29 0A");
        assertThat(Events.of(ackSuccess)).containsExactly("AckSuccess[on=false] acksuccess[0]");
        assertThat(Wire.utf8(write(new Command.AckSuccess(false)))).isEqualTo(ackSuccess);
        byte[] two = Wire.hex(
                "28 68 65 61 72 74 62 65 61 74 20 31 30 30 30 29 20 28 74 69 6D 65 6F 75 74 20 35 30 30 30 29 0A");
        assertThat(Events.of(two))
                .containsExactly("Heartbeat[millis=1000] heartbeat[1000]", "Timeout[millis=5000] timeout[5000]");
    }

    @Test
    @DisplayName("Log in of section 2.5 byte for byte (conformance 3)")
    void logInOfTheSpecificationIsReadAndWritten() {
        byte[] bytes =
                Wire.hex("28 61 75 74 68 22 6F 70 73 2F 6D 69 72 72 6F 72 22 20 22 70 5C 22 77 5C 5C 64 22 29 0A");
        assertThat(Events.of(bytes)).containsExactly("Auth[user=ops/mirror, password=Secret(***)] auth[ops/mirror]");
        List<Received> received = read("(auth\"ops/mirror\" \"p\\\"w\\\\d\")");
        Command.Auth auth = (Command.Auth) received.get(0).command();
        assertThat(auth.password().matches(Secret.of("p\"w\\d"))).isTrue();
        assertThat(Wire.utf8(write(auth))).isEqualTo(bytes);
    }

    @Test
    void pointMessageOfTheSpecificationIsWritten() {
        DhtpEncoder encoder = new DhtpEncoder(DhtpLimits.DEFAULT);
        ByteBuf out = Unpooled.buffer();
        PointState state = new PointState().real(43.25).quality(192).time(1_700_000_000, 250_000_000);
        WireName name = new Name("plant:tank.level", 0);
        assertThat(encoder.encodePoint(PointMessage.Kind.POINT, name, state, out))
                .isTrue();
        assertThat(encoder.encodePoint(PointMessage.Kind.CWRITE, name, state, out))
                .isTrue();
        state.string("a \"b\"\nc").time(0, 0).locked(true).flags(-1);
        assertThat(encoder.encodePoint(PointMessage.Kind.ECHO, new Name("plant:note 1", 700), state, out))
                .isTrue();
        state.noValue();
        assertThat(encoder.encodePoint(PointMessage.Kind.WRITE, new Name("plant:note 1", 700), state, out))
                .isTrue();
        assertThat(Wire.text(out))
                .isEqualTo("(point \"plant:tank.level\" 1 43.25 100 0 0 1700000000 250000000 0 192)\n"
                        + "(cwrite \"plant:tank.level\" 1 43.25 100 0 0 1700000000 250000000 0 192)\n"
                        + "(echo \"plant:note 1\" 0 \"a \\\"b\\\"\\nc\" 100 0 1 0 0 4294967295 192)\n"
                        + "(write \"plant:note 1\" 3 \"\" 100 0 1 0 0 4294967295 192)\n");
    }

    @Test
    void writesStayTextWhenPointsAreBinary() {
        DhtpEncoder encoder = new DhtpEncoder(DhtpLimits.DEFAULT);
        encoder.encoding(true, 1_000_000);
        ByteBuf out = Unpooled.buffer();
        PointState state = new PointState().integer(7).quality(192);
        assertThat(encoder.encodePoint(PointMessage.Kind.CWRITE, new Name("d:n", 0), state, out))
                .isTrue();
        assertThat(Wire.text(out)).isEqualTo("(cwrite \"d:n\" 2 7 100 0 0 0 0 0 192)\n");
    }

    @Test
    void aLineBeyondTheLimitIsNotWritten() {
        DhtpEncoder encoder = new DhtpEncoder(DhtpLimits.DEFAULT);
        ByteBuf out = Unpooled.buffer();
        PointState state = new PointState().string("x".repeat(1_000_000 - 39));
        WireName name = new Name("d:n", 0);
        String frame = "(point \"d:n\" 0 \"\" 100 0 0 0 0 0 0)\n";
        state.string("x".repeat(DhtpEncoder.FOREIGN_MAX_LINE_BYTES - frame.length()));
        assertThat(encoder.encodePoint(PointMessage.Kind.POINT, name, state, out))
                .isTrue();
        assertThat(out.readableBytes()).isEqualTo(1_000_000);
        out.clear();
        state.string(state.string() + "x");
        assertThat(encoder.encodePoint(PointMessage.Kind.POINT, name, state, out))
                .isFalse();
        assertThat(out.readableBytes()).isZero();
        encoder.encoding(false, 10);
        assertThat(encoder.encode(new Command.Domain("x"), out)).isFalse();
        assertThat(out.readableBytes()).isZero();
        assertThat(encoder.encode(new Command.Alive(), out)).isTrue();
        out.release();
    }

    private record Name(String name, int id) implements WireName {}

    @ParameterizedTest
    @CsvSource({
        "(acksuccess), acksuccess, argument 1 is missing",
        "(acksuccess 2), acksuccess, 'argument 1 must be 0 to 1, was 2'",
        "(acksuccess yes), acksuccess, 'argument 1 is no integer: \"yes\"'",
        "(domain (a)), domain, argument 1 is a list",
        "(domain a:b), domain, 'argument 1 is no name: domain name has a colon: \"a:b\"'",
        "(heartbeat -1), heartbeat, 'argument 1 must be 0 to 9223372036854775807, was -1'",
        "(heartbeat 1.5), heartbeat, 'argument 1 is no integer: \"1.5\"'",
        "(report), report, argument 1 is missing",
        "(report \"\"), report, 'argument 1 is no name: point name is empty: \"d:\"'",
        "(report_domain d), report_domain, argument 2 is missing",
        "(report_domain d x), report_domain, 'argument 2 is no 32-bit mask: \"x\"'",
        "(report_domain d 4294967296), report_domain, 'argument 2 is no 32-bit mask: \"4294967296\"'",
        "(set a), set, argument 2 is missing",
        "(set a 1 101), set, 'argument 3 must be 0 to 100, was 101'",
        "(append a x 1 1000000000), append, 'argument 4 must be 0 to 999999999, was 1000000000'",
        "(add a x), add, 'argument 2 is no number: \"x\"'",
        "(lock a 32768 1), lock, 'argument 2 must be 0 to 32767, was 32768'",
        "(set_access a x), set_access, 'argument 2 must be one of r, w, rw, was \"x\"'",
        "(mirror_sync d middle 1), mirror_sync, 'argument 2 must be one of begin, delta, end, ack, was \"middle\"'",
        "(error), error, argument 1 is missing",
        "(auth u), auth, argument 2 is missing",
        "(slave), slave, argument 1 is missing"
    })
    void aKnownCommandWithABadArgumentSaysWhichOne(String line, String keyword, String reason) {
        assertThat(read(line)).extracting(Received::command).containsExactly(new Command.Malformed(keyword, reason));
    }

    @Test
    void namesThatAreNotUtf8AreRefused() {
        assertThat(Events.of(Wire.latin1("(report \"d:\u00FF\")\n")))
                .singleElement()
                .asString()
                .startsWith("Malformed[keyword=report, reason=argument 1 is a name that is not UTF-8]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "auth_clone",
                "version",
                "show_data",
                "include",
                "debug",
                "dump",
                "asyncsocket",
                "exception_buffer",
                "delete",
                "master",
                "nosuch",
                "Alive"
            })
    void whatIsNotServedIsUnknown(String keyword) {
        assertThat(read("(" + keyword + " 1 (2 3) \"\")"))
                .containsExactly(new Received(new Command.Unknown(keyword), keyword, List.of("1", "(2 3)", "")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "register_datahub",
                "request_initial_data",
                "domains",
                "report_errors",
                "format",
                "report_all",
                "report_datahub",
                "ignore",
                "request"
            })
    void tierAIsAccepted(String keyword) {
        assertThat(read("(" + keyword + ")"))
                .extracting(Received::command)
                .containsExactly(new Command.Accepted(keyword));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "assembly",
                "subassembly",
                "private_attribute",
                "property",
                "instance",
                "attribute",
                "type",
                "defaultprop",
                "set_meta"
            })
    void modelLinesAreKept(String keyword) {
        assertThat(read("(" + keyword + " a \"b c\" (d \"e f\"))"))
                .extracting(Received::command)
                .containsExactly(new Command.Model(keyword, List.of("a", "b c", "(d \"e f\")")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mirror_master_2",
                "mirror_master",
                "tcp_service",
                "enable_tcp_server",
                "enable_mirror_master",
                "enable_mirror_slave",
                "create_domain"
            })
    @Tag("S-CMD-6")
    void configurationCommandsAreMarkedAsSuch(String keyword) {
        assertThat(read("(" + keyword + " a)"))
                .extracting(Received::command)
                .containsExactly(new Command.Configure(keyword, List.of("a")));
    }

    @Test
    void hexadecimalMasksAndExtraArgumentsAreAccepted() {
        assertThat(read("(report_domain d 0x97 extra) (create a 1) (alive 1 2)"))
                .extracting(Received::command)
                .containsExactly(new Command.ReportDomain("d", 151), new Command.Create("a"), new Command.Alive());
    }

    @Test
    void aPeersOwnPasswordIsNeverQuotable() {
        assertThat(read("(auth \"u\" \"geheim\") (auth \"u\")"))
                .extracting(Received::arguments)
                .containsExactly(List.of("u"), List.of("u"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "-9: (read plant:a(b):c): no | 9 | read | [plant:a, (b), :c] | false | no",
                "-9: (read \"plant:a(b): c\"): no: really | 9 | read | [plant:a(b): c] | false | no: really",
                "-9: (read plant:a\\(b\\)\\:c): x | 9 | read | [plant:a(b):c] | false | x",
                "-7: (alive): locked | 7 | alive | [] | false | locked",
                "-13: (a b c): two | 13 | a | [b, c] | false | two",
                "-13: (a b ...): more | 13 | a | [b] | true | more",
                "-13:(a):tight | 13 | a | [] | false | tight",
                "5: (a): positive | 5 | a | [] | false | positive",
                "-99: (a): beyond the table | 99 | a | [] | false | beyond the table",
                "-3: no command | 3 | ^^ | [] | false | no command",
                "-3: (unclosed \"x): text | 3 | ^^ | [] | false | (unclosed \"x): text",
                "-3: (a) text | 3 | a | [] | false | text",
                "-3: | 3 | ^^ | [] | false | ^^",
                "nonsense | 11 | ^^ | [] | false | nonsense",
                "x: (a): b | 11 | ^^ | [] | false | x: (a): b",
                "-9223372036854775808: (a): b | 11 | ^^ | [] | false | -9223372036854775808: (a): b",
                "^^ | 11 | ^^ | [] | false | ^^"
            })
    @DisplayName("Error texts with colons and parentheses in the name are taken apart (conformance 4)")
    void errorTextsAreTakenApart(
            String text, long number, String keyword, String arguments, boolean more, String explanation) {
        Command.Failure failure = ErrorText.parse(text, DhtpLimits.DEFAULT);
        assertThat(failure.number()).isEqualTo(number);
        assertThat(failure.keyword()).isEqualTo(keyword);
        assertThat(failure.arguments()).hasToString(arguments);
        assertThat(failure.moreArguments()).isEqualTo(more);
        assertThat(failure.text()).isEqualTo(explanation);
    }

    @Test
    void errorTextsComeBackFromTheirOwnForm() {
        List<List<String>> arguments =
                List.of(List.of(), List.of("a:b(c)"), List.of("a b", "\"q\": x"), List.of("x", "y", "z"), List.of(""));
        for (List<String> all : arguments) {
            Command.Failure failure = Command.Failure.of(StatusCode.NO_POINT, "read", all, "no: (such) \"point\"\n");
            assertThat(ErrorText.parse(ErrorText.format(failure), DhtpLimits.DEFAULT))
                    .isEqualTo(failure);
            assertThat(read(write(failure).strip()))
                    .extracting(Received::command)
                    .containsExactly(failure);
        }
        assertThat(ErrorText.format(Command.Failure.of(StatusCode.NO_POINT, "read", List.of("x", "y", "z"), "t")))
                .isEqualTo("-9: (read x ...): t");
        assertThat(ErrorText.format(Command.Failure.of(StatusCode.NO_POINT, "read", List.of("x", "y"), "t")))
                .isEqualTo("-9: (read x y): t");
        assertThat(ErrorText.format(Command.Failure.of(StatusCode.OK, "alive", List.of(), "t")))
                .isEqualTo("0: (alive): t");
    }

    @Test
    @Tag("S-CMD-7")
    void errorTextsNeverQuoteMoreThan64Bytes() {
        String unit = "\u20AC";
        Command.Failure failure =
                Command.Failure.of(StatusCode.SYNTAX, "k".repeat(4), List.of(unit.repeat(1000), "second"), "text");
        assertThat(ErrorText.format(failure)).isEqualTo("-13: (kkkk \"" + unit.repeat(20) + "...\" ...): text");
        Command.Failure keyword = Command.Failure.of(StatusCode.SYNTAX, "k".repeat(1 << 20), List.of("a"), "text");
        assertThat(ErrorText.format(keyword)).isEqualTo("-13: (" + "k".repeat(64) + "... ...): text");
        Command.Failure exact = Command.Failure.of(StatusCode.SYNTAX, "k".repeat(4), List.of("a".repeat(60)), "text");
        assertThat(ErrorText.format(exact)).isEqualTo("-13: (kkkk " + "a".repeat(60) + "): text");
    }

    @Test
    void whatCannotBeSentIsRefused() {
        ByteBuf out = Unpooled.buffer();
        DhtpEncoder encoder = new DhtpEncoder(DhtpLimits.DEFAULT);
        assertThatThrownBy(() -> encoder.encode(new Command.Unknown("x"), out))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Unknown");
        assertThat(out.readableBytes()).isZero();
        assertThat(encoder.encode(new Command.Alive(), out)).isTrue();
        assertThat(Wire.text(out)).isEqualTo("(alive)\n");
    }

    @Test
    void modelArgumentsThatOnlyLookLikeAListAreQuoted() {
        Command.Model odd = new Command.Model("assembly", List.of("(a) b", "(a", "(a)(b)", "(a\nb)", "(", ")"));
        assertThat(write(odd)).isEqualTo("(assembly \"(a) b\" \"(a\" \"(a)(b)\" \"(a\\nb)\" \"(\" \")\")\n");
        assertThat(read(write(odd).strip())).extracting(Received::command).containsExactly(odd);
    }
}
