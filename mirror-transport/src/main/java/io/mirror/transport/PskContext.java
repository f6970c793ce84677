package io.mirror.transport;

import io.mirror.transport.internal.conscrypt.ConscryptProviders;
import io.mirror.transport.internal.conscrypt.PskKeyStore;
import io.netty.handler.ssl.SslHandler;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;

/**
 * TLS with pre-shared keys of one endpoint: makes a Netty handler for each of its connections.
 *
 * <p>To a peer, an unknown identity looks like a wrong key: the handshake goes on with a random one. Safe for use by
 * several threads.
 */
public final class PskContext implements AutoCloseable {
    private static final int RANDOM_KEY_BYTES = 32;
    private static final String[] PROTOCOLS = {"TLSv1.2"};

    private final PskOptions options;
    private final boolean client;
    private final SSLContext context;
    private final PskKeyStore keys;
    private final String[] suites;
    private final AtomicLong connections = new AtomicLong();

    private PskContext(PskOptions options, boolean client) {
        this.options = options;
        this.client = client;
        suites = suites(options.allowCbcPsk());
        Optional<PskKey> own = options.key();
        if (client && own.isEmpty()) {
            throw new TlsConfigurationException("a connector with a pre-shared key needs one; set PskOptions.key");
        }
        keys = new PskKeyStore(own.map(PskKey::identity).orElse(""), this::keyOf);
        try {
            Provider provider = ConscryptProviders.create();
            context = SSLContext.getInstance("TLSv1.2", provider);
            context.init(new KeyManager[] {keys}, new TrustManager[0], null);
        } catch (NoClassDefFoundError e) {
            throw new TlsConfigurationException(
                    "TLS with pre-shared keys needs Conscrypt; add org.conscrypt:conscrypt-openjdk-uber to the class path",
                    e);
        } catch (LinkageError | GeneralSecurityException e) {
            throw new TlsConfigurationException("Conscrypt cannot be used on this machine", e);
        }
    }

    /**
     * Makes the TLS side of a connector.
     *
     * @param options with a key
     * @return the context, to be closed
     * @throws TlsConfigurationException if there is no key, or no Conscrypt on this machine
     */
    public static PskContext forConnector(PskOptions options) {
        return new PskContext(options, true);
    }

    /**
     * Makes the TLS side of a listener.
     *
     * @param options with a key or a way to find keys
     * @return the context, to be closed
     * @throws TlsConfigurationException if there is no Conscrypt on this machine
     */
    public static PskContext forListener(PskOptions options) {
        return new PskContext(options, false);
    }

    /** The best suites first; those with CBC and without forward secrecy only for peers that have nothing else. */
    static String[] suites(boolean allowCbcPsk) {
        List<String> suites = new ArrayList<>(List.of("TLS_ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256"));
        if (allowCbcPsk) {
            suites.addAll(List.of(
                    "TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA",
                    "TLS_ECDHE_PSK_WITH_AES_256_CBC_SHA",
                    "TLS_PSK_WITH_AES_128_CBC_SHA",
                    "TLS_PSK_WITH_AES_256_CBC_SHA"));
        }
        return suites.toArray(String[]::new);
    }

    private byte[] keyOf(String identity) {
        Optional<PskKey> key = options.lookup().apply(identity);
        if (key.isPresent()) {
            return key.get().bytes();
        }
        byte[] random = new byte[RANDOM_KEY_BYTES];
        new SecureRandom().nextBytes(random);
        return random;
    }

    /**
     * Makes the handler of one connection.
     *
     * @param tasks runs the expensive steps of the handshake; {@code Runnable::run} for the event loop itself
     * @return a handler to be put first into the pipeline of the connection
     */
    public SslHandler newHandler(Executor tasks) {
        // A string of its own: the key store forgets it together with the handler.
        String peerName = "psk-" + connections.incrementAndGet();
        SSLEngine engine = client ? context.createSSLEngine() : context.createSSLEngine(peerName, 0);
        engine.setUseClientMode(client);
        engine.setEnabledProtocols(PROTOCOLS);
        engine.setEnabledCipherSuites(suites);
        SslHandler handler = new PskHandler(engine, tasks, peerName);
        handler.setHandshakeTimeoutMillis(options.handshakeTimeout().toMillis());
        return handler;
    }

    /** Remembers the name by which the key store knows its engine. */
    private static final class PskHandler extends SslHandler {
        private final String peerName;

        PskHandler(SSLEngine inner, Executor tasks, String peerName) {
            super(new SingleHandshakeEngine(inner), false, tasks);
            this.peerName = peerName;
        }
    }

    /**
     * Returns the identity that a peer has used, once the handshake is done.
     *
     * @param handler a handler of this context
     * @return the identity, empty before the handshake and for a connector
     */
    public String identityOf(SslHandler handler) {
        return handler instanceof PskHandler psk ? keys.identityOf(psk.peerName) : "";
    }

    /** Overwrites the key of these options; keys found by a lookup stay with their owner. */
    @Override
    public void close() {
        options.key().ifPresent(PskKey::close);
    }

    /**
     * Returns what is offered.
     *
     * @return a short text without any key
     */
    @Override
    public String toString() {
        return "PskContext" + Arrays.toString(suites);
    }
}
