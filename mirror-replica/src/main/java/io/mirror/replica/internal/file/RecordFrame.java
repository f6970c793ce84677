package io.mirror.replica.internal.file;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** The form of a record in a file: length of the content (4 bytes), CRC-32C of length and content (4), content. */
public final class RecordFrame {
    /** Bytes before the content. */
    public static final int HEADER = 8;

    private RecordFrame() {}

    /** Fills in the header of a record that begins at an index and whose content ends at the position. */
    public static void seal(ByteBuffer buffer, int start) {
        int length = buffer.position() - start - HEADER;
        buffer.putInt(start, length);
        buffer.putInt(start + 4, checksum(buffer, start, length));
    }

    /** Tells whether the checksum of a record that lies completely in the buffer is right. */
    public static boolean isWhole(ByteBuffer buffer, int start) {
        return buffer.getInt(start + 4) == checksum(buffer, start, buffer.getInt(start));
    }

    private static int checksum(ByteBuffer buffer, int start, int length) {
        CRC32C crc = new CRC32C();
        crc.update(buffer.slice(start, 4));
        crc.update(buffer.slice(start + HEADER, length));
        return (int) crc.getValue();
    }
}
