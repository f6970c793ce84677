package io.mirror.codec.dhtp;

import io.mirror.core.command.Command;
import io.mirror.core.command.PointMessage;
import io.mirror.core.command.Received;
import io.netty.buffer.ByteBuf;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/**
 * Reads everything that arrives on one connection: text messages and binary point messages, mixed at will
 * (DHTP sections 2, 3, 5, 6 and 7).
 *
 * <p>Input may be cut anywhere. Nothing is acted on before the LF of its line, or the last byte of its frame, has
 * arrived; what is incomplete stays in the buffer. Memory grows with the bytes received, never with a number that the
 * peer announced. A numeric point with a known name costs no allocation.
 *
 * <p>A decoder belongs to one connection and one thread. It neither keeps nor releases the buffers it is given.
 */
public final class DhtpDecoder {
    private final DhtpLimits limits;
    private final PointMessage message = new PointMessage();
    private final PointNames names;
    private final PointReader points;
    private final UsualLineReader usualLines;
    private final FrameReader frames;
    private final UsualFrameReader usualFrames;
    private final CommandReader commands;
    private final TextScanner scanner = new TextScanner();
    private final StreamSplitter splitter;
    private @Nullable DhtpListener listener;
    private long messages;

    /**
     * Creates a decoder for a new connection.
     *
     * @param limits what the peer may make it hold or do
     */
    public DhtpDecoder(DhtpLimits limits) {
        this.limits = limits;
        SecureRandom random = new SecureRandom();
        names = new PointNames(limits, random);
        points = new PointReader(names, message);
        LineRoom room = new LineRoom();
        usualLines = new UsualLineReader(names, message, room, limits.maxLineBytes());
        HandleTable handles = new HandleTable(random.nextInt());
        frames = new FrameReader(names, message, handles);
        usualFrames = new UsualFrameReader(names, handles, message);
        commands = new CommandReader(limits);
        splitter = new StreamSplitter(limits, room, new Lines());
    }

    /**
     * Reads all complete lines and frames, or as many as the listener wants.
     *
     * @param in what has arrived; the reader index is moved behind what was read, and the next call must present the
     *     rest again, followed by what arrived in the meantime
     * @param out takes the messages
     * @return number of messages given to the listener, malformed ones not counted
     * @throws DhtpDecodeException if the stream cannot be read any further; every later call fails with the same
     *     exception
     */
    public long decode(ByteBuf in, DhtpListener out) {
        long before = messages;
        listener = out;
        try {
            splitter.split(in);
        } finally {
            listener = null;
            scanner.release();
        }
        return messages - before;
    }

    /**
     * Switches the remembering of point names, which is on at first. While it is off a peer cannot make the decoder keep
     * anything; binary frames that define handles are refused then. Meant for the time before a peer has logged in.
     *
     * @param on true to remember names
     */
    public void rememberNames(boolean on) {
        names.interning(on);
    }

    /**
     * Returns how often a point name could not be remembered, because the limits were reached or remembering was off.
     *
     * @return number of messages with such a name
     */
    public long namesNotRemembered() {
        return names.notInterned();
    }

    /**
     * Returns how many bytes were taken from all buffers together. While a listener is called, those of the messages that it
     * was given in the same call of {@link #decode} may not be counted yet.
     *
     * @return number of bytes
     */
    public long bytesConsumed() {
        return splitter.consumed();
    }

    private final class Lines implements StreamSplitter.Sink {

        private DhtpListener out() {
            DhtpListener current = listener;
            if (current == null) {
                throw new IllegalStateException("no call of decode is running");
            }
            return current;
        }

        @Override
        public boolean wantsMore() {
            return out().wantsMore();
        }

        @Override
        public void usualFrames(ByteBuf in) {
            int begin = in.readerIndex();
            usualFrames.read(in, out());
            messages += (in.readerIndex() - begin) / UsualFrameReader.LENGTH;
        }

        @Override
        public void usualLines(ByteBuf in) {
            messages += usualLines.read(in, out());
        }

        @Override
        public void frame(ByteBuf in, int index, long offset) {
            DecodeReason problem = frames.read(in, index, offset);
            if (problem == null) {
                messages++;
                out().onPoint(message);
            } else {
                byte[] beginning = new byte[BinaryHeader.LENGTH];
                in.getBytes(index, beginning);
                problem(problem, offset, beginning, 0, beginning.length);
            }
        }

        @Override
        public void problem(DecodeReason reason, long offset, byte[] text, int from, int to) {
            out().onMalformed(reason, offset, Excerpts.of(text, from, to));
        }

        @Override
        public void line(byte[] text, int from, int to, long offset) {
            scanner.reset(text, from, to);
            boolean checked = false;
            scanner.skipSpace();
            while (scanner.position() < to) {
                int start = scanner.position();
                PointMessage.Kind kind = points.keyword(scanner);
                DecodeReason problem = kind == null ? null : points.read(scanner, kind);
                boolean isPoint = kind != null && problem == null;
                boolean complete = isPoint && (points.closed() || scanner.next() == TextScanner.CLOSE);
                if (!checked) {
                    // Only a single, complete point message needs no second look at the structure of its line.
                    if (!complete) {
                        scanner.position(start);
                    }
                    scanner.skipSpace();
                    if (!complete || scanner.position() < to) {
                        DecodeReason broken = scanner.check(limits.maxDepth(), limits.maxItems());
                        if (broken != null) {
                            problem(broken, offset + scanner.problemAt() - from, text, from, to);
                            return;
                        }
                        checked = true;
                    }
                }
                if (!complete && kind != null) {
                    scanner.position(start);
                    scanner.skipExpression();
                }
                if (isPoint) {
                    messages++;
                    out().onPoint(message);
                } else if (kind == null) {
                    scanner.position(start);
                    messages++;
                    out().onCommand(commands.read(ExpressionReader.read(scanner)));
                } else {
                    malformedPoint(kind, problem, text, start, offset + start - from);
                }
                scanner.skipSpace();
            }
        }

        /** A peer that writes learns what was wrong; one that publishes does not expect a reply. */
        private void malformedPoint(
                PointMessage.Kind kind, @Nullable DecodeReason problem, byte[] text, int start, long offset) {
            DecodeReason reason = problem == null ? DecodeReason.BAD_ITEM : problem;
            int end = scanner.position();
            if (kind == PointMessage.Kind.POINT || kind == PointMessage.Kind.ECHO) {
                problem(reason, offset, text, start, end);
                return;
            }
            scanner.position(start);
            Received refused = commands.read(ExpressionReader.read(scanner));
            messages++;
            out().onCommand(new Received(
                    new Command.Malformed(kind.keyword(), reason.text()), refused.keyword(), refused.arguments()));
        }
    }
}
