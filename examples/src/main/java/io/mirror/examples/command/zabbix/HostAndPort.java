package io.mirror.examples.command.zabbix;

import io.mirror.core.point.Excerpt;

/**
 * An address as it stands in a file.
 *
 * @param host name or address
 * @param port the port
 */
record HostAndPort(String host, int port) {
    private static final int MAX_PORT = 65_535;

    /** Reads {@code host}, {@code host:port}, {@code [address]:port}. */
    static HostAndPort parse(String text, int defaultPort) {
        int colon = text.lastIndexOf(':');
        boolean hasPort = colon >= 0 && (text.indexOf(':') == colon || text.charAt(colon - 1) == ']');
        String host = hasPort ? text.substring(0, colon) : text;
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        int port = defaultPort;
        if (hasPort) {
            try {
                port = Integer.parseInt(text.substring(colon + 1));
            } catch (NumberFormatException e) {
                port = -1;
            }
        }
        if (host.isEmpty() || port < 0 || port > MAX_PORT) {
            throw new IllegalArgumentException("is address or address:port, not \"" + Excerpt.of(text) + "\"");
        }
        return new HostAndPort(host, port);
    }

    /** Reads a member of an object. */
    static HostAndPort of(JsonObject object, String member, String defaultHost, int defaultPort) {
        try {
            return object.text(member)
                    .map(text -> parse(text, defaultPort))
                    .orElse(new HostAndPort(defaultHost, defaultPort));
        } catch (IllegalArgumentException e) {
            throw object.wrong(member + " " + e.getMessage());
        }
    }
}
