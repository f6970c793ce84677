package io.mirror.replica.zabbix;

import io.mirror.replica.zabbix.exchange.ConnectionKind;
import io.mirror.replica.zabbix.exchange.PeerIdentity;
import io.mirror.transport.PskContext;
import io.mirror.transport.TlsContext;
import io.mirror.transport.TlsOptions;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Set;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/** The TLS contexts of an endpoint, and what they know of a peer. */
final class TlsKinds implements AutoCloseable {
    private final Set<ConnectionKind> kinds;
    private final @Nullable PskContext psk;
    private final @Nullable TlsContext certificates;

    private TlsKinds(Set<ConnectionKind> kinds, @Nullable PskContext psk, @Nullable TlsContext certificates) {
        this.kinds = kinds;
        this.psk = psk;
        this.certificates = certificates;
    }

    static TlsKinds forConnector(ZabbixTls tls) {
        return new TlsKinds(
                tls.kinds(),
                tls.psk().map(PskContext::forConnector).orElse(null),
                tls.certificates().map(TlsKinds::judgedHere).orElse(null));
    }

    /** Who the peer is follows from issuer and subject, not from the name of a host (Zabbix section 16). */
    private static TlsContext judgedHere(TlsOptions options) {
        return TlsContext.forConnector(
                options.toBuilder().namesCheckedByCaller(true).build());
    }

    static TlsKinds forListener(ZabbixTls tls) {
        return new TlsKinds(
                tls.kinds(),
                tls.psk().map(PskContext::forListener).orElse(null),
                tls.certificates().map(TlsContext::forListener).orElse(null));
    }

    Set<ConnectionKind> kinds() {
        return kinds;
    }

    SslHandler connect(ConnectionKind kind, String host, int port) {
        if (kind == ConnectionKind.PSK && psk != null) {
            return psk.newHandler(Runnable::run);
        }
        if (kind == ConnectionKind.CERTIFICATE && certificates != null) {
            return certificates.newHandler(host, port, Runnable::run);
        }
        throw new IllegalStateException("no TLS is configured for connections of type " + kind.text());
    }

    SslHandler accept(ConnectionKind kind, String peer) {
        if (kind == ConnectionKind.PSK && psk != null) {
            return psk.newHandler(Runnable::run);
        }
        if (kind == ConnectionKind.CERTIFICATE && certificates != null) {
            return certificates.newHandler(peer, Runnable::run);
        }
        throw new IllegalStateException("no TLS is configured for connections of type " + kind.text());
    }

    /** Who stands at the other end, after the handshake if there is one. */
    PeerIdentity identify(Channel channel, ConnectionKind kind) {
        InetAddress address = ((InetSocketAddress) channel.remoteAddress()).getAddress();
        if (kind == ConnectionKind.UNENCRYPTED) {
            return new PeerIdentity(address, kind, "", "", "");
        }
        SslHandler handler = channel.pipeline().get(SslHandler.class);
        if (handler == null) {
            // The connection has ended meanwhile, and its handlers with it.
            return new PeerIdentity(address, kind, "", "", "");
        }
        if (kind == ConnectionKind.PSK && psk != null) {
            return new PeerIdentity(address, kind, psk.identityOf(handler), "", "");
        }
        try {
            Certificate[] chain = handler.engine().getSession().getPeerCertificates();
            if (chain.length > 0 && chain[0] instanceof X509Certificate certificate) {
                return new PeerIdentity(
                        address,
                        kind,
                        "",
                        certificate.getIssuerX500Principal().getName(X500Principal.RFC2253),
                        certificate.getSubjectX500Principal().getName(X500Principal.RFC2253));
            }
        } catch (SSLPeerUnverifiedException e) {
            // The listener does not demand certificates: then there is nothing to match.
            return new PeerIdentity(address, kind, "", "", "");
        }
        return new PeerIdentity(address, kind, "", "", "");
    }

    /** Why the peer of an outgoing connection is not the one that was wanted; null if it is. */
    @Nullable
    String objection(Channel channel, ConnectionKind kind, String issuer, String subject) {
        if (kind != ConnectionKind.CERTIFICATE) {
            return null;
        }
        PeerIdentity peer = identify(channel, kind);
        if (!issuer.isEmpty() && !issuer.equals(peer.issuer())) {
            return "certificate issuer does not match";
        }
        return !subject.isEmpty() && !subject.equals(peer.subject()) ? "certificate subject does not match" : null;
    }

    @Override
    public void close() {
        if (psk != null) {
            psk.close();
        }
    }
}
