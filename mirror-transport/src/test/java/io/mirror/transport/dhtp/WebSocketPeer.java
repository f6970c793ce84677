package io.mirror.transport.dhtp;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import org.assertj.core.api.Assertions;

/** One end of a WebSocket that knows nothing of this library: literal heads and frames made by hand from RFC 6455. */
public final class WebSocketPeer implements AutoCloseable {
    private static final int READ_MILLIS = 30_000;
    private static final byte[] MASK = {0x37, (byte) 0xfa, 0x21, 0x3d};

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final boolean client;

    /** A frame as it came; the payload is unmasked. */
    public record Frame(boolean fin, int rsv, int opcode, boolean masked, byte[] payload) {
        public String text() {
            return new String(payload, StandardCharsets.UTF_8);
        }

        /** The status of a close, -1 for none. */
        public int status() {
            return payload.length < 2 ? -1 : (payload[0] & 0xFF) << 8 | (payload[1] & 0xFF);
        }
    }

    private WebSocketPeer(Socket socket, boolean client) throws IOException {
        this.socket = socket;
        this.client = client;
        socket.setSoTimeout(READ_MILLIS);
        socket.setTcpNoDelay(true);
        in = socket.getInputStream();
        out = socket.getOutputStream();
    }

    /** The key and the answer to it are the example of RFC 6455 section 1.3. */
    public static WebSocketPeer connect(int port, String path) throws IOException {
        WebSocketPeer peer = new WebSocketPeer(new Socket(InetAddress.getLoopbackAddress(), port), true);
        peer.send(("GET " + path + " HTTP/1.1\r\nHost: localhost:" + port
                        + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        Assertions.assertThat(peer.readHead())
                .startsWith("HTTP/1.1 101 ")
                .contains("\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n");
        return peer;
    }

    /** Takes a client in and upgrades it. */
    public static WebSocketPeer accept(ServerSocket server) throws Exception {
        server.setSoTimeout(READ_MILLIS);
        WebSocketPeer peer = new WebSocketPeer(server.accept(), false);
        String head = peer.readHead();
        String key = head.replaceAll("(?s).*\r\nSec-WebSocket-Key: ([^\r]*)\r\n.*", "$1");
        byte[] hash = MessageDigest.getInstance("SHA-1")
                .digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII));
        peer.send(("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Accept: " + Base64.getEncoder().encodeToString(hash) + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        return peer;
    }

    private String readHead() throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        String text = "";
        while (!text.endsWith("\r\n\r\n")) {
            int octet = in.read();
            if (octet < 0) {
                throw new AssertionError("end of stream after: " + text);
            }
            head.write(octet);
            text = head.toString(StandardCharsets.ISO_8859_1);
        }
        return text;
    }

    public void send(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    /** Makes the bytes of a frame as this role has to send it. */
    public byte[] frame(boolean fin, int rsv, int opcode, byte[] payload) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        int maskBit = client ? 0x80 : 0;
        frame.write((fin ? 0x80 : 0) | rsv << 4 | opcode);
        if (payload.length < 126) {
            frame.write(maskBit | payload.length);
        } else if (payload.length < 65536) {
            frame.write(maskBit | 126);
            frame.write(payload.length >> 8);
            frame.write(payload.length);
        } else {
            frame.write(maskBit | 127);
            for (int shift = 56; shift >= 0; shift -= 8) {
                frame.write((int) ((long) payload.length >> shift));
            }
        }
        if (client) {
            frame.writeBytes(MASK);
        }
        for (int i = 0; i < payload.length; i++) {
            frame.write(client ? payload[i] ^ MASK[i % 4] : payload[i]);
        }
        return frame.toByteArray();
    }

    public void sendFrame(int opcode, byte[] payload) throws IOException {
        send(frame(true, 0, opcode, payload));
    }

    public void sendText(String text) throws IOException {
        sendFrame(1, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Pings, then reads for so long at most whatever comes. Returns false if the connection is closed. */
    public boolean sendPingUnlessClosed(int millis) throws IOException {
        try {
            sendFrame(9, new byte[] {1});
            socket.setSoTimeout(millis);
            while (true) {
                int octet = in.read();
                if (octet < 0) {
                    return false;
                }
            }
        } catch (SocketTimeoutException stillOpen) {
            return true;
        } catch (IOException closed) {
            return false;
        }
    }

    /** Reads the next frame; null at the end of the stream. */
    public Frame read() throws IOException {
        try {
            int first = in.read();
            if (first < 0) {
                return null;
            }
            DataInputStream data = new DataInputStream(in);
            int second = data.readUnsignedByte();
            long length = second & 0x7F;
            if (length == 126) {
                length = data.readUnsignedShort();
            } else if (length == 127) {
                length = data.readLong();
            }
            byte[] mask = new byte[4];
            if ((second & 0x80) != 0) {
                data.readFully(mask);
            }
            byte[] payload = new byte[(int) length];
            data.readFully(payload);
            for (int i = 0; i < payload.length; i++) {
                payload[i] ^= mask[i % 4];
            }
            return new Frame((first & 0x80) != 0, (first & 0x70) >> 4, first & 0xF, (second & 0x80) != 0, payload);
        } catch (SocketTimeoutException e) {
            throw new AssertionError("nothing came, and the connection was not closed", e);
        } catch (IOException reset) {
            return null;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
