package io.mirror.transport;

import java.io.Serial;

/** A certificate, key, trust store, provider or combination of TLS options that cannot be used. */
public final class TlsConfigurationException extends TransportException {

    @Serial
    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception without a cause.
     *
     * @param message which file or option is wrong and what to do
     */
    public TlsConfigurationException(String message) {
        super(message);
    }

    /**
     * Creates an exception with a cause.
     *
     * @param message which file or option is wrong and what to do
     * @param cause the underlying failure
     */
    public TlsConfigurationException(String message, Throwable cause) {
        super(message, cause);
    }
}
