package io.mirror.replica.scsp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** A server that keeps what it was asked and answers with a function; an empty answer closes the connection. */
final class ScriptedPeer implements AutoCloseable {
    private static final Duration CLOSE_LIMIT = Duration.ofMinutes(1);

    final List<String> heads = Collections.synchronizedList(new ArrayList<>());
    private final ServerSocket listener;
    private final Function<String, String> answers;
    private final List<Socket> sockets = Collections.synchronizedList(new ArrayList<>());
    private final Thread listening;

    ScriptedPeer(Function<String, String> answers) throws IOException {
        this(new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1")), answers);
    }

    ScriptedPeer(ServerSocket listener, Function<String, String> answers) {
        this.listener = listener;
        this.answers = answers;
        listening = start(this::listen);
    }

    private static Thread start(Runnable task) {
        Thread thread = new Thread(task, "scripted-peer");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    HostPort address() {
        return new HostPort("127.0.0.1", listener.getLocalPort());
    }

    /** How many connections there were so far. */
    int connections() {
        return sockets.size();
    }

    private void listen() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                sockets.add(socket);
                start(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            for (String head = head(in); !head.isEmpty(); head = head(in)) {
                heads.add(head);
                String answer = answers.apply(head);
                if (answer.isEmpty()) {
                    return;
                }
                socket.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
                socket.getOutputStream().flush();
                skipBody(in, head);
                if (!answer.toLowerCase(Locale.ROOT).contains("content-length")
                        && !answer.contains("chunked")
                        && !answer.contains(" 100 ")) {
                    return;
                }
            }
        } catch (IOException e) {
            // The other side has gone.
        }
    }

    private static void skipBody(InputStream in, String head) throws IOException {
        for (String line : head.split("\r\n")) {
            if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                in.readNBytes(Integer.parseInt(line.substring(15).trim()));
            }
        }
    }

    private static String head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int octet = in.read();
            if (octet < 0) {
                return "";
            }
            head.write(octet);
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    /** Afterwards nobody is there. A thread that waits for connections can still take one after its listener is closed. */
    @Override
    public void close() throws IOException {
        listener.close();
        try {
            listening.join(CLOSE_LIMIT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        assertThat(listening.isAlive()).as("still listening").isFalse();
        for (Socket socket : List.copyOf(sockets)) {
            socket.close();
        }
    }
}
