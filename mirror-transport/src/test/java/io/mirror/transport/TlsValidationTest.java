package io.mirror.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.testing.TestPki;
import io.mirror.transport.TlsLoop.Connection;
import io.netty.pkitesting.X509Bundle;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Ten certificates, four pairs of switches, two providers. */
@Tag("S-TLS-4")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TlsValidationTest {

    private static final String HOST = "hub.plant.test";

    private enum Certificate {
        GOOD(HOST, true, true),
        WRONG_HOST(HOST, true, false),
        IP_ADDRESS("127.0.0.1", true, true),
        WILDCARD(HOST, true, true),
        WILDCARD_TOO_DEEP("a.hub.plant.test", true, false),
        EXPIRED(HOST, false, true),
        NOT_YET_VALID(HOST, false, true),
        SELF_SIGNED(HOST, false, true),
        UNKNOWN_AUTHORITY(HOST, false, true),
        COMMON_NAME_ONLY(HOST, true, false);

        final String asked;
        final boolean chainIsGood;
        final boolean nameIsGood;

        Certificate(String asked, boolean chainIsGood, boolean nameIsGood) {
            this.asked = asked;
            this.chainIsGood = chainIsGood;
            this.nameIsGood = nameIsGood;
        }

        X509Bundle create() {
            Instant now = Instant.now();
            return switch (this) {
                case GOOD -> TestPki.issued(HOST);
                case WRONG_HOST -> TestPki.issued("other.plant.test");
                case IP_ADDRESS -> TestPki.build(TestPki.leaf().addSanIpAddress("127.0.0.1"), TestPki.CA);
                case WILDCARD, WILDCARD_TOO_DEEP -> TestPki.issuedForPattern("*.plant.test");
                case EXPIRED ->
                    TestPki.build(
                            TestPki.leaf().addSanDnsName(HOST).notAfter(now.minus(Duration.ofMinutes(1))), TestPki.CA);
                case NOT_YET_VALID ->
                    TestPki.build(
                            TestPki.leaf().addSanDnsName(HOST).notBefore(now.plus(Duration.ofDays(1))), TestPki.CA);
                case SELF_SIGNED ->
                    TestPki.build(TestPki.leaf().setIsCertificateAuthority(true).addSanDnsName(HOST), null);
                case UNKNOWN_AUTHORITY -> TestPki.build(TestPki.leaf().addSanDnsName(HOST), TestPki.OTHER_CA);
                case COMMON_NAME_ONLY -> TestPki.build(TestPki.leaf().subject("CN=" + HOST), TestPki.CA);
            };
        }
    }

    private final Map<TlsProvider, Map<Certificate, InetSocketAddress>> listeners = new EnumMap<>(TlsProvider.class);
    private TlsLoop loop;

    @BeforeAll
    void listen() throws Exception {
        loop = new TlsLoop();
        for (Certificate certificate : Certificate.values()) {
            TlsIdentity identity = TestPki.identity(certificate.create());
            for (TlsProvider provider : TlsProvider.values()) {
                TlsOptions options = TlsOptions.builder()
                        .provider(provider)
                        .identity(identity)
                        .build();
                listeners
                        .computeIfAbsent(provider, key -> new EnumMap<>(Certificate.class))
                        .put(certificate, loop.listen(TlsContext.forListener(options)));
            }
        }
    }

    @AfterAll
    void stop() {
        loop.close();
    }

    static List<Arguments> table() {
        List<Arguments> rows = new ArrayList<>();
        for (TlsProvider provider : TlsProvider.values()) {
            for (Certificate certificate : Certificate.values()) {
                for (boolean chain : new boolean[] {true, false}) {
                    for (boolean host : new boolean[] {true, false}) {
                        rows.add(Arguments.of(provider, certificate, chain, host));
                    }
                }
            }
        }
        assertThat(rows).hasSize(80);
        return rows;
    }

    @ParameterizedTest(name = "{0} {1} validateChain={2} validateHost={3}")
    @MethodSource("table")
    void acceptsExactlyWhatTheSwitchesAskFor(
            TlsProvider provider, Certificate certificate, boolean validateChain, boolean validateHost)
            throws Exception {
        TlsOptions options = TestPki.connector(provider).toBuilder()
                .validateChain(validateChain)
                .validateHost(validateHost)
                .build();
        TlsContext context = TlsContext.forConnector(options);

        Connection connection =
                loop.connect(context, certificate.asked, listeners.get(provider).get(certificate));

        boolean acceptable = (certificate.chainIsGood || !validateChain) && (certificate.nameIsGood || !validateHost);
        assertThat(connection.handshake()).as("%s", connection.failure()).isEqualTo(acceptable);
        assertThat(context.isInsecure()).isEqualTo(!validateChain || !validateHost);
        if (acceptable) {
            connection.echo("(alive)\n");
        }
        connection.channel().close().sync();
    }
}
