package io.mirror.replica.scsp;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The peer takes nothing more; an answer of it may have arrived. */
final class SendingEndedException extends IOException {
    private static final long serialVersionUID = 1L;

    SendingEndedException(@Nullable Throwable cause) {
        super("the connection ended while sending", cause);
    }
}
