package io.mirror.codec.dhtp;

import io.mirror.core.command.Command;
import io.mirror.core.command.PointMessage;
import io.mirror.core.link.WireName;
import io.mirror.core.point.PointState;
import io.netty.buffer.ByteBuf;

/**
 * Writes everything that leaves on one connection: commands and replies as text, point messages as text or, once the
 * peer has agreed, as binary frames (DHTP sections 2, 3, 5, 6 and 7).
 *
 * <p>A message is put together completely before it reaches the outgoing buffer; one that is too long leaves no trace
 * there. Lines of points are held back to be written together, at most {@value #MAX_HELD_BYTES} bytes of them: all that were
 * given to the encoder are in the buffer, in their order, after {@link #flush} or the next message that is no such line. A
 * numeric point whose name was sent before costs no allocation.
 *
 * <p>An encoder belongs to one connection and one thread. It neither keeps nor releases the buffers it is given.
 */
public final class DhtpEncoder {
    /** The longest line, with its LF, that a peer of unknown kind accepts (DHTP section 2.1). */
    public static final int FOREIGN_MAX_LINE_BYTES = 1_000_000;

    /** The most that is held back until {@link #flush}. */
    public static final int MAX_HELD_BYTES = UsualLineWriter.PAGE_BYTES;

    private final LineBuilder line = new LineBuilder();
    private final PointWriter points = new PointWriter(line);
    private final UsualLineWriter held = new UsualLineWriter(FOREIGN_MAX_LINE_BYTES);
    private final FrameWriter frames;
    private boolean binary;
    private int maxLineBytes = FOREIGN_MAX_LINE_BYTES;

    /**
     * Creates an encoder for a new connection: point messages as text, lines of at most
     * {@value #FOREIGN_MAX_LINE_BYTES} bytes.
     *
     * @param limits gives the longest binary frame
     */
    public DhtpEncoder(DhtpLimits limits) {
        frames = new FrameWriter(limits.maxFrameBytes());
    }

    /**
     * Says how messages are to be written from now on.
     *
     * @param binaryPoints true for binary point messages, after the peer has agreed to them (DHTP section 7.5)
     * @param maxBytes longest line with its LF that the peer accepts
     */
    public void encoding(boolean binaryPoints, int maxBytes) {
        binary = binaryPoints;
        maxLineBytes = maxBytes;
        held.maxLineBytes(maxBytes);
    }

    /**
     * Writes a command or a reply.
     *
     * @param command what to write
     * @param out where to write; grows as needed
     * @return false if the line would be longer than the limit; nothing of it is written then
     */
    public boolean encode(Command command, ByteBuf out) {
        CommandWriter.write(command, line.clear());
        return finish(out);
    }

    /**
     * Writes a point message, or holds it until {@link #flush}. {@code write} and {@code cwrite} are always text; the
     * others are binary if {@link #encoding} says so.
     *
     * @param kind which command carries the point
     * @param name the name and the small number that stands for it on this connection
     * @param state the state, written as it is
     * @param out where to write, the same as before as long as the encoder holds something; grows as needed
     * @return false if the message would be longer than the limit; nothing of it is written then
     */
    public boolean encodePoint(PointMessage.Kind kind, WireName name, PointState state, ByteBuf out) {
        if (binary && (kind == PointMessage.Kind.POINT || kind == PointMessage.Kind.ECHO)) {
            return encodeFrame(kind, name, state, out);
        }
        if (kind == PointMessage.Kind.POINT) {
            QuotedName known = points.known(name.id());
            if (known != null && held.add(known, state)) {
                return true;
            }
        }
        return encodeLine(kind, name, state, out);
    }

    private boolean encodeFrame(PointMessage.Kind kind, WireName name, PointState state, ByteBuf out) {
        flush(out);
        return frames.write(kind, name, state, out);
    }

    private boolean encodeLine(PointMessage.Kind kind, WireName name, PointState state, ByteBuf out) {
        if (kind == PointMessage.Kind.POINT
                && (points.learn(name) || held.makeRoom(out))
                && held.add(points.quoted(name), state)) {
            return true;
        }
        points.write(kind, name, state);
        return finish(out);
    }

    private boolean finish(ByteBuf out) {
        if (line.length() > maxLineBytes) {
            return false;
        }
        flush(out);
        line.writeTo(out);
        return true;
    }

    /**
     * Writes the messages that the encoder holds. To be called when no other follows for now.
     *
     * @param out where to write; grows as needed
     */
    public void flush(ByteBuf out) {
        held.moveTo(out);
    }
}
