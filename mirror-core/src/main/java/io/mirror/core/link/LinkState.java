package io.mirror.core.link;

/**
 * Where a link is (DHTP section 8.4).
 *
 * <pre>{@code
 * IDLE -> CONNECTING -> SECURING -> OPEN -> SYNCING -> MIRRORING -> CLOSED -> RETRY_WAIT -> CONNECTING
 *                                     any state -> TERMINATED          DISABLED: never connects
 * }</pre>
 *
 * <p>SECURING is left out without TLS. A master's side of a connection begins with OPEN and ends with CLOSED.
 */
public enum LinkState {
    /** Not started. */
    IDLE,
    /** A TCP connection is being made. */
    CONNECTING,
    /** The TLS handshake is under way. */
    SECURING,
    /** The connection stands; the opening commands are being exchanged. */
    OPEN,
    /** The initial transfer is under way. */
    SYNCING,
    /** The initial transfer is done; changes are mirrored as they happen. */
    MIRRORING,
    /** The connection is gone. */
    CLOSED,
    /** Waiting before the next attempt. */
    RETRY_WAIT,
    /** Configured but not to be connected. */
    DISABLED,
    /** Stopped for good. */
    TERMINATED
}
