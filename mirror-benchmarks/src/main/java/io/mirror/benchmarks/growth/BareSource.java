package io.mirror.benchmarks.growth;

import io.mirror.benchmarks.data.Names;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/**
 * The process that has numbers under names and sends all of them to whoever connects: no hub, no protocol.
 *
 * <p>Arguments: its port, how many names.
 */
public final class BareSource {
    private static final int BUFFER_BYTES = 64 << 10;
    /** With the name of 20 to 30 bytes and its length as many as a link takes for a point that is new to it. */
    static final int VALUE_BYTES = 51;

    private final byte[][] names;
    private final ByteBuffer out = ByteBuffer.allocateDirect(BUFFER_BYTES);

    private BareSource(byte[][] names) {
        this.names = names;
    }

    public static void main(String[] args) throws IOException {
        String[] drawn = Names.draw(Integer.parseInt(args[1]));
        byte[][] names = new byte[drawn.length][];
        for (int i = 0; i < names.length; i++) {
            names[i] = drawn[i].getBytes(StandardCharsets.US_ASCII);
        }
        ServerSocketChannel server = ServerSocketChannel.open();
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0])));
        System.out.println("ready");
        Thread serving = new Thread(() -> new BareSource(names).serve(server), "serving");
        serving.setDaemon(true);
        serving.start();
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII)).readLine();
        System.exit(0);
    }

    private void serve(ServerSocketChannel server) {
        try {
            while (true) {
                try (SocketChannel peer = server.accept()) {
                    sendAll(peer);
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void sendAll(SocketChannel peer) throws IOException {
        for (int i = 0; i < names.length; i++) {
            byte[] name = names[i];
            if (out.remaining() < Byte.BYTES + name.length + VALUE_BYTES) {
                sendBuffer(peer);
            }
            out.put((byte) name.length).put(name);
            int end = out.position() + VALUE_BYTES;
            out.putDouble(i / 100.0).putLong(i).position(end);
        }
        sendBuffer(peer);
    }

    private void sendBuffer(SocketChannel peer) throws IOException {
        out.flip();
        while (out.hasRemaining()) {
            peer.write(out);
        }
        out.clear();
    }
}
