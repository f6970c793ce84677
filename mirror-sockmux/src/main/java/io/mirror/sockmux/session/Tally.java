package io.mirror.sockmux.session;

/** The numbers behind {@link MuxCounters}. */
final class Tally {
    long bytesReceived;
    long bytesSent;
    long opened;
    long refused;
    long ignored;
    long violations;
    long echoesDropped;
    long lateFrames;
    long unanswered;
    long held;
    long roundTrip;

    MuxCounters snapshot() {
        return new MuxCounters(
                bytesReceived,
                bytesSent,
                opened,
                refused,
                ignored,
                violations,
                echoesDropped,
                lateFrames,
                unanswered,
                held,
                roundTrip);
    }
}
