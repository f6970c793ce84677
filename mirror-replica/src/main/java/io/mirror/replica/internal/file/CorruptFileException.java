package io.mirror.replica.internal.file;

import java.io.IOException;

/** A file whose content is not what was written. */
public final class CorruptFileException extends IOException {
    private static final long serialVersionUID = 1L;

    public CorruptFileException(String message) {
        super(message);
    }
}
