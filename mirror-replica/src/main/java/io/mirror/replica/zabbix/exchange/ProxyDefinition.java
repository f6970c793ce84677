package io.mirror.replica.zabbix.exchange;

import io.mirror.transport.access.AddressRange;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * A proxy as its server knows it. Immutable.
 *
 * @param name the proxy's name, see {@link ProxyOptions}
 * @param active true if the proxy connects, false if the server polls it
 * @param accept kinds of connection that an active proxy may use
 * @param pskIdentity identity that it has to use with a pre-shared key; empty for any known one
 * @param issuer issuer that its certificate must have, RFC 4514 with the last RDN first; empty for any
 * @param subject subject that its certificate must have, likewise
 * @param addresses where an active proxy may come from; empty for anywhere
 * @param host address of a passive proxy; empty for an active one
 * @param port port of a passive proxy
 * @param connect kind of connection to a passive proxy
 * @param configurationPeriod time between pushes of configuration to a passive proxy
 * @param dataPeriod time between polls of a passive proxy
 */
public record ProxyDefinition(
        String name,
        boolean active,
        Set<ConnectionKind> accept,
        String pskIdentity,
        String issuer,
        String subject,
        List<AddressRange> addresses,
        String host,
        int port,
        ConnectionKind connect,
        Duration configurationPeriod,
        Duration dataPeriod) {
    /** The port of servers and proxies unless said otherwise. */
    public static final int DEFAULT_PORT = 10051;

    /**
     * Checks the name and copies the collections.
     *
     * @param name the proxy's name, see {@link ProxyOptions}
     * @param active true if the proxy connects, false if the server polls it
     * @param accept kinds of connection that an active proxy may use
     * @param pskIdentity identity that it has to use with a pre-shared key; empty for any known one
     * @param issuer issuer that its certificate must have, RFC 4514 with the last RDN first; empty for any
     * @param subject subject that its certificate must have, likewise
     * @param addresses where an active proxy may come from; empty for anywhere
     * @param host address of a passive proxy; empty for an active one
     * @param port port of a passive proxy
     * @param connect kind of connection to a passive proxy
     * @param configurationPeriod time between pushes of configuration to a passive proxy
     * @param dataPeriod time between polls of a passive proxy
     */
    public ProxyDefinition {
        ProxyOptions.checkName(name);
        accept = Set.copyOf(accept);
        addresses = List.copyOf(addresses);
        Objects.requireNonNull(connect, "connect");
        if (!active && host.isEmpty()) {
            throw new IllegalArgumentException("passive proxy \"" + name + "\" needs an address");
        }
        if (!active && (port < 1 || port > 65_535)) {
            throw new IllegalArgumentException("port of proxy \"" + name + "\" is 1 to 65535, not " + port);
        }
        if (configurationPeriod.isNegative()
                || configurationPeriod.isZero()
                || dataPeriod.isNegative()
                || dataPeriod.isZero()) {
            throw new IllegalArgumentException("periods of proxy \"" + name + "\" must be positive");
        }
    }

    /**
     * Defines an active proxy.
     *
     * @param name its name
     * @param accept kinds of connection it may use; at least one
     * @return the definition
     */
    public static ProxyDefinition active(String name, ConnectionKind... accept) {
        EnumSet<ConnectionKind> kinds = EnumSet.noneOf(ConnectionKind.class);
        kinds.addAll(List.of(accept));
        return new ProxyDefinition(
                name,
                true,
                kinds,
                "",
                "",
                "",
                List.of(),
                "",
                0,
                ConnectionKind.UNENCRYPTED,
                Duration.ofHours(1),
                Duration.ofSeconds(1));
    }

    /**
     * Defines a passive proxy with the periods of the daemons: configuration every hour, data every second.
     *
     * @param name its name, for logs
     * @param host its address
     * @param port its port
     * @param connect kind of connection to it
     * @return the definition
     */
    public static ProxyDefinition passive(String name, String host, int port, ConnectionKind connect) {
        return new ProxyDefinition(
                name,
                false,
                Set.of(),
                "",
                "",
                "",
                List.of(),
                host,
                port,
                connect,
                Duration.ofHours(1),
                Duration.ofSeconds(1));
    }

    /**
     * Returns this proxy with other periods.
     *
     * @param configuration time between pushes of configuration
     * @param data time between polls
     * @return the changed definition
     */
    public ProxyDefinition withPeriods(Duration configuration, Duration data) {
        return new ProxyDefinition(
                name,
                active,
                accept,
                pskIdentity,
                issuer,
                subject,
                addresses,
                host,
                port,
                connect,
                configuration,
                data);
    }

    /**
     * Returns this proxy with what it must prove about itself.
     *
     * @param psk identity of its pre-shared key, empty for any known one
     * @param issuerName issuer of its certificate, empty for any
     * @param subjectName subject of its certificate, empty for any
     * @return the changed definition
     */
    public ProxyDefinition withIdentity(String psk, String issuerName, String subjectName) {
        return new ProxyDefinition(
                name,
                active,
                accept,
                psk,
                issuerName,
                subjectName,
                addresses,
                host,
                port,
                connect,
                configurationPeriod,
                dataPeriod);
    }

    /**
     * Returns this proxy with the places it may come from.
     *
     * @param from address ranges, empty for anywhere
     * @return the changed definition
     */
    public ProxyDefinition withAddresses(List<AddressRange> from) {
        return new ProxyDefinition(
                name,
                active,
                accept,
                pskIdentity,
                issuer,
                subject,
                from,
                host,
                port,
                connect,
                configurationPeriod,
                dataPeriod);
    }
}
