package io.mirror.sockmux.forward;

import io.mirror.codec.sockmux.ConnectText;
import io.mirror.codec.sockmux.MuxAddress;
import java.util.List;
import java.util.Optional;

/**
 * Which channels a rule is for: those to which one of the items applies (SockMux section 13).
 *
 * @param items the items; none applies to every channel
 */
public record Match(List<Item> items) {
    /** Applies to every channel. */
    public static final Match ALL = new Match(List.of());

    /** One condition. */
    public sealed interface Item {
        /**
         * Tells whether the condition holds.
         *
         * @param text what the peer says about client and entry
         * @return true if it does
         */
        boolean applies(ConnectText text);
    }

    /**
     * The client was accepted at this port of the peer.
     *
     * @param port 1 to 65535
     */
    public record AcceptedPort(int port) implements Item {
        /**
         * Checks the port.
         *
         * @param port 1 to 65535
         */
        public AcceptedPort {
            if (port < 1 || port > 0xFFFF) {
                throw new IllegalArgumentException("an accepted port must be 1 to 65535, was " + port);
            }
        }

        @Override
        public boolean applies(ConnectText text) {
            return text.localAddress().map(local -> local.port() == port).orElse(false);
        }

        @Override
        public String toString() {
            return "-P" + port;
        }
    }

    /**
     * The client has this address. What it says is information from the peer, not proof.
     *
     * @param user {@code -} or {@code *}: a stream has no user
     * @param host an address where {@code *} stands for anything
     */
    public record Client(String user, String host) implements Item {
        @Override
        public boolean applies(ConnectText text) {
            Optional<MuxAddress> client = text.remoteAddress();
            return glob(user, "-")
                    && client.map(address -> glob(MuxAddress.host(host), address.host()))
                            .orElse(host.equals("*"));
        }

        @Override
        public String toString() {
            return user + "@" + host;
        }
    }

    /**
     * Copies the items.
     *
     * @param items the items; none applies to every channel
     */
    public Match {
        items = List.copyOf(items);
    }

    /**
     * Matches clients that were accepted at one of the ports.
     *
     * @param ports 1 to 65535 each
     * @return the match
     */
    public static Match acceptedAt(int... ports) {
        return new Match(java.util.Arrays.stream(ports)
                .mapToObj(port -> (Item) new AcceptedPort(port))
                .toList());
    }

    /**
     * Tells whether a rule with this match is for a channel.
     *
     * @param text what the peer says about client and entry
     * @return true if one of the items applies, or there is none
     */
    public boolean applies(ConnectText text) {
        return items.isEmpty() || items.stream().anyMatch(item -> item.applies(text));
    }

    /** Linear in the product of both lengths, whatever the pattern is. */
    static boolean glob(String pattern, String text) {
        int p = 0;
        int t = 0;
        int star = -1;
        int mark = 0;
        while (t < text.length()) {
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                star = p++;
                mark = t;
            } else if (p < pattern.length() && pattern.charAt(p) == text.charAt(t)) {
                p++;
                t++;
            } else if (star >= 0) {
                p = star + 1;
                t = ++mark;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }
}
