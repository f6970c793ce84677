package io.mirror.codec.zabbix;

import com.fasterxml.jackson.core.JsonFactory;
import io.netty.buffer.ByteBuf;

/**
 * Makes decoders and writes messages. One instance serves any number of connections and threads.
 */
public final class ZabbixCodec {
    private final ZabbixLimits limits;
    private final JsonFactory factory;

    /**
     * Creates a codec.
     *
     * @param limits what peers can make its decoders hold or do
     */
    public ZabbixCodec(ZabbixLimits limits) {
        this.limits = limits;
        factory = JsonFactories.create(limits);
    }

    /**
     * Returns the limits.
     *
     * @return the limits of all decoders of this codec
     */
    public ZabbixLimits limits() {
        return limits;
    }

    /**
     * Makes a decoder for a message.
     *
     * @param listener takes its rows
     * @return the decoder, to be closed
     */
    public MessageDecoder newDecoder(MessageListener listener) {
        return new MessageDecoder(factory, limits, listener);
    }

    /**
     * Writes a message in a frame, in the member order of the daemons and in the form of the 6.0 dialect.
     *
     * @param message the message
     * @param compress true to compress the body
     * @param out takes the frame; unchanged if an exception is thrown
     * @throws IllegalArgumentException if the body is longer than the limits allow
     */
    public void encode(ProxyMessage message, boolean compress, ByteBuf out) {
        encode(message, new ZabbixVersion(6, 0), compress, out);
    }

    /**
     * Writes a message in a frame, in the member order of the daemons.
     *
     * @param message the message
     * @param dialect version whose forms are used where versions differ
     * @param compress true to compress the body
     * @param out takes the frame; unchanged if an exception is thrown
     * @throws IllegalArgumentException if the body is longer than the limits allow
     */
    public void encode(ProxyMessage message, ZabbixVersion dialect, boolean compress, ByteBuf out) {
        int flags = compress ? FrameHeader.PROTOCOL | FrameHeader.COMPRESSED : FrameHeader.PROTOCOL;
        int start = FrameEncoder.reserve(flags, out);
        boolean good = false;
        BodyOutput body = new BodyOutput(out, compress, limits.maxFrameBytes());
        try {
            try (JsonOutput json = new JsonOutput(body)) {
                new MessageWriter(json, dialect).write(message);
                json.flush();
            }
            body.finish();
            FrameEncoder.complete(flags, start, compress ? body.plainBytes() : 0, out);
            good = true;
        } finally {
            body.free();
            if (!good) {
                out.writerIndex(start);
            }
        }
    }
}
