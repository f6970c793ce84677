package io.mirror.examples.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The cable between slave and master: passes bytes on until it is cut. While it is cut both ends still believe in their
 * connection, bytes are lost, and new connections are refused, as with a pulled plug.
 */
final class Relay implements AutoCloseable {
    private static final int BUFFER_BYTES = 64 * 1024;

    private final InetSocketAddress target;
    private final int port;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicLong toMaster = new AtomicLong();
    private final AtomicLong toSlave = new AtomicLong();
    private volatile boolean cut;
    private volatile boolean closed;
    private @Nullable ServerSocket listener;

    Relay(int targetPort) throws IOException {
        target = new InetSocketAddress(InetAddress.getLoopbackAddress(), targetPort);
        listener = listen(0);
        port = listener.getLocalPort();
    }

    int port() {
        return port;
    }

    long bytesToMaster() {
        return toMaster.get();
    }

    long bytesToSlave() {
        return toSlave.get();
    }

    /** Pulls the plug. */
    synchronized void cut() throws IOException {
        cut = true;
        if (listener != null) {
            listener.close();
            listener = null;
        }
    }

    /** Puts the plug in again: what was connected before is gone, new connections pass. */
    synchronized void restore() throws IOException {
        closeSockets();
        cut = false;
        listener = listen(port);
    }

    private ServerSocket listen(int onPort) throws IOException {
        ServerSocket server = new ServerSocket();
        server.setReuseAddress(true);
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), onPort));
        start("relay-accept", () -> accept(server));
        return server;
    }

    private static void start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void accept(ServerSocket server) {
        while (!server.isClosed()) {
            try {
                Socket slave = server.accept();
                sockets.add(slave);
                Socket master = new Socket();
                sockets.add(master);
                master.connect(target);
                slave.setTcpNoDelay(true);
                master.setTcpNoDelay(true);
                start("relay-to-master", () -> pass(slave, master, toMaster));
                start("relay-to-slave", () -> pass(master, slave, toSlave));
            } catch (IOException e) {
                if (!cut && !closed) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void pass(Socket from, Socket to, AtomicLong count) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                if (!cut) {
                    out.write(buffer, 0, length);
                    count.addAndGet(length);
                }
            }
        } catch (IOException e) {
            // An end that is gone ends this direction like an orderly close.
        }
        if (!cut) {
            close(to);
            close(from);
        }
    }

    private void close(Socket socket) {
        sockets.remove(socket);
        try {
            socket.close();
        } catch (IOException e) {
            // Nothing can be done with a socket that does not close.
        }
    }

    private void closeSockets() {
        for (Socket socket : sockets) {
            close(socket);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        if (listener != null) {
            listener.close();
        }
        closeSockets();
    }
}
