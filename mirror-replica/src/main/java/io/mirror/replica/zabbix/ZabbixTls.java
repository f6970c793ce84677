package io.mirror.replica.zabbix;

import io.mirror.replica.zabbix.exchange.ConnectionKind;
import io.mirror.transport.PskOptions;
import io.mirror.transport.TlsOptions;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * How the connections of an endpoint are protected (section 16). Immutable.
 *
 * <p>A listener takes every kind that is configured; the first byte of a connection tells them apart. A connector uses
 * one kind. Zabbix checks issuer and subject of certificates instead of host names, so {@link #certificates} wants
 * {@link TlsOptions} with {@code validateHost(false)}, and for listeners with a required client certificate.
 */
public final class ZabbixTls {
    private final boolean plain;
    private final Optional<PskOptions> psk;
    private final Optional<TlsOptions> certificates;

    private ZabbixTls(boolean plain, Optional<PskOptions> psk, Optional<TlsOptions> certificates) {
        this.plain = plain;
        this.psk = psk;
        this.certificates = certificates;
    }

    /**
     * Allows plain connections.
     *
     * @return no TLS
     */
    public static ZabbixTls plain() {
        return new ZabbixTls(true, Optional.empty(), Optional.empty());
    }

    /**
     * Allows pre-shared keys only.
     *
     * @param options the keys, see {@link PskOptions#zabbix()}
     * @return TLS with pre-shared keys
     */
    public static ZabbixTls psk(PskOptions options) {
        return new ZabbixTls(false, Optional.of(options), Optional.empty());
    }

    /**
     * Allows certificates only.
     *
     * @param options own certificate and whom to trust
     * @return TLS with certificates
     */
    public static ZabbixTls certificates(TlsOptions options) {
        return new ZabbixTls(false, Optional.empty(), Optional.of(options));
    }

    /**
     * Returns what this and another allow together; for listeners.
     *
     * @param other further kinds, which win over kinds that are there
     * @return both
     */
    public ZabbixTls and(ZabbixTls other) {
        return new ZabbixTls(plain || other.plain, other.psk.or(() -> psk), other.certificates.or(() -> certificates));
    }

    /**
     * Returns the kinds that are configured.
     *
     * @return at least one
     */
    public Set<ConnectionKind> kinds() {
        EnumSet<ConnectionKind> kinds = EnumSet.noneOf(ConnectionKind.class);
        if (plain) {
            kinds.add(ConnectionKind.UNENCRYPTED);
        }
        if (psk.isPresent()) {
            kinds.add(ConnectionKind.PSK);
        }
        if (certificates.isPresent()) {
            kinds.add(ConnectionKind.CERTIFICATE);
        }
        return kinds;
    }

    Optional<PskOptions> psk() {
        return psk;
    }

    Optional<TlsOptions> certificates() {
        return certificates;
    }
}
