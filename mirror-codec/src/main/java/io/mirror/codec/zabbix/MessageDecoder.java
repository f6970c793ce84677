package io.mirror.codec.zabbix;

import com.fasterxml.jackson.core.JsonFactory;
import io.netty.buffer.ByteBuf;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads one message: its frame, its compression and its JSON, while it arrives (sections 2 and 4).
 *
 * <p>A decoder belongs to one connection and one thread. It neither keeps nor releases the buffers it is given.
 */
public final class MessageDecoder implements AutoCloseable {
    private final JsonFactory factory;
    private final ZabbixLimits limits;
    private final FrameDecoder frames;
    private MessageListener listener;
    private MessageReader reader;
    private boolean complete;
    private @Nullable ZabbixDecodeException failure;

    MessageDecoder(JsonFactory factory, ZabbixLimits limits, MessageListener listener) {
        this.factory = factory;
        this.limits = limits;
        this.listener = listener;
        frames = new FrameDecoder(limits);
        reader = new MessageReader(factory, limits, listener);
    }

    /**
     * Reads what has arrived.
     *
     * @param in the bytes; the reader index moves behind what was read, never behind the end of the frame
     * @return true once the message is complete; bytes that are left then belong to no message of this protocol, where
     *     every connection carries one request
     * @throws ZabbixDecodeException if this is no message that the limits allow; every later call fails the same way
     */
    public boolean decode(ByteBuf in) {
        if (failure != null) {
            throw failure;
        }
        try {
            if (!complete && frames.decode(in, reader::feed)) {
                reader.end();
                reader.close();
                complete = true;
            }
            return complete;
        } catch (ZabbixDecodeException e) {
            failure = e;
            close();
            throw e;
        }
    }

    /**
     * Tells that the stream has ended.
     *
     * @throws ZabbixDecodeException if it ended inside a frame
     */
    public void end() {
        if (failure == null && !complete) {
            frames.end();
        }
    }

    /**
     * Makes the decoder ready for the next message of the connection, an acknowledgement for example.
     *
     * @param next takes the rows of that message
     */
    public void reset(MessageListener next) {
        frames.reset();
        reader.close();
        listener = next;
        reader = new MessageReader(factory, limits, listener);
        complete = false;
        failure = null;
    }

    /**
     * Returns what is known of the message besides its rows; all of it once the message is complete.
     *
     * @return the message without its rows
     */
    public ProxyMessage head() {
        return reader.head().peek();
    }

    /**
     * Returns the header of the frame once it has arrived.
     *
     * @return the header
     */
    public Optional<FrameHeader> header() {
        return frames.header();
    }

    /**
     * Tells whether anything has arrived.
     *
     * @return true from the first byte on
     */
    public boolean started() {
        return frames.started();
    }

    /**
     * Tells whether the message has an empty body, which means "no answer" (section 2).
     *
     * @return true if there was no byte of JSON
     */
    public boolean isEmpty() {
        return reader.isEmpty();
    }

    /** Frees native memory and gives buffers back. */
    @Override
    public void close() {
        frames.close();
        reader.close();
    }
}
