package io.mirror.examples.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What keeps a tunnel from starting, and recorded tunnels in readable form. */
class TunnelCommandTest {
    /** CONNECT with data, SENT, and the beginning of a third frame. */
    private static final byte[] RECORDED = {
        3,
        2,
        0,
        3,
        0,
        (byte) 0xFF,
        0,
        14,
        '1',
        ' ',
        'a',
        ':',
        '1',
        ' ',
        'b',
        ':',
        '2',
        0,
        'x',
        'y',
        '\n',
        '\\',
        3,
        0x46,
        0,
        3,
        0,
        3,
        0,
        3,
        '1',
        '4',
        0,
        3,
        6,
        0
    };

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SERVER=sockmux | \"SERVER=sockmux\": the port is missing; give -P127.0.0.1:9000",
                "PORT=21010 | \"SERVER\": no tunnel; give SERVER=sockmux with -P to listen, or"
                        + " SERVER=sockmux://host:port",
                "SERVER=sockmux://127.0.0.1:9 | \"PORT\": nothing to forward; give PORT= or SERVER=...,-in",
                "SERVER=sockmux://127.0.0.1:99999 | \"SERVER=sockmux://127.0.0.1:99999\":"
                        + " a port is a number from 1 to 65535, not \"99999\"",
                "SERVER=sockmux:foo@x | \"SERVER=sockmux:foo@x\":"
                        + " unknown carrier; known are commin, commout, comm and proc",
                "SERVER=telnet,-in | \"SERVER=telnet,-in\": no handler for telnet is registered here; write"
                        + " telnet://host:port",
                "PORT=5-4 | \"PORT=5-4\": a range of ports rises, by less than 1024",
                "SOXCONF=foo | \"SOXCONF=foo\": unknown setting foo",
                "FOO=1 | \"FOO\": unknown parameter; known are SERVER=, PORT=, DEST=, -P, SOXCONF=, CRYPT=, MYAUTH=,"
                        + " AUTHORIZER= and +="
            })
    void aWrongParameterIsOneLineThatNamesIt(String word, String problem) {
        assertThat(Run.of("tunnel", word).onlyProblem(1)).isEqualTo("mirror: " + problem);
    }

    @Test
    void wrongOptionsAndPortsInUseAreNamed() throws Exception {
        String[] good = {"tunnel", "SERVER=sockmux://127.0.0.1:9", "PORT=1", "--nonsense"};
        assertThat(Run.of(good).onlyProblem(2)).contains("--nonsense");
        String[] path = {"tunnel", "SERVER=sockmux://127.0.0.1:9", "PORT=1", "--websocket", "no path"};
        assertThat(Run.of(path).onlyProblem(2)).contains("--websocket", "no path");
        String[] pipes = {"tunnel", "SERVER=sockmux:comm@/dev/null", "PORT=1", "--websocket", "/"};
        assertThat(Run.of(pipes).onlyProblem(2)).contains("--tls and --websocket are for tunnels over sockets");
        assertThat(Run.of("tunnel", "SERVER=sockmux://127.0.0.1:9", "PORT=1", "MYAUTH=alice:wonder")
                        .onlyProblem(1))
                .contains("clear text")
                .doesNotContain("wonder");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            String port = Integer.toString(taken.getLocalPort());
            assertThat(Run.of("tunnel", "SERVER=sockmux", "-P" + port, "DEST=127.0.0.1:1")
                            .onlyProblem(1))
                    .contains("127.0.0.1:" + port)
                    .contains("in use");
            assertThat(Run.of("tunnel", "SERVER=sockmux://127.0.0.1:9", "PORT=" + port)
                            .onlyProblem(1))
                    .contains("127.0.0.1:" + port);
        }
    }

    @Test
    void framesAreShownUpToTheFirstThatIsWrong() throws Exception {
        Path file = Files.write(directory.resolve("a.bin"), RECORDED);
        Run run = Run.of("decode", "sockmux", file.toString());
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.outLines())
                .containsExactly(
                        "{\"file\":\"" + file + "\",\"off\":0,\"ver\":\"0x03\",\"type\":\"0x02\",\"name\":\"CONNECT\","
                                + "\"said\":3,\"raid\":255,\"len\":14,\"text\":\"1 a:1 b:2\",\"bufsize\":\"1\","
                                + "\"remote\":\"a:1\",\"local\":\"b:2\",\"dataLen\":4,\"dataSha256\":"
                                + "\"" + sha256("xy\n\\") + "\",\"data\":\"xy\\\\n\\\\\\\\\"}",
                        "{\"file\":\"" + file + "\",\"off\":22,\"ver\":\"0x03\",\"type\":\"0x46\",\"name\":\"SENT\","
                                + "\"said\":3,\"raid\":3,\"len\":3,\"text\":\"14\\\\0\",\"count\":14}");
        assertThat(run.err()).contains(file.toString(), "offset 33", "inside a frame");
    }

    private static String sha256(String text) throws Exception {
        return java.util.HexFormat.of()
                .formatHex(java.security.MessageDigest.getInstance("SHA-256")
                        .digest(text.getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
    }
}
