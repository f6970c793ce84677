package io.mirror.sockmux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A server on the loopback address that does the same with every connection, in a thread of its own. */
final class Echo implements AutoCloseable {
    /** What is done with one connection. */
    interface Service {
        void serve(Socket client) throws Exception;
    }

    private final ServerSocket server;
    private final Service service;
    private final Set<Socket> clients = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "test-server");
        thread.setDaemon(true);
        return thread;
    });

    private Echo(Service service) throws IOException {
        this.service = service;
        server = new ServerSocket(0, 1024, InetAddress.getLoopbackAddress());
        threads.execute(this::accept);
    }

    /** Sends back what it gets, and ends its side when the client has ended its. */
    static Echo start() throws IOException {
        return serving(client -> {
            client.getInputStream().transferTo(client.getOutputStream());
            client.shutdownOutput();
        });
    }

    static Echo serving(Service service) throws IOException {
        return new Echo(service);
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                client.setTcpNoDelay(true);
                accepted.incrementAndGet();
                clients.add(client);
                threads.execute(() -> {
                    try (client) {
                        service.serve(client);
                    } catch (Exception connectionIsGone) {
                        // The test looks at what arrived.
                    } finally {
                        clients.remove(client);
                    }
                });
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    int port() {
        return server.getLocalPort();
    }

    int accepted() {
        return accepted.get();
    }

    int connected() {
        return clients.size();
    }

    @Override
    public void close() {
        try {
            server.close();
            for (Socket client : clients) {
                client.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.shutdownNow();
    }
}
