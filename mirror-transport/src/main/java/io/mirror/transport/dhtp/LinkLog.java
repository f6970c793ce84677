package io.mirror.transport.dhtp;

import io.mirror.core.link.LinkState;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * Tells the host's listener and the log what happens on one link. What the listener throws is logged and goes no further: it
 * would leave the link half-way between two states.
 */
final class LinkLog {
    private static final Logger LOGGER = System.getLogger("io.mirror.transport.dhtp");

    private final String link;
    private final LinkListener listener;
    /** A link may try to connect a thousand times a second. */
    private volatile boolean mistakeLogged;

    LinkLog(String link, LinkListener listener) {
        this.link = link;
        this.listener = listener;
    }

    String link() {
        return link;
    }

    void stateChanged(LinkState state) {
        LOGGER.log(Level.DEBUG, "{0}: {1}", link, state);
        tell(() -> listener.stateChanged(link, state));
    }

    void disconnected(String cause) {
        LOGGER.log(Level.DEBUG, "{0}: disconnected: {1}", link, cause);
        tell(() -> listener.disconnected(link, cause));
    }

    /** Hosts without a listener are to hear of it too; others count what they hear of. */
    void failing(int attempts, String cause) {
        LOGGER.log(Level.WARNING, "{0}: failing, {1} attempts in a row, the last: {2}", link, attempts, cause);
    }

    void information(String text) {
        LOGGER.log(Level.DEBUG, "{0}: {1}", link, text);
        tell(() -> listener.information(link, text));
    }

    void warning(String text) {
        LOGGER.log(Level.WARNING, "{0}: {1}", link, text);
        tell(() -> listener.warning(link, text));
    }

    void refused(String text) {
        LOGGER.log(Level.WARNING, "{0}: {1}", link, text);
        tell(() -> listener.refused(link, text));
    }

    private void tell(Runnable call) {
        try {
            call.run();
        } catch (Throwable mistake) {
            if (!mistakeLogged) {
                mistakeLogged = true;
                LOGGER.log(Level.WARNING, link + ": the listener failed; further failures are not logged", mistake);
            }
        }
    }
}
