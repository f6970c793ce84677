package io.mirror.replica.journal;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/** Passes connections on over the IPv6 loopback address and cuts the first ones when their answer comes. */
final class AnswerDropper implements AutoCloseable {
    private final ServerSocket server;
    private final int port;
    private final AtomicInteger left;
    private final AtomicInteger dropped = new AtomicInteger();

    AnswerDropper(int port, int answers) throws IOException {
        this.port = port;
        left = new AtomicInteger(answers);
        server = new ServerSocket(0, 50, loopback());
        daemon(this::accept);
    }

    private static InetAddress loopback() throws IOException {
        byte[] address = new byte[16];
        address[15] = 1;
        return InetAddress.getByAddress(address);
    }

    int port() {
        return server.getLocalPort();
    }

    int dropped() {
        return dropped.get();
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "answer-dropper");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                Socket receiver = new Socket(loopback(), port);
                daemon(() -> copy(client, receiver, false));
                daemon(() -> copy(receiver, client, true));
            }
        } catch (IOException e) {
            // The test is over.
        }
    }

    private void copy(Socket from, Socket to, boolean answers) {
        try {
            InputStream in = from.getInputStream();
            byte[] chunk = new byte[16 * 1024];
            for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
                if (answers && left.getAndDecrement() > 0) {
                    dropped.incrementAndGet();
                    to.close();
                    from.close();
                    return;
                }
                to.getOutputStream().write(chunk, 0, count);
            }
            to.shutdownOutput();
        } catch (IOException e) {
            // One side has gone, which is what this is for.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
