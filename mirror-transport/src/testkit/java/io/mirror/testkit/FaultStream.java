package io.mirror.testkit;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.socket.DuplexChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** One direction of a connection through a proxy: what came in waits here for its time. Belongs to the event loop. */
final class FaultStream {
    private static final int HIGH_WATER = 256 << 10;
    private static final byte[] NO_BYTES = {};

    private final Channel source;
    private final FaultSchedule schedule;
    private final Consumer<StreamFaults.End> onEnd;
    private final List<Channel> targets = new ArrayList<>();
    private final Deque<Piece> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private boolean drainScheduled;
    private boolean stalled;
    private boolean started;
    private boolean losing;
    private boolean over;
    private boolean finished;
    private long passed;

    /** Bytes, or what happens behind them. */
    private record Piece(byte[] bytes, long dueNanos, Event event) {}

    private enum Event {
        BYTES,
        FAULT,
        STALL,
        END_OF_STREAM
    }

    FaultStream(Channel source, FaultSchedule schedule, Consumer<StreamFaults.End> onEnd) {
        this.source = source;
        this.schedule = schedule;
        this.onEnd = onEnd;
    }

    void addTarget(Channel target) {
        targets.add(target);
    }

    /** Begins to read, now that all targets are there. */
    void start() {
        started = true;
        if (schedule.isAtEnd() && !over) {
            fault();
        }
        drain();
    }

    long passed() {
        return passed;
    }

    /** Tells whether everything was passed on, to the end. */
    boolean isFinished() {
        return finished;
    }

    void receive(ByteBuf in) {
        try {
            while (in.isReadable() && !over) {
                int length = schedule.nextPiece(in.readableBytes());
                if (length > 0) {
                    byte[] piece = new byte[length];
                    in.readBytes(piece);
                    schedule.pass(piece);
                    waiting.add(new Piece(piece, due(length), Event.BYTES));
                    waitingBytes += length;
                }
                if (schedule.isAtEnd()) {
                    fault();
                }
            }
        } finally {
            in.release();
        }
        drain();
    }

    private long due(int length) {
        return schedule.dueNanos(System.nanoTime(), length);
    }

    /** What is due where the schedule ends. What follows a stall waits behind it. */
    void fault() {
        StreamFaults.End end = schedule.end();
        if (end == StreamFaults.End.STALL) {
            schedule.goOn();
        } else {
            over = true;
        }
        waiting.add(new Piece(NO_BYTES, due(0), end == StreamFaults.End.STALL ? Event.STALL : Event.FAULT));
    }

    /** The source sends no more. */
    void endOfStream() {
        if (!over) {
            waiting.add(new Piece(NO_BYTES, due(0), Event.END_OF_STREAM));
            drain();
        }
    }

    void stall(boolean on) {
        stalled = on;
        drain();
    }

    /** Passes on what is due, and stops reading while too much waits. */
    void drain() {
        while (!stalled && !waiting.isEmpty()) {
            long wait = waiting.peek().dueNanos - System.nanoTime();
            if (wait > 0) {
                if (!drainScheduled) {
                    drainScheduled = true;
                    source.eventLoop().schedule(this::drainLater, wait, TimeUnit.NANOSECONDS);
                }
                break;
            }
            if (!targets.isEmpty() && !targets.get(0).isWritable()) {
                break;
            }
            happen(waiting.poll());
        }
        boolean full = !losing && (stalled || over || waitingBytes >= HIGH_WATER);
        if (started) {
            source.config().setAutoRead(!full);
        }
    }

    private void drainLater() {
        drainScheduled = false;
        drain();
    }

    private void happen(Piece piece) {
        switch (piece.event) {
            case BYTES -> {
                waitingBytes -= piece.bytes.length;
                passed += piece.bytes.length;
                for (Channel target : targets) {
                    target.writeAndFlush(Unpooled.wrappedBuffer(piece.bytes));
                }
            }
            case FAULT -> onEnd.accept(schedule.end());
            case STALL -> {
                stalled = true;
                onEnd.accept(StreamFaults.End.STALL);
            }
            case END_OF_STREAM -> {
                shutDownTargets();
                finished = true;
                onEnd.accept(StreamFaults.End.NONE);
            }
        }
    }

    /** From now on everything is taken and nothing passed on. */
    void lose() {
        over = true;
        losing = true;
        waiting.clear();
        waitingBytes = 0;
        source.config().setAutoRead(true);
    }

    /** Tells the receivers that there is no more, behind what was already passed on. */
    void shutDownTargets() {
        for (Channel target : targets) {
            target.writeAndFlush(Unpooled.EMPTY_BUFFER)
                    .addListener(future -> ((DuplexChannel) target).shutdownOutput());
        }
    }
}
