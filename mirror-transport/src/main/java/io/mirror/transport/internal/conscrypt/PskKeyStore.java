package io.mirror.transport.internal.conscrypt;

import java.net.Socket;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.function.Function;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
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
    private final Map<SSLEngine, String> identities = Collections.synchronizedMap(new WeakHashMap<>());

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
     * @param engine the engine as Conscrypt made it
     * @return the identity, empty if there was none yet
     */
    public String identityOf(SSLEngine engine) {
        return identities.getOrDefault(engine, "");
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
        if (engine != null && identity != null) {
            identities.put(engine, identity);
        }
        return key(identity);
    }

    private SecretKey key(@Nullable String identity) {
        return new SecretKeySpec(keys.apply(identity == null ? "" : identity), "PSK");
    }
}
