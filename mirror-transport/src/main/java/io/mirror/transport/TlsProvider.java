package io.mirror.transport;

/** Which implementation of TLS an endpoint uses. The choice never affects other users of the same JVM. */
public enum TlsProvider {
    /** The TLS of the Java runtime. */
    JDK,

    /**
     * Conscrypt, which must be added by the host: {@code org.conscrypt:conscrypt-openjdk-uber} on the class path, or
     * on the module path together with {@code --add-modules org.conscrypt}.
     */
    CONSCRYPT
}
