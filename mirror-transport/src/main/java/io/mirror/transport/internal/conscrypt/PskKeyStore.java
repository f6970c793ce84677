package io.mirror.transport.internal.conscrypt;

import java.net.Socket;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.function.Function;
import javax.crypto.SecretKey;
import javax.net.ssl.SSLEngine;
import org.conscrypt.PSKKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Gives Conscrypt the keys. Its interface is marked deprecated because it cannot do TLS 1.3; there is no other one.
 */
@SuppressWarnings("deprecation")
public final class PskKeyStore implements PSKKeyManager {
    private final String ownIdentity;
    private final Function<String, byte[]> keys;
    // Callbacks come with an engine inside the one that was made; the name of its peer is what both have in common.
    private final Map<String, String> identities = Collections.synchronizedMap(new WeakHashMap<>());

    /**
     * Creates a store.
     *
     * @param ownIdentity what a client presents
     * @param keys gives the key of an identity, a random one if it is unknown
     */
    public PskKeyStore(String ownIdentity, Function<String, byte[]> keys) {
        this.ownIdentity = ownIdentity;
        this.keys = keys;
    }

    /**
     * Returns the identity that was used with an engine.
     *
     * @param peerName what the engine was told as name of its peer, a name that no other engine of this store has
     * @return the identity, empty if there was none yet
     */
    public String identityOf(String peerName) {
        return identities.getOrDefault(peerName, "");
    }

    @Override
    public @Nullable String chooseServerKeyIdentityHint(@Nullable Socket socket) {
        return null;
    }

    @Override
    public @Nullable String chooseServerKeyIdentityHint(@Nullable SSLEngine engine) {
        return null;
    }

    @Override
    public String chooseClientKeyIdentity(@Nullable String hint, @Nullable Socket socket) {
        return ownIdentity;
    }

    @Override
    public String chooseClientKeyIdentity(@Nullable String hint, @Nullable SSLEngine engine) {
        return ownIdentity;
    }

    @Override
    public SecretKey getKey(@Nullable String hint, @Nullable String identity, @Nullable Socket socket) {
        return key(identity);
    }

    @Override
    public SecretKey getKey(@Nullable String hint, @Nullable String identity, @Nullable SSLEngine engine) {
        if (engine != null && engine.getPeerHost() != null && identity != null) {
            identities.put(engine.getPeerHost(), identity);
        }
        return key(identity);
    }

    private SecretKey key(@Nullable String identity) {
        return new HeldKey(keys.apply(identity == null ? "" : identity));
    }

    /** The array of its owner, not a copy that nobody would overwrite. Conscrypt only reads it. */
    private static final class HeldKey implements SecretKey {
        private static final long serialVersionUID = 1;

        private final transient byte[] bytes;

        HeldKey(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public String getAlgorithm() {
            return "PSK";
        }

        @Override
        public String getFormat() {
            return "RAW";
        }

        @Override
        public byte[] getEncoded() {
            return bytes;
        }
    }
}
