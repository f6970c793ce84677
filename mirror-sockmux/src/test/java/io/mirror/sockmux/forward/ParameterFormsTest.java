package io.mirror.sockmux.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every form that a parameter may have (SockMux section 13), and what is close to one of them and wrong. */
class ParameterFormsTest {

    /** What has to be there beside the parameter that is looked at. */
    private static TunnelParameters with(String word, String... others) {
        List<String> words = new ArrayList<>(List.of(others));
        words.add(word);
        return TunnelParameters.parser().handler("shell", "quiet", "depth").parse(words);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-P9000 | 127.0.0.1 | 9000",
                "-P127.0.0.2:9000 | 127.0.0.2 | 9000",
                "-P*:9000 | 0.0.0.0 | 9000",
                "-P__1:9000 | ::1 | 9000",
                "-P[::1]:9000 | ::1 | 9000",
                "-P::1:9000 | ::1 | 9000",
                "-Pfe80__1:9000 | fe80::1 | 9000",
                "-Pgate.example:65535 | gate.example | 65535",
            })
    void theTunnelListensWhereItIsTold(String word, String host, int port) {
        assertThat(with(word, "SERVER=sockmux", "PORT=1").carrier()).isEqualTo(new TunnelParameters.Listen(host, port));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SERVER=sockmux://gate | gate | 8707",
                "SERVER=sockmux://gate:9000 | gate | 9000",
                "SERVER=sockmux://10.0.0.1:9000 | 10.0.0.1 | 9000",
                "SERVER=sockmux://__1:9000 | ::1 | 9000",
                "SERVER=sockmux://__1 | ::1 | 8707",
                "SERVER=sockmux://[::1]:9000 | ::1 | 9000",
                "SERVER=sockmux://[::1] | ::1 | 8707",
                "SERVER=sockmux://[fe80::1%eth0]:9000 | fe80::1%eth0 | 9000",
            })
    void theTunnelIsDialledWhereItIsTold(String word, String host, int port) {
        assertThat(with(word, "PORT=1").carrier()).isEqualTo(new TunnelParameters.Connect(host, port));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SERVER=sockmux:comm@/dev/ttyS0 | Fifos[in=/dev/ttyS0, out=/dev/ttyS0]",
                "SERVER=sockmux:commin@/a | Fifos[in=/a, out=/b]",
                "SERVER=sockmux:proc@/bin/x  -a  b | Command[words=[/bin/x, -a, b]]",
            })
    void theTunnelIsADeviceOrACommand(String word, String carrier) {
        String[] other = word.contains("commin") ? new String[] {"SERVER=sockmux:commout@/b"} : new String[0];
        List<String> words = new ArrayList<>(List.of(other));
        words.add("PORT=1");
        assertThat(with(word, words.toArray(String[]::new)).carrier()).hasToString(carrier);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PORT=4 | 127.0.0.1:4",
                "PORT=*:4 | 0.0.0.0:4",
                "PORT=host:4 | host:4",
                "PORT=__1:4 | [::1]:4",
                "PORT=[::1]:4 | [::1]:4",
                "PORT=4/udp | 127.0.0.1:4/udp",
                "PORT=__1:4/udp | [::1]:4/udp",
                "PORT=7-9 | 127.0.0.1:7 127.0.0.1:8 127.0.0.1:9",
                "PORT=7-7 | 127.0.0.1:7",
                "PORT=7-8/udp | 127.0.0.1:7/udp 127.0.0.1:8/udp",
                "PORT=*:7-8/udp,9 | 0.0.0.0:7/udp 0.0.0.0:8/udp 127.0.0.1:9",
                "PORT=__1:7-8 | [::1]:7 [::1]:8",
            })
    void entriesAreWrittenLikeThis(String word, String entries) {
        assertThat(with(word, "SERVER=sockmux://h").entries().stream()
                        .map(Entry::toString)
                        .collect(Collectors.joining(" ")))
                .isEqualTo(entries);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "DEST=h:4 | h:4 | []",
                "DEST=h:4/udp | h:4/udp | []",
                "DEST=h:4.udp | h:4/udp | []",
                "DEST=h:4:-P5 | h:4 | [-P5]",
                "DEST=h:4.udp:-P5,-P6 | h:4/udp | [-P5, -P6]",
                "DEST=h:4/udp:*@10.*,-@::1 | h:4/udp | [*@10.*, -@::1]",
                "DEST=__1:4 | [::1]:4 | []",
                "DEST=[::1]:4.udp | [::1]:4/udp | []",
                "SERVER=tcprelay://h:4,-in | h:4 | []",
                "SERVER=tcprelay://h,-in | h:8701 | []",
                "SERVER=udprelay://h,-in | h:8701/udp | []",
                "SERVER=tcprelay://__1,-in | [::1]:8701 | []",
                "SERVER=tcprelay://[::1]:4,-in:-:-P5 | [::1]:4 | [-P5]",
                "SERVER=ftp://h,-in | h:21 | []",
                "SERVER=telnet://h,-in | h:23 | []",
                "SERVER=smtp://h,-in | h:25 | []",
                "SERVER=http://h,-in | h:80 | []",
                "SERVER=pop://h,-in | h:110 | []",
                "SERVER=nntp://h,-in | h:119 | []",
                "SERVER=imap://h,-in | h:143 | []",
                "SERVER=https://h,-in | h:443 | []",
                "SERVER=socks://h,-in | h:1080 | []",
                "SERVER=HTTP://h,-in | h:80 | []",
                "SERVER=shell,-in | shell | []",
                "SERVER=shell,-in(quiet,depth=3):-:-P5 | shell | [-P5]",
                "SERVER=shell://h:4,-in() | shell://h:4 | []",
            })
    void destinationsAreWrittenLikeThis(String word, String destination, String match) {
        Rule rule = with(word, "SERVER=sockmux://h").rules().get(0);
        assertThat(rule.destination()).hasToString(destination);
        assertThat(rule.match().items()).hasToString(match);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SOXCONF=crypt:no | 16384 true false",
                "SOXCONF=packsize:1024 | 1024 true false",
                "SOXCONF=noconndata | 16384 false false",
                "SOXCONF=nodelay:on | 16384 true false",
                "SOXCONF=dhkey:no | 16384 true false",
                "SOXCONF=dhkey:0 | 16384 true true",
                "SOXCONF=dhkey:1 | 16384 true true",
                "SOXCONF=dhkey:2,packsize:129,noconndata | 129 false true",
                "CRYPT=pass:s3cret | 16384 true true",
            })
    void settingsAreWrittenLikeThis(String word, String settings) {
        var options = with(word, "SERVER=sockmux://h", "PORT=1").options();
        assertThat(options.packetSize() + " " + options.connectData() + " "
                        + options.obfuscation().isPresent())
                .isEqualTo(settings);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-P | 1 to 65535",
                "-P* | 1 to 65535",
                "-P*: | 1 to 65535",
                "-P0 | 1 to 65535",
                "-P65536 | 1 to 65535",
                "-P999999999999 | 1 to 65535",
                "-P+1 | 1 to 65535",
                "-P9000/udp | 1 to 65535",
                "-P9000-9001 | 1 to 65535",
                "-P:9000 | no host name",
                "-P[::1:9000 | no host name",
                "-P[1]:9000 | no host name",
                "-Pa:b:9000 | no host name",
                "-Pa_b_c:9000 | no host name",
                "SERVER= | ,-in",
                "SERVER=sockmux: | name is missing",
                "SERVER=sockmux:comm | name is missing",
                "SERVER=sockmux:pipe@/a | unknown carrier",
                "SERVER=sockmux:proc@cat | absolute path",
                "SERVER=sockmux:comm@a<NUL>b | no path",
                "SERVER=sockmux:// | no host name",
                "SERVER=sockmux://:9000 | no host name",
                "SERVER=sockmux://h: | 1 to 65535",
                "SERVER=sockmux://h/x | no host name",
                "SERVER=sockmux://user@h | no host name",
                "SERVER=sockmux://[::1 | no host name",
                "SERVER=sockmux://a%b:1 | no host name",
                "PORT= | 1 to 65535",
                "PORT=, | 1 to 65535",
                "PORT=5, | 1 to 65535",
                "PORT=* | 1 to 65535",
                "PORT=__1 | 1 to 65535",
                "PORT=[::1] | no host name",
                "PORT=5-4 | rises",
                "PORT=5- | 1 to 65535",
                "PORT=-5 | 1 to 65535",
                "PORT=5-6-7 | 1 to 65535",
                "PORT=5/tcp | 1 to 65535",
                "PORT=5.udp | 1 to 65535",
                "PORT=5/udp/udp | 1 to 65535",
                "PORT=1-1025 | less than 1024",
                "PORT=:5 | no host name",
                "PORT=*:*:5 | no host name",
                "DEST= | host:port",
                "DEST=h | host:port",
                "DEST=h: | 1 to 65535",
                "DEST=:5 | no host name",
                "DEST=::1:5 | 1 to 65535",
                "DEST=[::1]5 | host:port",
                "DEST=h:5-7 | host:port",
                "DEST=h:5.tcp | host:port",
                "DEST=h:5/udp/ | host:port",
                "DEST=h:5: | empty item",
                "DEST=h:5:-P | 1 to 65535",
                "DEST=h:5:-P1-2 | 1 to 65535",
                "DEST=h:5:-P*:6 | write -P6",
                "DEST=h:5:-Phost:6 | write -P6",
                "DEST=h:5:user@ | empty item",
                "DEST=h:5:a,,b | empty item",
                "SERVER=tcprelay://h:5 | ,-in",
                "SERVER=tcprelay,-in | no handler for tcprelay",
                "SERVER=tcprelay://,-in | no host name",
                "SERVER=gopherx://h:5,-in | unknown protocol gopherx",
                "SERVER=shell,-in(quiet | not closed",
                "SERVER=shell,-in(loud) | loud is no option of shell",
                "SERVER=shell,-in(quiet,quiet) | quiet is given twice",
                "SERVER=shell,-in-P5 | :-:",
                "SERVER=tcprelay://h:5,-in(quiet) | quiet is no option of tcprelay, which has none",
                "SERVER=x<LF>y://h:5,-in | unknown protocol",
                "SOXCONF= | unknown setting",
                "SOXCONF=crypt | crypt:no",
                "SOXCONF=crypt:yes | crypt:no",
                "SOXCONF=packsize | 129 to 16384",
                "SOXCONF=packsize:128 | 129 to 16384",
                "SOXCONF=packsize:16385 | 129 to 16384",
                "SOXCONF=packsize:x | 129 to 16384",
                "SOXCONF=noconndata:x | stands alone",
                "SOXCONF=noconndata: | stands alone",
                "SOXCONF=nodelay | nodelay:on",
                "SOXCONF=nodelay:x | nodelay:on",
                "SOXCONF=nodelay:off | nodelay:on",
                "SOXCONF=dhkey | groups are",
                "SOXCONF=dhkey:3 | groups are",
                "SOXCONF=crypt:no,fast | unknown setting fast",
                "CRYPT= | pass:",
                "CRYPT=pass: | pass:",
                "MYAUTH= | user:password",
                "MYAUTH=:x | user:password",
                "AUTHORIZER= | -list",
                "AUTHORIZER=-list{} | user:password",
                "AUTHORIZER=-list{a:b | -list",
                "FOO=bar | unknown parameter",
                "FOO | unknown parameter",
                "port=5 | unknown parameter",
                "+=file | not allowed here",
            })
    void whatIsWrongIsNamedInOneLine(String word, String part) {
        String parameter = word.replace("<NUL>", "\0").replace("<LF>", "\n");
        assertThatThrownBy(() -> with(parameter, "SERVER=sockmux", "DEST=h:1"))
                .isInstanceOf(TunnelParameterException.class)
                .hasMessageContaining(part)
                .hasMessageStartingWith("\"" + word.substring(0, word.indexOf('=') > 0 ? word.indexOf('=') : 2))
                .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1))
                .satisfies(e -> assertThat(e.getMessage().chars()).allMatch(c -> c >= ' '));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "SERVER=sockmux:commin@/a SERVER=sockmux:commin@/b 'a second device'",
                "SERVER=sockmux://a SERVER=sockmux:comm@/b 'a second way'",
                "SERVER=sockmux:comm@/a SERVER=sockmux:proc@/b 'a second way'",
                "-P1 -P2 'a second port'",
                "SOXCONF=crypt:no CRYPT=pass:x contradicts",
                "SOXCONF=crypt:no SOXCONF=dhkey:2 contradicts",
            })
    void whatContradictsIsRefused(String one, String other, String part) {
        List<String> words = new ArrayList<>(Arrays.asList("PORT=1", one, other));
        if (!one.startsWith("SERVER")) {
            words.add("SERVER=sockmux");
            words.add(one.startsWith("-P") ? "PORT=2" : "-P9000");
        }
        assertThatThrownBy(() -> TunnelParameters.parser().parse(words))
                .isInstanceOf(TunnelParameterException.class)
                .hasMessageContaining(part);
    }

    @ParameterizedTest
    @CsvSource({"/a,/b", "/b,/a"})
    void theOrderOfDevicesDoesNotMatter(String first, String second) {
        String in = first.equals("/a") ? "commin" : "commout";
        String out = first.equals("/a") ? "commout" : "commin";
        assertThat(with("SERVER=sockmux:" + in + "@" + first, "SERVER=sockmux:" + out + "@" + second, "PORT=1")
                        .carrier())
                .isEqualTo(new TunnelParameters.Fifos(Path.of("/a"), Path.of("/b")));
    }
}
