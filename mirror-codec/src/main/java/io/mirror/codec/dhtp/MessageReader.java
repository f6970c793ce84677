package io.mirror.codec.dhtp;

import io.mirror.core.command.PointMessage;
import io.mirror.core.point.PointState;
import io.netty.buffer.ByteBuf;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/**
 * Reads a recorded stream message by message without giving the messages a meaning, for tools that show or check what
 * was said (DHTP sections 2 and 7).
 *
 * <p>A reader belongs to one stream and one thread. It neither keeps nor releases the buffers it is given.
 */
public final class MessageReader {

    /** Takes the messages in the order of the stream, on the thread that called the reader. */
    public interface Listener {
        /**
         * Takes a text message.
         *
         * @param offset byte offset of its opening parenthesis, counted from the start of the stream
         * @param expression the message
         */
        void onText(long offset, Expression expression);

        /**
         * Takes a binary message.
         *
         * @param offset byte offset of its first byte, counted from the start of the stream
         * @param frame the message
         */
        void onFrame(long offset, BinaryFrame frame);

        /**
         * Takes note of a line or message that was dropped. The stream goes on.
         *
         * @param reason why
         * @param offset byte offset of the problem, counted from the start of the stream
         * @param excerpt at most 64 bytes of what was dropped, escaped and without passwords
         */
        void onMalformed(DecodeReason reason, long offset, String excerpt);
    }

    private final DhtpLimits limits;
    private final PointMessage message = new PointMessage();
    private final FrameReader frames;
    private final TextScanner scanner = new TextScanner();
    private final StreamSplitter splitter;
    private @Nullable Listener listener;

    /**
     * Creates a reader for a new stream.
     *
     * @param limits what the stream may make it hold or do
     */
    public MessageReader(DhtpLimits limits) {
        this.limits = limits;
        SecureRandom random = new SecureRandom();
        frames = new FrameReader(new PointNames(limits, random), message, new HandleTable(random.nextInt()));
        splitter = new StreamSplitter(limits, new LineRoom(), new Messages());
    }

    /**
     * Reads all complete lines and frames.
     *
     * @param in what has arrived; the reader index is moved behind what was read, and the next call must present the
     *     rest again, followed by what arrived in the meantime
     * @param out takes the messages
     * @throws DhtpDecodeException if the stream cannot be read any further
     */
    public void read(ByteBuf in, Listener out) {
        listener = out;
        try {
            splitter.split(in);
        } finally {
            listener = null;
            scanner.release();
        }
    }

    /**
     * Reads the last part of a stream.
     *
     * @param in what has arrived; it is read to its end
     * @param out takes the messages
     * @throws DhtpDecodeException if the stream cannot be read any further, or with {@link DecodeReason#TRUNCATED} if
     *     it ends inside a line or frame
     */
    public void end(ByteBuf in, Listener out) {
        listener = out;
        try {
            splitter.end(in);
        } finally {
            listener = null;
            scanner.release();
        }
    }

    private final class Messages implements StreamSplitter.Sink {

        private Listener out() {
            Listener current = listener;
            if (current == null) {
                throw new IllegalStateException("no call of read is running");
            }
            return current;
        }

        @Override
        public void line(byte[] text, int from, int to, long offset) {
            scanner.reset(text, from, to);
            DecodeReason broken = scanner.check(limits.maxDepth(), limits.maxItems());
            if (broken != null) {
                problem(broken, offset + scanner.problemAt() - from, text, from, to);
                return;
            }
            scanner.skipSpace();
            while (scanner.position() < to) {
                long at = offset + scanner.position() - from;
                out().onText(at, ExpressionReader.read(scanner));
                scanner.skipSpace();
            }
        }

        @Override
        public void frame(ByteBuf in, int index, long offset) {
            DecodeReason problem = frames.read(in, index, offset);
            if (problem != null) {
                byte[] beginning = new byte[BinaryHeader.LENGTH];
                in.getBytes(index, beginning);
                problem(problem, offset, beginning, 0, beginning.length);
                return;
            }
            PointState state = message.state();
            out().onFrame(
                            offset,
                            new BinaryFrame(
                                    message.kind(),
                                    message.name(),
                                    state.value(),
                                    state.confidence(),
                                    state.security(),
                                    state.locked(),
                                    state.seconds(),
                                    state.nanoseconds(),
                                    state.flags() & 0xFFFF_FFFFL,
                                    state.quality(),
                                    (int) frames.header().handle));
        }

        @Override
        public void problem(DecodeReason reason, long offset, byte[] text, int from, int to) {
            out().onMalformed(reason, offset, Excerpts.of(text, from, to));
        }
    }
}
