package io.mirror.codec.zabbix;

import java.util.Map;
import java.util.Optional;

/**
 * A row of {@code host availability}, which proxies before 5.4 send and servers from 5.4 on ignore (section 8.3).
 *
 * @param hostId the host, unsigned
 * @param agent availability of the agent
 * @param snmp availability by SNMP
 * @param ipmi availability by IPMI
 * @param jmx availability by JMX
 * @param other further members, name to JSON text
 */
public record HostAvailabilityRow(
        long hostId,
        Optional<State> agent,
        Optional<State> snmp,
        Optional<State> ipmi,
        Optional<State> jmx,
        Map<String, String> other) {
    /**
     * One kind of availability.
     *
     * @param available 0 unknown, 1 available, 2 not available
     * @param error the reason, empty when available
     */
    public record State(int available, String error) {}
}
