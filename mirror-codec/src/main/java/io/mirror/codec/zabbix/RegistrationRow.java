package io.mirror.codec.zabbix;

import java.util.Map;

/**
 * A row of {@code auto registration}: an active agent has announced itself (section 8.3).
 *
 * @param clock seconds since 1970
 * @param host name of the host
 * @param ip address of the agent, empty only if {@code flags} is 2
 * @param dns name of the agent, may be empty
 * @param port port of the agent
 * @param metadata what the agent says about itself, may be empty
 * @param flags 0 default, 1 register by address, 2 by name
 * @param tlsAccepted connection type of the agent: 1 plain, 2 PSK, 4 certificate
 * @param other further members, name to JSON text
 */
public record RegistrationRow(
        long clock,
        String host,
        String ip,
        String dns,
        int port,
        String metadata,
        int flags,
        int tlsAccepted,
        Map<String, String> other) {
    /** The port of agents unless said otherwise. */
    public static final int DEFAULT_PORT = 10050;

    /**
     * Makes a row of an agent on a plain connection.
     *
     * @param clock seconds since 1970
     * @param host name of the host
     * @param ip address of the agent
     * @param dns name of the agent, may be empty
     * @param port port of the agent
     * @param metadata what the agent says about itself, may be empty
     * @return the row
     */
    public static RegistrationRow of(long clock, String host, String ip, String dns, int port, String metadata) {
        return new RegistrationRow(clock, host, ip, dns, port, metadata, 0, 1, Map.of());
    }
}
