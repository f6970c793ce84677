package io.mirror.core.link;

import io.mirror.core.point.Timestamp;

/**
 * Hears what happens on a link. Called on the session's thread; must not block. Texts are safe to log: excerpts of
 * foreign data are escaped and short, and no secret is in them.
 */
public interface SessionListener {
    /**
     * The link is in another state.
     *
     * @param state the new state
     */
    default void stateChanged(LinkState state) {}

    /**
     * The peer told what its clock says.
     *
     * @param time the peer's time
     */
    default void peerTime(Timestamp time) {}

    /**
     * A slave of this library that tells its links apart opened a link.
     *
     * @param peer which link it is
     */
    default void linkOpened(LinkPeer peer) {}

    /**
     * Something is worth knowing.
     *
     * @param text what it is
     */
    default void information(String text) {}

    /**
     * Something is wrong and the link goes on. Repetitions of the same cause are reported at most once in 10 s.
     *
     * @param text what it is
     */
    default void warning(String text) {}

    /**
     * The peer tried what it may not do. Reported at most once in 10 s for each command.
     *
     * @param text what it tried and which right is missing
     */
    default void refused(String text) {}

    /**
     * Something that the peer sent was not taken. Unlike {@link #warning} and {@link #refused} this is reported each
     * time; it costs nothing more than the call.
     *
     * @param what the command that was refused, empty for what could not be read
     * @param why what is wrong with it
     */
    default void inputRefused(String what, String why) {}

    /**
     * An initial transfer begins.
     *
     * @param transfer what is transferred
     */
    default void transferBegun(LinkTransfer transfer) {}

    /**
     * An initial transfer has ended. A transfer that the end of the connection cuts short is not reported.
     *
     * @param transfer what was transferred
     */
    default void transferEnded(LinkTransfer transfer) {}
}
