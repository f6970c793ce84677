package io.mirror.core.hub;

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
        long highWater) {}
