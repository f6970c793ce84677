package io.mirror.transport.internal.websocket;

/** How the buffers that a protocol writes become messages. What arrives is bytes in any case, whatever the kind. */
public enum Messages {
    /** Whole lines become text messages, whole binary frames of DHTP binary ones (DHTP section 11.3). */
    DHTP,
    /** Each buffer becomes a binary message. */
    BINARY,
    /** The protocol's handler reads and writes the frames of data itself, without those of control. */
    FRAMES
}
