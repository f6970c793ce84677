package io.mirror.replica.journal;

import java.io.IOException;

/** A transfer is refused for a reason that is none of the disk itself. */
final class RefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    private final Refusal kind;

    RefusedException(Refusal kind, String reason) {
        super(reason);
        this.kind = kind;
    }

    Refusal kind() {
        return kind;
    }

    /** Returns the kind of any failure to store something. */
    static Refusal kindOf(IOException failure) {
        if (failure instanceof RefusedException refused) {
            return refused.kind;
        }
        return FileProblem.isFullDisk(failure) ? Refusal.NO_ROOM : Refusal.FAILED;
    }
}
