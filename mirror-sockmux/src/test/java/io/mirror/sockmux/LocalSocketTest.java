package io.mirror.sockmux;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.codec.sockmux.ConnectText;
import io.mirror.codec.sockmux.FrameType;
import io.mirror.codec.sockmux.MuxText;
import io.mirror.sockmux.session.MuxChannel;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A local socket that takes its time: nothing is acknowledged before the socket took it, and nothing gets lost. */
class LocalSocketTest {
    private static final int PEER = 3;
    private static final int OURS = 2;

    /** Takes as many buffers as it is allowed to. */
    private static final class Slow extends EmbeddedChannel {
        private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
        private int allowed;

        @Override
        protected void doWrite(ChannelOutboundBuffer out) {
            ByteBuf data = (ByteBuf) out.current();
            while (data != null && allowed > 0) {
                allowed--;
                byte[] octets = new byte[data.readableBytes()];
                data.getBytes(data.readerIndex(), octets);
                taken.writeBytes(octets);
                out.remove();
                data = (ByteBuf) out.current();
            }
        }

        void take(int buffers) {
            allowed = buffers;
            flush();
            runPendingTasks();
            allowed = 0;
        }
    }

    private final Slow socket = new Slow();
    private final FakePeer peer = new FakePeer();
    private final ByteArrayOutputStream expected = new ByteArrayOutputStream();
    private final TunnelLink link =
            new TunnelLink(socket.eventLoop(), Tunnel.builder().settings(), peer, new TunnelLink.Owner() {
                @Override
                public void linkUp(TunnelLink up, String greeting) {}

                @Override
                public void linkDown(TunnelLink down, String reason) {}

                @Override
                public void open(TunnelLink to, MuxChannel channel, ConnectText text, ByteBuf firstData) {
                    LocalSocket local = new LocalSocket(socket, to, () -> {});
                    socket.pipeline().addLast(local);
                    assertThat(channel.accept(text, false, local)).isTrue();
                    local.attach(channel);
                }

                @Override
                public void peerDrains(TunnelLink drained) {}

                @Override
                public void datagramDropped() {}
            });

    private List<Long> acknowledged() {
        // As long as an acknowledgement may wait for something that it can go with.
        socket.advanceTimeBy(2, TimeUnit.MILLISECONDS);
        socket.runPendingTasks();
        return peer.heard().stream()
                .filter(frame -> frame.type() == FrameType.SENT)
                .map(frame -> MuxText.count(Unpooled.wrappedBuffer(frame.payload())))
                .toList();
    }

    /** One piece of input with data of these lengths, each in a frame. */
    private void receive(int... lengths) {
        ByteBuf in = Unpooled.buffer();
        for (int length : lengths) {
            byte[] data = new byte[length];
            Arrays.fill(data, (byte) expected.size());
            expected.writeBytes(data);
            FakePeer.frame(in, FrameType.SEND, PEER, OURS, data);
        }
        link.onReceived(in);
        link.onReceivedAll();
    }

    private void open() {
        peer.greet(link, false);
        FakePeer.say(link, FrameType.CONNECT, PEER, FakePeer.NO_ID, FakePeer.text("98304 127.0.0.1:1 127.0.0.1:2"));
        assertThat(acknowledged()).isEmpty();
    }

    @Test
    void onlyWhatTheSocketTookIsAcknowledged() {
        open();
        receive(100, 5000, 300);
        assertThat(acknowledged()).isEmpty();
        assertThat(link.session().counters().heldBytes()).isEqualTo(5400);
        socket.take(1);
        assertThat(acknowledged()).containsExactly(100L);
        // The socket is still busy: these wait together, in one buffer.
        receive(7, 8);
        receive(2000);
        assertThat(acknowledged()).isEmpty();
        socket.take(2);
        assertThat(acknowledged()).containsExactly(5300L);
        assertThat(link.session().counters().heldBytes()).isEqualTo(2015);
        socket.take(1);
        assertThat(acknowledged()).containsExactly(2015L);
        assertThat(link.session().counters().heldBytes()).isZero();
        assertThat(socket.taken.toByteArray()).isEqualTo(expected.toByteArray());
        end();
    }

    @Test
    void aFrameInManyPiecesArrivesWhole() {
        open();
        ByteBuf in = Unpooled.buffer();
        byte[] data = new byte[3000];
        Arrays.fill(data, (byte) 7);
        expected.writeBytes(data);
        expected.writeBytes(data);
        FakePeer.frame(in, FrameType.SEND, PEER, OURS, data);
        FakePeer.frame(in, FrameType.SEND, PEER, OURS, data);
        while (in.isReadable()) {
            link.onReceived(Unpooled.copiedBuffer(in.readSlice(Math.min(in.readableBytes(), 701))));
            link.onReceivedAll();
        }
        in.release();
        assertThat(acknowledged()).isEmpty();
        socket.take(10);
        assertThat(acknowledged().stream().mapToLong(Long::longValue).sum()).isEqualTo(6000);
        assertThat(socket.taken.toByteArray()).isEqualTo(expected.toByteArray());
        end();
    }

    private void end() {
        link.close("the test is over");
        link.onLost("the test is over");
        socket.close();
        socket.runPendingTasks();
    }
}
