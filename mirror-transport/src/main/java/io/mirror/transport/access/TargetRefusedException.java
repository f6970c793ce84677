package io.mirror.transport.access;

import io.mirror.core.point.Excerpt;
import java.io.IOException;

/** A place that somebody else named is not on the {@link TargetList}. */
public final class TargetRefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param place what was asked for
     * @param reason why it is refused
     */
    public TargetRefusedException(String place, String reason) {
        super(Excerpt.of(place) + " " + reason);
    }
}
