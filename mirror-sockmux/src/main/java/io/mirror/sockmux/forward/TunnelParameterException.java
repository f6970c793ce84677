package io.mirror.sockmux.forward;

import io.mirror.core.point.Excerpt;
import io.mirror.transport.TransportException;

/** A parameter that cannot be used. The message names it and says what to write; it contains no secret. */
public final class TunnelParameterException extends TransportException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception.
     *
     * @param parameter the parameter, or the part of it that is wrong; no secret
     * @param problem what is wrong and what to write
     */
    public TunnelParameterException(String parameter, String problem) {
        super("\"" + Excerpt.of(parameter) + "\": " + problem);
    }
}
