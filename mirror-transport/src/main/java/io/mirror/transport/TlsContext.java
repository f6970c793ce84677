package io.mirror.transport;

import io.mirror.core.point.Excerpt;
import io.mirror.transport.internal.conscrypt.ConscryptProviders;
import io.netty.handler.ssl.SslHandler;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The TLS side of one endpoint: makes a Netty handler for each of its connections.
 *
 * <p>Every handler offers exactly TLS 1.2 and 1.3 with forward secret AEAD suites, does exactly one handshake within
 * {@link TlsOptions#handshakeTimeout()}, and passes nothing on in clear. The key and certificate can be replaced while
 * the endpoint runs: connections that stand keep theirs, handshakes from then on use the new ones.
 *
 * <p>Safe for use by several threads.
 */
public final class TlsContext {

    private static final Logger LOGGER = System.getLogger("io.mirror.transport");

    private static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");
    private static final List<String> SUITES = List.of(
            "TLS_AES_256_GCM_SHA384",
            "TLS_AES_128_GCM_SHA256",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    private final TlsOptions options;
    private final boolean client;
    private final @Nullable Provider provider;
    private volatile SSLContext context;

    private TlsContext(TlsOptions options, boolean client) {
        this.options = options;
        this.client = client;
        this.provider = providerOf(options);
        this.context = contextFor(options.identity());
    }

    /**
     * Makes the TLS side of a connector.
     *
     * @param options the options; an identity serves as client certificate
     * @return the context
     * @throws TlsConfigurationException if the options cannot be used on this machine
     */
    public static TlsContext forConnector(TlsOptions options) {
        return new TlsContext(options, true);
    }

    /**
     * Makes the TLS side of a listener.
     *
     * @param options the options, with an identity or a context supplied by the host
     * @return the context
     * @throws TlsConfigurationException if there is no identity or the options cannot be used on this machine
     */
    public static TlsContext forListener(TlsOptions options) {
        if (options.identity() == null && options.sslContext() == null) {
            throw new TlsConfigurationException(
                    "a TLS listener needs a certificate and its private key; set TlsOptions.identity");
        }
        return new TlsContext(options, false);
    }

    /**
     * Tells whether links of this endpoint lack a check of the peer: for a connector one of the two validations, for
     * a listener the validation of the certificates it asks for.
     *
     * @return true if a link's status has to say insecure
     */
    public boolean isInsecure() {
        return insecurity() != null;
    }

    /**
     * Makes the handler of one outgoing connection.
     *
     * @param host the name or address that was asked for, as configured; checked against the certificate
     * @param port the port that was asked for
     * @param tasks runs the expensive steps of the handshake; {@code Runnable::run} for the event loop itself
     * @return a handler to be put first into the pipeline of the connection
     * @throws IllegalStateException if this is the context of a listener
     * @throws TlsConfigurationException if the host is no host name
     */
    public SslHandler newHandler(String host, int port, Executor tasks) {
        if (!client) {
            throw new IllegalStateException("this is the TLS context of a listener");
        }
        String name = HostNames.normalize(host);
        return handler(context.createSSLEngine(name, port), host + ":" + port, tasks);
    }

    /**
     * Makes the handler of one accepted connection.
     *
     * @param peer the remote address, for logs
     * @param tasks runs the expensive steps of the handshake; {@code Runnable::run} for the event loop itself
     * @return a handler to be put first into the pipeline of the connection
     * @throws IllegalStateException if this is the context of a connector
     */
    public SslHandler newHandler(String peer, Executor tasks) {
        if (client) {
            throw new IllegalStateException("this is the TLS context of a connector");
        }
        return handler(context.createSSLEngine(), peer, tasks);
    }

    /**
     * Replaces key and certificate for handshakes from now on. On failure the old ones stay in force.
     *
     * @param identity the new key and certificate
     * @throws TlsConfigurationException if the endpoint cannot use them, or runs on a context supplied by the host
     */
    public void replaceIdentity(TlsIdentity identity) {
        if (options.sslContext() != null) {
            throw new TlsConfigurationException(
                    "this endpoint runs on an sslContext of the host; replace key and certificate there");
        }
        context = contextFor(identity);
    }

    private SslHandler handler(SSLEngine engine, String peer, Executor tasks) {
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(supported("protocol versions", PROTOCOLS, engine.getSupportedProtocols()));
        parameters.setCipherSuites(supported("cipher suites", SUITES, engine.getSupportedCipherSuites()));
        parameters.setUseCipherSuitesOrder(true);
        engine.setUseClientMode(client);
        if (client) {
            // With the chain unchecked the runtime would not look at the name; PeerTrustManager does in both cases.
            boolean byRuntime = options.validateHost() && options.validateChain();
            parameters.setEndpointIdentificationAlgorithm(byRuntime ? "HTTPS" : null);
        } else {
            switch (options.clientAuthentication()) {
                case NONE -> parameters.setNeedClientAuth(false);
                case WANT -> parameters.setWantClientAuth(true);
                case NEED -> parameters.setNeedClientAuth(true);
            }
        }
        engine.setSSLParameters(parameters);
        SslHandler handler = new SslHandler(new SingleHandshakeEngine(engine), false, tasks);
        handler.setHandshakeTimeoutMillis(options.handshakeTimeout().toMillis());
        String insecurity = insecurity();
        if (insecurity != null) {
            handler.handshakeFuture().addListener(future -> {
                if (future.isSuccess()) {
                    LOGGER.log(Level.WARNING, "insecure TLS link with {0}: {1}", Excerpt.of(peer), insecurity);
                }
            });
        }
        return handler;
    }

    private @Nullable String insecurity() {
        boolean nameMatters = client && !options.validateHost() && !options.namesCheckedByCaller();
        boolean chainMatters =
                !options.validateChain() && (client || options.clientAuthentication() != ClientAuthentication.NONE);
        if (nameMatters && chainMatters) {
            return "neither certificate chain nor host name is checked";
        }
        if (chainMatters) {
            return "the certificate chain is not checked";
        }
        return nameMatters ? "the host name is not checked" : null;
    }

    private SSLContext contextFor(@Nullable TlsIdentity identity) {
        SSLContext supplied = options.sslContext();
        if (supplied != null) {
            return supplied;
        }
        if (identity != null) {
            warnIfNotValidNow(identity);
        }
        try {
            SSLContext fresh =
                    provider == null ? SSLContext.getInstance("TLS") : SSLContext.getInstance("TLS", provider);
            KeyManager[] keys =
                    identity == null ? new KeyManager[0] : new KeyManager[] {new IdentityKeyManager(identity)};
            fresh.init(keys, new TrustManager[] {trustManager()}, null);
            return fresh;
        } catch (GeneralSecurityException e) {
            throw new TlsConfigurationException("TLS cannot be started with " + options, e);
        }
    }

    private TrustManager trustManager() {
        X509ExtendedTrustManager chain = null;
        if (options.validateChain()) {
            TrustAnchors anchors = options.trust();
            chain = (anchors == null ? TrustAnchors.system() : anchors).manager();
        }
        return new PeerTrustManager(chain, options.validateHost());
    }

    private static void warnIfNotValidNow(TlsIdentity identity) {
        try {
            identity.chain().get(0).checkValidity();
        } catch (CertificateExpiredException e) {
            LOGGER.log(Level.WARNING, "the certificate has expired, peers will refuse it: {0}", identity);
        } catch (CertificateNotYetValidException e) {
            LOGGER.log(Level.WARNING, "the certificate is not valid yet, peers will refuse it: {0}", identity);
        }
    }

    private static @Nullable Provider providerOf(TlsOptions options) {
        if (options.sslContext() != null || options.provider() == TlsProvider.JDK) {
            return null;
        }
        try {
            return ConscryptProviders.create();
        } catch (NoClassDefFoundError e) {
            throw new TlsConfigurationException(
                    "Conscrypt is not there; add org.conscrypt:conscrypt-openjdk-uber to the"
                            + " class path, or to the module path with --add-modules org.conscrypt, or use TlsProvider.JDK",
                    e);
        } catch (LinkageError | RuntimeException e) {
            throw new TlsConfigurationException(
                    "Conscrypt has no native library for this machine; use TlsProvider.JDK", e);
        }
    }

    private static String[] supported(String what, List<String> wanted, String[] available) {
        List<String> known = Arrays.asList(available);
        String[] usable = wanted.stream().filter(known::contains).toArray(String[]::new);
        if (usable.length == 0) {
            throw new TlsConfigurationException("the TLS implementation supports none of the " + what + " " + wanted);
        }
        return usable;
    }
}
