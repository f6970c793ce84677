package io.mirror.replica.zabbix;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** A plain socket and the frame, written by hand. */
final class RawPeer implements AutoCloseable {
    static final int PLAIN = 1;
    static final int COMPRESSED = 3;

    private final Socket socket;

    RawPeer(int port) throws IOException {
        socket = new Socket("127.0.0.1", port);
        socket.setSoTimeout(30_000);
        socket.setTcpNoDelay(true);
    }

    static byte[] frame(int flags, byte[] body, long length, long reserved) {
        boolean large = (flags & 4) != 0;
        ByteBuffer bytes = ByteBuffer.allocate((large ? 21 : 13) + body.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put("ZBXD".getBytes(StandardCharsets.US_ASCII)).put((byte) flags);
        if (large) {
            bytes.putLong(length).putLong(reserved);
        } else {
            bytes.putInt((int) length).putInt((int) reserved);
        }
        return bytes.put(body).array();
    }

    static byte[] frame(String json) {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        return frame(PLAIN, body, body.length, 0);
    }

    static byte[] compressed(String json) {
        byte[] plain = json.getBytes(StandardCharsets.UTF_8);
        byte[] body = deflate(plain);
        return frame(COMPRESSED, body, body.length, plain.length);
    }

    static byte[] deflate(byte[] plain) {
        Deflater deflater = new Deflater();
        try {
            deflater.setInput(plain);
            deflater.finish();
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            byte[] piece = new byte[8192];
            while (!deflater.finished()) {
                out.write(piece, 0, deflater.deflate(piece));
            }
            return out.toByteArray();
        } finally {
            deflater.end();
        }
    }

    RawPeer send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return this;
    }

    RawPeer endOfStream() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    /** The next frame as {@code flags json}; "closed" at the end of the stream. */
    String read() throws IOException {
        try {
            InputStream in = socket.getInputStream();
            byte[] header = in.readNBytes(13);
            if (header.length == 0) {
                return "closed";
            }
            ByteBuffer fields = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
            int flags = fields.get(4);
            byte[] body = in.readNBytes(fields.getInt(5));
            if ((flags & 2) != 0) {
                byte[] plain = new byte[fields.getInt(9)];
                Inflater inflater = new Inflater();
                try {
                    inflater.setInput(body);
                    inflater.inflate(plain);
                } finally {
                    inflater.end();
                }
                body = plain;
            }
            return flags + " " + new String(body, StandardCharsets.UTF_8);
        } catch (SocketException reset) {
            return "closed";
        } catch (java.util.zip.DataFormatException e) {
            throw new IOException(e);
        }
    }

    /** Sends one request on a connection of its own and returns the answer. */
    static String ask(int port, byte[] request) throws IOException {
        try (RawPeer peer = new RawPeer(port)) {
            try {
                peer.send(request);
            } catch (SocketException refusedAlready) {
                return "closed";
            }
            return peer.read();
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
