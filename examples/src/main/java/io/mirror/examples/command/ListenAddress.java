package io.mirror.examples.command;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Where a hub listens.
 *
 * @param tls true for {@code tls://}
 * @param host a name or address of this machine
 * @param port 0 for any free port
 */
record ListenAddress(boolean tls, String host, int port) {
    /** Every address of this machine. */
    static final String ALL = "0.0.0.0";

    /** Makes picocli accept addresses to listen on. */
    static final class Converter implements ITypeConverter<ListenAddress> {
        @Override
        public ListenAddress convert(String text) {
            try {
                Address address = Address.parse(text, 0);
                return new ListenAddress(
                        address.tls(),
                        address.server().host(),
                        Integer.parseInt(address.server().port()));
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    @Override
    public String toString() {
        String shown = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return (tls ? "tls://" : "") + shown + ":" + port;
    }
}
