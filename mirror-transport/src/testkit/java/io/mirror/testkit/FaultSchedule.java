package io.mirror.testkit;

import java.util.SplittableRandom;

/** What happens to the bytes of one direction of one connection, by their offsets alone, and when. Reads no clock. */
final class FaultSchedule {
    private final StreamFaults faults;
    private final SplittableRandom pieces;
    private final SplittableRandom flips;
    private final SplittableRandom times;
    private long endAt;
    private long offset;
    private long pieceEnd;
    private long nextFlip;
    private long lineFreeNanos;
    private boolean lineUsed;

    FaultSchedule(StreamFaults faults, long seed) {
        this.faults = faults;
        SplittableRandom random = new SplittableRandom(seed);
        pieces = random.split();
        flips = random.split();
        times = random.split();
        endAt = faults.lastEnd == Long.MAX_VALUE
                ? Long.MAX_VALUE
                : random.nextLong(faults.firstEnd, faults.lastEnd + 1);
        nextFlip = faults.meanCorruptGap == 0 ? Long.MAX_VALUE : gap() - 1;
    }

    private long gap() {
        return 1 + flips.nextLong(2 * faults.meanCorruptGap - 1);
    }

    /** Tells how many of the bytes that are there go on as one piece; 0 at the end. */
    int nextPiece(int available) {
        if (offset == pieceEnd) {
            int longest = faults.maxPiece;
            pieceEnd = longest == 0 ? Long.MAX_VALUE : offset + 1 + pieces.nextInt(longest);
        }
        return (int) Math.min(available, Math.min(pieceEnd, endAt) - offset);
    }

    /** Damages a piece of the length that was told, and goes on behind it. */
    void pass(byte[] piece) {
        long end = offset + piece.length;
        while (nextFlip < end) {
            piece[(int) (nextFlip - offset)] ^= (byte) (1 << flips.nextInt(8));
            nextFlip += gap();
        }
        offset = end;
    }

    /**
     * Returns when a piece is to be passed on: after the delay and a random part of the jitter, not before what arrived
     * earlier, and when the line has carried all of it.
     *
     * @param arrivedNanos when it arrived, on a clock that {@link System#nanoTime} or a test reads
     * @param bytes how long it is
     */
    long dueNanos(long arrivedNanos, int bytes) {
        long jitter = faults.jitterNanos == 0 ? 0 : times.nextLong(faults.jitterNanos + 1);
        long begin = arrivedNanos + faults.delayNanos + jitter;
        if (lineUsed && lineFreeNanos - begin > 0) {
            begin = lineFreeNanos;
        }
        lineUsed = true;
        lineFreeNanos = begin + (faults.bytesPerSecond == 0 ? 0 : bytes * 1_000_000_000L / faults.bytesPerSecond);
        return lineFreeNanos;
    }

    boolean isAtEnd() {
        return offset == endAt;
    }

    /** Goes on behind the end. */
    void goOn() {
        endAt = Long.MAX_VALUE;
    }

    StreamFaults.End end() {
        return faults.end;
    }
}
