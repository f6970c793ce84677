package io.mirror.core.hub;

import io.mirror.core.metrics.MetricTable;

/**
 * What a hub has counted since it was made.
 *
 * @param points points that it has now
 * @param domains domains that it has now
 * @param changes changes stored, removals included, whoever made them
 * @param queues subscriptions and links that are registered now
 * @param queue the books of all queues that the hub ever had, together; their high-water mark is that of the fullest one
 */
public record HubCounters(long points, long domains, long changes, long queues, QueueCounters queue) {
    private static final MetricTable<HubCounters> TABLE = MetricTable.<HubCounters>builder()
            .gauge("points", "points", "Points that the hub has now.", HubCounters::points)
            .gauge("domains", "domains", "Domains that the hub has now.", HubCounters::domains)
            .counter("changes", "changes", "Changes stored, whoever made them.", HubCounters::changes)
            .gauge("queues", "queues", "Subscriptions and links that are registered now.", HubCounters::queues)
            .all(QueueCounters.table(), HubCounters::queue)
            .build();

    /**
     * Returns how the counters are shown as metrics.
     *
     * @return the table
     */
    public static MetricTable<HubCounters> table() {
        return TABLE;
    }
}
