package io.mirror.codec.zabbix;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A row of {@code discovery data}: the result of a check, or the row that closes a host (section 8.3).
 *
 * @param clock seconds since 1970
 * @param ruleId the discovery rule, unsigned
 * @param checkId the check, unsigned; empty in the row that closes a host
 * @param ip the address as text
 * @param dns the name, may be empty
 * @param port the port, 0 if there is none
 * @param value result of the check, may be empty
 * @param status 0 up, 1 down
 * @param error why the rule failed, from 6.4 on
 * @param other further members, name to JSON text
 */
public record DiscoveryRow(
        long clock,
        long ruleId,
        OptionalLong checkId,
        String ip,
        String dns,
        int port,
        String value,
        int status,
        Optional<String> error,
        Map<String, String> other) {

    /**
     * Makes the row of a check.
     *
     * @param clock seconds since 1970
     * @param ruleId the discovery rule
     * @param checkId the check
     * @param ip the address
     * @param dns the name, may be empty
     * @param port the port
     * @param value the result, may be empty
     * @param up true if the service answered
     * @return the row
     */
    public static DiscoveryRow service(
            long clock, long ruleId, long checkId, String ip, String dns, int port, String value, boolean up) {
        return new DiscoveryRow(
                clock, ruleId, OptionalLong.of(checkId), ip, dns, port, value, up ? 0 : 1, Optional.empty(), Map.of());
    }

    /**
     * Makes the row that closes a host.
     *
     * @param clock seconds since 1970
     * @param ruleId the discovery rule
     * @param ip the address
     * @param dns the name, may be empty
     * @param up true if the host is up
     * @return the row
     */
    public static DiscoveryRow host(long clock, long ruleId, String ip, String dns, boolean up) {
        return new DiscoveryRow(
                clock, ruleId, OptionalLong.empty(), ip, dns, 0, "", up ? 0 : 1, Optional.empty(), Map.of());
    }
}
