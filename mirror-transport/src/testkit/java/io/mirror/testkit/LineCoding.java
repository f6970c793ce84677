package io.mirror.testkit;

import io.netty.buffer.ByteBuf;

/**
 * What the bytes of one end of a simulated connection pass through, such as the frames of a WebSocket. Whatever it does must
 * follow from the bytes alone, but for their values on the line.
 */
public interface LineCoding extends AutoCloseable {
    /**
     * Codes what the protocol sends.
     *
     * @param bytes whole messages; to be read, and owned by the caller
     * @return what goes on the line; owned by the caller
     */
    ByteBuf toLine(ByteBuf bytes);

    /**
     * Decodes what arrives.
     *
     * @param bytes part of a stream, cut anywhere; to be read, and owned by the caller
     * @return what the protocol receives, perhaps nothing; owned by the caller
     * @throws RuntimeException if it breaks the rules of the coding, which ends the connection
     */
    ByteBuf fromLine(ByteBuf bytes);

    /** The connection is over. */
    @Override
    void close();
}
