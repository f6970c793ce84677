package io.mirror.codec.journal;

/**
 * What a reader of requests accepts.
 *
 * @param headBytes longest head, request line and header lines together, 128 bytes to 64 KiB
 * @param keyBytes longest key line, at least 1 byte
 * @param lineBytes longest length or path line, at least 19 bytes
 * @param batchBytes largest batch, 0 or more
 * @param blobBytes largest blob, 0 or more
 */
public record JournalLimits(int headBytes, int keyBytes, int lineBytes, long batchBytes, long blobBytes) {
    /** Head 8 KiB, key line 4 KiB, other lines 4 KiB, batch and blob 1 GiB each. */
    public static final JournalLimits DEFAULT = new JournalLimits(8192, 4096, 4096, 1L << 30, 1L << 30);

    /**
     * Checks the limits.
     *
     * @param headBytes longest head
     * @param keyBytes longest key line
     * @param lineBytes longest length or path line
     * @param batchBytes largest batch
     * @param blobBytes largest blob
     * @throws IllegalArgumentException if one is out of range
     */
    public JournalLimits {
        if (headBytes < 128 || headBytes > 65_536) {
            throw new IllegalArgumentException("headBytes " + headBytes + " is not from 128 to 65536");
        }
        if (keyBytes < 1 || lineBytes < 19 || batchBytes < 0 || blobBytes < 0) {
            throw new IllegalArgumentException("a limit is too small: key " + keyBytes + ", line " + lineBytes
                    + ", batch " + batchBytes + ", blob " + blobBytes);
        }
    }
}
