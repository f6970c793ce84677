package io.mirror.sockmux.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mirror.codec.sockmux.ConnectText;
import io.mirror.core.access.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** DeleGate's parameters, as the recordings and the protocol document have them. */
class TunnelParametersTest {
    @TempDir
    Path root;

    private static TunnelParameters parse(String... words) {
        return TunnelParameters.parser().parse(List.of(words));
    }

    private static ConnectText at(int port) {
        return new ConnectText("98304", "127.0.0.1:40000", "127.0.0.1:" + port);
    }

    @Test
    void bothEndsOfTheFirstRecording() {
        TunnelParameters receptor = parse(
                "SERVER=sockmux",
                "-P127.0.0.1:9000",
                "PORT=21010",
                "SERVER=tcprelay://server:21020,-in",
                "SOXCONF=crypt:no");
        assertThat(receptor.carrier()).isEqualTo(new TunnelParameters.Listen("127.0.0.1", 9000));
        assertThat(receptor.entries()).containsExactly(Entry.tcp(21010));
        assertThat(receptor.rules()).containsExactly(Rule.to(Destination.tcp("server", 21020)));
        assertThat(receptor.options().obfuscation()).isEmpty();
        TunnelParameters connector = parse("SERVER=sockmux://gate", "PORT=*:21011-21013,__1:5/udp,host:7");
        assertThat(connector.carrier()).isEqualTo(new TunnelParameters.Connect("gate", 8707));
        assertThat(connector.entries())
                .containsExactly(
                        new Entry(Transport.TCP, "0.0.0.0", 21011),
                        new Entry(Transport.TCP, "0.0.0.0", 21012),
                        new Entry(Transport.TCP, "0.0.0.0", 21013),
                        new Entry(Transport.UDP, "::1", 5),
                        new Entry(Transport.TCP, "host", 7));
    }

    @Test
    void theFirstRuleThatMatchesWins() {
        List<Rule> rules = parse(
                        "SERVER=sockmux://h:1",
                        "SERVER=tcprelay://a:1,-in:-:-P21011",
                        "SERVER=udprelay://b:2,-in:-:-P21012,-P21013",
                        "DEST=c:3:*@10.1.*",
                        "DEST=[::1]:4/udp:-P21014",
                        "SERVER=http://d,-in:-:-P21015",
                        "SERVER=telnet://e,-in")
                .rules();
        assertThat(Rule.select(rules, at(21011))).contains(Destination.tcp("a", 1));
        assertThat(Rule.select(rules, at(21013))).contains(Destination.udp("b", 2));
        assertThat(Rule.select(rules, at(21014))).contains(Destination.udp("::1", 4));
        assertThat(Rule.select(rules, at(21015))).contains(Destination.tcp("d", 80));
        assertThat(Rule.select(rules, new ConnectText("", "10.1.2.3:5", "x:1"))).contains(Destination.tcp("c", 3));
        assertThat(Rule.select(rules, at(1))).contains(Destination.tcp("e", 23));
        assertThat(Rule.select(rules.subList(0, 5), at(1))).isEmpty();
        assertThat(Rule.select(rules.subList(0, 1), new ConnectText("", "", "")))
                .isEmpty();
        List<Rule> hidden =
                parse("SERVER=sockmux://h:1", "DEST=all:1", "DEST=a:2:-P21011").rules();
        assertThat(Rule.select(hidden, at(21011))).contains(Destination.tcp("all", 1));
    }

    @Test
    void aPortThatNobodyListensOnIsRemarkedAndASecondOneRefused() {
        assertThat(parse("-P9000", "SERVER=sockmux://h:1", "PORT=1").warnings())
                .containsExactly("nothing listens on the port of -P: it is for SERVER=sockmux");
        assertThatThrownBy(() -> parse("-P9000", "-P9001", "SERVER=sockmux", "PORT=1"))
                .hasMessage("\"-P9001\": a second port for the tunnel; give one of them");
        assertThatThrownBy(() -> parse("SERVER=sockmux://h:1", "SERVER=sockmux://h:2", "PORT=1"))
                .hasMessage("\"SERVER=sockmux://h:2\": a second way to reach the other end; give one of them");
    }

    @Test
    void sourcesAreMatchedAsClientsAreSeen() {
        List<String> warnings =
                parse("SERVER=sockmux://h:1", "DEST=a:1:10.1.2.3").warnings();
        assertThat(warnings).singleElement().asString().contains("*@10.1.2.3");
        for (String pattern : List.of("*@127.0.0.1", "-@127.0.0.1", "*@*", "-@127.*.1", "*@*0*")) {
            assertThat(Rule.select(
                            parse("SERVER=sockmux://h:1", "DEST=a:1:" + pattern).rules(), at(1)))
                    .as(pattern)
                    .isPresent();
        }
        for (String pattern : List.of("*@127.0.0.2", "user@127.0.0.1", "-@127", "*@*2")) {
            assertThat(Rule.select(
                            parse("SERVER=sockmux://h:1", "DEST=a:1:" + pattern).rules(), at(1)))
                    .as(pattern)
                    .isEmpty();
        }
    }

    @Test
    void otherCarriersAndSettings() {
        assertThat(parse("SERVER=sockmux:commin@/a", "SERVER=sockmux:commout@/b", "PORT=1")
                        .carrier())
                .isEqualTo(new TunnelParameters.Fifos(Path.of("/a"), Path.of("/b")));
        assertThat(parse("SERVER=sockmux:comm@/dev/ttyS0", "PORT=1").carrier())
                .isEqualTo(new TunnelParameters.Fifos(Path.of("/dev/ttyS0"), Path.of("/dev/ttyS0")));
        assertThat(parse("SERVER=sockmux:proc@/bin/x -a b", "PORT=1").carrier())
                .isEqualTo(new TunnelParameters.Command(List.of("/bin/x", "-a", "b")));
        TunnelParameters tuned = parse(
                "-P9000",
                "SERVER=sockmux",
                "PORT=1",
                "SOXCONF=packsize:1024,noconndata,nodelay:on,dhkey:1",
                "CRYPT=pass:s3cret",
                "MYAUTH=alice:wonder",
                "AUTHORIZER=-list{alice:wonder,bob:b}");
        assertThat(tuned.options().packetSize()).isEqualTo(1024);
        assertThat(tuned.options().connectData()).isFalse();
        assertThat(tuned.options().obfuscation()).isPresent();
        var judge = tuned.options().authorizer().orElseThrow();
        assertThat(judge.test("alice", Secret.of("wonder"))).isTrue();
        assertThat(judge.test("alice", Secret.of("b"))).isFalse();
        assertThat(judge.test("carol", Secret.of(""))).isFalse();
        assertThat(tuned.toString()).doesNotContain("wonder").doesNotContain("s3cret");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SERVER=sockmux | -P",
                "SERVER=sockmux:foo@x | unknown carrier",
                "SERVER=sockmux:commin@ | name",
                "SERVER=sockmux:commin@/a | belong together",
                "SERVER=sockmux://h:x | 1 to 65535",
                "SERVER=sockmux://h:99999 | 1 to 65535",
                "SERVER=sockmux://a/b:1 | no host name",
                "SERVER=tcprelay://a:1 | ,-in",
                "SERVER=tcprelay://a:1,-in(x | not closed",
                "SERVER=tcprelay://a:1,-in(x=1) | no option of tcprelay",
                "SERVER=tcprelay://a:1,-inx | :-:",
                "SERVER=telnet,-in | no handler",
                "SERVER=gopherx://a:1,-in | unknown protocol",
                "DEST=a | host:port",
                "DEST=a:1/tcp | /udp",
                "DEST=a:1:-P*:5 | -P5",
                "DEST=a:1:-Phost:5 | -P5",
                "DEST=a:1:-P0 | 1 to 65535",
                "DEST=a:1: | empty item",
                "PORT=0 | 1 to 65535",
                "PORT=5-4 | rises",
                "PORT=1-65535 | less than",
                "PORT=a b:1 | no host name",
                "SOXCONF=crypt:yes | crypt:no",
                "SOXCONF=packsize:99999 | 129 to 16384",
                "SOXCONF=dhkey:3 | groups",
                "SOXCONF=foo | unknown setting",
                "CRYPT=x | pass:",
                "MYAUTH=alice | user:password",
                "AUTHORIZER=-file | -list",
                "FOO=bar | unknown parameter",
                "+=file | not allowed"
            })
    void aWrongParameterIsNamed(String word, String part) {
        assertThatThrownBy(() -> parse(word))
                .isInstanceOf(TunnelParameterException.class)
                .hasMessageContaining(part)
                .hasMessageContaining(word.substring(0, Math.min(word.length(), 3)));
    }

    @Test
    @Tag("S-CMD-5")
    void optionsOfHandlersAreAClosedSet() throws Exception {
        Files.writeString(root.resolve("more"), "# comment\nMAXIMA=2\n+=deep\n");
        Files.writeString(root.resolve("deep"), "RELAY=no\n");
        TunnelParameters.Parser parser = TunnelParameters.parser()
                .handler("telnet", "MAXIMA", "RELAY", "quiet")
                .configRoot(root);
        Rule rule = parser.parse(List.of("SERVER=sockmux://h:1", "SERVER=telnet://t:23,-in(quiet,+=more):-:-P5"))
                .rules()
                .get(0);
        assertThat(rule.destination())
                .isEqualTo(
                        new Destination.Embedded("telnet", "t:23", Map.of("quiet", "", "MAXIMA", "2", "RELAY", "no")));
        Files.writeString(root.resolve("a"), "+=b\n");
        Files.writeString(root.resolve("b"), "+=c\n");
        Files.writeString(root.resolve("c"), "+=d\n");
        Files.writeString(root.resolve("d"), "quiet\n");
        Files.writeString(root.resolve("full"), "#" + "x".repeat((64 << 10) - 1));
        Files.writeString(root.resolve("big"), "#" + "x".repeat(64 << 10));
        Files.createSymbolicLink(root.resolve("out"), Path.of("/etc/hostname"));
        Files.writeString(root.resolve("wrong"), "quiet\nevil=1\n");
        Map<String, String> wrong = new LinkedHashMap<>();
        for (String option : List.of(
                "evil=1", "evil", "=", "=1", "-v", "`id`", "MAXIMA =1", "MAXIMA:1", "maxima", "+more", "quiet;id")) {
            String name = option.contains("=") ? option.substring(0, option.indexOf('=')) : option;
            wrong.put(option, name + " is no option of telnet");
        }
        wrong.put("quiet,evil", "evil is no option of telnet");
        wrong.put("quiet,RELAY=no,e\nvil=1", " is no option of telnet");
        wrong.put("MAXIMA=1,MAXIMA=2", "MAXIMA is given twice");
        wrong.put("quiet,quiet", "quiet is given twice");
        wrong.put("+=more,MAXIMA=3", "MAXIMA is given twice");
        wrong.put("+=wrong", "evil is no option of telnet");
        for (String file :
                List.of("+=missing", "+=", "+=.", "+=../x", "+=./../more/../../x", "+=/etc/passwd", "+=big", "+=out")) {
            wrong.put(file, "below " + root);
        }
        wrong.put("+=a", "\"+=d\": files are included at most 3 deep");
        assertThat(wrong).hasSizeGreaterThanOrEqualTo(25);
        wrong.forEach((options, part) -> assertThatThrownBy(
                        () -> parser.parse(List.of("SERVER=sockmux://h:1", "SERVER=telnet,-in(" + options + ")")))
                .as(options)
                .isInstanceOf(TunnelParameterException.class)
                .hasMessageContaining(part)
                .hasMessageStartingWith(
                        options.startsWith("+=") && part.startsWith("below") ? "\"" + options + "\": " : "\"")
                .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1)));
        // As deep and as long as is allowed.
        for (String file : List.of("+=b", "+=full")) {
            assertThat(parser.parse(List.of("SERVER=sockmux://h:1", "SERVER=telnet,-in(" + file + ")"))
                            .rules())
                    .hasSize(1);
        }
        // The same file among the parameters themselves: its lines are parameters then, and no others are known.
        assertThatThrownBy(() -> parser.parse(List.of("SERVER=sockmux://h:1", "+=wrong")))
                .hasMessageStartingWith("\"quiet\": unknown parameter");
        assertThatThrownBy(() -> parser.parse(List.of("SERVER=sockmux://h:1", "SERVER=telnet,-in(evil=1)")))
                .hasMessage("\"SERVER=telnet,-in(evil=1)\": evil is no option of telnet");
    }
}
