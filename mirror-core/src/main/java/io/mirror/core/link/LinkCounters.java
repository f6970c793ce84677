package io.mirror.core.link;

import io.mirror.core.hub.QueueCounters;
import io.mirror.core.metrics.MetricTable;

/**
 * What a session has counted since its connection was opened.
 *
 * @param pointsReceived point messages received, echoes not included
 * @param echoesReceived echoes received
 * @param pointsSent point messages sent, echoes included
 * @param commandsReceived other messages received
 * @param malformed messages that could not be read
 * @param refused messages refused for want of a right or because of a lock, a security level or a limit
 * @param unexpected points received that the link is not about
 * @param conflictsKept incoming changes not stored because a newer local change was under way to the peer
 * @param notSendable changes not sent because the peer cannot take them (name or value too long)
 * @param fullTransfers initial transfers of everything sent between marks
 * @param deltaTransfers initial transfers sent of no more than what had changed
 * @param bytesDiscarded bytes that arrived in diode mode and were not looked at
 * @param stampsAhead initial states received that were stamped too far ahead of the master's clock to be believed
 * @param queue the books of the queue of outgoing changes
 */
public record LinkCounters(
        long pointsReceived,
        long echoesReceived,
        long pointsSent,
        long commandsReceived,
        long malformed,
        long refused,
        long unexpected,
        long conflictsKept,
        long notSendable,
        long fullTransfers,
        long deltaTransfers,
        long bytesDiscarded,
        long stampsAhead,
        QueueCounters queue) {

    /** The counts of a session that was never opened. */
    public static final LinkCounters NONE = new LinkCounters(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, QueueCounters.NONE);

    private static final MetricTable<LinkCounters> TABLE = MetricTable.<LinkCounters>builder()
            .counter("points.received", "messages", "Point messages received.", LinkCounters::pointsReceived)
            .counter("points.sent", "messages", "Point messages sent, echoes included.", LinkCounters::pointsSent)
            .counter("echoes.received", "messages", "Echoes received.", LinkCounters::echoesReceived)
            .counter("commands.received", "messages", "Other messages received.", LinkCounters::commandsReceived)
            .counter("malformed", "messages", "Messages that could not be read.", LinkCounters::malformed)
            .counter("refused", "messages", "Messages that were refused.", LinkCounters::refused)
            .counter("unexpected", "messages", "Points received that the link is not about.", LinkCounters::unexpected)
            .counter(
                    "conflicts.kept",
                    "messages",
                    "Incoming changes not stored because a newer one was under way.",
                    LinkCounters::conflictsKept)
            .counter("unsendable", "messages", "Changes that the peer cannot take.", LinkCounters::notSendable)
            .counter(
                    "transfers.full", "transfers", "Initial transfers of everything sent.", LinkCounters::fullTransfers)
            .counter(
                    "transfers.delta",
                    "transfers",
                    "Initial transfers sent of what had changed.",
                    LinkCounters::deltaTransfers)
            .counter("bytes.discarded", "bytes", "Bytes that arrived in diode mode.", LinkCounters::bytesDiscarded)
            .counter(
                    "stamps.ahead",
                    "messages",
                    "Initial states received that were stamped too far ahead of the master's clock.",
                    LinkCounters::stampsAhead)
            .all(QueueCounters.table(), LinkCounters::queue)
            .build();

    /**
     * Returns how the counts are shown as metrics.
     *
     * @return the table
     */
    public static MetricTable<LinkCounters> table() {
        return TABLE;
    }

    /**
     * Adds what another session counted.
     *
     * @param other the other counts
     * @return the sums
     */
    public LinkCounters plus(LinkCounters other) {
        return new LinkCounters(
                pointsReceived + other.pointsReceived,
                echoesReceived + other.echoesReceived,
                pointsSent + other.pointsSent,
                commandsReceived + other.commandsReceived,
                malformed + other.malformed,
                refused + other.refused,
                unexpected + other.unexpected,
                conflictsKept + other.conflictsKept,
                notSendable + other.notSendable,
                fullTransfers + other.fullTransfers,
                deltaTransfers + other.deltaTransfers,
                bytesDiscarded + other.bytesDiscarded,
                stampsAhead + other.stampsAhead,
                queue.plus(other.queue));
    }
}
