package io.mirror.codec.sockmux;

import io.netty.buffer.ByteBuf;

/** Takes the frames of one direction of a tunnel, in order. */
@FunctionalInterface
public interface FrameListener {
    /**
     * Takes a frame.
     *
     * @param header valid during the call only
     * @param payload exactly the payload, borrowed for the duration of the call
     */
    void onFrame(FrameHeader header, ByteBuf payload);
}
