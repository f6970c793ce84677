package io.mirror.replica.journal;

import java.io.IOException;

/** The receiver closed without a word, which is how it says that the key is wrong. */
final class SilentlyClosedException extends IOException {
    private static final long serialVersionUID = 1L;

    SilentlyClosedException(String message) {
        super(message);
    }
}
