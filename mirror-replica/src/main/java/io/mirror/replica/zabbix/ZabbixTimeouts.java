package io.mirror.replica.zabbix;

import java.time.Duration;

/**
 * How long each side waits (section 11).
 *
 * @param connect for a connection and its TLS handshake
 * @param answer an active proxy for the answer to a request
 * @param request a server or passive proxy for the rest of a request, and a server for the answer of a passive proxy
 * @param acknowledgement a passive proxy for the acknowledgement
 */
public record ZabbixTimeouts(Duration connect, Duration answer, Duration request, Duration acknowledgement) {
    /** The defaults of the daemons: 4 s, 10 min, 5 min, 4 s. */
    public static final ZabbixTimeouts DEFAULT = new ZabbixTimeouts(
            Duration.ofSeconds(4), Duration.ofMinutes(10), Duration.ofMinutes(5), Duration.ofSeconds(4));

    /**
     * Refuses what is not positive.
     *
     * @param connect for a connection and its TLS handshake
     * @param answer an active proxy for the answer to a request
     * @param request a server or passive proxy for the rest of a request, and a server for the answer of a passive
     *     proxy
     * @param acknowledgement a passive proxy for the acknowledgement
     */
    public ZabbixTimeouts {
        for (Duration time : new Duration[] {connect, answer, request, acknowledgement}) {
            if (time.isNegative() || time.isZero()) {
                throw new IllegalArgumentException("timeouts must be positive");
            }
        }
    }
}
