package io.mirror.codec.dhtp;

import io.mirror.core.command.PointMessage;
import io.mirror.core.link.WireName;
import io.mirror.core.point.PointState;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.BitSet;

/** Writes point messages as binary frames and defines handles on first use (DHTP sections 7.2 and 7.3). */
final class FrameWriter {
    private final int maxFrameBytes;
    /** All numbers below it have been sent with their names: mostly names are numbered in the order they are sent in. */
    private int dense;

    /** The others that have. */
    private final BitSet scattered = new BitSet();

    FrameWriter(int maxFrameBytes) {
        this.maxFrameBytes = maxFrameBytes;
    }

    /** Writes a frame; false, and nothing written, if it would be too long. */
    boolean write(PointMessage.Kind kind, WireName name, PointState state, ByteBuf out) {
        int id = name.id();
        boolean known = id < dense || isScattered(id);
        // What is rare stands apart, so that the rest is small enough to be compiled into its caller.
        if (known && (state.isReal() || state.isInteger()) && out.writerIndex() <= LowIndex.MAX) {
            return writeNumber(kind, state, id + 1, out);
        }
        return writeAny(kind, name, id, known, state, out);
    }

    private boolean isScattered(int id) {
        return id < BinaryHeader.MAX_HANDLE && scattered.get(id);
    }

    private boolean writeAny(
            PointMessage.Kind kind, WireName name, int id, boolean known, PointState state, ByteBuf out) {
        boolean withHandle = id < BinaryHeader.MAX_HANDLE;
        String text = known ? "" : name.name();
        int nameLength = known ? 0 : ByteBufUtil.utf8Bytes(text);
        long valueLength = valueLength(state);
        long length = BinaryHeader.LENGTH + nameLength + valueLength;
        if (length > maxFrameBytes) {
            return false;
        }
        out.ensureWritable((int) length);
        int at = out.writerIndex();
        int handle = withHandle ? id + 1 : 0;
        BinaryHeader.write(out, at, kind, state, state.type().code(), handle, nameLength, (int) valueLength);
        int valueAt = at + BinaryHeader.LENGTH + nameLength;
        if (nameLength > 0) {
            ByteBufUtil.reserveAndWriteUtf8(out.writerIndex(at + BinaryHeader.LENGTH), text, nameLength);
        }
        switch (state.type()) {
            case STRING -> ByteBufUtil.writeUtf8(out.writerIndex(valueAt), state.string());
            case REAL -> out.setLongLE(valueAt, Double.doubleToRawLongBits(state.real()));
            case INTEGER -> out.setLongLE(valueAt, state.integer());
            case VOID -> {}
        }
        out.writerIndex(at + (int) length);
        if (withHandle && !known) {
            define(id);
        }
        return true;
    }

    /** Writes what nearly all frames of a running link are: a number of a known name. No limit is below its length. */
    private static boolean writeNumber(PointMessage.Kind kind, PointState state, int handle, ByteBuf out) {
        // Asking first is cheaper than having it made sure.
        if (out.writableBytes() < BinaryHeader.NUMBER_LENGTH) {
            out.ensureWritable(BinaryHeader.NUMBER_LENGTH);
        }
        boolean real = state.isReal();
        long value = real ? Double.doubleToRawLongBits(state.real()) : state.integer();
        int type = real ? BinaryHeader.TYPE_REAL : BinaryHeader.TYPE_INTEGER;
        int at = LowIndex.of(out.writerIndex());
        BinaryHeader.write(out, at, kind, state, type, handle, 0, Long.BYTES);
        out.setLongLE(at + BinaryHeader.LENGTH, value);
        out.writerIndex(at + BinaryHeader.NUMBER_LENGTH);
        return true;
    }

    private void define(int id) {
        if (id == dense) {
            dense++;
        } else {
            scattered.set(id);
        }
    }

    private static long valueLength(PointState state) {
        return switch (state.type()) {
            case STRING -> ByteBufUtil.utf8Bytes(state.string());
            case REAL, INTEGER -> Long.BYTES;
            case VOID -> 0;
        };
    }
}
