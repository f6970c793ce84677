package io.mirror.core.link;

/** The flags of {@code mirror_master_2} (DHTP section 12.1). */
public enum LinkFlag {
    /** TLS. */
    USE_SSL(0x0000_0001),
    /** WebSocket. */
    USE_WEBSOCKET(0x0000_0002),
    /** Check the certificate chain. */
    VALIDATE_SSL(0x0000_0004),
    /** Check the certificate against the host name. */
    VALIDATE_HOST(0x0000_0008),
    /** Go through a forward proxy. */
    USE_PROXY(0x0000_0010),
    /** Use HTTP CONNECT with that proxy. */
    USE_HTTP_CONNECT(0x0000_0020),
    /** Configured but not connected. */
    DISABLED(0x0000_8000),
    /** Send point messages in binary form. */
    USE_BINARY(0x0001_0000),
    /** The target is an Embedded Toolkit server. */
    EMBEDDED(0x0002_0000),
    /** Data is readable from the master. */
    READABLE(0x0010_0000),
    /** Data is writable to the master. */
    WRITABLE(0x0020_0000),
    /** On connect, send all data to the master. */
    SYNC_SEND(0x0100_0000),
    /** On connect, receive all data from the master. */
    SYNC_RECV(0x0200_0000),
    /** On connect, synchronize by timestamps. */
    SYNC_TIME(0x0400_0000),
    /** The master is the authority. */
    AUTHORITATIVE(0x1000_0000),
    /** The slave is the authority. */
    NON_AUTHORITATIVE(0x2000_0000),
    /** Stamp incoming data with the local clock. */
    OVERRIDE_TIME(0x4000_0000);

    private final int bit;

    LinkFlag(int bit) {
        this.bit = bit;
    }

    /**
     * Returns the bit of this flag.
     *
     * @return a number with one bit set
     */
    public int bit() {
        return bit;
    }
}
