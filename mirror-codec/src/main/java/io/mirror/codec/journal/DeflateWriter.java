package io.mirror.codec.journal;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.zip.Deflater;

/**
 * Writes the data of a batch compressed, for a receiver whose {@link StartLine} asks for it.
 *
 * <p>Each frame is independent: length of the content on the wire (4 bytes, big endian), length of the data (4 bytes),
 * content. The content is a raw deflate stream (RFC 1951); if both lengths are equal it is the data itself. Not safe
 * for use by several threads.
 */
public final class DeflateWriter implements AutoCloseable {
    /** Most bytes of data in a frame. */
    public static final int MAX_DATA = 64 * 1024;

    static final int HEADER = 8;

    private final Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
    private final byte[] packed = new byte[MAX_DATA];

    /** Creates a writer; it holds memory outside the heap until it is closed. */
    public DeflateWriter() {}

    /**
     * Appends all of the buffer as frames.
     *
     * @param data the data; its position moves to its limit
     * @param out takes the frames
     */
    public void write(ByteBuffer data, ByteBuf out) {
        while (data.hasRemaining()) {
            int count = Math.min(MAX_DATA, data.remaining());
            ByteBuffer part = data.slice(data.position(), count);
            data.position(data.position() + count);
            deflater.reset();
            deflater.setInput(part.duplicate());
            deflater.finish();
            // There is room for less than the data only: what does not become smaller is sent as it is.
            int length = deflater.deflate(packed, 0, count - 1);
            boolean smaller = deflater.finished();
            out.writeInt(smaller ? length : count).writeInt(count);
            if (smaller) {
                out.writeBytes(packed, 0, length);
            } else {
                out.writeBytes(part);
            }
        }
    }

    @Override
    public void close() {
        deflater.end();
    }
}
