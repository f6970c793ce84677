package io.mirror.transport;

/** Whether a TLS listener asks connecting peers for a certificate. */
public enum ClientAuthentication {
    /** No certificate is asked for. */
    NONE,

    /** A certificate is asked for and checked if there is one. */
    WANT,

    /** Peers without an acceptable certificate are turned away. */
    NEED
}
