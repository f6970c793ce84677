package io.mirror.core.link;

import io.mirror.core.point.Excerpt;
import java.util.Objects;

/**
 * Where a master listens: a host and a port, neither resolved (DHTP section 1).
 *
 * @param host a name or an address
 * @param port a number or the name of a service that the operating system knows
 */
public record ServerAddress(String host, String port) {
    /**
     * Checks that both parts are usable in a configuration line and a log.
     *
     * @param host a name or an address
     * @param port a number or the name of a service that the operating system knows
     * @throws IllegalArgumentException if a part is empty or has control characters or blanks
     */
    public ServerAddress {
        check("host", host);
        check("port", port);
    }

    /**
     * Makes an address with a numeric port.
     *
     * @param host a name or an address
     * @param port 0 to 65535
     * @return the address
     * @throws IllegalArgumentException if the port is out of range
     */
    public static ServerAddress of(String host, int port) {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port must be 0 to 65535, was " + port);
        }
        return new ServerAddress(host, Integer.toString(port));
    }

    private static void check(String part, String value) {
        Objects.requireNonNull(value, part);
        boolean bad = value.isEmpty();
        for (int i = 0; i < value.length(); i++) {
            bad |= value.charAt(i) <= ' ' || value.charAt(i) == 0x7F;
        }
        if (bad) {
            throw new IllegalArgumentException(
                    part + " is empty or has a blank or control character: \"" + Excerpt.of(value) + "\"");
        }
    }

    /** Returns {@code host:port}, an IPv6 address in brackets. */
    @Override
    public String toString() {
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }
}
