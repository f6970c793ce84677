package io.mirror.codec.journal;

/** A blob is announced under a path that is refused, see {@link BlobPath#problemOf(String)}. */
public final class BlobPathException extends JournalDecodeException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception.
     *
     * @param offset byte offset, counted from the first byte the reader was given
     * @param problem what is wrong with the path
     */
    public BlobPathException(long offset, String problem) {
        super(offset, problem);
    }
}
