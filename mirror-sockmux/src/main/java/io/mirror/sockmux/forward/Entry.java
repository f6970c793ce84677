package io.mirror.sockmux.forward;

import java.util.Objects;

/**
 * A local port whose clients come out at the other end of the tunnel.
 *
 * @param transport how clients connect
 * @param host a name or an address of this machine
 * @param port 0 to 65535, 0 for any free port
 */
public record Entry(Transport transport, String host, int port) {
    /** Where entries without a host listen: this machine only. */
    public static final String LOOPBACK = "127.0.0.1";
    /** All addresses of this machine. */
    public static final String ANY = "0.0.0.0";

    /**
     * Checks the entry.
     *
     * @param transport how clients connect
     * @param host a name or an address of this machine
     * @param port 0 to 65535, 0 for any free port
     */
    public Entry {
        Objects.requireNonNull(transport, "transport");
        if (host.isEmpty()) {
            throw new IllegalArgumentException("the host of an entry is empty");
        }
        if (port < 0 || port > 0xFFFF) {
            throw new IllegalArgumentException("the port of an entry must be 0 to 65535, was " + port);
        }
    }

    /**
     * Makes an entry for streams on the loopback address.
     *
     * @param port 0 to 65535, 0 for any free port
     * @return the entry
     */
    public static Entry tcp(int port) {
        return new Entry(Transport.TCP, LOOPBACK, port);
    }

    /**
     * Makes an entry for datagrams on the loopback address.
     *
     * @param port 0 to 65535, 0 for any free port
     * @return the entry
     */
    public static Entry udp(int port) {
        return new Entry(Transport.UDP, LOOPBACK, port);
    }

    @Override
    public String toString() {
        String address = host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
        return transport == Transport.UDP ? address + "/udp" : address;
    }
}
