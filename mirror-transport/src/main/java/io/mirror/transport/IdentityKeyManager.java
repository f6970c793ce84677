package io.mirror.transport;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/** Offers one identity whenever its type of key is asked for. */
final class IdentityKeyManager extends X509ExtendedKeyManager {

    private static final String ALIAS = "identity";

    private final TlsIdentity identity;
    private final String keyType;

    IdentityKeyManager(TlsIdentity identity) {
        this.identity = identity;
        this.keyType = identity.chain().get(0).getPublicKey().getAlgorithm();
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String wanted, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return wanted.equals(keyType) ? ALIAS : null;
    }

    @Override
    public @Nullable String chooseEngineClientAlias(
            String[] wanted, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        for (String type : wanted) {
            if (type.equals(keyType)) {
                return ALIAS;
            }
        }
        return null;
    }

    @Override
    public @Nullable String chooseServerAlias(String wanted, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return chooseEngineServerAlias(wanted, issuers, null);
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] wanted, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return chooseEngineClientAlias(wanted, issuers, null);
    }

    @Override
    public String @Nullable [] getServerAliases(String wanted, Principal @Nullable [] issuers) {
        return wanted.equals(keyType) ? new String[] {ALIAS} : null;
    }

    @Override
    public String @Nullable [] getClientAliases(String wanted, Principal @Nullable [] issuers) {
        return getServerAliases(wanted, issuers);
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        return alias.equals(ALIAS) ? identity.chain().toArray(new X509Certificate[0]) : null;
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        return alias.equals(ALIAS) ? identity.key() : null;
    }
}
