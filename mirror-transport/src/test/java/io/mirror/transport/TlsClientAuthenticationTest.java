package io.mirror.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.testing.TestPki;
import io.mirror.transport.TlsLoop.Connection;
import io.netty.pkitesting.X509Bundle;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("S-TLS-4")
class TlsClientAuthenticationTest {

    private static final String HOST = "hub.plant.test";

    private enum ClientCertificate {
        NONE,
        KNOWN,
        UNKNOWN
    }

    static List<Arguments> table() {
        List<Arguments> rows = new ArrayList<>();
        for (TlsProvider provider : TlsProvider.values()) {
            for (ClientAuthentication mode : ClientAuthentication.values()) {
                for (ClientCertificate certificate : ClientCertificate.values()) {
                    for (boolean validate : new boolean[] {true, false}) {
                        rows.add(Arguments.of(provider, mode, certificate, validate));
                    }
                }
            }
        }
        return rows;
    }

    @ParameterizedTest(name = "{0} {1} client certificate {2} validateChain={3}")
    @MethodSource("table")
    void listenerServesOnlyTheClientsItsModeAllows(
            TlsProvider provider, ClientAuthentication mode, ClientCertificate certificate, boolean validate)
            throws Exception {
        TlsContext listener = TlsContext.forListener(TestPki.listener(provider, HOST).toBuilder()
                .trust(TestPki.trust(TestPki.CA))
                .clientAuthentication(mode)
                .validateChain(validate)
                .build());
        TlsOptions.Builder client = TestPki.connector(provider).toBuilder();
        if (certificate != ClientCertificate.NONE) {
            X509Bundle issuer = certificate == ClientCertificate.KNOWN ? TestPki.CA : TestPki.OTHER_CA;
            client.identity(TestPki.identity(TestPki.build(TestPki.leaf().subject("CN=slave"), issuer)));
        }
        boolean served = switch (mode) {
            case NONE -> true;
            case WANT -> !validate || certificate != ClientCertificate.UNKNOWN;
            case NEED ->
                certificate == ClientCertificate.KNOWN || (certificate == ClientCertificate.UNKNOWN && !validate);
        };

        try (TlsLoop loop = new TlsLoop()) {
            InetSocketAddress address = loop.listen(listener);
            Connection connection = loop.connect(TlsContext.forConnector(client.build()), HOST, address);

            // With TLS 1.3 a client learns of the refusal only after its own handshake is done.
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> !loop.accepted.isEmpty());
            assertThat(loop.accepted.peek().handshakeFuture().await(30_000)).isTrue();
            assertThat(loop.accepted.peek().handshakeFuture().isSuccess()).isEqualTo(served);
            if (served) {
                assertThat(connection.handshake()).isTrue();
                connection.echo("(alive)\n");
            } else {
                assertThat(connection.channel().closeFuture().await(30_000)).isTrue();
            }
            assertThat(listener.isInsecure()).isEqualTo(mode != ClientAuthentication.NONE && !validate);
        }
    }
}
