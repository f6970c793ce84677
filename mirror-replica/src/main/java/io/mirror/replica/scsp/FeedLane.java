package io.mirror.replica.scsp;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A feed that moves objects, how its destination behaves, and what was done. It belongs to the lock of the queue. */
final class FeedLane {
    private static final int PAUSE_AFTER = 3;

    final Feed feed;
    final RemoteCluster remote;
    final Throughput throughput;
    int active;
    /** Objects that were found by looking through the store and are not moved yet. */
    int found;

    private int failures;
    private long pausedUntil;
    private long moved;
    private long movedBytes;
    private long alreadyPresent;
    private final Map<Integer, Long> failed = new TreeMap<>();
    private final LatencyHistogram.Recorder latency = new LatencyHistogram.Recorder();

    FeedLane(Feed feed, RemoteCluster remote, Throughput throughput) {
        this.feed = feed;
        this.remote = remote;
        this.throughput = throughput;
    }

    String idOf(String key) {
        return feed.id() + "/" + key;
    }

    /** Tells whether another object may be moved; after failures in a row one at a time is the probe. */
    boolean mayStart(long now) {
        return pausedUntil <= now && !(failures >= PAUSE_AFTER && active > 0);
    }

    /** Pauses a destination that does not answer at all. */
    void judge(int code, long now) {
        if (code == 502 || code == 503 || code == 504) {
            failures++;
            if (failures >= PAUSE_AFTER) {
                pausedUntil = now + RetryWait.PROBE.millis(failures - PAUSE_AFTER, 0);
            }
        } else {
            failures = 0;
            pausedUntil = 0;
        }
    }

    void count(Moved result, long length) {
        if (result.conflict() || !result.isDone()) {
            failed.merge(result.code(), 1L, Long::sum);
        } else if (result.code() == 409) {
            alreadyPresent++;
        } else {
            moved++;
            movedBytes += result.code() == 201 ? length : 0;
        }
    }

    /** Counts how long an object took until the destination had it. */
    void took(long millis) {
        latency.add(millis);
    }

    FeedStatus status(Iterable<FeedWork> works) {
        int pending = 0;
        long bytes = 0;
        long oldest = Long.MAX_VALUE;
        for (FeedWork work : works) {
            if (work.lane == this) {
                pending++;
                bytes += work.length;
                oldest = Math.min(oldest, work.since);
            }
        }
        return new FeedStatus(
                feed.id(),
                pending,
                bytes,
                pending == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(oldest)),
                moved,
                movedBytes,
                throughput.perSecond(),
                alreadyPresent,
                failed,
                latency.snapshot());
    }
}
