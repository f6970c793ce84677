package io.mirror.replica.journal;

/**
 * What a sender did since its start, and what waits.
 *
 * @param takenBytes bytes taken over from journals
 * @param pieces pieces acknowledged
 * @param bytes bytes of those pieces
 * @param lagPieces pieces taken over, also by an earlier run, and not acknowledged
 * @param lagBytes bytes of those pieces
 * @param lagMillis milliseconds since the oldest of them was taken over, 0 if there is none
 * @param sentBytes bytes of the piece under way that were handed to the connection, 0 if there is none
 * @param wireBytes bytes of data sent, compressed ones as they are on the wire, repetitions included
 * @param resumed pieces that went on where an earlier connection had ended
 * @param blobs blobs acknowledged whose link was removed
 * @param failures attempts and take-overs that failed
 * @param damaged pieces of the spool found changed on the disk
 * @param acknowledgedNanos from the start of the last transfer to its answer
 * @param appliedNanos from the start of the last transfer to the end of the stream, when an original receiver has
 *     applied it
 */
public record SenderStatus(
        long takenBytes,
        long pieces,
        long bytes,
        long lagPieces,
        long lagBytes,
        long lagMillis,
        long sentBytes,
        long wireBytes,
        long resumed,
        long blobs,
        long failures,
        long damaged,
        long acknowledgedNanos,
        long appliedNanos) {

    /** Adds what another journal did: sums, and the longest of the times. */
    SenderStatus plus(SenderStatus other) {
        return new SenderStatus(
                takenBytes + other.takenBytes,
                pieces + other.pieces,
                bytes + other.bytes,
                lagPieces + other.lagPieces,
                lagBytes + other.lagBytes,
                Math.max(lagMillis, other.lagMillis),
                sentBytes + other.sentBytes,
                wireBytes + other.wireBytes,
                resumed + other.resumed,
                blobs + other.blobs,
                failures + other.failures,
                damaged + other.damaged,
                Math.max(acknowledgedNanos, other.acknowledgedNanos),
                Math.max(appliedNanos, other.appliedNanos));
    }
}
