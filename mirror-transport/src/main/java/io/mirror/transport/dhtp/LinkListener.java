package io.mirror.transport.dhtp;

import io.mirror.core.link.LinkState;

/**
 * Hears what happens on links. Called on a link's event loop: must be short and must not block. Texts are safe to log:
 * what they quote of a peer is escaped and short, and no secret is in them. What a listener throws is logged, once for
 * each link, and changes nothing for the link.
 *
 * <p>The same is logged by {@link System.Logger} under the name {@code io.mirror.transport.dhtp}: states and information
 * at DEBUG, warnings and refusals at WARNING.
 */
public interface LinkListener {
    /**
     * A link is in another state.
     *
     * @param link the link's name
     * @param state the new state
     */
    default void stateChanged(String link, LinkState state) {}

    /**
     * A connection, or an attempt to make one, has ended.
     *
     * @param link the link's name
     * @param cause why
     */
    default void disconnected(String link, String cause) {}

    /**
     * Something is worth knowing.
     *
     * @param link the link's name
     * @param text what it is
     */
    default void information(String link, String text) {}

    /**
     * Something is wrong and the link goes on. Repetitions of one cause come at most once in 10 s.
     *
     * @param link the link's name
     * @param text what it is
     */
    default void warning(String link, String text) {}

    /**
     * A peer tried what it may not do. Repetitions come at most once in 10 s.
     *
     * @param link the link's name
     * @param text what it tried and which right is missing
     */
    default void refused(String link, String text) {}
}
