package io.mirror.examples.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.core.access.Secret;
import io.mirror.replica.journal.JournalReceiver;
import io.mirror.replica.journal.JournalRoute;
import io.mirror.replica.journal.PieceHandlers;
import io.mirror.testing.FreePort;
import io.mirror.transport.ClientAuthentication;
import io.mirror.transport.TlsIdentity;
import io.mirror.transport.TlsOptions;
import io.mirror.transport.TrustAnchors;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every argument form of bin/ssl, both ends, and recorded requests in readable form. */
class JournalCommandTest {
    private static final String KEY = "a-key-for-tests-0123456789-abcdefghij";
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** Minutes without anything to do behind which the command ends. */
    private static final String SOON = "0.02";

    @TempDir
    Path directory;

    private JournalReceiver.Builder receiver() {
        return JournalReceiver.builder()
                .route(JournalRoute.of(
                                "!replica",
                                directory.resolve("inbox"),
                                PieceHandlers.files(directory.resolve("pieces")))
                        .key(Secret.of(KEY))
                        .blobs(directory.resolve("blob"))
                        .build())
                .listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .reserve(0);
    }

    private Path keyFile() throws Exception {
        return Pki.write(directory.resolve("key"), KEY + "\n");
    }

    private Path blobs() throws IOException {
        Path blobs = Files.createDirectories(directory.resolve("app"));
        Files.writeString(blobs.resolve("x.pic"), "blob");
        Files.createSymbolicLink(blobs.resolve("=x.pic"), Path.of("x.pic"));
        return blobs;
    }

    private void journalArrived() throws IOException {
        assertThat(directory.resolve("jnl")).isEmptyFile();
        Awaitility.await().atMost(LIMIT).untilAsserted(() -> {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            try (var files = Files.list(directory.resolve("pieces"))) {
                for (Path file : files.sorted().toList()) {
                    all.writeBytes(Files.readAllBytes(file));
                }
            }
            assertThat(all.toString(StandardCharsets.UTF_8)).isEqualTo("commit");
        });
    }

    @Test
    void aJournalAndItsBlobsAreSentWithACheckedCertificate() throws Exception {
        Pki pki = Pki.in(directory);
        Files.writeString(directory.resolve("jnl"), "commit");
        Path blobs = blobs();
        try (JournalReceiver receiver = receiver()
                .tls(TlsOptions.builder()
                        .identity(TlsIdentity.fromPem(pki.cert(), pki.key()))
                        .build())
                .start()) {
            Run run = Run.of(
                    "journal",
                    "send",
                    "--trust",
                    pki.ca().toString(),
                    "--reserve",
                    "0",
                    "localhost",
                    Integer.toString(receiver.port()),
                    "!replica",
                    keyFile().toString(),
                    directory.resolve("jnl").toString(),
                    blobs + "/",
                    "0.05",
                    SOON,
                    "+");
            assertThat(run.code()).as(run.err()).isZero();
            assertThat(run.out()).contains("sending ").contains("localhost:" + receiver.port() + "/!replica");
            assertThat(run.err()).isEmpty();
        }
        journalArrived();
        assertThat(directory.resolve("blob/x.pic")).hasContent("blob");
        assertThat(blobs.resolve("x.pic")).exists();
        assertThat(Files.isSymbolicLink(blobs.resolve("=x.pic"))).isFalse();
    }

    @Test
    void aMinusBeforeThePortAndBeforeTheKeyAreUnderstood() throws Exception {
        Pki pki = Pki.in(directory);
        Files.writeString(directory.resolve("jnl"), "commit");
        try (JournalReceiver receiver = receiver()
                .tls(TlsOptions.builder()
                        .identity(TlsIdentity.fromPem(pki.cert(), pki.key()))
                        .build())
                .start()) {
            Run run = Run.of(
                    "journal",
                    "send",
                    "--reserve",
                    "0",
                    "127.0.0.1",
                    "-" + receiver.port(),
                    "!replica",
                    "-" + KEY,
                    directory.resolve("jnl").toString(),
                    "",
                    "1",
                    SOON);
            assertThat(run.code()).as(run.err()).isZero();
            assertThat(run.out()).doesNotContain(KEY);
        }
        journalArrived();
    }

    @Test
    void blobsAreSentWithoutAJournal() throws Exception {
        Path blobs = blobs();
        try (JournalReceiver receiver = receiver().start()) {
            Run run = Run.of(
                    "journal",
                    "send",
                    "--plain",
                    "--reserve",
                    "0",
                    "127.0.0.1",
                    Integer.toString(receiver.port()),
                    "!replica",
                    keyFile().toString(),
                    "",
                    blobs + "/",
                    "0.05",
                    SOON);
            assertThat(run.code()).as(run.err()).isZero();
        }
        assertThat(directory.resolve("blob/x.pic")).hasContent("blob");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatFailsIsReportedEachTimeIfThatIsAskedForAndElseOnce(boolean each) throws Exception {
        Files.createDirectories(directory.resolve("app/directory"));
        Files.createSymbolicLink(directory.resolve("app/=d"), Path.of("directory"));
        try (JournalReceiver receiver = receiver().start()) {
            List<String> words = new ArrayList<>(List.of(
                    "journal",
                    "send",
                    "--plain",
                    "--reserve",
                    "0",
                    "127.0.0.1",
                    Integer.toString(receiver.port()),
                    "!replica",
                    keyFile().toString(),
                    directory.resolve("jnl").toString(),
                    directory.resolve("app").toString(),
                    "0.05",
                    "0.02"));
            if (each) {
                words.add("+");
            }
            Run run = Run.of(words.toArray(String[]::new));
            assertThat(run.code()).isZero();
            assertThat(run.err()).startsWith("mirror: ").contains("leads to no regular file");
            assertThat(run.err().lines().count())
                    .isGreaterThanOrEqualTo(1)
                    .isLessThanOrEqualTo(each ? Long.MAX_VALUE : 1);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "h 1 u k j b; not 6 arguments",
                "h 0 u k j b 1; port '0' is not from 1 to 65535",
                "h -70000 u k j b 1; port '-70000'",
                "h x u k j b 1; port 'x'",
                "h 1 u k j b soon; interval 'soon' is no number",
                "h 1 u k j b -1; interval '-1' is not from 0",
                "h 1 u k j b 1 long; timeout 'long' is no number",
                "--nonsense h 1 u k j b 1; Unknown option: '--nonsense'",
                "h; not 1 argument",
            })
    void wrongUsageIsNamed(String words, String problem) {
        String[] all = ("journal send " + words).split(" ");
        assertThat(Run.of(all).onlyProblem(2)).contains(problem);
    }

    @Test
    void whatIsMissingIsNamed() throws Exception {
        assertThat(Run.of("journal").onlyProblem(2)).contains("send, receive, get, put or tunnel is missing");
        assertThat(Run.of("journal", "send", "h", "1", "u", "k", "", "", "1").onlyProblem(2))
                .contains("journal and blobdir are both empty");
        assertThat(Run.of("journal", "send", "h", "1", "u", directory + "/none", directory + "/j", "", "1")
                        .onlyProblem(1))
                .contains("no such file");
        assertThat(Run.of("journal", "send", "h", "1", "u", "-", directory + "/j", "", "0")
                        .onlyProblem(2))
                .contains("interval '0' is not from 0.001 to 1000000");
        assertThat(Run.of("journal", "send", "--reserve", "-5", "h", "1", "u", "-k", directory + "/j", "", "1")
                        .onlyProblem(2))
                .contains("a reserve of -5 bytes is negative");
        assertThat(Run.of("journal", "send", "--rate", "-5", "h", "1", "u", "-k", directory + "/j", "", "1")
                        .onlyProblem(1))
                .contains("a rate of -5 bytes per second is negative");
        assertThat(Run.of("journal", "send", "h", "1", "u", "", directory + "/j", "", "1", "0")
                        .onlyProblem(2))
                .contains("an empty key needs a mirrordir");
        assertThat(Run.of("journal", "get", "--tls-cert", "c.pem", "h", "1").onlyProblem(2))
                .contains("--tls-cert goes with --tls-key");
        assertThat(Run.of(
                                "journal",
                                "receive",
                                "--listen",
                                "0",
                                "--plain",
                                "--client-ca",
                                "ca.pem",
                                "--key-file",
                                "k",
                                "--dir",
                                "d")
                        .onlyProblem(2))
                .contains("--client-ca goes with --tls-cert");
        Path empty = Files.writeString(directory.resolve("empty"), "\n");
        assertThat(Run.of("journal", "send", "h", "1", "u", empty.toString(), directory + "/j", "", "1")
                        .onlyProblem(1))
                .contains("the first line is empty");
        assertThat(Run.of("journal", "receive", "--listen", "0", "--key-file", "k", "--dir", "d")
                        .onlyProblem(2))
                .contains("--plain, is necessary");
        assertThat(Run.of(
                                "journal",
                                "receive",
                                "--listen",
                                "0",
                                "--plain",
                                "--tree",
                                "--shift",
                                "3",
                                "--key-file",
                                "k",
                                "--dir",
                                "d")
                        .onlyProblem(2))
                .contains("exclude each other");
        assertThat(Run.of(
                                "journal",
                                "receive",
                                "--listen",
                                "0",
                                "--plain",
                                "--shift",
                                "17",
                                "--key-file",
                                keyFile().toString(),
                                "--dir",
                                directory.resolve("d").toString())
                        .onlyProblem(1))
                .contains("shift 17 is not from 0 to 16");
        assertThat(Run.of(
                                "journal",
                                "receive",
                                "--listen",
                                "0",
                                "--plain",
                                "--key-file",
                                empty.toString(),
                                "--dir",
                                directory.toString())
                        .onlyProblem(1))
                .contains("empty first line");
    }

    @Test
    @Tag("S-SEC-5")
    void aWeakKeyIsRefusedWhenListening() throws Exception {
        Path weak = Pki.write(directory.resolve("weak"), "k".repeat(31) + "\n");
        Run run = Run.of(
                "journal",
                "receive",
                "--listen",
                "0",
                "--plain",
                "--key-file",
                weak.toString(),
                "--dir",
                directory.resolve("d").toString());
        assertThat(run.onlyProblem(1)).contains("31 characters, fewer than 32").doesNotContain("kkkk");
    }

    /** Answers one connection as an application would: reads so many bytes behind the head, then says something. */
    private static CompletableFuture<String> service(ServerSocket server, int wanted) {
        return CompletableFuture.supplyAsync(() -> {
            try (Socket socket = server.accept()) {
                StringBuilder request = new StringBuilder();
                while (!request.toString().contains("\r\n\r\n")
                        || request.length() - request.indexOf("\r\n\r\n") - 4 < wanted) {
                    request.append((char) socket.getInputStream().read());
                }
                socket.getOutputStream().write("HTTP/1.0 200 OK\r\n\r\nanswer\n".getBytes(StandardCharsets.UTF_8));
                return request.toString();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
    }

    @Test
    void aPageIsFetchedAndFilesAndTextsAreTransferred() throws Exception {
        Path answer = directory.resolve("answer");
        Path data = Files.writeString(directory.resolve("data"), "file\n");
        try (ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(server.getLocalPort());
            CompletableFuture<String> got = service(server, 0);
            Run get = Run.of(
                    "journal", "get", "--plain", "--output", answer.toString(), "127.0.0.1", port, "8080/status");
            assertThat(get.code()).as(get.err()).isZero();
            assertThat(got.get(30, TimeUnit.SECONDS))
                    .isEqualTo("GET /8080/status HTTP/1.0\r\nUser-Agent: PicoLisp\r\nHost: 127.0.0.1:" + port
                            + "\r\nAccept-Charset: utf-8\r\n\r\n");
            assertThat(answer).hasContent("HTTP/1.0 200 OK\r\n\r\nanswer\n");

            got = service(server, 0);
            assertThat(Run.of("journal", "get", "--plain", "--output", answer.toString(), "127.0.0.1", "-" + port)
                            .code())
                    .isZero();
            assertThat(got.get(30, TimeUnit.SECONDS)).startsWith("GET / HTTP/1.0\r\n");

            got = service(server, 16);
            Run put = Run.of(
                    "journal",
                    "put",
                    "--plain",
                    "--output",
                    answer.toString(),
                    "127.0.0.1",
                    port,
                    "!up",
                    data.toString(),
                    "-a-literal\nT");
            assertThat(put.code()).as(put.err()).isZero();
            assertThat(got.get(30, TimeUnit.SECONDS)).endsWith("\r\n\r\nfile\na-literal\nT");
        }
        assertThat(Run.of("journal", "put", "--plain", "127.0.0.1", "1", "u", directory + "/none")
                        .onlyProblem(1))
                .contains("no such file");
        assertThat(Run.of("journal", "get", "--plain", "192.0.2.1", "1").onlyProblem(1))
                .contains("readable on the wire");
        assertThat(Run.of("journal", "put", "h", "1", "u").onlyProblem(2))
                .contains("host [-]port url [[-]key|file] [[-]file] is expected, not 3 arguments");
        assertThat(Run.of("journal", "get").onlyProblem(2)).contains("host [-]port [url] is expected, not 0 arguments");
        assertThat(Run.of("journal", "tunnel", "h").onlyProblem(2))
                .contains("host [-]port is expected, not 1 argument;");
    }

    @Test
    void aTunnelCarriesWhatIsGivenWithoutAHead() throws Exception {
        Path data = Files.writeString(directory.resolve("data"), "to the server");
        Path answer = directory.resolve("answer");
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<String> got = CompletableFuture.supplyAsync(() -> {
                try (Socket socket = server.accept()) {
                    String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                    socket.getOutputStream().write("and back".getBytes(StandardCharsets.UTF_8));
                    return all;
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            Run run = Run.of(
                    "journal",
                    "tunnel",
                    "--plain",
                    "--input",
                    data.toString(),
                    "--output",
                    answer.toString(),
                    "127.0.0.1",
                    Integer.toString(server.getLocalPort()));
            assertThat(run.code()).as(run.err()).isZero();
            assertThat(got.get(30, TimeUnit.SECONDS)).isEqualTo("to the server");
            assertThat(answer).hasContent("and back");
        }
    }

    @Test
    void anAddressFileAClientCertificateAndMirrorDirectoriesAreUnderstood() throws Exception {
        Pki pki = Pki.in(directory);
        Files.writeString(directory.resolve("jnl"), "commit");
        Path address = Files.writeString(directory.resolve("address"), "localhost\n");
        Path mirror = directory.resolve("mirror");
        try (JournalReceiver receiver = receiver()
                .tls(TlsOptions.builder()
                        .identity(TlsIdentity.fromPem(pki.cert(), pki.key()))
                        .trust(TrustAnchors.fromPem(pki.ca()))
                        .clientAuthentication(ClientAuthentication.NEED)
                        .build())
                .start()) {
            Run run = Run.of(
                    "journal",
                    "send",
                    "--trust",
                    pki.ca().toString(),
                    "--tls-cert",
                    pki.cert().toString(),
                    "--tls-key",
                    pki.key().toString(),
                    "--reserve",
                    "0",
                    address.toString(),
                    Integer.toString(receiver.port()),
                    "!replica",
                    keyFile().toString(),
                    directory.resolve("jnl").toString(),
                    "",
                    "0.05",
                    SOON,
                    mirror + "/",
                    "+");
            assertThat(run.code()).as(run.err()).isZero();
            assertThat(run.err()).isEmpty();
        }
        journalArrived();
        assertThat(mirror.resolve("1")).hasContent("commit");
    }

    @Test
    void anEmptyKeyFillsTheMirrorDirectoriesOnly() throws Exception {
        Path journal = Files.writeString(directory.resolve("jnl"), "commit");
        Path mirror = directory.resolve("mirror");
        Run run = Run.of(
                "journal",
                "send",
                "--reserve",
                "0",
                "h",
                "1",
                "u",
                "",
                journal.toString(),
                "",
                "0.05",
                SOON,
                mirror.toString());
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(journal).isEmptyFile();
        assertThat(mirror.resolve("1")).hasContent("commit");
    }

    @Test
    void aReceiverServesUntilItIsInterrupted() throws Exception {
        Path dir = directory.resolve("replica");
        int port = FreePort.next();
        String key = keyFile().toString();
        Run[] result = new Run[1];
        Thread command = new Thread(() -> result[0] = Run.of(
                "journal",
                "receive",
                "--listen",
                Integer.toString(port),
                "--plain",
                "--reserve",
                "0",
                "--max-piece",
                "6",
                "--key-file",
                key,
                "--dir",
                dir.toString()));
        command.start();
        String request = "GET /!replica HTTP/1.0\r\n\r\n" + KEY + "\n6\ncommitT";
        Awaitility.await().atMost(LIMIT).until(() -> {
            try (Socket socket = new Socket("::1", port)) {
                socket.setSoTimeout((int) LIMIT.toMillis());
                socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
                return socket.getInputStream().read() == 'T';
            } catch (java.net.ConnectException notYet) {
                return false;
            }
        });
        Awaitility.await()
                .atMost(LIMIT)
                .untilAsserted(() -> assertThat(dir.resolve("pieces/00000000000000000001.jnl"))
                        .hasContent("commit"));
        for (int i = 0; i < 3; i++) {
            try (Socket socket = new Socket("::1", port)) {
                socket.setSoTimeout((int) LIMIT.toMillis());
                socket.getOutputStream().write("GET /no HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.UTF_8));
                assertThat(socket.getInputStream().read()).isEqualTo('H');
            }
        }
        try (Socket socket = new Socket("::1", port)) {
            socket.setSoTimeout((int) LIMIT.toMillis());
            socket.getOutputStream().write(request.replace("\n6\n", "\n7\n").getBytes(StandardCharsets.UTF_8));
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
        command.interrupt();
        command.join(LIMIT.toMillis());
        assertThat(result[0].code()).isZero();
        assertThat(result[0].out()).contains("listening on port " + port + " for /!replica");
        assertThat(result[0].err())
                .startsWith("mirror: refused [::1]:")
                .contains(": nothing is served under the path no\n")
                .contains(": a batch of 7 bytes, more than 6 at byte ")
                .hasLineCount(2);
    }

    @Test
    void recordedRequestsAreShownWithTheirKeyMasked() throws Exception {
        String head = "GET /8080/!replica HTTP/1.0\r\nHost: a:1\r\n\r\nvery secret\n";
        Path journal = Files.writeString(directory.resolve("journal"), head + "6\ncommitT");
        Path blob = Files.writeString(directory.resolve("blob"), head + "A/1.pic\n4\nxx");
        Path bad = Files.writeString(directory.resolve("bad"), head + "../x\n");
        Run run = Run.of("decode", "journal", journal.toString(), blob.toString());
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.outLines()).hasSize(2);
        assertThat(run.outLines().get(0))
                .contains("\"off\":0", "\"mode\":\"journal\"", "\"line\":\"6\"", "\"headers\":[\"Host: a:1\"]")
                .contains("\"key\":\"***\"", "\"length\":6", "\"complete\":true");
        assertThat(run.outLines().get(1))
                .contains("\"mode\":\"blob\"", "\"line\":\"A/1.pic\"", "\"length\":4", "\"complete\":false");
        assertThat(run.out()).doesNotContain("secret");
        Run broken = Run.of("decode", "journal", bad.toString(), journal.toString());
        assertThat(broken.onlyProblem(1)).contains("a path that has the element ..");
        assertThat(broken.outLines()).hasSize(2);
        Path cut = Files.writeString(directory.resolve("cut"), "GET /8080/!repl");
        assertThat(Run.of("decode", "journal", cut.toString()).onlyProblem(1))
                .contains("offset 15")
                .contains("ends inside the head");
    }

    @Test
    void plioFilesAreShownItemByItem() throws Exception {
        Path good = Files.write(directory.resolve("good"), new byte[] {1, 4, 2, 4, 4, 4, 6, 3, 0, 0x0e, 'a', 'b', 'c'});
        Path torn = Files.write(directory.resolve("torn"), new byte[] {4, 2, 0x0e, 'a'});
        Run run = Run.of("decode", "plio", good.toString());
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.outLines()).hasSize(3);
        assertThat(run.outLines().get(0))
                .contains("\"off\":0", "\"value\":{\"list\":[{\"num\":\"1\"},{\"num\":\"2\"},{\"num\":\"3\"}]}");
        assertThat(run.outLines().get(1)).contains("\"off\":8", "{\"nil\":true}");
        assertThat(run.outLines().get(2)).contains("\"off\":9", "{\"str\":\"abc\"}");
        Run broken = Run.of("decode", "plio", torn.toString(), good.toString());
        assertThat(broken.onlyProblem(1)).contains("torn").contains("offset 4");
        assertThat(broken.outLines()).hasSize(4);
    }
}
