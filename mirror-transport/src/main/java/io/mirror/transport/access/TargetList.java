package io.mirror.transport.access;

import io.mirror.core.point.Excerpt;
import io.netty.util.NetUtil;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Where this endpoint may connect when the place was named by somebody else: names, addresses and address ranges, each
 * with ports. Empty by default, so that nothing is reachable.
 *
 * <p>A place is judged by the address that is connected to, after resolution, and the answer is that address: a name that
 * resolves differently a moment later cannot lead elsewhere. Loopback, link-local, multicast, unspecified and broadcast
 * addresses, also inside IPv4-mapped, IPv4-compatible, NAT64 and 6to4 forms, need an entry of their own kind; a wide
 * range such as {@code 0.0.0.0/0} or a name does not admit them. Addresses are taken in their plain spelling only. What
 * the host has configured itself is not judged, see {@link Builder#trust}.
 *
 * <p>Immutable and safe for use by several threads; {@link #resolve} may wait for the resolver.
 */
public final class TargetList {
    /** Nothing is allowed. */
    public static final TargetList NONE = builder().build();

    private static final int MAX_PORT = 65_535;
    private static final int NARROW_BITS = 4;

    /** Looks up names. */
    @FunctionalInterface
    public interface Resolver {
        /** The resolver of this machine. */
        Resolver SYSTEM = name -> List.of(InetAddress.getAllByName(name));

        /**
         * Looks up a name.
         *
         * @param name the name
         * @return its addresses, the preferred one first
         * @throws UnknownHostException if it has none
         */
        List<InetAddress> resolve(String name) throws UnknownHostException;
    }

    /** One entry: a name, or a range with its first address. */
    private record Entry(String name, AddressRange range, Optional<InetAddress> base, int firstPort, int lastPort) {
        boolean hasPort(int port) {
            return port >= firstPort && port <= lastPort;
        }
    }

    /** A place that is right wherever its name leads. */
    private record Place(String host, int port) {}

    private final List<Entry> entries;
    private final Set<Place> trusted;
    private final Resolver resolver;

    private TargetList(Builder builder) {
        entries = List.copyOf(builder.entries);
        trusted = Set.copyOf(builder.trusted);
        resolver = builder.resolver;
    }

    /**
     * Begins a list.
     *
     * @return a builder of an empty list
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Resolves and judges a place.
     *
     * @param host a name, or an address without brackets
     * @param port 1 to 65535
     * @return the address to connect to, which has to be used for this request as it is
     * @throws TargetRefusedException if the list does not allow it
     * @throws UnknownHostException if the name is not known
     */
    public InetSocketAddress resolve(String host, int port) throws TargetRefusedException, UnknownHostException {
        String place = host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
        String name = host.toLowerCase(Locale.ROOT);
        if (trusted.contains(new Place(name, port))) {
            return new InetSocketAddress(first(host), port);
        }
        boolean byName = entries.stream().anyMatch(entry -> entry.name().equals(name) && entry.hasPort(port));
        if (!byName && entries.stream().noneMatch(entry -> entry.base().isPresent() && entry.hasPort(port))) {
            throw new TargetRefusedException(place, "is not on the list of targets");
        }
        InetAddress address = address(name, place);
        boolean special = isSpecial(address);
        boolean local = byName && name.equals("localhost") && address.isLoopbackAddress();
        for (Entry entry : entries) {
            if (entry.hasPort(port)
                    && entry.base().isPresent()
                    && entry.range().contains(address)
                    && (!special || isNarrowAndSpecial(entry))) {
                return new InetSocketAddress(address, port);
            }
        }
        if (special && !local) {
            throw new TargetRefusedException(
                    place, "leads to " + address.getHostAddress() + ", which is not on the list by its address");
        }
        if (!byName) {
            throw new TargetRefusedException(place, "is not on the list of targets");
        }
        return new InetSocketAddress(address, port);
    }

    private InetAddress address(String host, String place) throws TargetRefusedException, UnknownHostException {
        byte[] literal = NetUtil.createByteArrayFromIpAddressString(host);
        if (literal != null) {
            InetAddress address = InetAddress.getByAddress(literal);
            boolean plain = literal.length == 4
                    ? address.getHostAddress().equals(host)
                    : address instanceof Inet6Address && host.indexOf('%') < 0 && host.indexOf('.') < 0;
            if (!plain) {
                throw new TargetRefusedException(place, "is not the plain spelling of an address");
            }
            return address;
        }
        if (!isName(host)) {
            throw new TargetRefusedException(place, "is neither a name nor the plain spelling of an address");
        }
        return first(host);
    }

    private InetAddress first(String host) throws UnknownHostException {
        List<InetAddress> found = resolver.resolve(host);
        if (found.isEmpty()) {
            throw new UnknownHostException(host);
        }
        return found.get(0);
    }

    /** Resolvers read more than names: decimal, octal, hexadecimal and short forms of addresses. */
    private static boolean isName(String host) {
        int lastLabel = host.lastIndexOf('.') + 1;
        if (lastLabel == host.length()) {
            return false;
        }
        char first = host.charAt(lastLabel);
        if (first >= '0' && first <= '9') {
            return false;
        }
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            if (!letter && !(c >= '0' && c <= '9') && "-_.".indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean isNarrowAndSpecial(Entry entry) {
        return entry.range().prefixLength() >= NARROW_BITS
                && entry.base().map(TargetList::isSpecial).orElse(false);
    }

    private static boolean isSpecial(InetAddress address) {
        if (address.isLoopbackAddress()
                || address.isLinkLocalAddress()
                || address.isMulticastAddress()
                || address.isAnyLocalAddress()) {
            return true;
        }
        byte[] octets = address.getAddress();
        if (octets.length == 4) {
            return octets[0] == 0 || (octets[0] & octets[1] & octets[2] & octets[3] & 0xFF) == 0xFF;
        }
        int embedded = embedded(octets);
        try {
            return embedded >= 0
                    && isSpecial(InetAddress.getByAddress(Arrays.copyOfRange(octets, embedded, embedded + 4)));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four octets are an address", e);
        }
    }

    /** Where an IPv4 address stands inside an IPv6 one, or -1. */
    private static int embedded(byte[] octets) {
        if (octets[0] == 0x20 && octets[1] == 0x02) {
            return 2;
        }
        boolean nat64 = octets[0] == 0 && octets[1] == 0x64 && (octets[2] & 0xFF) == 0xFF && (octets[3] & 0xFF) == 0x9B;
        if (nat64) {
            return 12;
        }
        for (int i = 0; i < 10; i++) {
            if (octets[i] != 0) {
                return -1;
            }
        }
        int mark = octets[10] & octets[11] & 0xFF;
        return mark == 0xFF || (octets[10] == 0 && octets[11] == 0) ? 12 : -1;
    }

    /**
     * Returns the number of entries.
     *
     * @return a short text
     */
    @Override
    public String toString() {
        return "TargetList[" + (entries.size() + trusted.size()) + " entries]";
    }

    /** Collects entries. Not safe for use by several threads. */
    public static final class Builder {
        private final List<Entry> entries = new ArrayList<>();
        private final Set<Place> trusted = new HashSet<>();
        private Resolver resolver = Resolver.SYSTEM;

        private Builder() {}

        /**
         * Allows a host with one port.
         *
         * @param host a name, or an address without brackets
         * @param port 1 to 65535
         * @return this
         * @throws IllegalArgumentException if the port is out of range
         */
        public Builder allow(String host, int port) {
            return allow(host, port, port);
        }

        /**
         * Allows a name or a range with some ports.
         *
         * @param target a name, an address without brackets, {@code address/bits}, or {@code *} for all but special
         *     addresses
         * @param firstPort the lowest port
         * @param lastPort the highest port
         * @return this
         * @throws IllegalArgumentException if a port is out of range or the target is neither name nor range
         */
        public Builder allow(String target, int firstPort, int lastPort) {
            if (firstPort < 1 || lastPort > MAX_PORT || firstPort > lastPort) {
                throw new IllegalArgumentException(
                        "ports have to be 1 to " + MAX_PORT + ", were " + firstPort + " to " + lastPort);
            }
            if (target.equals("*")) {
                allow("0.0.0.0/0", firstPort, lastPort);
                return allow("::/0", firstPort, lastPort);
            }
            int slash = target.indexOf('/');
            String host = slash < 0 ? target : target.substring(0, slash);
            byte[] literal = NetUtil.createByteArrayFromIpAddressString(host);
            if (literal == null) {
                if (slash >= 0 || host.isEmpty() || !isName(host)) {
                    throw new IllegalArgumentException(
                            "neither a name nor a range of addresses: \"" + Excerpt.of(target) + "\"");
                }
                entries.add(new Entry(
                        host.toLowerCase(Locale.ROOT), AddressRange.ANY, Optional.empty(), firstPort, lastPort));
                return this;
            }
            try {
                entries.add(new Entry(
                        "",
                        AddressRange.parse(target),
                        Optional.of(InetAddress.getByAddress(literal)),
                        firstPort,
                        lastPort));
            } catch (UnknownHostException e) {
                throw new IllegalArgumentException("not an address: \"" + Excerpt.of(target) + "\"", e);
            }
            return this;
        }

        /**
         * Allows a place that the host of this endpoint has configured itself, in exactly this spelling (letter case does
         * not count), wherever its name leads: nobody else has a say in it.
         *
         * @param host a name or an address, as it will be asked for
         * @param port 1 to 65535
         * @return this
         * @throws IllegalArgumentException if the port is out of range
         */
        public Builder trust(String host, int port) {
            if (port < 1 || port > MAX_PORT) {
                throw new IllegalArgumentException("a port has to be 1 to " + MAX_PORT + ", was " + port);
            }
            trusted.add(new Place(host.toLowerCase(Locale.ROOT), port));
            return this;
        }

        /**
         * Sets who looks up names.
         *
         * @param value default the machine's resolver
         * @return this
         */
        public Builder resolver(Resolver value) {
            resolver = value;
            return this;
        }

        /**
         * Makes the list.
         *
         * @return the list
         */
        public TargetList build() {
            return new TargetList(this);
        }
    }
}
