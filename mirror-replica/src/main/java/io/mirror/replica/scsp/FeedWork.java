package io.mirror.replica.scsp;

/** One object of one feed. Its fields belong to the lock of the queue. */
final class FeedWork {
    final FeedLane lane;
    final String key;
    final long number;
    final long since;
    /** Found by looking through the store, and not yet moved. */
    final boolean found;

    long length;
    boolean active;
    long deletedVersion;
    /** Counts the changes; what is moved counts only if there was none since it was started. */
    long generation;

    long startedGeneration;
    /** Changes that were noted and are not done yet; until then nothing is moved. */
    int writers;

    long notBefore;
    int failures;
    /** Whether the destination may have the object although nobody has said so. */
    boolean answerLost;

    int status = 1;
    long statusTime;

    FeedWork(FeedLane lane, String key, long number, long since, boolean found) {
        this.lane = lane;
        this.key = key;
        this.number = number;
        this.since = since;
        this.found = found;
    }

    String id() {
        return lane.idOf(key);
    }
}
