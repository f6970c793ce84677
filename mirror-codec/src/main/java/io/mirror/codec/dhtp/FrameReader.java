package io.mirror.codec.dhtp;

import io.mirror.core.command.PointMessage;
import io.mirror.core.point.Point;
import io.mirror.core.point.PointName;
import io.mirror.core.point.PointState;
import io.mirror.core.point.Timestamp;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads binary frames into a reusable point message and keeps the handles of the connection (DHTP section 7). */
final class FrameReader {
    private final PointNames names;
    private final PointMessage message;
    private final HandleTable handles;
    private final BinaryHeader header = new BinaryHeader();
    private byte[] nameBytes = new byte[64];

    FrameReader(PointNames names, PointMessage message, HandleTable handles) {
        this.names = names;
        this.message = message;
        this.handles = handles;
    }

    /** The header of the last frame. */
    BinaryHeader header() {
        return header;
    }

    /**
     * Reads a complete frame into the message.
     *
     * @return null, or why this message cannot be used although the next frame can be found
     * @throws DhtpDecodeException if a handle makes all further frames doubtful
     */
    @Nullable
    DecodeReason read(ByteBuf in, int index, long offset) {
        header.read(in, index);
        if (header.handle > BinaryHeader.MAX_HANDLE) {
            throw new DhtpDecodeException(
                    DecodeReason.TOO_MANY_HANDLES,
                    offset,
                    "handle " + header.handle + "; the highest is " + BinaryHeader.MAX_HANDLE);
        }
        int nameAt = index + BinaryHeader.LENGTH;
        if (header.nameLength == 0) {
            recallHandle(offset);
        } else if (!acceptName(in, nameAt)) {
            return DecodeReason.BAD_NAME;
        } else if (header.handle != 0) {
            defineHandle(offset);
        }
        if (PointReader.isOutside(header.locked, 1)
                || PointReader.isOutside(header.confidence, Point.MAX_CONFIDENCE)
                || PointReader.isOutside(header.security, Point.MAX_SECURITY)
                || PointReader.isOutside(header.nanoseconds, Timestamp.NANOS_PER_SECOND - 1)) {
            return DecodeReason.OUT_OF_RANGE;
        }
        store(in, nameAt + header.nameLength);
        return null;
    }

    private void recallHandle(long offset) {
        int id = header.handle == 0 ? NameTable.ABSENT : handles.get((int) header.handle);
        if (id == NameTable.ABSENT) {
            throw new DhtpDecodeException(
                    DecodeReason.UNDEFINED_HANDLE,
                    offset,
                    header.handle == 0 ? "frame has neither name nor handle" : "handle " + header.handle);
        }
        names.recall(id);
    }

    private boolean acceptName(ByteBuf in, int nameAt) {
        int length = header.nameLength;
        if (length > PointName.MAX_NAME_BYTES) {
            return false;
        }
        if (nameBytes.length < length) {
            nameBytes = new byte[PointName.MAX_NAME_BYTES];
        }
        int readerIndex = in.readerIndex();
        // Relative on purpose: an absolute copy out of direct memory may cost a duplicate of the buffer.
        in.readerIndex(nameAt).readBytes(nameBytes, 0, length).readerIndex(readerIndex);
        return names.accept(nameBytes, 0, length) && PointNames.hasDomain(nameBytes, 0, length);
    }

    private void defineHandle(long offset) {
        if (names.id() == PointMessage.NOT_INTERNED) {
            throw new DhtpDecodeException(
                    DecodeReason.TOO_MANY_HANDLES, offset, "no room for another name with a handle");
        }
        handles.put((int) header.handle, names.id());
    }

    private void store(ByteBuf in, int valueAt) {
        names.describe(message, header.kind);
        PointState state = message.state();
        switch (header.type) {
            case BinaryHeader.TYPE_REAL -> state.real(Double.longBitsToDouble(in.getLongLE(valueAt)));
            case BinaryHeader.TYPE_INTEGER ->
                state.integer(header.valueLength == 4 ? in.getIntLE(valueAt) : in.getLongLE(valueAt));
            case BinaryHeader.TYPE_STRING ->
                state.string(in.toString(valueAt, header.valueLength, StandardCharsets.UTF_8));
            default -> state.noValue();
        }
        state.quality(header.quality)
                .confidence(header.confidence)
                .security(header.security)
                .locked(header.locked != 0)
                .time(header.seconds, (int) header.nanoseconds)
                .flags(header.flags);
    }
}
