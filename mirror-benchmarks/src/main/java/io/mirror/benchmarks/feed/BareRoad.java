package io.mirror.benchmarks.feed;

import io.mirror.benchmarks.point.PointsOnly;
import io.mirror.codec.dhtp.DhtpDecoder;
import io.mirror.codec.dhtp.DhtpEncoder;
import io.mirror.codec.dhtp.DhtpLimits;
import io.mirror.codec.dhtp.DhtpListener;
import io.mirror.core.command.PointMessage;
import io.mirror.core.link.WireName;
import io.mirror.core.point.PointState;
import io.mirror.core.point.Quality;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/**
 * A limit: binary frames from one thread over a socket to another one, and nothing else. No hub keeps the points, nobody but
 * the one receiver hears of them, and no time is theirs: the clock is read once for each buffer.
 */
final class BareRoad implements Road {
    private static final int ROOM = 64 << 10;
    /** More than any of the frames has. */
    private static final int FRAME = 256;

    private final int port;

    BareRoad(int port) {
        this.port = port;
    }

    private record Name(String name, int id) implements WireName {}

    @Override
    public Sender sender(String[] names) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open();
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1);
        WireName[] wireNames = new WireName[names.length];
        for (int i = 0; i < names.length; i++) {
            wireNames[i] = new Name(names[i], i);
        }
        return new FrameSender(server, wireNames);
    }

    private static final class FrameSender implements Sender {
        private final ServerSocketChannel server;
        private final WireName[] names;
        private final DhtpEncoder encoder = new DhtpEncoder(DhtpLimits.DEFAULT);
        private final ByteBuf out = Unpooled.directBuffer(ROOM);
        private final PointState state = new PointState().quality(Quality.GOOD.code());
        private SocketChannel receiver;
        private long bytes;

        FrameSender(ServerSocketChannel server, WireName[] names) {
            this.server = server;
            this.names = names;
            encoder.encoding(true, ROOM);
        }

        @Override
        public void send(int point, double value) throws IOException {
            if (!out.isReadable()) {
                state.timeEpochNanos(System.currentTimeMillis() * 1_000_000);
            }
            encoder.encodePoint(PointMessage.Kind.POINT, names[point], state.real(value), out);
            if (out.writableBytes() < FRAME) {
                flush();
            }
        }

        @Override
        public void flush() throws IOException {
            if (receiver == null) {
                receiver = server.accept();
                receiver.setOption(StandardSocketOptions.TCP_NODELAY, true);
            }
            while (out.isReadable()) {
                bytes += out.readBytes(receiver, out.readableBytes());
            }
            out.clear();
        }

        @Override
        public long bytes() {
            return bytes;
        }

        @Override
        public void close() throws IOException {
            if (receiver != null) {
                receiver.close();
            }
            server.close();
            out.release();
        }
    }

    @Override
    public AutoCloseable receiver(Taker taker) throws IOException {
        SocketChannel sender = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        Thread thread = new Thread(() -> read(sender, taker), "bare receiver");
        thread.setDaemon(true);
        thread.start();
        return sender;
    }

    private static void read(SocketChannel sender, Taker taker) {
        DhtpDecoder decoder = new DhtpDecoder(DhtpLimits.DEFAULT);
        DhtpListener points = new Points(taker);
        ByteBuf in = Unpooled.directBuffer(ROOM);
        try {
            while (true) {
                if (in.writeBytes(sender, in.writableBytes()) < 0) {
                    throw new EOFException("the sender closed the connection");
                }
                decoder.decode(in, points);
                in.discardReadBytes();
            }
        } catch (EOFException | ClosedChannelException end) {
            // The sender is done.
        } catch (IOException e) {
            throw new IllegalStateException("bare receiver: " + e.getMessage(), e);
        } finally {
            in.release();
        }
    }

    private record Points(Taker taker) implements PointsOnly {
        @Override
        public void onPoint(PointMessage message) {
            taker.take(message.state().real());
        }
    }
}
