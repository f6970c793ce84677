package io.mirror.benchmarks.feed;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A connection to a peer's server, as a careful client would keep it: it gathers what it writes and reads much at once. */
final class Wire implements AutoCloseable {
    private static final int ROOM = 64 << 10;

    /** What stands for a point beside its name: value, quality, seconds and nanoseconds, as plain big-endian numbers. */
    static final int PAYLOAD = 24;

    private static final int QUALITY = 192;

    private final Socket socket;
    private final OutputStream out;
    private final InputStream in;
    private final byte[] written = new byte[ROOM];
    private final byte[] read = new byte[ROOM];
    private int writeAt;
    private int readAt;
    private int readEnd;
    private long bytes;

    Wire(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        out = socket.getOutputStream();
        in = socket.getInputStream();
    }

    // ---- Writing ----

    private void room(int more) throws IOException {
        if (writeAt + more > ROOM) {
            flush();
        }
    }

    Wire put(byte[] octets) throws IOException {
        room(octets.length);
        System.arraycopy(octets, 0, written, writeAt, octets.length);
        writeAt += octets.length;
        return this;
    }

    Wire put(String text) throws IOException {
        return put(text.getBytes(StandardCharsets.US_ASCII));
    }

    private void put(long number, int octets) {
        for (int i = octets - 1; i >= 0; i--) {
            written[writeAt++] = (byte) (number >>> 8 * i);
        }
    }

    /** Writes what stands for a point beside its name. */
    Wire putPoint(double value) throws IOException {
        room(PAYLOAD);
        long now = System.currentTimeMillis();
        put(Double.doubleToRawLongBits(value), 8);
        put(QUALITY, 4);
        put(now / 1000, 8);
        put(now % 1000 * 1_000_000, 4);
        return this;
    }

    void flush() throws IOException {
        if (writeAt > 0) {
            out.write(written, 0, writeAt);
            bytes += writeAt;
            writeAt = 0;
        }
    }

    long bytesWritten() {
        return bytes;
    }

    // ---- Reading ----

    private void need(int octets) throws IOException {
        while (readEnd - readAt < octets) {
            if (readAt > 0) {
                System.arraycopy(read, readAt, read, 0, readEnd - readAt);
                readEnd -= readAt;
                readAt = 0;
            }
            int got = in.read(read, readEnd, ROOM - readEnd);
            if (got < 0) {
                throw new EOFException("the server closed the connection");
            }
            readEnd += got;
        }
    }

    int octet() throws IOException {
        need(1);
        return read[readAt++] & 0xff;
    }

    /** Returns the octet that comes next, without taking it. */
    int ahead() throws IOException {
        need(1);
        return read[readAt] & 0xff;
    }

    void skip(int octets) throws IOException {
        int left = octets;
        while (left > 0) {
            need(1);
            int taken = Math.min(left, readEnd - readAt);
            readAt += taken;
            left -= taken;
        }
    }

    /** Skips a line and its end. */
    void skipLine() throws IOException {
        while (octet() != '\n') {
            // What is in it does not matter.
        }
    }

    /** Reads the decimal number that ends a line; words before it are skipped. */
    int lastNumberOfLine() throws IOException {
        int number = 0;
        int octet = octet();
        while (octet != '\n') {
            number = octet >= '0' && octet <= '9' ? 10 * number + octet - '0' : octet == '\r' ? number : 0;
            octet = octet();
        }
        return number;
    }

    /** Reads what {@link #putPoint} wrote; returns the value. */
    double point() throws IOException {
        need(PAYLOAD);
        long bits = 0;
        for (int i = 0; i < 8; i++) {
            bits = bits << 8 | read[readAt + i] & 0xff;
        }
        readAt += PAYLOAD;
        return Double.longBitsToDouble(bits);
    }

    // ---- Threads ----

    /** What a thread does with a connection, over and over until it is closed. */
    @FunctionalInterface
    interface Step {
        void run() throws IOException;
    }

    /** Does something on a thread of its own until the connection ends. */
    void repeat(String name, Step step) {
        Thread thread = new Thread(
                () -> {
                    try {
                        while (true) {
                            step.run();
                        }
                    } catch (IOException e) {
                        if (!socket.isClosed()) {
                            throw new IllegalStateException(name + ": " + e.getMessage(), e);
                        }
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
