package io.mirror.codec.dhtp;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a stream into text lines and binary frames (DHTP sections 2.1 and 7.4).
 *
 * <p>What has not arrived completely stays in the buffer and is not looked at twice. After a frame that cannot be
 * understood every further call fails with the same exception, because nobody knows where the next message begins.
 */
final class StreamSplitter {
    /** Takes what was cut out. */
    interface Sink {
        /** Takes a line without its LF; the array is valid until the method returns. */
        void line(byte[] text, int from, int to, long offset);

        /** Takes a complete frame whose lengths are consistent. */
        void frame(ByteBuf in, int index, long offset);

        /** Takes frames as long as they are usual ones and wanted, and moves the reader index behind each of them. */
        default void usualFrames(ByteBuf in) {}

        /** Takes lines as long as they are usual ones and wanted, and moves the reader index behind those that it took. */
        default void usualLines(ByteBuf in) {}

        /** Takes the beginning of a line that is too long; its bytes are dropped. */
        void problem(DecodeReason reason, long offset, byte[] text, int from, int to);

        /** Asked after each line and each frame, and again after a no; false leaves the rest for a later call. */
        default boolean wantsMore() {
            return true;
        }
    }

    private final int maxLineBytes;
    private final int maxFrameBytes;
    private final LineRoom room;
    private final Sink sink;

    private long consumed;
    private int scanned;
    private boolean discarding;
    private @Nullable DhtpDecodeException failure;

    StreamSplitter(DhtpLimits limits, LineRoom room, Sink sink) {
        maxLineBytes = limits.maxLineBytes();
        maxFrameBytes = limits.maxFrameBytes();
        this.room = room;
        this.sink = sink;
    }

    /** Number of bytes that were taken from all buffers so far. */
    long consumed() {
        return consumed;
    }

    /** Hands over all complete lines and frames and moves the reader index behind them. */
    void split(ByteBuf in) {
        if (failure != null) {
            throw failure;
        }
        try {
            boolean more = true;
            while (more) {
                more = (discarding ? discard(in) : next(in)) && sink.wantsMore();
            }
        } catch (DhtpDecodeException e) {
            failure = e;
            throw e;
        }
    }

    /** Takes the rest of a stream that has ended. */
    void end(ByteBuf in) {
        split(in);
        if (discarding) {
            discarding = false;
        } else if (in.isReadable()) {
            long offset = consumed;
            int rest = in.readableBytes();
            skip(in, rest);
            throw new DhtpDecodeException(
                    DecodeReason.TRUNCATED, offset, rest + " bytes stand behind the last complete message");
        }
    }

    private void skip(ByteBuf in, int count) {
        in.skipBytes(count);
        consumed += count;
        scanned = 0;
    }

    private boolean discard(ByteBuf in) {
        int lf = in.indexOf(in.readerIndex(), in.writerIndex(), Octets.LF);
        discarding = lf < 0;
        skip(in, lf < 0 ? in.readableBytes() : lf + 1 - in.readerIndex());
        return !discarding;
    }

    /** Takes one line or frame; false if none is complete. */
    private boolean next(ByteBuf in) {
        if (scanned == 0) {
            int begin = in.readerIndex();
            if (in.writerIndex() - begin >= UsualFrameReader.LENGTH) {
                long word = in.getLongLE(begin);
                if ((word == UsualFrameReader.BEGIN && usualFrames(in, begin))
                        || (word == UsualLine.BEGIN && usualLines(in, begin))) {
                    return true;
                }
                if ((short) word == BinaryHeader.MAGIC) {
                    return frame(in, begin);
                }
            }
            skipBoundarySpace(in);
        }
        int readable = in.readableBytes();
        if (readable == 0) {
            return false;
        }
        int start = in.readerIndex();
        if (in.getByte(start) == BinaryHeader.MAGIC_0) {
            if (readable == 1) {
                return false;
            }
            if (in.getByte(start + 1) == BinaryHeader.MAGIC_1) {
                return frame(in, start);
            }
        }
        int lf = in.indexOf(start + scanned, in.writerIndex(), Octets.LF);
        int length = lf < 0 ? readable : lf - start;
        if (length > maxLineBytes) {
            return tooLong(in, start, lf);
        }
        if (lf < 0) {
            scanned = readable;
            return false;
        }
        line(in, start, length);
        return true;
    }

    /** Takes frames as long as they are usual ones and wanted; false if there was none. */
    private boolean usualFrames(ByteBuf in, int begin) {
        try {
            sink.usualFrames(in);
        } finally {
            consumed += in.readerIndex() - begin;
        }
        return in.readerIndex() > begin;
    }

    /** Takes lines as long as they are usual ones and wanted; false if there was none. */
    private boolean usualLines(ByteBuf in, int begin) {
        try {
            sink.usualLines(in);
        } finally {
            consumed += in.readerIndex() - begin;
        }
        return in.readerIndex() > begin;
    }

    private void skipBoundarySpace(ByteBuf in) {
        int start = in.readerIndex();
        int end = in.writerIndex();
        int pos = start;
        while (pos < end && Octets.isBoundarySpace(in.getByte(pos))) {
            pos++;
        }
        if (pos > start) {
            skip(in, pos - start);
        }
    }

    private boolean frame(ByteBuf in, int start) {
        int length = BinaryHeader.completeLength(in, start, maxFrameBytes, consumed);
        if (length == 0) {
            return false;
        }
        long offset = consumed;
        skip(in, length);
        sink.frame(in, start, offset);
        return true;
    }

    private void line(ByteBuf in, int start, int length) {
        long offset = consumed;
        if (in.hasArray()) {
            int from = in.arrayOffset() + start;
            skip(in, length + 1);
            sink.line(in.array(), from, from + length, offset);
            return;
        }
        byte[] text = room.of(length);
        // Relative on purpose: an absolute copy out of direct memory may cost a duplicate of the buffer.
        in.readBytes(text, 0, length);
        consumed += length;
        skip(in, 1);
        sink.line(text, 0, length, offset);
    }

    private boolean tooLong(ByteBuf in, int start, int lf) {
        byte[] beginning = new byte[Math.min(128, in.readableBytes())];
        in.getBytes(start, beginning);
        long offset = consumed;
        discarding = lf < 0;
        skip(in, lf < 0 ? in.readableBytes() : lf + 1 - start);
        sink.problem(DecodeReason.LINE_TOO_LONG, offset, beginning, 0, beginning.length);
        return !discarding;
    }
}
