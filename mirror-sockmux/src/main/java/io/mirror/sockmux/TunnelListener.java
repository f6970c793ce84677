package io.mirror.sockmux;

/** Hears what happens to a tunnel. Called on its event loop; must not block. Texts are printable and one line. */
public interface TunnelListener {
    /**
     * The handshake with a peer is over: clients are served.
     *
     * @param peer where the peer is
     * @param greeting what it calls itself
     */
    default void onUp(String peer, String greeting) {}

    /**
     * A tunnel was lost or ended, or an attempt to make one has failed.
     *
     * @param peer where the peer is, or was looked for
     * @param reason why
     * @param retryMillis when the next attempt follows; negative if none does
     */
    default void onDown(String peer, String reason, long retryMillis) {}

    /**
     * A channel that the peer wanted was refused.
     *
     * @param client what the peer says about the client
     * @param entry what the peer says about the entry
     * @param destination what was chosen for it
     * @param reason why
     */
    default void onRefused(String client, String entry, String destination, String reason) {}
}
