package io.mirror.transport.dhtp;

import io.mirror.core.link.LinkCounters;
import io.mirror.core.link.LinkTransfer;
import java.net.InetSocketAddress;
import java.util.function.Supplier;

/**
 * Records what happens on one connection after another of a link, for who looks into a running JVM. Called on the link's
 * event loop.
 */
interface LinkEvents {
    /** Records nothing. */
    LinkEvents NONE = new LinkEvents() {};

    /**
     * Makes the recorder of a link.
     *
     * @param link its name
     * @param role its part: slave or master
     * @param counters what its present session counted
     */
    static LinkEvents of(String link, String role, Supplier<LinkCounters> counters) {
        return isFlightRecorderThere() ? new FlightEvents(link, role, counters) : NONE;
    }

    /** Records that a listener took a connection not in. */
    static void connectionRefused(InetSocketAddress peer, String why) {
        if (isFlightRecorderThere()) {
            FlightEvents.connectionRefused(peer, why);
        }
    }

    /** A JVM may have been put together without the flight recorder; its classes must not be touched then. */
    private static boolean isFlightRecorderThere() {
        return ModuleLayer.boot()
                .findModule("jdk.jfr")
                .filter(LinkEvents.class.getModule()::canRead)
                .isPresent();
    }

    /** The connection stands. */
    default void up(String peer, boolean encrypted, long connects) {}

    /** The connection is gone, or an attempt has failed. */
    default void down(String peer, String cause) {}

    /** Something that the peer sent was not taken. */
    default void refused(String what, String why) {}

    /** An initial transfer begins. */
    default void transferBegun(LinkTransfer transfer) {}

    /** An initial transfer is complete. */
    default void transferEnded(LinkTransfer transfer) {}

    /** The peer does not read as fast as it is sent to. */
    default void stalled() {}

    /** The peer has caught up. */
    default void flowing() {}

    /** Pending changes were sent as far as the peer takes them; called very often. */
    default void flushed() {}
}
