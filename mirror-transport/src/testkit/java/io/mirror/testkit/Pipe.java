package io.mirror.testkit;

import io.mirror.testkit.Simulation.Event;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** One direction of a connection: bytes that travel in order, late, in pieces, or not at all. */
final class Pipe {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final int MAX_PIECES = 4;

    private final Simulation simulation;
    private final Network network;
    private final SplittableRandom random;
    private final ByteBuf travelling = Unpooled.buffer(256);
    private final long minDelay;
    private final long delaySpread;
    private @Nullable End from;
    private @Nullable End to;
    private long lastArrival;
    private long sendingUntil;
    private long stalledUntil;
    private boolean vanishing;
    private boolean released;
    private long bytes;
    private long lastSent;

    Pipe(Simulation simulation, Network network, SplittableRandom random) {
        this.simulation = simulation;
        this.network = network;
        this.random = random;
        lastSent = simulation.nanos();
        minDelay = network.minDelay().toNanos();
        delaySpread = network.maxDelay().toNanos() - minDelay + 1;
    }

    void connect(End sender, End receiver) {
        from = sender;
        to = receiver;
    }

    /** Bytes that arrive, or the end of the stream. */
    private final class Arrival extends Event {
        private final int length;

        Arrival(int length) {
            this.length = length;
        }

        @Override
        void happen() {
            if (released || to == null) {
                return;
            }
            if (simulation.nanos() < stalledUntil) {
                simulation.schedule(this, stalledUntil);
            } else if (length > 0) {
                if (vanishing) {
                    travelling.skipBytes(length);
                } else {
                    to.arrive(travelling, length);
                }
                shrink();
            } else if (travelling.isReadable()) {
                simulation.schedule(this, simulation.nanos() + 1);
            } else if (!vanishing) {
                to.peerClosed("end of stream");
            }
        }
    }

    private void shrink() {
        if (!released && !travelling.isReadable()) {
            travelling.clear();
        }
    }

    private final class Room extends Event {
        @Override
        void happen() {
            if (!released && from != null) {
                from.writable();
            }
        }
    }

    /** Takes bytes out of the sender's buffer. */
    void send(ByteBuf bytes) {
        int left = bytes.readableBytes();
        this.bytes += left;
        lastSent = simulation.nanos();
        if (vanishing) {
            countSending(left);
            bytes.clear();
            return;
        }
        travelling.writeBytes(bytes);
        bytes.clear();
        countSending(left);
        int pieces = network.tearing() > 0 && random.nextDouble() < network.tearing()
                ? random.nextInt(2, MAX_PIECES + 1)
                : 1;
        while (left > 0) {
            int length = pieces <= 1 || left == 1 ? left : random.nextInt(1, left);
            pieces--;
            left -= length;
            schedule(length);
        }
    }

    private void countSending(int bytes) {
        if (network.bytesPerSecond() > 0) {
            long start = Math.max(simulation.nanos(), sendingUntil);
            sendingUntil = start + bytes * NANOS_PER_SECOND / network.bytesPerSecond();
        }
    }

    /** Tells the other side, behind everything sent before, that nothing more will come. */
    void end() {
        schedule(0);
    }

    private void schedule(int length) {
        long leaves = Math.max(simulation.nanos(), sendingUntil);
        long arrives = Math.max(leaves + minDelay + random.nextLong(delaySpread), lastArrival);
        lastArrival = arrives;
        simulation.schedule(new Arrival(length), arrives);
    }

    /** Tells whether the sender has room for more; if not, it is told once there is. */
    boolean isWritable() {
        long waiting = Math.max(sendingUntil, stalledUntil) - simulation.nanos();
        if (waiting <= 0) {
            return true;
        }
        return waitingBytes() < network.sendBufferBytes();
    }

    private long waitingBytes() {
        if (simulation.nanos() < stalledUntil) {
            return travelling.readableBytes();
        }
        return (sendingUntil - simulation.nanos()) * network.bytesPerSecond() / NANOS_PER_SECOND;
    }

    /** Wakes the sender when half of what waits has gone. */
    void wakeWhenWritable() {
        long now = simulation.nanos();
        long at = Math.max(stalledUntil + 1, now + (sendingUntil - now) / 2);
        simulation.schedule(new Room(), Math.max(at, now + 1));
    }

    /** Holds everything back for a while. */
    void stall(long nanos) {
        stalledUntil = Math.max(stalledUntil, simulation.nanos() + nanos);
        lastArrival = Math.max(lastArrival, stalledUntil);
    }

    /** Loses everything from now on. */
    void vanish() {
        vanishing = true;
    }

    /** Returns when bytes were last sent, or the connection was made. */
    long lastSentNanos() {
        return lastSent;
    }

    /** Returns how many bytes were sent. */
    long bytes() {
        return bytes;
    }

    boolean isVanishing() {
        return vanishing;
    }

    void release() {
        if (!released) {
            released = true;
            travelling.release();
        }
    }
}
