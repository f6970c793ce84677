package io.mirror.sockmux.session;

/**
 * How a channel ended.
 *
 * @param kind what ended it
 * @param text the words of the peer, or ours; printable, at most 255 characters
 */
public record ChannelEnd(Kind kind, String text) {
    /** What ends a channel. */
    public enum Kind {
        /** This side closed it. */
        LOCAL,
        /** The peer closed it. */
        PEER,
        /** The peer did not open it. */
        REFUSED,
        /** The peer reset it. */
        RESET,
        /** The peer did not keep to the rules. */
        VIOLATION,
        /** The peer did not answer in time. */
        TIMEOUT,
        /** The tunnel was lost or ended. */
        TUNNEL
    }

    /**
     * Tells whether what was received and not written out yet is worth keeping.
     *
     * @return false if the local side is to be torn down at once
     */
    public boolean isOrderly() {
        return kind == Kind.LOCAL || kind == Kind.PEER;
    }
}
