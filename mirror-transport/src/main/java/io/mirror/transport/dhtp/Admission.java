package io.mirror.transport.dhtp;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;

/** Counts the connections of a listener, all of them and those of each address that have not logged in. */
final class Admission {
    private final ListenerLimits limits;
    private final Map<InetAddress, Integer> unauthenticated = new HashMap<>();
    private int connections;
    private long accepted;
    private long rejected;

    Admission(ListenerLimits limits) {
        this.limits = limits;
    }

    /** Takes a new connection in, or refuses it. */
    synchronized boolean enter(InetAddress address) {
        int fromAddress = unauthenticated.getOrDefault(address, 0);
        if (connections >= limits.maxConnections() || fromAddress >= limits.maxUnauthenticatedPerAddress()) {
            rejected++;
            return false;
        }
        connections++;
        accepted++;
        unauthenticated.put(address, fromAddress + 1);
        return true;
    }

    /** A connection that was taken in has logged in. */
    synchronized void authenticated(InetAddress address) {
        unauthenticated.computeIfPresent(address, (key, count) -> count > 1 ? count - 1 : null);
    }

    /** A connection that was taken in is gone. */
    synchronized void leave(InetAddress address, boolean wasAuthenticated) {
        connections--;
        if (!wasAuthenticated) {
            authenticated(address);
        }
    }

    synchronized int connections() {
        return connections;
    }

    synchronized long accepted() {
        return accepted;
    }

    synchronized long rejected() {
        return rejected;
    }
}
