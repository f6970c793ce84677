package io.mirror.core.hub;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/**
 * The books of all queues that a hub ever had.
 *
 * <p>Lock order: the books' lock is taken before a queue's lock, and never with a point's lock held.
 */
final class QueueBooks {
    private final Set<PointQueue> open = Collections.newSetFromMap(new IdentityHashMap<>());
    private QueueCounters closed = QueueCounters.NONE;

    synchronized void opened(PointQueue queue) {
        open.add(queue);
    }

    synchronized void closed(PointQueue queue) {
        if (open.remove(queue)) {
            closed = closed.plus(queue.counters());
        }
    }

    synchronized int openQueues() {
        return open.size();
    }

    synchronized QueueCounters total() {
        QueueCounters total = closed;
        for (PointQueue queue : open) {
            total = total.plus(queue.counters());
        }
        return total;
    }
}
