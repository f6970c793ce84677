package io.mirror.core.link;

/** Counts an initial transfer down to its end. */
final class OutgoingTransfer {
    private final String domain;
    private final Runnable atEnd;
    private long left;

    OutgoingTransfer(String domain, long total, Runnable atEnd) {
        this.domain = domain;
        this.left = total;
        this.atEnd = atEnd;
    }

    String domain() {
        return domain;
    }

    boolean isDone() {
        return left <= 0;
    }

    /** Counts one initial point. */
    void advance() {
        left--;
    }

    void finish() {
        atEnd.run();
    }
}
