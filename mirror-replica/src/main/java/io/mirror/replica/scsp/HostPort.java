package io.mirror.replica.scsp;

import io.mirror.core.point.Excerpt;
import java.util.Locale;

/**
 * The address of a node: a name or an IP address, and a port.
 *
 * @param host a name, an IPv4 address, or an IPv6 address without brackets
 * @param port 1 to 65535
 */
public record HostPort(String host, int port) {
    /** The port of SCSP if none is given (SCSP section 1). */
    public static final int DEFAULT_PORT = 80;

    /** The port with TLS if none is given. */
    public static final int DEFAULT_TLS_PORT = 443;

    /**
     * Checks the parts.
     *
     * @param host the host
     * @param port the port
     * @throws IllegalArgumentException if the host has other characters than those of names and addresses, or the port
     *     is out of range
     */
    public HostPort {
        if (!host.matches("[A-Za-z0-9._:-]{1,255}")) {
            throw new IllegalArgumentException("not a host: \"" + Excerpt.of(host) + "\"");
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("the port has to be 1 to 65535, was " + port);
        }
        host = host.toLowerCase(Locale.ROOT);
    }

    /**
     * Reads {@code HOST[:PORT]}, an IPv6 address in brackets.
     *
     * @param text the address
     * @return its parts
     * @throws IllegalArgumentException if the text is anything else
     */
    public static HostPort parse(String text) {
        return parse(text, DEFAULT_PORT);
    }

    static HostPort parse(String text, int defaultPort) {
        String host = text;
        String port = "";
        int end = text.startsWith("[") ? text.indexOf(']') : -1;
        if (end > 0) {
            host = text.substring(1, end);
            if (text.length() > end + 1 && text.charAt(end + 1) == ':') {
                port = text.substring(end + 2);
            } else if (text.length() > end + 1) {
                throw new IllegalArgumentException("not HOST[:PORT]: \"" + Excerpt.of(text) + "\"");
            }
        } else {
            int colon = text.indexOf(':');
            if (colon != text.lastIndexOf(':')) {
                throw new IllegalArgumentException("an IPv6 address needs brackets: \"" + Excerpt.of(text) + "\"");
            }
            if (colon >= 0) {
                host = text.substring(0, colon);
                port = text.substring(colon + 1);
            }
            if (host.indexOf(':') >= 0) {
                throw new IllegalArgumentException("not HOST[:PORT]: \"" + Excerpt.of(text) + "\"");
            }
        }
        if (!port.isEmpty() && !port.matches("[0-9]{1,5}")) {
            throw new IllegalArgumentException("not a port: \"" + Excerpt.of(port) + "\"");
        }
        return new HostPort(host, port.isEmpty() ? defaultPort : Integer.parseInt(port));
    }

    /** Returns {@code host:port}, an IPv6 address in brackets. */
    @Override
    public String toString() {
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }
}
