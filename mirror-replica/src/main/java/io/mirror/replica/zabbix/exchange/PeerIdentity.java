package io.mirror.replica.zabbix.exchange;

import java.net.InetAddress;

/**
 * Who stands at the other end of a connection, as far as the connection itself tells.
 *
 * @param address the address
 * @param kind how the connection is protected
 * @param pskIdentity identity of the pre-shared key, empty for the other kinds
 * @param issuer issuer of the certificate, RFC 4514 with the last RDN first, empty for the other kinds
 * @param subject subject of the certificate, likewise
 */
public record PeerIdentity(
        InetAddress address, ConnectionKind kind, String pskIdentity, String issuer, String subject) {}
