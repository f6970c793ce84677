package io.mirror.codec.sockmux;

import java.util.Optional;

/**
 * A host and a port as they stand in CONNECT and CONNECTED (SockMux section 7): information from the peer, never a place
 * to connect to.
 *
 * @param host an address literal as usual, IPv6 with colons; perhaps a name
 * @param port 0 to 65535
 */
public record MuxAddress(String host, int port) {
    /** The most digits of a port. */
    private static final int PORT_DIGITS = 5;

    /**
     * Checks the address.
     *
     * @param host an address literal as usual, IPv6 with colons; perhaps a name
     * @param port 0 to 65535
     */
    public MuxAddress {
        if (port < 0 || port > 0xFFFF) {
            throw new IllegalArgumentException("port must be 0 to 65535, was " + port);
        }
    }

    /**
     * Reads what a peer wrote: a v6 address with underscores, in brackets, or plain, where the last colon counts.
     *
     * @param word host, colon, port
     * @return the address; empty if it is none
     */
    public static Optional<MuxAddress> parse(String word) {
        int colon = word.lastIndexOf(':');
        int digits = word.length() - colon - 1;
        if (colon <= 0 || digits < 1 || digits > PORT_DIGITS) {
            return Optional.empty();
        }
        int port = 0;
        for (int i = colon + 1; i < word.length(); i++) {
            int digit = word.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return Optional.empty();
            }
            port = port * 10 + digit;
        }
        if (port > 0xFFFF) {
            return Optional.empty();
        }
        return Optional.of(new MuxAddress(host(word.substring(0, colon)), port));
    }

    /**
     * Reads a host as it is written in this protocol: a v6 address with underscores, in brackets, or plain.
     *
     * @param text the host
     * @return the host, v6 with colons
     */
    public static String host(String text) {
        if (text.startsWith("[") && text.endsWith("]")) {
            return text.substring(1, text.length() - 1);
        }
        return isV6(text, '_') ? text.replace('_', ':') : text;
    }

    private static boolean isV6(String text, char separator) {
        int separators = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == separator) {
                separators++;
            } else if (Character.digit(c, 16) < 0 && c != '.') {
                return false;
            }
        }
        return separators >= 2;
    }

    /**
     * Writes the address as the protocol has it: every colon of a v6 address is an underscore.
     *
     * @return host, colon, port
     */
    @Override
    public String toString() {
        return host.replace(':', '_') + ":" + port;
    }
}
