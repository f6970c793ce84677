package io.mirror.testkit;

import io.mirror.codec.dhtp.DecodeReason;
import io.mirror.codec.dhtp.DhtpDecodeException;
import io.mirror.codec.dhtp.DhtpDecoder;
import io.mirror.codec.dhtp.DhtpEncoder;
import io.mirror.codec.dhtp.DhtpLimits;
import io.mirror.codec.dhtp.DhtpListener;
import io.mirror.core.command.Command;
import io.mirror.core.command.PointMessage;
import io.mirror.core.command.Received;
import io.mirror.core.hub.Origin;
import io.mirror.core.hub.QueueCounters;
import io.mirror.core.link.LinkCounters;
import io.mirror.core.link.LinkMode;
import io.mirror.core.link.LinkState;
import io.mirror.core.link.MirrorSession;
import io.mirror.core.link.SessionListener;
import io.mirror.core.link.SessionOutput;
import io.mirror.core.link.VerifyReport;
import io.mirror.core.link.WireName;
import io.mirror.core.point.PointState;
import io.mirror.testkit.Simulation.Event;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One side of a connection: does for a session what a transport does. */
final class End implements SessionOutput, DhtpListener, SessionListener {
    /** A flush runs on another thread than the change that asked for it, so it comes a little later. */
    private static final long MAX_FLUSH_DELAY_NANOS = 200_000;

    final Origin origin;
    private final Simulation simulation;
    private final String name;
    private final Pipe out;
    private final SplittableRandom random;
    private final Owner owner;
    private final @Nullable LineCoding coding;
    private final DhtpEncoder encoder = new DhtpEncoder(DhtpLimits.DEFAULT);
    private final DhtpDecoder decoder = new DhtpDecoder(DhtpLimits.DEFAULT);
    private final ByteBuf arrived = Unpooled.buffer(256);
    private final ByteBuf sent = Unpooled.buffer(256);
    private @Nullable MirrorSession session;
    private @Nullable String closing;
    private @Nullable QueueCounters finalBooks;
    private boolean gone;
    private boolean flushRequested;
    private boolean roomAwaited;
    private long tickAt = Long.MAX_VALUE;

    /** Learns what becomes of an end. */
    interface Owner {
        /** The end is closed and will do nothing more. */
        void closed(End end, String reason);

        /** Commands were received. */
        void heard(End end);

        /** The end mirrors. */
        void mirrors(End end);
    }

    /** Makes the session of an end. */
    interface Role {
        MirrorSession make(SessionOutput output, SessionListener listener);
    }

    End(
            Simulation simulation,
            String name,
            Origin origin,
            Pipe out,
            Owner owner,
            Optional<Supplier<LineCoding>> coding) {
        this.simulation = simulation;
        this.name = name;
        this.origin = origin;
        this.out = out;
        this.owner = owner;
        this.coding = coding.map(Supplier::get).orElse(null);
        random = simulation.newRandom();
    }

    /** The connection stands. */
    void open(Role role) {
        MirrorSession made = role.make(this, this);
        session = made;
        made.opened(simulation.nanos());
        finishTurn();
    }

    private MirrorSession session() {
        MirrorSession made = session;
        if (made == null) {
            throw new IllegalStateException("end " + name + " is not open");
        }
        return made;
    }

    // ---- Events ----

    void arrive(ByteBuf bytes, int length) {
        if (gone) {
            bytes.skipBytes(length);
            return;
        }
        int before = arrived.writerIndex();
        try {
            takeIn(bytes, length);
        } catch (RuntimeException e) {
            close("cannot be decoded: " + e);
        }
        int added = arrived.writerIndex() - before;
        Fingerprint fingerprint = simulation.fingerprints();
        fingerprint.add(simulation.nanos());
        fingerprint.add(arrived, before, added);
        if (simulation.isTraced()) {
            simulation.trace(
                    name,
                    "< "
                            + arrived.toString(before, added, StandardCharsets.ISO_8859_1)
                                    .trim());
        }
        MirrorSession current = session();
        if (added > 0) {
            current.bytesReceived(simulation.nanos());
        }
        try {
            decoder.decode(arrived, this);
        } catch (DhtpDecodeException e) {
            close("cannot be read: " + e.getMessage());
        }
        if (arrived.isReadable()) {
            arrived.discardSomeReadBytes();
        } else {
            arrived.clear();
        }
        current.batchEnd(simulation.nanos());
        finishTurn();
        if (!gone) {
            owner.heard(this);
        }
    }

    private void takeIn(ByteBuf bytes, int length) {
        if (coding == null) {
            arrived.writeBytes(bytes, length);
            return;
        }
        ByteBuf plain = coding.fromLine(bytes.readSlice(length));
        arrived.writeBytes(plain);
        plain.release();
    }

    /** Compares both sides of the link. */
    void verify(Consumer<VerifyReport> done) {
        session().verify(done, reason -> simulation.trace(name, reason), simulation.nanos());
        finishTurn();
    }

    /** There is room to send again. */
    void writable() {
        roomAwaited = false;
        flush();
    }

    private void flush() {
        flushRequested = false;
        if (!gone) {
            session().flush(simulation.nanos());
            finishTurn();
        }
    }

    /** The other side closed the connection, or it was reset. */
    void peerClosed(String reason) {
        if (!gone) {
            finish(reason);
        }
    }

    /** The process that this end lived in is gone: nobody is told. */
    void abandon() {
        if (!gone) {
            gone = true;
            finalBooks = session().counters().queue();
            freeBuffers();
        }
    }

    private final class Tick extends Event {
        @Override
        void happen() {
            if (gone || at != tickAt) {
                return;
            }
            tickAt = Long.MAX_VALUE;
            MirrorSession current = session();
            if (current.nextTickNanos() <= simulation.nanos()) {
                current.tick(simulation.nanos());
            }
            finishTurn();
        }
    }

    private final class Flush extends Event {
        @Override
        void happen() {
            flush();
        }
    }

    /** After each call of the session: sends what it wrote, closes if it wants to, and sees when it wants to be called. */
    private void finishTurn() {
        if (!gone) {
            encoder.flush(sent);
        }
        if (sent.isReadable()) {
            transmit();
        }
        String reason = closing;
        if (reason != null && !gone) {
            out.end();
            finish(reason);
            return;
        }
        if (gone) {
            return;
        }
        long next = session().nextTickNanos();
        if (next < tickAt) {
            tickAt = Math.max(next, simulation.nanos());
            simulation.schedule(new Tick(), tickAt);
        }
    }

    private void transmit() {
        if (coding == null) {
            out.send(sent);
            return;
        }
        ByteBuf coded = coding.toLine(sent);
        sent.clear();
        out.send(coded);
        coded.release();
    }

    private void finish(String reason) {
        gone = true;
        session().closed(reason, simulation.nanos());
        finalBooks = session().counters().queue();
        freeBuffers();
        simulation.fingerprints().add(simulation.nanos());
        simulation.trace(name, "closed: " + reason);
        owner.closed(this, reason);
    }

    private void freeBuffers() {
        arrived.release();
        sent.release();
        if (coding != null) {
            coding.close();
        }
    }

    // ---- SessionOutput ----

    @Override
    public void send(Command command) {
        if (closing == null && !gone && !encoder.encode(command, sent)) {
            throw new IllegalStateException("command is too long: " + command);
        }
    }

    @Override
    public boolean sendPoint(PointMessage.Kind kind, WireName wireName, PointState state) {
        return closing != null || gone || encoder.encodePoint(kind, wireName, state, sent);
    }

    @Override
    public boolean isWritable() {
        if (out.isWritable() && sent.readableBytes() < 64 * 1024) {
            return true;
        }
        if (!roomAwaited) {
            roomAwaited = true;
            out.wakeWhenWritable();
        }
        return false;
    }

    @Override
    public void encoding(boolean binary, int maxLineBytes) {
        encoder.encoding(binary, maxLineBytes);
    }

    @Override
    public void close(String reason) {
        if (closing == null) {
            closing = reason;
        }
    }

    @Override
    public void requestFlush() {
        if (!flushRequested && !gone) {
            flushRequested = true;
            simulation.schedule(new Flush(), simulation.nanos() + random.nextLong(MAX_FLUSH_DELAY_NANOS));
        }
    }

    // ---- DhtpListener ----

    @Override
    public void onPoint(PointMessage message) {
        session().receivedPoint(message, simulation.nanos());
    }

    @Override
    public void onCommand(Received received) {
        session().received(received, simulation.nanos());
    }

    @Override
    public void onMalformed(DecodeReason reason, long offset, String excerpt) {
        session().malformed(reason.text() + " at " + offset + ": " + excerpt, simulation.nanos());
    }

    // ---- SessionListener ----

    @Override
    public void stateChanged(LinkState state) {
        if (state == LinkState.MIRRORING) {
            owner.mirrors(this);
        }
        simulation.trace(name, state.toString());
    }

    @Override
    public void warning(String text) {
        simulation.trace(name, "warning: " + text);
    }

    // ---- What is known of the end ----

    boolean isGone() {
        return gone;
    }

    LinkState state() {
        return session().state();
    }

    LinkMode mode() {
        return session().mode();
    }

    LinkCounters counters() {
        return session().counters();
    }

    String name() {
        return name;
    }

    /** Checks the books; those of a closed end as they were when it closed. */
    void checkBooks() {
        QueueCounters last = finalBooks;
        QueueCounters books = last == null ? session().counters().queue() : last;
        long accounted =
                books.delivered() + books.conflated() + books.droppedFull() + books.droppedCancelled() + books.queued();
        if (books.offered() != accounted) {
            throw new AssertionError("books of " + name + " do not balance: " + books);
        }
    }
}
