package io.mirror.replica.zabbix.exchange;

/** How a connection is protected (section 16). */
public enum ConnectionKind {
    /** Plain TCP. */
    UNENCRYPTED("unencrypted"),
    /** TLS with a pre-shared key. */
    PSK("TLS with PSK"),
    /** TLS with certificates on both sides. */
    CERTIFICATE("TLS with certificate");

    private final String text;

    ConnectionKind(String text) {
        this.text = text;
    }

    /**
     * Returns the kind in the words of the daemons.
     *
     * @return a short text
     */
    public String text() {
        return text;
    }
}
