package io.mirror.core.hub;

import io.mirror.core.metrics.MetricTable;

/**
 * The books of a queue. At every moment {@code offered = delivered + conflated + droppedFull + droppedCancelled +
 * queued}.
 *
 * @param offered changes that the queue was to deliver
 * @param delivered changes handed to the consumer
 * @param conflated changes left out because the point had newer ones and its depth was reached, or because the consumer
 *     itself wrote a newer one
 * @param droppedFull older changes left out because the depth over all points was reached
 * @param droppedCancelled pending changes discarded because their registration ended
 * @param suppressed changes not offered because they were insignificant or old
 * @param queued changes pending now
 * @param highWater the most that were ever pending
 */
public record QueueCounters(
        long offered,
        long delivered,
        long conflated,
        long droppedFull,
        long droppedCancelled,
        long suppressed,
        long queued,
        long highWater) {

    /** The books of a queue that was never used. */
    public static final QueueCounters NONE = new QueueCounters(0, 0, 0, 0, 0, 0, 0, 0);

    private static final MetricTable<QueueCounters> TABLE = MetricTable.<QueueCounters>builder()
            .counter("queue.offered", "changes", "Changes that were to be delivered.", QueueCounters::offered)
            .counter("queue.delivered", "changes", "Changes handed over.", QueueCounters::delivered)
            .counter("queue.conflated", "changes", "Changes left out for newer ones.", QueueCounters::conflated)
            .counter(
                    "queue.dropped.full", "changes", "Older changes left out at the limit.", QueueCounters::droppedFull)
            .counter(
                    "queue.dropped.cancelled",
                    "changes",
                    "Pending changes whose registration ended.",
                    QueueCounters::droppedCancelled)
            .counter(
                    "queue.suppressed",
                    "changes",
                    "Changes not offered: insignificant or old.",
                    QueueCounters::suppressed)
            .gauge("queue.pending", "changes", "Changes pending now.", QueueCounters::queued)
            .gauge("queue.highwater", "changes", "The most that were ever pending.", QueueCounters::highWater)
            .build();

    /**
     * Returns how the books are shown as metrics, under names that begin with {@code queue.}.
     *
     * @return the table
     */
    public static MetricTable<QueueCounters> table() {
        return TABLE;
    }

    /**
     * Adds the books of another queue.
     *
     * @param other the other books
     * @return the sums; of the high-water marks the higher one
     */
    public QueueCounters plus(QueueCounters other) {
        return new QueueCounters(
                offered + other.offered,
                delivered + other.delivered,
                conflated + other.conflated,
                droppedFull + other.droppedFull,
                droppedCancelled + other.droppedCancelled,
                suppressed + other.suppressed,
                queued + other.queued,
                Math.max(highWater, other.highWater));
    }
}
