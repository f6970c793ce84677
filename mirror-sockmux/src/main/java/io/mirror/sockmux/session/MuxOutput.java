package io.mirror.sockmux.session;

import io.netty.buffer.ByteBuf;

/** Where a session writes. Called on the thread of the session. */
public interface MuxOutput {
    /**
     * Returns where the next frames go. The owner sends its content after each call of the session.
     *
     * @return a buffer that grows as needed
     */
    ByteBuf buffer();

    /**
     * Tells whether frames may be written; asked before each one.
     *
     * @return false while more than the high mark waits to be sent; {@link MuxSession#pump} has to be called when it
     *     becomes true again
     */
    boolean isWritable();

    /**
     * Ends the tunnel: what is in the buffer is sent, then the carrier is closed. Called once at most.
     *
     * @param reason why, for a person
     */
    void end(String reason);
}
