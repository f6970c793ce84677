package io.mirror.replica.journal;

import java.nio.file.Path;

/** Hears what a sender does. Called on the threads of the sender; calls for one journal do not overlap. */
public interface SenderListener {
    /** Hears nothing. */
    SenderListener NONE = new SenderListener() {};

    /**
     * A piece was acknowledged.
     *
     * @param source the journal
     * @param receipt what was delivered
     */
    default void onDelivered(JournalSource source, DeliveryReceipt receipt) {}

    /**
     * A blob was acknowledged.
     *
     * @param source the journal it belongs to
     * @param path the path that was sent
     * @param length its bytes
     */
    default void onBlobDelivered(JournalSource source, String path, long length) {}

    /**
     * Something failed and will be tried again, or waits for an operator.
     *
     * @param source the journal
     * @param file the journal, a piece or a link
     * @param problem what happened
     */
    default void onProblem(JournalSource source, Path file, String problem) {}

    /**
     * Nothing was delivered for the time of inactivity, so the work on this journal has ended.
     *
     * @param source the journal
     */
    default void onInactive(JournalSource source) {}
}
