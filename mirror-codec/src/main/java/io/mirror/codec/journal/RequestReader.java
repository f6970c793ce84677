package io.mirror.codec.journal;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads one request that arrives in pieces of any size (journal specification sections 4 and 5).
 *
 * <p>Lines are kept until they are complete, up to their limit; data is passed on as it arrives. After an exception,
 * and after {@link #stop()}, everything else is skipped. Not safe for use by several threads.
 */
public final class RequestReader {
    private static final int MAX_DIGITS = 19;
    private static final int FIRST_LINE = 256;

    private final JournalLimits limits;
    private boolean blobsToTheEnd;
    private State state = State.HEAD;
    private byte[] line = new byte[FIRST_LINE];
    private int lineLength;
    private int headLineStart;
    private String path = "";
    private long remaining;
    private long offset;
    private @Nullable DeflateReader frames;

    /** Which part of a request comes next. */
    public enum State {
        /** The request line or a header line. */
        HEAD,
        /** The line of the key. */
        KEY,
        /** The length of a batch or the path of a blob. */
        LINE,
        /** The length of a blob. */
        LENGTH,
        /** Data with a known length. */
        DATA,
        /** Data to the end of the stream. */
        DATA_TO_END,
        /** The byte behind the data. */
        MARK,
        /** Nothing; the request is complete. */
        COMPLETE,
        /** Nothing; the rest is skipped. */
        STOPPED
    }

    /**
     * Creates a reader of one request.
     *
     * @param limits what is accepted
     * @param blobsToTheEnd true for senders of before 2016, whose blobs have no length line (dialect unacked-blob)
     */
    public RequestReader(JournalLimits limits, boolean blobsToTheEnd) {
        this.limits = limits;
        this.blobsToTheEnd = blobsToTheEnd;
    }

    /**
     * Reads everything the buffer has.
     *
     * @param in the next bytes of the stream; not released
     * @param listener takes the parts
     * @throws JournalDecodeException if they are malformed or over a limit
     */
    public void read(ByteBuf in, RequestListener listener) {
        try {
            // A length of 0 has no data to wait for, so the state is looked at before the bytes are.
            while (in.isReadable()) {
                switch (state) {
                    case HEAD -> head(in, listener);
                    case KEY -> key(in, listener);
                    case LINE -> line(in, listener);
                    case LENGTH -> length(in, listener);
                    case DATA, DATA_TO_END -> data(in, listener);
                    case MARK -> {
                        offset++;
                        byte mark = in.readByte();
                        state = State.COMPLETE;
                        listener.onMark(mark);
                    }
                    case COMPLETE -> {
                        int count = in.readableBytes();
                        offset += in.readableBytes();
                        in.skipBytes(count);
                        listener.onSurplus(count);
                    }
                    case STOPPED -> {
                        offset += in.readableBytes();
                        in.skipBytes(in.readableBytes());
                    }
                }
            }
        } catch (RuntimeException e) {
            stop();
            throw e;
        }
    }

    /** Reads blobs without a length line from now on; the dialect of a sender is known behind its head only. */
    public void expectBlobsToTheEnd() {
        blobsToTheEnd = true;
    }

    /**
     * Goes on with a batch where the receiver said in its start line. To be called while the batch is announced.
     *
     * @param start what the receiver said
     * @throws IllegalStateException if no batch was announced, or its data has begun
     * @throws IllegalArgumentException if the batch is shorter
     */
    public void continueAt(StartLine start) {
        if (state != State.DATA && state != State.MARK) {
            throw new IllegalStateException("no batch was announced");
        }
        if (start.offset() > remaining) {
            throw new IllegalArgumentException("offset " + start.offset() + " is behind the " + remaining + " bytes");
        }
        remaining -= start.offset();
        state = remaining == 0 ? State.MARK : State.DATA;
        if (start.deflate() && state == State.DATA) {
            frames = new DeflateReader();
        }
    }

    /** Skips the rest of the request and gives back what it holds. May be called by the listener. */
    public void stop() {
        state = State.STOPPED;
        forgetLine();
        endFrames();
    }

    private void endFrames() {
        if (frames != null) {
            frames.close();
            frames = null;
        }
    }

    /**
     * Returns what the reader waits for.
     *
     * @return the part
     */
    public State state() {
        return state;
    }

    /**
     * Returns how much was read.
     *
     * @return bytes since the beginning
     */
    public long offset() {
        return offset;
    }

    private void head(ByteBuf in, RequestListener listener) {
        boolean ended = takeLine(in, limits.headBytes(), "a head");
        if (!ended) {
            return;
        }
        int length = lineLength - headLineStart;
        boolean empty = length == 0 || (length == 1 && line[headLineStart] == '\r');
        if (empty && headLineStart == 0) {
            throw new JournalDecodeException(offset, "an empty line in place of a request line");
        }
        if (!empty) {
            append((byte) '\n', limits.headBytes(), "a head");
            headLineStart = lineLength;
            return;
        }
        RequestHead head = RequestHead.parse(new String(line, 0, headLineStart - 1, StandardCharsets.ISO_8859_1));
        forgetLine();
        state = State.KEY;
        listener.onHead(head);
    }

    private void key(ByteBuf in, RequestListener listener) {
        if (takeLine(in, limits.keyBytes(), "a key line")) {
            byte[] key = Arrays.copyOf(line, lengthWithoutReturn());
            forgetLine();
            state = State.LINE;
            listener.onKey(key);
        }
    }

    private void line(ByteBuf in, RequestListener listener) {
        if (!takeLine(in, limits.lineBytes(), "a length or path line")) {
            return;
        }
        int length = lengthWithoutReturn();
        if (isNumber(length)) {
            remaining = number(length, limits.batchBytes(), "a batch");
            forgetLine();
            state = remaining == 0 ? State.MARK : State.DATA;
            listener.onBatch(remaining);
            return;
        }
        path = text(lineLength);
        forgetLine();
        if (blobsToTheEnd) {
            state = State.DATA_TO_END;
            remaining = limits.blobBytes();
            listener.onBlob(path, -1);
        } else {
            String problem = BlobPath.problemOf(path);
            if (!problem.isEmpty()) {
                throw new BlobPathException(offset, "a path that " + problem);
            }
            state = State.LENGTH;
        }
    }

    private void length(ByteBuf in, RequestListener listener) {
        if (!takeLine(in, limits.lineBytes(), "a length line")) {
            return;
        }
        int length = lengthWithoutReturn();
        if (!isNumber(length)) {
            throw new JournalDecodeException(offset, "the length of a blob is no number");
        }
        remaining = number(length, limits.blobBytes(), "a blob");
        forgetLine();
        state = remaining == 0 ? State.MARK : State.DATA;
        listener.onBlob(path, remaining);
    }

    private void data(ByteBuf in, RequestListener listener) {
        if (frames != null) {
            int before = in.readableBytes();
            remaining -= frames.read(in, offset, remaining, listener::onData);
            offset += before - in.readableBytes();
            if (remaining == 0 && state == State.DATA) {
                state = State.MARK;
                endFrames();
            }
            return;
        }
        int count = (int) Math.min(remaining, in.readableBytes());
        if (count == 0) {
            throw new JournalDecodeException(offset, "a blob longer than " + limits.blobBytes() + " bytes");
        }
        ByteBuf slice = in.readSlice(count);
        offset += count;
        remaining -= count;
        if (remaining == 0 && state == State.DATA) {
            state = State.MARK;
        }
        listener.onData(slice);
    }

    /** Takes bytes up to the next line feed and tells whether there was one. */
    private boolean takeLine(ByteBuf in, int limit, String what) {
        int feed = in.indexOf(in.readerIndex(), in.writerIndex(), (byte) '\n');
        int count = (feed < 0 ? in.writerIndex() : feed) - in.readerIndex();
        if (count > limit - lineLength) {
            throw new JournalDecodeException(offset, what + " longer than " + limit + " bytes");
        }
        if (lineLength + count > line.length) {
            byte[] grown = Arrays.copyOf(line, Math.min(limit, Math.max(2 * line.length, lineLength + count)));
            Arrays.fill(line, (byte) 0);
            line = grown;
        }
        in.readBytes(line, lineLength, count);
        lineLength += count;
        offset += count;
        if (feed < 0) {
            return false;
        }
        in.skipBytes(1);
        offset++;
        return true;
    }

    private void append(byte value, int limit, String what) {
        if (lineLength >= limit) {
            throw new JournalDecodeException(offset, what + " longer than " + limit + " bytes");
        }
        if (lineLength == line.length) {
            line = Arrays.copyOf(line, Math.min(limit, 2 * line.length));
        }
        line[lineLength++] = value;
    }

    private int lengthWithoutReturn() {
        return lineLength > 0 && line[lineLength - 1] == '\r' ? lineLength - 1 : lineLength;
    }

    private boolean isNumber(int length) {
        for (int i = 0; i < length; i++) {
            if (line[i] < '0' || line[i] > '9') {
                return false;
            }
        }
        return length > 0;
    }

    private long number(int length, long limit, String what) {
        if (length > MAX_DIGITS) {
            throw new JournalDecodeException(offset, "a length of more than " + MAX_DIGITS + " digits");
        }
        long value = 0;
        for (int i = 0; i < length; i++) {
            long next = value * 10 + (line[i] - '0');
            if (next < value || value > Long.MAX_VALUE / 10) {
                throw new JournalDecodeException(offset, "a length above 2^63 - 1");
            }
            value = next;
        }
        if (value > limit) {
            throw new JournalDecodeException(offset, what + " of " + value + " bytes, more than " + limit);
        }
        return value;
    }

    private String text(int length) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(line, 0, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new BlobPathException(offset, "a path that is not UTF-8");
        }
    }

    /** The line may have been a key. */
    private void forgetLine() {
        Arrays.fill(line, 0, lineLength, (byte) 0);
        lineLength = 0;
        headLineStart = 0;
    }
}
