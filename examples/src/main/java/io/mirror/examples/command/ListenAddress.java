package io.mirror.examples.command;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Where a hub listens.
 *
 * @param scheme what connections are carried by
 * @param host a name or address of this machine
 * @param port 0 for any free port
 * @param path where the WebSocket is, {@code /} without one
 */
record ListenAddress(Scheme scheme, String host, int port, String path) {
    /** Every address of this machine. */
    static final String ALL = "0.0.0.0";

    /** Makes picocli accept addresses to listen on. */
    static final class Converter implements ITypeConverter<ListenAddress> {
        @Override
        public ListenAddress convert(String text) {
            try {
                Address address = Address.parse(text, 0);
                return new ListenAddress(
                        address.scheme(),
                        address.server().host(),
                        Integer.parseInt(address.server().port()),
                        address.path());
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    static ListenAddress plain(String host, int port) {
        return new ListenAddress(Scheme.TCP, host, port, "/");
    }

    boolean tls() {
        return scheme.tls();
    }

    /** Tells whether one listener can serve both: it recognises what connections are carried by. */
    boolean shares(ListenAddress other) {
        return port != 0 && port == other.port && host.equals(other.host);
    }

    ListenAddress withPort(int actual) {
        return new ListenAddress(scheme, host, actual, path);
    }

    @Override
    public String toString() {
        String shown = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return scheme.prefix() + shown + ":" + port + (path.equals("/") ? "" : path);
    }
}
