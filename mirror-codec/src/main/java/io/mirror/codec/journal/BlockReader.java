package io.mirror.codec.journal;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;

/**
 * Reads the records of a block journal that arrives in pieces of any size (journal specification section 15).
 *
 * <p>Both forms of a full block, size byte 0 and size byte 64, are accepted. At most one record is kept in memory. Not
 * safe for use by several threads.
 */
public final class BlockReader {
    /** Largest shift of a database file: blocks of 64 &lt;&lt; 16 bytes. */
    public static final int MAX_SHIFT = 16;

    private static final int HEADER = 9;
    private static final int OLD_FULL = 64;

    private final int[] shifts;
    private final long maxPosition;
    private final BlockListener listener;
    private final byte[] record;
    private int length;
    private long offset;

    /**
     * Creates a reader at the beginning of a journal.
     *
     * @param shifts the shift of each database file in order; blocks have 64 &lt;&lt; shift bytes
     * @param maxPosition largest byte position that may be written to in any file
     * @param listener takes the records
     * @throws IllegalArgumentException if there are no shifts or one is not from 0 to {@value #MAX_SHIFT}
     */
    public BlockReader(List<Integer> shifts, long maxPosition, BlockListener listener) {
        this.shifts = shifts.stream().mapToInt(Integer::intValue).toArray();
        int largest = 0;
        for (int shift : this.shifts) {
            if (shift < 0 || shift > MAX_SHIFT) {
                throw new IllegalArgumentException("shift " + shift + " is not from 0 to " + MAX_SHIFT);
            }
            largest = Math.max(largest, 64 << shift);
        }
        if (largest == 0) {
            throw new IllegalArgumentException("a database has at least one file");
        }
        this.maxPosition = maxPosition;
        this.listener = listener;
        record = new byte[HEADER + largest];
    }

    /**
     * Reads everything the buffer has.
     *
     * @param in the next bytes of the journal; not released
     * @throws JournalDecodeException if a record does not fit the database
     */
    public void read(ByteBuf in) {
        while (in.isReadable()) {
            int wanted = length < HEADER ? HEADER : HEADER + dataLength();
            int count = Math.min(wanted - length, in.readableBytes());
            if (length >= HEADER && listener == BlockListener.NONE) {
                in.skipBytes(count);
            } else {
                in.readBytes(record, length, count);
            }
            length += count;
            if (length == HEADER) {
                check();
            } else if (length > HEADER && length == HEADER + dataLength()) {
                int size = length - HEADER;
                long at = offset;
                offset += length;
                length = 0;
                listener.onBlock(at, file(), address(), Unpooled.wrappedBuffer(record, HEADER, size));
            }
        }
    }

    /**
     * Ends the journal.
     *
     * @throws JournalDecodeException if it ends inside a record
     */
    public void end() {
        if (length > 0) {
            throw new JournalDecodeException(offset, "the journal ends inside the record");
        }
    }

    /**
     * Returns where the records end that are complete.
     *
     * @return bytes since the beginning of the journal
     */
    public long boundary() {
        return offset;
    }

    private void check() {
        int file = file();
        if (file >= shifts.length) {
            throw new JournalDecodeException(
                    offset, "a record for file " + file + " of a database with " + shifts.length + " files");
        }
        int size = dataLength();
        if (size > 64 << shifts[file]) {
            throw new JournalDecodeException(
                    offset, "a record of " + size + " bytes for blocks of " + (64 << shifts[file]) + " bytes");
        }
        if (address() > maxPosition >> shifts[file]) {
            throw new JournalDecodeException(offset, "a record beyond position " + maxPosition);
        }
    }

    private int dataLength() {
        int size = record[0] & 0xFF;
        return size == 0 || size == OLD_FULL ? 64 << shifts[file()] : size;
    }

    private int file() {
        return (record[1] & 0xFF) | (record[2] & 0xFF) << 8;
    }

    private long address() {
        long address = 0;
        for (int i = 8; i >= 3; i--) {
            address = address << 8 | (record[i] & 0xFF);
        }
        return address;
    }
}
