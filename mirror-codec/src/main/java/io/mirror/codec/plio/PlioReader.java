package io.mirror.codec.plio;

import io.netty.buffer.ByteBuf;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a stream of items that arrives in pieces of any size (journal specification section 17).
 *
 * <p>Nesting is kept in a list, not on the stack of the thread, and memory grows with bytes received only. Names are
 * UTF-8; malformed sequences become U+FFFD as in the original. A name with a NUL byte is refused. After an exception
 * the reader must not be used any more. Not safe for use by several threads.
 */
public final class PlioReader {
    private static final int INITIAL_ATOM = 256;

    private final PlioLimits limits;
    private final PlioListener listener;
    private final ArrayDeque<Frame> open = new ArrayDeque<>();
    private byte[] atom = new byte[INITIAL_ATOM];
    private int atomLength;
    private int atomType;
    /** Bytes still missing of the current chunk, or -1 if no atom is under way. */
    private int chunk = -1;
    /** Size of the current chunk, and the size that says that another one follows. */
    private int chunkSize;

    private int full;

    private boolean lengthNext;
    private long offset;
    private long start;
    private int items;

    /** A list that has begun. */
    private static final class Frame {
        final List<PlioValue> items = new ArrayList<>();
        boolean dot;
    }

    /**
     * Creates a reader at the beginning of a stream.
     *
     * @param limits what is accepted
     * @param listener takes the values
     */
    public PlioReader(PlioLimits limits, PlioListener listener) {
        this.limits = limits;
        this.listener = listener;
    }

    /**
     * Reads everything the buffer has.
     *
     * @param in the next bytes of the stream; not released
     * @throws PlioDecodeException if they are malformed or over a limit
     */
    public void read(ByteBuf in) {
        while (in.isReadable()) {
            if (lengthNext) {
                nextLength(in);
            } else if (chunk >= 0) {
                fill(in);
            } else {
                begin(in);
            }
        }
    }

    /**
     * Ends the stream.
     *
     * @throws PlioDecodeException if it ends inside an item
     */
    public void end() {
        if (!isBetweenItems()) {
            throw new PlioDecodeException(offset, "the data ends inside the item that began at byte " + start);
        }
    }

    /**
     * Tells whether everything read so far is whole items.
     *
     * @return true at the beginning and after each top-level item
     */
    public boolean isBetweenItems() {
        return chunk < 0 && open.isEmpty();
    }

    /**
     * Returns how far the stream was read.
     *
     * @return bytes since the beginning
     */
    public long offset() {
        return offset;
    }

    private void begin(ByteBuf in) {
        int first = in.readUnsignedByte();
        if (isBetweenItems()) {
            start = offset;
            items = 0;
        }
        offset++;
        Frame frame = open.peek();
        switch (first) {
            case 0 -> done(PlioValue.NIL);
            case PlioWriter.BEGIN -> {
                if (open.size() >= limits.depth()) {
                    throw new PlioDecodeException(offset - 1, "lists nested deeper than " + limits.depth());
                }
                count();
                open.push(new Frame());
            }
            case PlioWriter.DOT -> {
                if (frame == null || frame.dot || frame.items.isEmpty()) {
                    throw new PlioDecodeException(offset - 1, "a dot that follows no element of a list");
                }
                frame.dot = true;
            }
            case PlioWriter.END -> end(frame);
            default -> {
                atomType = first & 3;
                atomLength = 0;
                chunk = first >> 2;
                chunkSize = chunk;
                full = PlioWriter.FIRST_CHUNK;
                wholeAtom(in);
            }
        }
    }

    /** Most atoms lie in one chunk and one buffer; they are made from it without a copy in between. */
    private void wholeAtom(ByteBuf in) {
        if (chunk == full || atomType == PlioWriter.NUMBER || in.readableBytes() < chunk) {
            return;
        }
        if (atomType == PlioWriter.INTERNAL || atomType == PlioWriter.TRANSIENT) {
            String name = in.toString(in.readerIndex(), chunk, StandardCharsets.UTF_8);
            in.skipBytes(chunk);
            offset += chunk;
            chunk = -1;
            done(named(name));
        }
    }

    private void end(@Nullable Frame frame) {
        if (frame == null || frame.items.isEmpty()) {
            throw new PlioDecodeException(offset - 1, "an end that closes no list");
        }
        open.pop();
        done(new PlioValue.Cells(frame.items, PlioValue.NIL, frame.dot ? 0 : -1));
    }

    private void nextLength(ByteBuf in) {
        chunk = in.readUnsignedByte();
        chunkSize = chunk;
        offset++;
        full = PlioWriter.NEXT_CHUNK;
        lengthNext = false;
        if (chunk == 0) {
            finishAtom();
        }
    }

    private void fill(ByteBuf in) {
        int count = Math.min(chunk, in.readableBytes());
        if (atomLength > limits.atomBytes() - count) {
            throw new PlioDecodeException(offset, "a name or number longer than " + limits.atomBytes() + " bytes");
        }
        if (atomLength + count > atom.length) {
            atom = Arrays.copyOf(atom, (int)
                    Math.min(limits.atomBytes(), Math.max(2L * atom.length, (long) atomLength + count)));
        }
        in.readBytes(atom, atomLength, count);
        atomLength += count;
        offset += count;
        chunk -= count;
        if (chunk == 0) {
            // A full chunk says that another length follows, even if that is 0.
            lengthNext = chunkSize == full;
            if (!lengthNext) {
                finishAtom();
            }
        }
    }

    private void finishAtom() {
        chunk = -1;
        PlioValue value = switch (atomType) {
            case PlioWriter.NUMBER -> new PlioValue.Numeral(number());
            case PlioWriter.EXTERNAL -> external();
            default -> named(new String(atom, 0, atomLength, StandardCharsets.UTF_8));
        };
        if (atom.length > INITIAL_ATOM) {
            atom = new byte[INITIAL_ATOM];
        }
        done(value);
    }

    private PlioValue named(String name) {
        if (name.indexOf('\0') >= 0) {
            throw new PlioDecodeException(offset, "a name with a NUL byte");
        }
        return atomType == PlioWriter.INTERNAL ? PlioValue.symbol(name) : PlioValue.text(name);
    }

    private BigInteger number() {
        BigInteger folded = unsigned();
        BigInteger magnitude = folded.shiftRight(1);
        return folded.testBit(0) ? magnitude.negate() : magnitude;
    }

    private BigInteger unsigned() {
        byte[] big = new byte[atomLength];
        for (int i = 0; i < atomLength; i++) {
            big[i] = atom[atomLength - 1 - i];
        }
        return new BigInteger(1, big);
    }

    private PlioValue external() {
        BigInteger packed = unsigned();
        if (packed.bitLength() > 58) {
            throw new PlioDecodeException(offset, "an external symbol of more than 58 bits");
        }
        long bits = packed.longValueExact();
        long object = (bits & 0xFFFFF) | (bits >> 28 & 0xFFF) << 20 | (bits >> 48 & 0x3FF) << 32;
        int file = (int) ((bits >> 20 & 0xFF) | (bits >> 40 & 0xFF) << 8);
        return new PlioValue.External(file, object);
    }

    private void count() {
        if (++items > limits.items()) {
            throw new PlioDecodeException(offset, "a value of more than " + limits.items() + " items");
        }
    }

    private void done(PlioValue complete) {
        if (!(complete instanceof PlioValue.Cells)) {
            count();
        }
        PlioValue value = complete;
        Frame frame = open.peek();
        while (frame != null && frame.dot) {
            open.pop();
            value = chained(frame.items, value);
            frame = open.peek();
        }
        if (frame != null) {
            frame.items.add(value);
        } else {
            listener.onValue(start, value);
        }
    }

    /** A list behind a dot is the rest of the list before it. */
    private static PlioValue chained(List<PlioValue> items, PlioValue tail) {
        if (!(tail instanceof PlioValue.Cells rest)) {
            return new PlioValue.Cells(items, tail, -1);
        }
        int cycle = rest.cycle() < 0 ? -1 : rest.cycle() + items.size();
        items.addAll(rest.items());
        return new PlioValue.Cells(items, rest.tail(), cycle);
    }
}
