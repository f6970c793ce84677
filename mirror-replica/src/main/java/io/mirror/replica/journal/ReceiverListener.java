package io.mirror.replica.journal;

/** Hears what a receiver does and refuses. Called on the threads of the receiver, by several of them at once. */
public interface ReceiverListener {
    /** Hears nothing. */
    ReceiverListener NONE = new ReceiverListener() {};

    /**
     * A blob was stored and will be acknowledged.
     *
     * @param route the path of the route
     * @param path the path of the blob below the directory of the route
     */
    default void onBlob(String route, String path) {}

    /**
     * A connection or a transfer was refused, which strangers can bring about as often as they like.
     *
     * @param kind why
     * @param peer address and port of the other side; behind a front end also the address that the front end names
     * @param reason the details in one line, without key and data
     */
    default void onRefused(Refusal kind, String peer, String reason) {}

    /**
     * What was acknowledged cannot be applied: it is tried again, or the route waits for an operator.
     *
     * @param route the path of the route
     * @param problem what happened
     */
    default void onProblem(String route, String problem) {}
}
