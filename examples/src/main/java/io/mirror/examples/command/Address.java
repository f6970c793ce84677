package io.mirror.examples.command;

import io.mirror.core.link.ServerAddress;
import io.mirror.transport.websocket.WebSocketOptions;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Where a master listens, as it is written on the command line.
 *
 * @param scheme how the connection is carried
 * @param server host and port
 * @param path where the WebSocket is, {@code /} without one
 */
record Address(Scheme scheme, ServerAddress server, String path) {
    private static final String FORMS =
            "write host, host:port or [v6-address]:port, with tls://, ws:// or wss:// before it for TLS or WebSocket";

    /** Makes picocli accept addresses. */
    static final class Converter implements ITypeConverter<Address> {
        @Override
        public Address convert(String text) {
            try {
                return parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    /**
     * Reads an address.
     *
     * @throws IllegalArgumentException if it has none of the forms
     */
    static Address parse(String text) {
        return parse(text, 1);
    }

    static Address parse(String text, int lowestPort) {
        Scheme scheme = Scheme.of(text);
        String rest = text.substring(scheme.prefix().length());
        if (rest.contains("://")) {
            throw wrong(text, "only tls://, ws:// or wss:// may stand before the host");
        }
        String path = "/";
        int slash = rest.indexOf('/');
        if (scheme.webSocket() && slash >= 0) {
            path = rest.substring(slash);
            rest = rest.substring(0, slash);
        } else if (slash >= 0) {
            throw wrong(text, "only ws:// and wss:// addresses have a path");
        }
        String host;
        String port;
        if (rest.startsWith("[")) {
            int close = rest.indexOf(']');
            if (close < 0 || (close + 1 < rest.length() && rest.charAt(close + 1) != ':')) {
                throw wrong(text, "the bracket around an IPv6 address is not closed properly");
            }
            host = rest.substring(1, close);
            port = close + 1 < rest.length() ? rest.substring(close + 2) : Integer.toString(scheme.port());
        } else {
            int colon = rest.indexOf(':');
            if (colon != rest.lastIndexOf(':')) {
                throw wrong(text, "an IPv6 address must stand in brackets");
            }
            host = colon < 0 ? rest : rest.substring(0, colon);
            port = colon < 0 ? Integer.toString(scheme.port()) : rest.substring(colon + 1);
        }
        checkPort(text, port, lowestPort);
        try {
            WebSocketOptions.builder().path(path);
            return new Address(scheme, new ServerAddress(host, port), path);
        } catch (IllegalArgumentException e) {
            throw wrong(text, String.valueOf(e.getMessage()));
        }
    }

    boolean tls() {
        return scheme.tls();
    }

    /** Returns how the same address is written with TLS. */
    String withTls() {
        return scheme.secure().prefix() + server + (path.equals("/") ? "" : path);
    }

    WebSocketOptions webSocket() {
        return WebSocketOptions.builder().path(path).build();
    }

    private static void checkPort(String text, String port, int lowest) {
        boolean digits = !port.isEmpty() && port.length() <= 5 && port.chars().allMatch(c -> c >= '0' && c <= '9');
        int number = digits ? Integer.parseInt(port) : -1;
        if (number < lowest || number > 65535) {
            throw wrong(text, "the port must be " + lowest + " to 65535");
        }
    }

    private static IllegalArgumentException wrong(String text, String problem) {
        return new IllegalArgumentException("\"" + text + "\": " + problem + "; " + FORMS);
    }

    @Override
    public String toString() {
        return scheme.prefix() + server + (path.equals("/") ? "" : path);
    }
}
