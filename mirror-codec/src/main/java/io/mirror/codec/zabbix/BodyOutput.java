package io.mirror.codec.zabbix;

import io.netty.buffer.ByteBuf;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/** Where a body is written to: straight into the buffer of its frame, through a deflater if asked for. */
final class BodyOutput {
    private final ByteBuf out;
    private final long maxBytes;
    private final @Nullable Deflater deflater;
    private final byte[] piece;
    private long plainBytes;

    BodyOutput(ByteBuf out, boolean compress, long maxBytes) {
        this.out = out;
        this.maxBytes = maxBytes;
        deflater = compress ? new Deflater(FrameEncoder.LEVEL) : null;
        piece = new byte[compress ? 8 << 10 : 0];
    }

    long plainBytes() {
        return plainBytes;
    }

    void write(byte[] bytes, int from, int length) {
        plainBytes += length;
        if (plainBytes > maxBytes) {
            throw new IllegalArgumentException("a message has more than " + maxBytes + " bytes, the limit of a frame");
        }
        Deflater to = deflater;
        if (to == null) {
            out.writeBytes(bytes, from, length);
            return;
        }
        to.setInput(bytes, from, length);
        FrameEncoder.drain(to, piece, out);
    }

    /** Writes what the deflater still holds. */
    void finish() {
        Deflater to = deflater;
        if (to != null) {
            to.finish();
            FrameEncoder.drain(to, piece, out);
        }
    }

    void free() {
        if (deflater != null) {
            deflater.end();
        }
    }
}
