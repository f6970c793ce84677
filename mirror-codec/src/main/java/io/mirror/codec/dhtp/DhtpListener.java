package io.mirror.codec.dhtp;

import io.mirror.core.command.PointMessage;
import io.mirror.core.command.Received;

/**
 * Takes what a {@link DhtpDecoder} has read, in the order in which it arrived, on the thread that called the decoder.
 *
 * <p>An exception thrown by a method passes through the decoder; the rest of the line that was being read is lost then.
 */
public interface DhtpListener {

    /**
     * Takes a point message: a {@code point}, {@code echo}, {@code write} or {@code cwrite} line, or a binary frame.
     *
     * @param message the message, which is filled again after the method has returned
     */
    void onPoint(PointMessage message);

    /**
     * Takes any other message. One that is unknown, or known with bad arguments, arrives here too, so that it can be
     * answered.
     *
     * @param received the command and the words that a reply quotes
     */
    void onCommand(Received received);

    /**
     * Takes note of a line or message that was dropped. The stream goes on.
     *
     * @param reason why; never of the scope {@link DecodeReason.Scope#STREAM}
     * @param offset byte offset of the problem, counted from the start of the connection
     * @param excerpt at most 64 bytes of what was dropped, escaped and without passwords
     */
    void onMalformed(DecodeReason reason, long offset, String excerpt);

    /**
     * Asked after each line and each frame: a listener whose answers pile up has the decoder leave the rest in the
     * buffer. The rest is read by a later call.
     *
     * @return true to go on
     */
    default boolean wantsMore() {
        return true;
    }
}
