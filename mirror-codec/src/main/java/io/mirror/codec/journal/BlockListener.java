package io.mirror.codec.journal;

import io.netty.buffer.ByteBuf;

/** Takes the records of a block journal in their order. */
@FunctionalInterface
public interface BlockListener {

    /** Takes nothing: a reader with it only checks the records, without a copy of their data. */
    BlockListener NONE = (offset, file, address, data) -> {};

    /**
     * Takes one record.
     *
     * @param offset byte offset of the record in the journal
     * @param file number of the database file, the first is 0
     * @param address address of the block; the position in the file is the address shifted left by the file's shift
     * @param data what to write there, valid during this call only; must not be released
     */
    void onBlock(long offset, int file, long address, ByteBuf data);
}
