package io.mirror.benchmarks.hub;

import io.mirror.codec.dhtp.DecodeReason;
import io.mirror.codec.dhtp.DhtpDecoder;
import io.mirror.codec.dhtp.DhtpEncoder;
import io.mirror.codec.dhtp.DhtpLimits;
import io.mirror.codec.dhtp.DhtpListener;
import io.mirror.core.access.ConnectionAccess;
import io.mirror.core.access.Permissions;
import io.mirror.core.command.Command;
import io.mirror.core.command.PointMessage;
import io.mirror.core.command.Received;
import io.mirror.core.hub.Origin;
import io.mirror.core.hub.PointHub;
import io.mirror.core.link.LinkConfig;
import io.mirror.core.link.LinkFlag;
import io.mirror.core.link.LinkOptions;
import io.mirror.core.link.LinkState;
import io.mirror.core.link.MirrorSession;
import io.mirror.core.link.ServerAddress;
import io.mirror.core.link.SessionListener;
import io.mirror.core.link.SessionOutput;
import io.mirror.core.link.WireName;
import io.mirror.core.point.PointState;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** Both ends of a link on one thread: sessions, encoders and decoders, with a buffer where the network would be. */
final class SessionPair implements AutoCloseable {
    private static final int BATCH = 64 << 10;

    private final End master;
    private final End slave;

    /** Opens a link between the hubs and has it mirror. */
    SessionPair(PointHub from, PointHub to, boolean binary, int points) {
        LinkOptions options =
                LinkOptions.builder().newNamesPerMinute(2 * points).build();
        master = new End();
        slave = new End();
        master.session = MirrorSession.master(
                from,
                ConnectionAccess.withoutUsers(Permissions.all()),
                Origin.of("master"),
                options,
                master,
                new SessionListener() {});
        LinkConfig.Builder config =
                LinkConfig.to(ServerAddress.of("127.0.0.1", 4502)).domain("plant");
        config = binary
                ? config.flags(LinkFlag.READABLE, LinkFlag.WRITABLE, LinkFlag.SYNC_TIME, LinkFlag.USE_BINARY)
                : config.flags(LinkFlag.READABLE, LinkFlag.WRITABLE, LinkFlag.SYNC_TIME);
        slave.session =
                MirrorSession.slave(to, config.build(), Origin.of("slave"), options, slave, new SessionListener() {});
        master.session.opened(0);
        slave.session.opened(0);
        exchange();
        if (slave.session.state() != LinkState.MIRRORING) {
            throw new IllegalStateException("the link is " + slave.session.state());
        }
    }

    /** Carries everything that is pending to the other side, until both are silent. */
    void exchange() {
        boolean moved = true;
        while (moved) {
            moved = master.carryTo(slave) | slave.carryTo(master);
        }
    }

    /** Ends both sessions; without it the hubs would keep what belongs to them. */
    @Override
    public void close() {
        master.close();
        slave.close();
    }

    private static final class End implements SessionOutput, DhtpListener {
        private final DhtpEncoder encoder = new DhtpEncoder(DhtpLimits.DEFAULT);
        private final DhtpDecoder decoder = new DhtpDecoder(DhtpLimits.DEFAULT);
        private final ByteBuf out = Unpooled.directBuffer(2 * BATCH);
        private MirrorSession session;

        boolean carryTo(End other) {
            session.flush(0);
            encoder.flush(out);
            boolean moved = out.isReadable();
            if (moved) {
                other.decoder.decode(out, other);
                out.clear();
                other.session.batchEnd(0);
            }
            return moved;
        }

        void close() {
            session.closed("the measurement is over", 0);
            out.release();
        }

        @Override
        public void send(Command command) {
            encoder.encode(command, out);
        }

        @Override
        public boolean sendPoint(PointMessage.Kind kind, WireName name, PointState state) {
            return encoder.encodePoint(kind, name, state, out);
        }

        @Override
        public boolean isWritable() {
            return out.readableBytes() < BATCH;
        }

        @Override
        public void encoding(boolean binary, int maxLineBytes) {
            encoder.encoding(binary, maxLineBytes);
        }

        @Override
        public void close(String reason) {
            throw new IllegalStateException("closed: " + reason);
        }

        @Override
        public void requestFlush() {
            // The exchange looks at both sides anyway.
        }

        @Override
        public void onPoint(PointMessage message) {
            session.receivedPoint(message, 0);
        }

        @Override
        public void onCommand(Received received) {
            session.received(received, 0);
        }

        @Override
        public void onMalformed(DecodeReason reason, long offset, String excerpt) {
            throw new IllegalStateException(reason + " at " + offset + ": " + excerpt);
        }
    }
}
