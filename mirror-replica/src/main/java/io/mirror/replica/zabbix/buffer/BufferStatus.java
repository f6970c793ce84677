package io.mirror.replica.zabbix.buffer;

/**
 * What a buffer holds, and what became of values since it was opened.
 *
 * @param waiting values that are not delivered yet
 * @param memoryBytes about how many bytes of them are in memory only
 * @param diskBytes bytes of the files of the others
 * @param accepted values taken
 * @param dropped values refused because there was no room
 * @param spilled values written to disk
 * @param damaged how many times something on disk was found damaged; what stood behind the damage in that file is lost
 * @param failing true while the disk cannot be written, or is full
 */
public record BufferStatus(
        long waiting,
        long memoryBytes,
        long diskBytes,
        long accepted,
        long dropped,
        long spilled,
        long damaged,
        boolean failing) {}
