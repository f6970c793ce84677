package io.mirror.codec.zabbix;

import io.mirror.codec.zabbix.ZabbixDecodeException.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Takes one frame off a stream and hands out its body, inflated, while it arrives (section 2).
 *
 * <p>Lengths are judged before anything is inflated, and memory does not grow with them: at most 16 KiB are held, and
 * only while a call lasts. Input may be cut anywhere. A decoder belongs to one thread; {@link #reset()} makes it ready
 * for the next frame and {@link #close()} frees the native memory of the inflater.
 */
public final class FrameDecoder implements AutoCloseable {
    private static final int CHUNK_BYTES = 16 << 10;

    /** Takes the pieces of a body. */
    @FunctionalInterface
    public interface BodySink {
        /**
         * Takes the next piece of the inflated body.
         *
         * @param bytes the array, valid until the method returns
         * @param from index of the first byte
         * @param to index behind the last byte
         */
        void onBody(byte[] bytes, int from, int to);
    }

    private enum State {
        HEADER,
        BODY,
        DONE
    }

    private final ZabbixLimits limits;
    private final byte[] header = new byte[FrameHeader.LARGE_BYTES];
    private State state = State.HEADER;
    private int headerBytes;
    private @Nullable FrameHeader frame;
    private @Nullable Inflater inflater;
    private long consumed;
    private long bodyLeft;
    private long inflated;
    private @Nullable ZabbixDecodeException failure;

    /**
     * Creates a decoder.
     *
     * @param limits what the peer may announce
     */
    public FrameDecoder(ZabbixLimits limits) {
        this.limits = limits;
    }

    /**
     * Reads what has arrived.
     *
     * @param in the bytes; the reader index moves behind what was read, never behind the end of the frame
     * @param sink takes the body
     * @return true once the frame is complete
     * @throws ZabbixDecodeException if this is no frame that the limits allow; every later call fails the same way
     */
    public boolean decode(ByteBuf in, BodySink sink) {
        if (failure != null) {
            throw failure;
        }
        try {
            if (state == State.HEADER) {
                readHeader(in);
            }
            if (state == State.BODY) {
                readBody(in, sink);
            }
            return state == State.DONE;
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
        if (failure != null) {
            throw failure;
        }
        if (state == State.BODY || (headerBytes > 0 && state == State.HEADER)) {
            throw new ZabbixDecodeException(
                    Reason.TRUNCATED,
                    consumed,
                    state == State.BODY ? bodyLeft + " bytes of the body are missing" : "inside the header");
        }
    }

    /**
     * Returns the header once it has arrived.
     *
     * @return the header of the frame in hand
     */
    public Optional<FrameHeader> header() {
        return Optional.ofNullable(frame);
    }

    /**
     * Tells whether anything of the frame has arrived.
     *
     * @return true from the first byte on
     */
    public boolean started() {
        return headerBytes > 0;
    }

    /** Makes the decoder ready for another frame. */
    public void reset() {
        close();
        state = State.HEADER;
        headerBytes = 0;
        frame = null;
        consumed = 0;
        bodyLeft = 0;
        inflated = 0;
        failure = null;
    }

    private void readHeader(ByteBuf in) {
        while (state == State.HEADER && in.isReadable()) {
            header[headerBytes++] = in.readByte();
            consumed++;
            if (headerBytes <= 4) {
                if (header[headerBytes - 1] != (byte) (FrameHeader.MAGIC >>> (32 - 8 * headerBytes))) {
                    throw new ZabbixDecodeException(
                            Reason.BAD_MAGIC, consumed - 1, "byte 0x" + hex(header[headerBytes - 1]));
                }
            } else if (headerBytes == 5) {
                if ((header[4] & FrameHeader.PROTOCOL) == 0 || (header[4] & ~7) != 0) {
                    throw new ZabbixDecodeException(Reason.BAD_FLAGS, consumed - 1, "flags 0x" + hex(header[4]));
                }
            } else if (headerBytes
                    == ((header[4] & FrameHeader.LARGE) != 0 ? FrameHeader.LARGE_BYTES : FrameHeader.SHORT_BYTES)) {
                headerComplete();
            }
        }
    }

    private static String hex(byte value) {
        return "" + Character.forDigit((value >> 4) & 0xF, 16) + Character.forDigit(value & 0xF, 16);
    }

    private long number(int at, int bytes) {
        long value = 0;
        for (int i = bytes - 1; i >= 0; i--) {
            value = (value << 8) | (header[at + i] & 0xFF);
        }
        return value;
    }

    private void headerComplete() {
        boolean large = (header[4] & FrameHeader.LARGE) != 0;
        int width = large ? 8 : 4;
        FrameHeader read = new FrameHeader(header[4], number(5, width), number(5 + width, width));
        frame = read;
        long limit = limits.maxBytes(large);
        checkLength("body", read.dataLength(), limit);
        if (read.compressed()) {
            checkLength("inflated body", read.reserved(), limit);
            if (read.reserved() == 0) {
                throw new ZabbixDecodeException(Reason.SIZE_MISMATCH, consumed, "0 bytes announced");
            }
            inflater = new Inflater();
        }
        bodyLeft = read.dataLength();
        state = bodyLeft == 0 && !read.compressed() ? State.DONE : State.BODY;
    }

    private void checkLength(String what, long length, long limit) {
        if (Long.compareUnsigned(length, limit) > 0) {
            throw new ZabbixDecodeException(
                    Reason.TOO_LONG,
                    consumed,
                    what + " of " + Long.toUnsignedString(length) + " bytes; the limit is " + limit);
        }
    }

    private void readBody(ByteBuf in, BodySink sink) {
        Inflater compressed = inflater;
        if (compressed == null && in.hasArray()) {
            int length = (int) Math.min(bodyLeft, in.readableBytes());
            int from = in.arrayOffset() + in.readerIndex();
            take(in, length);
            sink.onBody(in.array(), from, from + length);
        } else if (bodyLeft > 0 && in.isReadable()) {
            // Taken for as long as this call lasts: connections that wait hold nothing.
            ByteBuf piece = ByteBufAllocator.DEFAULT.heapBuffer(CHUNK_BYTES);
            try {
                readPieces(in, piece.array(), piece.arrayOffset(), compressed, sink);
            } finally {
                piece.release();
            }
        }
        if (bodyLeft == 0) {
            if (compressed != null && !compressed.finished()) {
                throw new ZabbixDecodeException(Reason.BAD_COMPRESSION, consumed, "the stream has no end");
            }
            state = State.DONE;
            close();
        }
    }

    private int pieceLength(ByteBuf in) {
        return (int) Math.min(Math.min(bodyLeft, in.readableBytes()), CHUNK_BYTES);
    }

    private void take(ByteBuf in, int length) {
        in.skipBytes(length);
        consumed += length;
        bodyLeft -= length;
    }

    private void readPieces(ByteBuf in, byte[] piece, int start, @Nullable Inflater compressed, BodySink sink) {
        while (bodyLeft > 0 && in.isReadable()) {
            int length = pieceLength(in);
            if (compressed == null) {
                in.getBytes(in.readerIndex(), piece, start, length);
                take(in, length);
                sink.onBody(piece, start, start + length);
            } else {
                ByteBuffer input = in.nioBuffer(in.readerIndex(), length);
                take(in, length);
                inflate(compressed, input, piece, start, sink);
            }
        }
    }

    private void inflate(Inflater compressed, ByteBuffer input, byte[] piece, int start, BodySink sink) {
        long announced = frame == null ? 0 : frame.reserved();
        compressed.setInput(input);
        try {
            while (!compressed.finished()) {
                int room = (int) Math.min(CHUNK_BYTES, announced - inflated + 1);
                int count = compressed.inflate(piece, start, room);
                inflated += count;
                if (inflated > announced) {
                    throw new ZabbixDecodeException(
                            Reason.SIZE_MISMATCH, consumed, "more than the announced " + announced + " bytes");
                }
                if (count > 0) {
                    sink.onBody(piece, start, start + count);
                } else if (compressed.needsDictionary()) {
                    throw new ZabbixDecodeException(Reason.BAD_COMPRESSION, consumed, "a dictionary is asked for");
                } else if (compressed.needsInput()) {
                    return;
                }
            }
        } catch (DataFormatException e) {
            throw new ZabbixDecodeException(Reason.BAD_COMPRESSION, consumed, "no zlib data");
        }
        if (inflated != announced) {
            throw new ZabbixDecodeException(
                    Reason.SIZE_MISMATCH, consumed, inflated + " bytes instead of the announced " + announced);
        }
        if (compressed.getRemaining() > 0 || bodyLeft > 0) {
            throw new ZabbixDecodeException(Reason.BAD_COMPRESSION, consumed, "bytes follow the end of the stream");
        }
    }

    /** Frees the native memory of the inflater; the decoder can be used again after {@link #reset()}. */
    @Override
    public void close() {
        if (inflater != null) {
            inflater.end();
            inflater = null;
        }
    }
}
