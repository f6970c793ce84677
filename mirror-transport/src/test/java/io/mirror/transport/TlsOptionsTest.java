package io.mirror.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mirror.testing.TestPki;
import io.mirror.transport.TlsLoop.Connection;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TlsOptionsTest {

    private static final String HOST = "hub.plant.test";

    @Test
    @Tag("S-TLS-4")
    void defaultsValidateChainAndHost() {
        TlsOptions options = TlsOptions.builder().build();

        assertThat(options.validateChain()).isTrue();
        assertThat(options.validateHost()).isTrue();
        assertThat(options.provider()).isEqualTo(TlsProvider.JDK);
        assertThat(options.clientAuthentication()).isEqualTo(ClientAuthentication.NONE);
        assertThat(TlsContext.forConnector(options).isInsecure()).isFalse();
    }

    @Test
    void theFastestProviderIsConscryptWhereItRuns() {
        assertThat(TlsProvider.fastest()).isEqualTo(TlsProvider.CONSCRYPT);
    }

    @Test
    void copyKeepsEveryOption() {
        TlsOptions options = TlsOptions.builder()
                .provider(TlsProvider.CONSCRYPT)
                .identity(TestPki.identity(TestPki.issued(HOST)))
                .trust(TestPki.trust(TestPki.CA))
                .clientAuthentication(ClientAuthentication.NEED)
                .validateChain(false)
                .validateHost(false)
                .handshakeTimeout(Duration.ofSeconds(3))
                .build();

        assertThat(options.toBuilder().build()).usingRecursiveComparison().isEqualTo(options);
        assertThat(options.toString())
                .contains("CONSCRYPT", "CN=leaf", "validateChain=false", "validateHost=false", "NEED", "PT3S");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1S", "PT0.0009S", "PT5M0.001S"})
    void refusesHandshakeTimeoutOutOfRange(String value) {
        assertThatThrownBy(() -> TlsOptions.builder()
                        .handshakeTimeout(Duration.parse(value))
                        .build())
                .isInstanceOf(TlsConfigurationException.class)
                .hasMessage("handshakeTimeout must be from 1 ms to 5 min, not " + Duration.parse(value));
    }

    @Test
    void listenerWithoutCertificateSaysWhatIsMissing() {
        assertThatThrownBy(() -> TlsContext.forListener(TlsOptions.builder().build()))
                .isInstanceOf(TlsConfigurationException.class)
                .hasMessage("a TLS listener needs a certificate and its private key; set TlsOptions.identity");
    }

    @Test
    void contextMakesHandlersOfItsOwnRoleOnly() {
        TlsContext listener = TlsContext.forListener(TestPki.listener(TlsProvider.JDK, HOST));
        TlsContext connector = TlsContext.forConnector(TestPki.connector(TlsProvider.JDK));

        assertThatThrownBy(() -> listener.newHandler(HOST, 1, Runnable::run)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> connector.newHandler("peer", Runnable::run)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void suppliedContextExcludesWhatItReplaces() throws Exception {
        SSLContext supplied = SSLContext.getInstance("TLS");
        supplied.init(null, null, null);

        assertThatThrownBy(() -> TlsOptions.builder()
                        .sslContext(supplied)
                        .trust(TestPki.trust(TestPki.CA))
                        .build())
                .isInstanceOf(TlsConfigurationException.class)
                .hasMessageContaining("set one or the others");
        assertThatThrownBy(() -> TlsOptions.builder()
                        .sslContext(supplied)
                        .validateChain(false)
                        .build())
                .isInstanceOf(TlsConfigurationException.class)
                .hasMessageContaining("validateChain=false has no effect");
    }

    @Test
    @Tag("S-TLS-1")
    @Tag("S-TLS-2")
    void suppliedContextIsUsedAndRestricted() throws Exception {
        TrustManager[] trust = {TestPki.trust(TestPki.CA).manager()};
        KeyManager[] keys = {new IdentityKeyManager(TestPki.identity(TestPki.issued(HOST)))};
        SSLContext supplied = SSLContext.getInstance("TLS");
        supplied.init(keys, trust, null);
        TlsOptions options = TlsOptions.builder().sslContext(supplied).build();
        try (TlsLoop loop = new TlsLoop()) {
            InetSocketAddress address = loop.listen(TlsContext.forListener(options));

            Connection good = loop.connect(TlsContext.forConnector(options), HOST, address);
            assertThat(good.handshake()).isTrue();
            assertThat(good.handler().engine().getEnabledProtocols()).containsExactlyInAnyOrder("TLSv1.3", "TLSv1.2");
            assertThat(good.handler().engine().getEnabledCipherSuites()).noneMatch(suite -> suite.contains("_CBC_"));
            assertThat(loop.connect(TlsContext.forConnector(options), "other.plant.test", address)
                            .handshake())
                    .isFalse();
            TlsContext anyName = TlsContext.forConnector(
                    options.toBuilder().validateHost(false).build());
            assertThat(loop.connect(anyName, "other.plant.test", address).handshake())
                    .isTrue();
            assertThat(anyName.isInsecure()).isTrue();
        }
    }

    @Test
    void absentConscryptIsNamedTogetherWithWhatToAdd() throws Exception {
        ClassLoader loader = new WithoutConscrypt();
        Class<?> providers = loader.loadClass("io.mirror.transport.TlsProvider");
        Class<?> options = loader.loadClass("io.mirror.transport.TlsOptions");
        Class<?> contexts = loader.loadClass("io.mirror.transport.TlsContext");
        Object builder = options.getMethod("builder").invoke(null);
        builder.getClass()
                .getMethod("provider", providers)
                .invoke(builder, providers.getField("CONSCRYPT").get(null));
        Object built = builder.getClass().getMethod("build").invoke(builder);

        assertThatThrownBy(() -> contexts.getMethod("forConnector", options).invoke(null, built))
                .cause()
                .hasMessageStartingWith("Conscrypt is not there; add org.conscrypt:conscrypt-openjdk-uber to the class"
                        + " path, or to the module path with --add-modules org.conscrypt");
    }

    /** Loads this module's classes again in a world that has no Conscrypt. */
    private static final class WithoutConscrypt extends ClassLoader {

        WithoutConscrypt() {
            super(TlsOptionsTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith("org.conscrypt.")) {
                throw new ClassNotFoundException(name);
            }
            if (!name.startsWith("io.mirror.transport.")) {
                return super.loadClass(name, resolve);
            }
            Class<?> loaded = findLoadedClass(name);
            if (loaded != null) {
                return loaded;
            }
            String resource = "/" + name.replace('.', '/') + ".class";
            try (InputStream in = TlsContext.class.getResourceAsStream(resource)) {
                byte[] code = in.readAllBytes();
                return defineClass(name, code, 0, code.length);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
