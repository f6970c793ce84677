package io.mirror.transport.internal.conscrypt;

import java.security.Provider;
import org.conscrypt.Conscrypt;

/** The only class that touches Conscrypt, so that everything else loads without it. */
public final class ConscryptProviders {

    private ConscryptProviders() {}

    /**
     * Loads Conscrypt without installing it in the JVM.
     *
     * @return a provider of its own for the caller
     * @throws LinkageError if Conscrypt is absent, or has no native library for this machine
     */
    public static Provider create() {
        return Conscrypt.newProviderBuilder().provideTrustManager(false).build();
    }
}
