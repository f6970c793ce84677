package io.mirror.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.testing.LogCapture;
import io.mirror.testing.TestPki;
import io.mirror.transport.TlsLoop.Connection;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("S-TLS-4")
class TlsInsecureLinkTest {

    private static final String HOST = "hub.plant.test";

    @Test
    void warnsOncePerConnectionAndNamesWhatIsNotChecked() throws Exception {
        try (LogCapture log = new LogCapture("io.mirror.transport");
                TlsLoop loop = new TlsLoop()) {
            InetSocketAddress address = loop.listen(TlsContext.forListener(TestPki.listener(TlsProvider.JDK, HOST)));
            TlsContext insecure = TlsContext.forConnector(TestPki.connector(TlsProvider.JDK).toBuilder()
                    .validateHost(false)
                    .build());
            for (int i = 0; i < 3; i++) {
                Connection connection = loop.connect(insecure, HOST, address);
                assertThat(connection.handshake()).isTrue();
                connection.echo("(alive)\n");
                connection.echo("(alive)\n");
            }

            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> log.lines().size() == 3);
            assertThat(log.lines())
                    .allMatch(line -> line.equals("WARNING insecure TLS link with " + HOST + ":" + address.getPort()
                            + ": the host name is not checked"));
        }
    }

    @Test
    void aCallerThatJudgesNamesItselfStillNeedsTheChain() {
        TlsOptions judged = TlsOptions.builder()
                .validateHost(false)
                .namesCheckedByCaller(true)
                .build();
        assertThat(TlsContext.forConnector(judged).isInsecure()).isFalse();
        TlsOptions unchecked = judged.toBuilder().validateChain(false).build();
        assertThat(TlsContext.forConnector(unchecked).isInsecure()).isTrue();
    }

    @Test
    void saysNothingAboutCheckedLinksAndFailedHandshakes() throws Exception {
        try (LogCapture log = new LogCapture("io.mirror.transport");
                TlsLoop loop = new TlsLoop()) {
            InetSocketAddress address =
                    loop.listen(TlsContext.forListener(TestPki.listener(TlsProvider.JDK, "other.test")));
            TlsContext checked = TlsContext.forConnector(TestPki.connector(TlsProvider.JDK));
            TlsContext nameOnly = TlsContext.forConnector(TestPki.connector(TlsProvider.JDK).toBuilder()
                    .validateChain(false)
                    .build());

            assertThat(loop.connect(checked, "other.test", address).handshake()).isTrue();
            Connection refused = loop.connect(nameOnly, HOST, address);
            assertThat(refused.handshake()).isFalse();
            refused.channel().closeFuture().sync();
            refused.channel().eventLoop().submit(() -> {}).sync();

            assertThat(checked.isInsecure()).isFalse();
            assertThat(nameOnly.isInsecure()).isTrue();
            assertThat(log.lines()).isEmpty();
        }
    }
}
