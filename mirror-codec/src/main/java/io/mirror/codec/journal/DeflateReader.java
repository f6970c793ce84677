package io.mirror.codec.journal;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.function.Consumer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Reads the frames of {@link DeflateWriter}; keeps one frame at most, and grows it with the bytes that arrive. */
final class DeflateReader {
    private final Inflater inflater = new Inflater(true);
    private final byte[] header = new byte[DeflateWriter.HEADER];
    private final byte[] data = new byte[DeflateWriter.MAX_DATA];
    private byte[] content = new byte[1024];
    private int headerLength;
    private int contentLength;

    /**
     * Reads until a frame is complete or the buffer is empty.
     *
     * @param remaining bytes of data that may still come
     * @return the bytes of data passed on
     */
    int read(ByteBuf in, long offset, long remaining, Consumer<ByteBuf> sink) {
        if (headerLength < DeflateWriter.HEADER) {
            int count = Math.min(DeflateWriter.HEADER - headerLength, in.readableBytes());
            in.readBytes(header, headerLength, count);
            headerLength += count;
            if (headerLength < DeflateWriter.HEADER) {
                return 0;
            }
            check(offset, remaining);
        }
        int wanted = (int) number(0);
        int count = Math.min(wanted - contentLength, in.readableBytes());
        if (contentLength + count > content.length) {
            content = java.util.Arrays.copyOf(
                    content, Math.min(wanted, Math.max(2 * content.length, contentLength + count)));
        }
        in.readBytes(content, contentLength, count);
        contentLength += count;
        if (contentLength < wanted) {
            return 0;
        }
        int length = (int) number(4);
        ByteBuf plain = wanted == length ? Unpooled.wrappedBuffer(content, 0, wanted) : inflate(offset, wanted, length);
        headerLength = 0;
        contentLength = 0;
        sink.accept(plain);
        return length;
    }

    private void check(long offset, long remaining) {
        long wanted = number(0);
        long length = number(4);
        if (length < 1 || length > Math.min(DeflateWriter.MAX_DATA, remaining) || wanted < 1 || wanted > length) {
            throw new JournalDecodeException(
                    offset, "a frame of " + wanted + " bytes for " + length + " of " + remaining + " bytes of data");
        }
    }

    private ByteBuf inflate(long offset, int wanted, int length) {
        inflater.reset();
        inflater.setInput(content, 0, wanted);
        try {
            int got = inflater.inflate(data, 0, length);
            // The end of the stream may need one more step that gives nothing; a step that gives something is too much.
            boolean more = !inflater.finished() && inflater.inflate(new byte[1]) > 0;
            if (got != length || more || !inflater.finished() || inflater.getRemaining() > 0) {
                throw new JournalDecodeException(offset, "a frame whose content is not " + length + " bytes of data");
            }
        } catch (DataFormatException e) {
            JournalDecodeException failure = new JournalDecodeException(offset, "a frame that is no deflate stream");
            failure.addSuppressed(e);
            throw failure;
        }
        return Unpooled.wrappedBuffer(data, 0, length);
    }

    private long number(int at) {
        return (header[at] & 0xFFL) << 24
                | (header[at + 1] & 0xFFL) << 16
                | (header[at + 2] & 0xFFL) << 8
                | (header[at + 3] & 0xFFL);
    }

    void close() {
        inflater.end();
    }
}
