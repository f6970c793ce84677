package io.mirror.codec.dhtp;

import io.mirror.core.command.PointMessage;
import io.mirror.core.link.WireName;
import io.mirror.core.point.PointState;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;

/** Writes point messages as binary frames and defines handles on first use (DHTP sections 7.2 and 7.3). */
final class FrameWriter {
    private static final byte[] NOTHING = {};

    private final int maxFrameBytes;
    private final BinaryHeader header = new BinaryHeader();
    private final BitSet defined = new BitSet();

    FrameWriter(int maxFrameBytes) {
        this.maxFrameBytes = maxFrameBytes;
    }

    /** Writes a frame; false, and nothing written, if it would be too long. */
    boolean write(PointMessage.Kind kind, WireName name, PointState state, ByteBuf out) {
        int id = name.id();
        boolean withHandle = id < BinaryHeader.MAX_HANDLE;
        boolean known = withHandle && defined.get(id);
        byte[] nameBytes = known ? NOTHING : name.name().getBytes(StandardCharsets.UTF_8);
        long length = (long) BinaryHeader.LENGTH + nameBytes.length + valueLength(state);
        if (length > maxFrameBytes) {
            return false;
        }
        header.kind = kind;
        header.type = state.type().code();
        header.locked = state.locked() ? 1 : 0;
        header.quality = state.quality();
        header.confidence = state.confidence();
        header.security = state.security();
        header.seconds = state.seconds();
        header.nanoseconds = state.nanoseconds();
        header.flags = state.flags();
        header.handle = withHandle ? id + 1 : 0;
        header.nameLength = nameBytes.length;
        header.valueLength = (int) valueLength(state);
        out.ensureWritable((int) length);
        header.write(out);
        out.writeBytes(nameBytes);
        switch (state.type()) {
            case STRING -> ByteBufUtil.writeUtf8(out, state.string());
            case REAL -> out.writeLongLE(Double.doubleToRawLongBits(state.real()));
            case INTEGER -> out.writeLongLE(state.integer());
            case VOID -> {}
        }
        if (withHandle && !known) {
            defined.set(id);
        }
        return true;
    }

    private static long valueLength(PointState state) {
        return switch (state.type()) {
            case STRING -> ByteBufUtil.utf8Bytes(state.string());
            case REAL, INTEGER -> Long.BYTES;
            case VOID -> 0;
        };
    }
}
