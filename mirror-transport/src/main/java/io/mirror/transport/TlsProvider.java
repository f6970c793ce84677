package io.mirror.transport;

import io.mirror.transport.internal.conscrypt.ConscryptProviders;

/** Which implementation of TLS an endpoint uses. The choice never affects other users of the same JVM. */
public enum TlsProvider {
    /** The TLS of the Java runtime. */
    JDK,

    /**
     * Conscrypt, which must be added by the host: {@code org.conscrypt:conscrypt-openjdk-uber} on the class path, or
     * on the module path together with {@code --add-modules org.conscrypt}.
     */
    CONSCRYPT;

    /**
     * Returns the provider that needs the least processor time here: {@link #CONSCRYPT} if the host added it and it
     * has a native library for this machine, else {@link #JDK}.
     *
     * @return a provider that can be used
     */
    public static TlsProvider fastest() {
        try {
            ConscryptProviders.create();
            return CONSCRYPT;
        } catch (LinkageError | RuntimeException e) {
            return JDK;
        }
    }
}
