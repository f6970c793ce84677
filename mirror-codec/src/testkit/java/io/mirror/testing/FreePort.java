package io.mirror.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports for programs that have to be told where to listen, and ports where nobody listens. Never a port that was bound and
 * let go: the system gives it to the next one that asks for any.
 */
public final class FreePort {
    /** Below the ports that systems give to outgoing connections, and below 32,768, which some programs cannot pass. */
    private static final int FIRST = 20_000;

    private static final int END = 32_000;
    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

    private FreePort() {}

    /**
     * Finds a port of the loopback interface that nobody listens on.
     *
     * @return a port that was not returned before
     */
    public static int next() {
        for (int i = 0; i < 1_000; i++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, END);
            if (GIVEN.add(port) && isFree(port)) {
                return port;
            }
        }
        throw new AssertionError("no free port from " + FIRST + " to " + END);
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }
}
