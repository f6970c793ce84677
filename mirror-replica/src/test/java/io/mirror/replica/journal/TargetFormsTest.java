package io.mirror.replica.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mirror.core.access.Secret;
import io.mirror.testing.TestPki;
import io.mirror.transport.ClientAuthentication;
import io.mirror.transport.TlsOptions;
import io.mirror.transport.TlsProvider;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A file with the address, a file with the key, a client certificate, and the raw tunnel. */
class TargetFormsTest {
    @TempDir
    Path work;

    private JournalFixture fixture;
    private Path journal;

    @BeforeEach
    void prepare() throws IOException {
        fixture = new JournalFixture(work);
        journal = Files.writeString(work.resolve("jnl"), "first");
    }

    private void arrives(String text) {
        Awaitility.await()
                .atMost(JournalFixture.LIMIT)
                .until(() -> fixture.text().equals(text) && Files.size(journal) == 0);
    }

    @Test
    void theAddressIsReadFromAFileForEachConnection() throws Exception {
        Path address = Files.writeString(work.resolve("address"), "192.0.2.1\n");
        try (JournalReceiver receiver =
                        fixture.plain().route(fixture.route().build()).start();
                JournalSender sender = JournalSender.start(
                        JournalTarget.of(
                                        address.toString(),
                                        receiver.port(),
                                        "!replica",
                                        Secret.of(JournalFixture.KEY),
                                        TlsOptions.builder().build())
                                .withoutTls(),
                        fixture.source("jnl").build())) {
            Awaitility.await()
                    .atMost(JournalFixture.LIMIT)
                    .until(() -> sender.problems().toString().contains("not on this machine"));
            Files.writeString(address, "127.0.0.1\nsomething else\n");
            arrives("first");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "01234567890123456789012345678901234567890\n"})
    void aFileWithoutAddressIsNamed(String content) throws IOException {
        Path address = Files.writeString(work.resolve("address"), content);
        assertThatThrownBy(() -> PeerAddress.of(address.toString()))
                .isInstanceOf(ConnectFailedException.class)
                .hasMessageContaining("no address of 1 to 40 bytes");
    }

    @Test
    void everyAddressOfAHostIsTried() throws IOException {
        assertThat(PeerAddress.of("localhost").all())
                .contains(InetAddress.getByName("localhost"))
                .allMatch(InetAddress::isLoopbackAddress);
        assertThatThrownBy(() -> PeerAddress.of(work.resolve("none").toString()))
                .isInstanceOf(ConnectFailedException.class)
                .hasMessageContaining("is not known");
    }

    @Test
    void theNameOfACertificateIsTheOneInTheFile() throws Exception {
        Path address = Files.writeString(work.resolve("address"), "localhost\n");
        try (JournalReceiver receiver =
                        fixture.tls().route(fixture.route().build()).start();
                JournalSender sender = JournalSender.start(
                        JournalTarget.of(
                                address.toString(),
                                receiver.port(),
                                "!replica",
                                Secret.of(JournalFixture.KEY),
                                TestPki.connector(TlsProvider.JDK)),
                        fixture.source("jnl").build())) {
            arrives("first");
            assertThat(sender.problems()).isEmpty();
        }
    }

    @Test
    void aKeyThatIsReplacedIsUsedFromTheNextAttempt() throws Exception {
        Path key = Files.writeString(work.resolve("key"), "the-wrong-key-0123456789-abcdefghijk\n");
        try (JournalReceiver receiver =
                        fixture.plain().route(fixture.route().build()).start();
                JournalSender sender = JournalSender.start(
                        JournalFixture.plainTarget(receiver.port()).withKeyFile(key),
                        fixture.source("jnl").build())) {
            Awaitility.await()
                    .atMost(JournalFixture.LIMIT)
                    .until(() -> receiver.status().wrongKeys() > 0);
            Files.delete(key);
            Awaitility.await()
                    .atMost(JournalFixture.LIMIT)
                    .until(() -> sender.problems().toString().contains(key + " is not there"));
            Files.writeString(key, JournalFixture.KEY + "\n");
            arrives("first");
        }
        assertThatThrownBy(() -> JournalSender.start(
                        JournalFixture.plainTarget(9).withKeyFile(work.resolve("none")),
                        fixture.source("jnl").build()))
                .isInstanceOf(JournalException.class)
                .hasMessageContaining("none is not there");
    }

    @ParameterizedTest
    @EnumSource(TlsProvider.class)
    void aReceiverCanAskForACertificateBesidesTheKey(TlsProvider provider) throws Exception {
        TlsOptions listener = TestPki.listener(provider, "localhost").toBuilder()
                .trust(TestPki.trust(TestPki.CA))
                .clientAuthentication(ClientAuthentication.NEED)
                .build();
        TlsOptions anonymous = TestPki.connector(provider);
        TlsOptions known = anonymous.toBuilder()
                .identity(TestPki.identity(TestPki.issued("sender.test")))
                .build();
        try (JournalReceiver receiver =
                fixture.plain().tls(listener).route(fixture.route().build()).start()) {
            JournalTarget target = JournalTarget.of(
                    "localhost", receiver.port(), "!replica", Secret.of(JournalFixture.KEY), anonymous);
            try (JournalSender sender =
                    JournalSender.start(target, fixture.source("jnl").build())) {
                Awaitility.await()
                        .atMost(JournalFixture.LIMIT)
                        .until(() -> !sender.problems().isEmpty());
                assertThat(fixture.text()).isEmpty();
            }
            JournalTarget welcome =
                    JournalTarget.of("localhost", receiver.port(), "!replica", Secret.of(JournalFixture.KEY), known);
            try (JournalSender sender =
                    JournalSender.start(welcome, fixture.source("jnl").build())) {
                arrives("first");
                assertThat(sender.problems()).isEmpty();
            }
        }
    }

    @Test
    void aTunnelCarriesBytesBothWaysWithoutAHead() throws Exception {
        byte[] large = "to the server ".repeat(100_000).getBytes(StandardCharsets.UTF_8);
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                JournalClient client = new JournalClient(
                        "127.0.0.1", server.getLocalPort(), Optional.empty(), Duration.ofSeconds(30))) {
            CompletableFuture<byte[]> got = CompletableFuture.supplyAsync(() -> {
                try (Socket socket = server.accept()) {
                    socket.getOutputStream().write("hello ".getBytes(StandardCharsets.UTF_8));
                    byte[] all = socket.getInputStream().readAllBytes();
                    socket.getOutputStream().write("bye".getBytes(StandardCharsets.UTF_8));
                    return all;
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            client.tunnel(new ByteArrayInputStream(large), out);
            assertThat(got.get(30, TimeUnit.SECONDS)).isEqualTo(large);
            assertThat(out).hasToString("hello bye");
        }
    }

    @Test
    void aTunnelEndsWithTheServerAndNamesAnInputThatFails() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                JournalClient client = new JournalClient(
                        "127.0.0.1", server.getLocalPort(), Optional.empty(), Duration.ofSeconds(30))) {
            CompletableFuture<Void> served = CompletableFuture.runAsync(() -> {
                try (Socket socket = server.accept()) {
                    socket.getOutputStream().write('x');
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try (PipedOutputStream nothing = new PipedOutputStream();
                    InputStream silent = new PipedInputStream(nothing)) {
                client.tunnel(silent, out);
            }
            served.get(30, TimeUnit.SECONDS);
            assertThat(out).hasToString("x");
            assertThatThrownBy(() -> client.tunnel(
                            new InputStream() {
                                @Override
                                public int read() throws IOException {
                                    throw new IOException("the input is gone");
                                }
                            },
                            out))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("the input is gone");
        }
    }
}
