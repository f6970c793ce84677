package io.mirror.transport.dhtp;

import static io.mirror.transport.dhtp.Loopback.LIMIT;
import static io.mirror.transport.dhtp.Loopback.awaitMirroring;
import static io.mirror.transport.dhtp.Loopback.config;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.mirror.core.hub.PointHub;
import io.mirror.core.link.LinkFlag;
import io.mirror.core.link.LinkState;
import io.mirror.testing.TestPki;
import io.mirror.transport.ClientAuthentication;
import io.mirror.transport.TlsConfigurationException;
import io.mirror.transport.TlsIdentity;
import io.mirror.transport.TlsOptions;
import io.mirror.transport.TlsProvider;
import io.mirror.transport.access.AccessPolicy;
import io.netty.channel.EventLoopGroup;
import io.netty.pkitesting.X509Bundle;
import java.net.InetAddress;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Certificates are exchanged while 100 links run; {@code -Dmirror.swap.links=N} chooses another number. */
@Tag("S-TLS-7")
class CertificateSwapTest {
    private static final int LINKS = Integer.getInteger("mirror.swap.links", 100);

    private final PointHub plant = PointHub.create();
    private final Loopback net = new Loopback();

    @AfterEach
    void closeAll() throws Exception {
        net.closeAll();
    }

    private MirrorMaster.Builder master(TlsOptions tls) {
        return Loopback.master(plant).tls(tls).access(AccessPolicy.open());
    }

    private MirrorSlave.Builder slave(PointHub hub, int port, TlsOptions tls) {
        return MirrorSlave.builder(
                        hub,
                        config(port)
                                .flags(LinkFlag.READABLE, LinkFlag.SYNC_RECV, LinkFlag.USE_SSL, LinkFlag.VALIDATE_SSL)
                                .retryDelayMillis(50)
                                .build())
                .tls(tls);
    }

    @ParameterizedTest
    @EnumSource(TlsProvider.class)
    void noLinkIsLostByThreeSwapsAndNewOnesSeeTheNewCertificateAtOnce(TlsProvider provider) throws Exception {
        X509Bundle[] pairs = {TestPki.issued("a.test"), TestPki.issued("b.test"), TestPki.issued("c.test")};
        MirrorMaster master = net.keep(master(TlsOptions.builder()
                        .provider(provider)
                        .identity(TestPki.identity(pairs[0]))
                        .build())
                .start());
        EventLoopGroup loops = net.loops();
        List<PointHub> hubs = new ArrayList<>();
        List<MirrorSlave> slaves = new ArrayList<>();
        for (int i = 0; i < LINKS; i++) {
            PointHub hub = PointHub.create();
            hubs.add(hub);
            slaves.add(net.keep(slave(hub, master.port(), TestPki.connector(provider))
                    .eventLoops(loops)
                    .start()));
        }
        slaves.forEach(Loopback::awaitMirroring);
        // A busy machine may have lost one while they all connected at once.
        List<Long> connects = connects(slaves);
        assertThat(shown(master.port())).isEqualTo(pairs[0].getCertificate());
        master.replaceIdentity(TestPki.identity(pairs[1]));
        assertThat(shown(master.port())).isEqualTo(pairs[1].getCertificate());
        assertThatThrownBy(() -> master.replaceIdentity(
                        TlsIdentity.of(pairs[2].getKeyPair().getPrivate(), List.of(pairs[1].getCertificate()))))
                .isInstanceOf(TlsConfigurationException.class);
        assertThat(shown(master.port())).isEqualTo(pairs[1].getCertificate());
        master.replaceIdentity(TestPki.identity(pairs[2]));
        assertThat(shown(master.port())).isEqualTo(pairs[2].getCertificate());
        plant.point("plant:a").write(5L);
        await().atMost(LIMIT)
                .untilAsserted(() ->
                        assertThat(hubs).allMatch(hub -> hub.read("plant:a").isPresent()));
        assertThat(connects(slaves)).isEqualTo(connects);
    }

    private static List<Long> connects(List<MirrorSlave> slaves) {
        return slaves.stream().map(slave -> slave.status().connects()).toList();
    }

    /** The certificate that a client is shown, by a program that knows nothing of this library. */
    private static X509Certificate shown(int port) throws Exception {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        trusted.setCertificateEntry("ca", TestPki.CA.getCertificate());
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, factory.getTrustManagers(), null);
        try (SSLSocket socket =
                (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port)) {
            socket.startHandshake();
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }

    @Test
    void aSlaveShowsItsNewCertificateWithTheNextConnection() {
        MirrorMaster master = net.keep(master(TlsOptions.builder()
                        .provider(TlsProvider.JDK)
                        .identity(TestPki.identity(TestPki.issued("a.test")))
                        .clientAuthentication(ClientAuthentication.NEED)
                        .trust(TestPki.trust(TestPki.CA))
                        .build())
                .start());
        TlsIdentity strange = TestPki.identity(TestPki.build(TestPki.leaf(), TestPki.OTHER_CA));
        MirrorSlave slave = net.keep(slave(
                        PointHub.create(),
                        master.port(),
                        TestPki.connector(TlsProvider.JDK).toBuilder()
                                .identity(strange)
                                .build())
                .start());
        await().atMost(LIMIT).until(() -> slave.status().failedAttempts() >= 2);
        assertThat(slave.status().state()).isNotEqualTo(LinkState.MIRRORING);
        slave.replaceIdentity(TestPki.identity(TestPki.issued("slave.test")));
        awaitMirroring(slave);
        long connects = slave.status().connects();
        slave.replaceIdentity(strange);
        plant.point("plant:a").write(1L);
        assertThat(slave.status().state()).as("what is up stays").isEqualTo(LinkState.MIRRORING);
        assertThat(slave.status().connects()).isEqualTo(connects);
    }

    @Test
    void aLinkWithoutTlsHasNoCertificateToReplace() {
        MirrorMaster master = net.keep(Loopback.master(plant).start());
        MirrorSlave slave = net.keep(
                MirrorSlave.builder(PointHub.create(), config(master.port()).build())
                        .start());
        assertThatThrownBy(() -> slave.replaceIdentity(TestPki.identity(TestPki.issued("a.test"))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("does not use TLS");
    }
}
