package io.mirror.examples.demo;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** The HTTP proxy of an office network, in little: it opens tunnels to one target (CONNECT) and refuses all else. */
final class ConnectProxy implements AutoCloseable {
    private static final int MAX_HEAD_BYTES = 8 * 1024;
    private static final int HEAD_MILLIS = 10_000;

    private final String target;
    private final int targetPort;
    private final ServerSocket listener;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final CopyOnWriteArrayList<String> requests = new CopyOnWriteArrayList<>();

    /** Allows tunnels to a port of {@code localhost} and to nowhere else. */
    ConnectProxy(int targetPort) throws IOException {
        this.targetPort = targetPort;
        target = "localhost:" + targetPort;
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start("proxy-accept", this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** Returns the first line of each request so far. */
    CopyOnWriteArrayList<String> requests() {
        return requests;
    }

    private static void start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                sockets.add(client);
                start("proxy-client", () -> serve(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        try {
            client.setSoTimeout(HEAD_MILLIS);
            String request = readHead(client.getInputStream());
            requests.add(request);
            if (!request.equals("CONNECT " + target + " HTTP/1.1")) {
                answer(client, "403 Forbidden");
                close(client);
                return;
            }
            client.setSoTimeout(0);
            Socket server = new Socket();
            sockets.add(server);
            server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), targetPort));
            answer(client, "200 Connection established");
            start("proxy-back", () -> pass(server, client));
            pass(client, server);
        } catch (IOException gone) {
            close(client);
        }
    }

    /** Returns the first line; the fields do not matter here. */
    private static String readHead(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int octet = in.read();
            if (octet < 0 || head.size() == MAX_HEAD_BYTES) {
                throw new IOException("no request");
            }
            head.write(octet);
        }
        String text = head.toString(StandardCharsets.ISO_8859_1);
        return text.substring(0, text.indexOf("\r\n"));
    }

    private static void answer(Socket client, String status) throws IOException {
        client.getOutputStream().write(("HTTP/1.1 " + status + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
    }

    private void pass(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException gone) {
            // An end that is gone ends both directions.
        }
        close(from);
        close(to);
    }

    private void close(Socket socket) {
        sockets.remove(socket);
        try {
            socket.close();
        } catch (IOException e) {
            // Nothing can be done with a socket that does not close.
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        sockets.forEach(this::close);
    }
}
