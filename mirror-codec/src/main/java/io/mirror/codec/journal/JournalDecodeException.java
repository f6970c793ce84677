package io.mirror.codec.journal;

/** A request or a record that is malformed or larger than a limit allows. Messages contain no key and no data. */
public class JournalDecodeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Where the problem is. */
    private final long offset;

    /**
     * Creates an exception.
     *
     * @param offset byte offset, counted from the first byte the reader was given
     * @param problem what is wrong and the limit, if one is involved
     */
    public JournalDecodeException(long offset, String problem) {
        super(problem + " at byte " + offset);
        this.offset = offset;
    }

    /**
     * Returns where the problem is.
     *
     * @return byte offset, counted from the first byte the reader was given
     */
    public long offset() {
        return offset;
    }
}
