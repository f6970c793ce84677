package io.mirror.transport.dhtp;

import java.io.IOException;
import java.net.Socket;

/** The tunnel of a proxy: what one socket receives the other sends, both ways, until one of them ends. */
final class SocketPump {
    private SocketPump() {}

    static void join(Socket one, Socket other) {
        pump(one, other);
        pump(other, one);
    }

    private static void pump(Socket from, Socket to) {
        Thread thread = new Thread(
                () -> {
                    try (from;
                            to) {
                        from.getInputStream().transferTo(to.getOutputStream());
                    } catch (IOException ended) {
                        // Both are closed.
                    }
                },
                "socket-pump");
        thread.setDaemon(true);
        thread.start();
    }
}
