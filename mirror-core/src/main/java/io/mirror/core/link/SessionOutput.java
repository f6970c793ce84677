package io.mirror.core.link;

import io.mirror.core.command.Command;
import io.mirror.core.command.PointMessage;
import io.mirror.core.hub.MemoryBudget;
import io.mirror.core.point.PointState;

/**
 * What a session needs from whatever carries it. All methods but {@link #requestFlush} are called by the session on its
 * own thread, from within one of its methods; none of them may call back into the session.
 */
public interface SessionOutput {
    /**
     * Sends a command.
     *
     * @param command the command
     */
    void send(Command command);

    /**
     * Sends a point message. The arguments are valid until the method returns.
     *
     * @param kind which command carries the point
     * @param name the name
     * @param state the state
     * @return false if the message is longer than {@link #encoding} allows; nothing was sent then
     */
    boolean sendPoint(PointMessage.Kind kind, WireName name, PointState state);

    /**
     * Tells whether more can be sent without piling up. A session stops sending point messages while this is false and
     * goes on when its {@code flush} is called.
     *
     * @return true if there is room
     */
    boolean isWritable();

    /**
     * Says how point messages are to be encoded from now on. Until this is called they go out as text.
     *
     * @param binary true for the binary layout of DHTP section 7.2
     * @param maxLineBytes the longest line that the peer accepts
     */
    void encoding(boolean binary, int maxLineBytes);

    /**
     * Sends what is buffered and closes the connection. The session's {@code closed} is called when it is done.
     *
     * @param reason why, for status and log
     */
    void close(String reason);

    /**
     * Closes the connection at once, without sending what is buffered, because the peer is not there any more. The
     * session's {@code closed} is called when it is done.
     *
     * @param reason why, for status and log
     */
    default void abort(String reason) {
        close(reason);
    }

    /**
     * Tells whether the session may send its initial transfer now. Asked by a master's session before each part of one.
     * If not, the session's {@code flush} is called when its turn has come.
     *
     * @return true if it may, which is always the case unless the implementation limits transfers
     */
    default boolean mayTransfer() {
        return true;
    }

    /** The initial transfer that {@link #mayTransfer} allowed is complete. */
    default void transferEnded() {}

    /**
     * Returns what a slave tells its master to have this link told apart from others of the same hub.
     *
     * @return a short word of letters and digits, empty to tell nothing
     */
    default String linkId() {
        return "";
    }

    /**
     * Returns what the session uses for changes that wait to be sent, beyond the newest of each point. Asked once, before
     * anything else.
     *
     * @return a budget that the links of one endpoint share; without limit unless the implementation has one
     */
    default MemoryBudget memoryBudget() {
        return MemoryBudget.unlimited();
    }

    /** Has the session's {@code flush} called soon on the session's thread. Called by any thread; must not block. */
    void requestFlush();
}
