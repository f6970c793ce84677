package io.mirror.sockmux.forward;

import java.util.Map;
import java.util.Objects;

/** Where a channel comes out. Only the host decides about it; a peer chooses among what is configured. */
public sealed interface Destination {

    /**
     * A place on the network.
     *
     * @param transport how it is reached
     * @param host a name or an address
     * @param port 1 to 65535
     */
    record Relay(Transport transport, String host, int port) implements Destination {
        /**
         * Checks the destination.
         *
         * @param transport how it is reached
         * @param host a name or an address
         * @param port 1 to 65535
         */
        public Relay {
            Objects.requireNonNull(transport, "transport");
            if (host.isEmpty()) {
                throw new IllegalArgumentException("the host of a destination is empty");
            }
            if (port < 1 || port > 0xFFFF) {
                throw new IllegalArgumentException("the port of a destination must be 1 to 65535, was " + port);
            }
        }

        @Override
        public String toString() {
            String address = host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
            return transport == Transport.UDP ? address + "/udp" : address;
        }
    }

    /**
     * A handler inside this process.
     *
     * @param protocol the name under which the host has registered it
     * @param target host and port that were given for it; empty if there are none
     * @param options what was given in parentheses
     */
    record Embedded(String protocol, String target, Map<String, String> options) implements Destination {
        /**
         * Copies the options.
         *
         * @param protocol the name under which the host has registered it
         * @param target host and port that were given for it; empty if there are none
         * @param options what was given in parentheses
         */
        public Embedded {
            if (protocol.isEmpty()) {
                throw new IllegalArgumentException("the protocol of a handler is empty");
            }
            Objects.requireNonNull(target, "target");
            options = Map.copyOf(options);
        }

        @Override
        public String toString() {
            return target.isEmpty() ? protocol : protocol + "://" + target;
        }
    }

    /**
     * Makes a destination for streams.
     *
     * @param host a name or an address
     * @param port 1 to 65535
     * @return the destination
     */
    static Destination tcp(String host, int port) {
        return new Relay(Transport.TCP, host, port);
    }

    /**
     * Makes a destination for datagrams.
     *
     * @param host a name or an address
     * @param port 1 to 65535
     * @return the destination
     */
    static Destination udp(String host, int port) {
        return new Relay(Transport.UDP, host, port);
    }

    /**
     * Makes a destination inside this process.
     *
     * @param protocol the name under which the host has registered a handler
     * @return the destination
     */
    static Destination embedded(String protocol) {
        return new Embedded(protocol, "", Map.of());
    }
}
