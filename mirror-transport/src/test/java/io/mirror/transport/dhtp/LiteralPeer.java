package io.mirror.transport.dhtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** One end of a connection that knows nothing of this library: it sends literal bytes and reads lines. */
final class LiteralPeer implements AutoCloseable {
    private static final int READ_MILLIS = 30_000;

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    private LiteralPeer(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(READ_MILLIS);
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
        out = socket.getOutputStream();
    }

    static LiteralPeer connect(int port) throws IOException {
        return new LiteralPeer(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    static LiteralPeer accept(ServerSocket server) throws IOException {
        server.setSoTimeout(READ_MILLIS);
        return new LiteralPeer(server.accept());
    }

    void send(String text) throws IOException {
        send(text.getBytes(StandardCharsets.UTF_8));
    }

    void send(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    void sendLine(String line) throws IOException {
        send(line + "\n");
    }

    /** Reads one line without its LF, beats included. */
    String readLine() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int octet = in.read(); octet != '\n'; octet = in.read()) {
            if (octet == -1) {
                throw new AssertionError("end of stream after: " + line);
            }
            line.write(octet);
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    /** Reads one line that is no beat. */
    String readMessage() throws IOException {
        String line = readLine();
        while (line.equals("(alive)")) {
            line = readLine();
        }
        return line;
    }

    void expect(String line) throws IOException {
        assertThat(readMessage()).isEqualTo(line);
    }

    /** Reads exactly so many bytes. */
    byte[] readBytes(int count) throws IOException {
        byte[] bytes = in.readNBytes(count);
        assertThat(bytes).hasSize(count);
        return bytes;
    }

    /** Reads until the other side closes; fails if it does not. */
    void expectEnd() throws IOException {
        try {
            while (in.read() != -1) {
                // What is still on its way does not matter.
            }
        } catch (java.net.SocketTimeoutException e) {
            throw new AssertionError("the connection was not closed within " + READ_MILLIS + " ms", e);
        } catch (IOException reset) {
            // A reset ends the connection too.
        }
    }

    void hangUp() throws IOException {
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
