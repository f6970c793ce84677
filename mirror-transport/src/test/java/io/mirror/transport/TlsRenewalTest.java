package io.mirror.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mirror.testing.TestPki;
import io.mirror.transport.TlsLoop.Connection;
import io.netty.pkitesting.X509Bundle;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("S-TLS-7")
class TlsRenewalTest {

    private static final String HOST = "hub.plant.test";

    @ParameterizedTest
    @EnumSource(TlsProvider.class)
    void replacingKeyAndCertificateDropsNoLinkAndReachesNewOnes(TlsProvider provider) throws Exception {
        X509Bundle[] pairs = {TestPki.issued(HOST), TestPki.issued(HOST), TestPki.issued(HOST)};
        try (TlsLoop loop = new TlsLoop()) {
            TlsContext listener = TlsContext.forListener(TlsOptions.builder()
                    .provider(provider)
                    .identity(TestPki.identity(pairs[0]))
                    .build());
            TlsContext connector = TlsContext.forConnector(TestPki.connector(provider));
            InetSocketAddress address = loop.listen(listener);
            List<Connection> links = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                links.add(loop.connect(connector, HOST, address));
            }
            for (Connection link : links) {
                assertThat(link.handshake()).isTrue();
            }
            assertThat(shown(links.get(0))).isEqualTo(pairs[0].getCertificate());

            listener.replaceIdentity(TestPki.identity(pairs[1]));
            assertThat(certificateOfNewLink(loop, connector, address)).isEqualTo(pairs[1].getCertificate());

            assertThatThrownBy(() -> listener.replaceIdentity(
                            TlsIdentity.of(pairs[2].getKeyPair().getPrivate(), List.of(pairs[1].getCertificate()))))
                    .isInstanceOf(TlsConfigurationException.class)
                    .hasMessageContaining("does not belong to the certificate of CN=leaf");
            assertThat(certificateOfNewLink(loop, connector, address)).isEqualTo(pairs[1].getCertificate());

            listener.replaceIdentity(TestPki.identity(pairs[2]));
            assertThat(certificateOfNewLink(loop, connector, address)).isEqualTo(pairs[2].getCertificate());

            for (Connection link : links) {
                link.echo("(alive)\n");
            }
        }
    }

    @Test
    void contextOfTheHostIsReplacedByTheHost() throws Exception {
        SSLContext supplied = SSLContext.getInstance("TLS");
        supplied.init(null, null, null);
        TlsContext listener =
                TlsContext.forListener(TlsOptions.builder().sslContext(supplied).build());

        assertThatThrownBy(() -> listener.replaceIdentity(TestPki.identity(TestPki.issued(HOST))))
                .isInstanceOf(TlsConfigurationException.class)
                .hasMessageContaining("sslContext of the host");
    }

    private static X509Certificate certificateOfNewLink(TlsLoop loop, TlsContext connector, InetSocketAddress address)
            throws Exception {
        Connection link = loop.connect(connector, HOST, address);
        assertThat(link.handshake()).as("%s", link.failure()).isTrue();
        X509Certificate certificate = shown(link);
        link.channel().close().sync();
        return certificate;
    }

    private static X509Certificate shown(Connection link) throws Exception {
        return (X509Certificate) link.handler().engine().getSession().getPeerCertificates()[0];
    }
}
