package io.mirror.examples.command;

import io.mirror.core.link.ServerAddress;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Where a master listens, as it is written on the command line.
 *
 * @param tls true for {@code tls://}
 * @param server host and port
 */
record Address(boolean tls, ServerAddress server) {
    static final int PLAIN_PORT = 4502;
    static final int TLS_PORT = 4503;

    private static final String TLS_PREFIX = "tls://";
    private static final String FORMS = "write host, host:port or [v6-address]:port, with tls:// before it for TLS";

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
        boolean tls = text.startsWith(TLS_PREFIX);
        String rest = tls ? text.substring(TLS_PREFIX.length()) : text;
        if (rest.contains("://")) {
            throw wrong(text, "only tls:// may stand before the host");
        }
        String host;
        String port;
        if (rest.startsWith("[")) {
            int close = rest.indexOf(']');
            if (close < 0 || (close + 1 < rest.length() && rest.charAt(close + 1) != ':')) {
                throw wrong(text, "the bracket around an IPv6 address is not closed properly");
            }
            host = rest.substring(1, close);
            port = close + 1 < rest.length() ? rest.substring(close + 2) : defaultPort(tls);
        } else {
            int colon = rest.indexOf(':');
            if (colon != rest.lastIndexOf(':')) {
                throw wrong(text, "an IPv6 address must stand in brackets");
            }
            host = colon < 0 ? rest : rest.substring(0, colon);
            port = colon < 0 ? defaultPort(tls) : rest.substring(colon + 1);
        }
        checkPort(text, port, lowestPort);
        try {
            return new Address(tls, new ServerAddress(host, port));
        } catch (IllegalArgumentException e) {
            throw wrong(text, String.valueOf(e.getMessage()));
        }
    }

    private static String defaultPort(boolean tls) {
        return Integer.toString(tls ? TLS_PORT : PLAIN_PORT);
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
        return (tls ? TLS_PREFIX : "") + server;
    }
}
