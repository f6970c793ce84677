package io.mirror.codec.sockmux;

import io.netty.buffer.ByteBuf;

/** Takes the frames of one direction of a tunnel, in order. */
@FunctionalInterface
public interface FrameListener {
    /**
     * Takes a frame.
     *
     * @param header valid during the call only
     * @param payload its readable octets are exactly the payload, which need not begin at index 0; borrowed for the
     *     duration of the call, after which indexes and octets mean something else
     */
    void onFrame(FrameHeader header, ByteBuf payload);
}
