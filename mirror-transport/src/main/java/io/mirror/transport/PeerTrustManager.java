package io.mirror.transport;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Judges peers by chain, by host name, by both or by neither.
 *
 * <p>Being an extended trust manager keeps the Java runtime from adding checks of its own, so that each switch does
 * exactly what it says.
 */
final class PeerTrustManager extends X509ExtendedTrustManager {

    private final @Nullable X509ExtendedTrustManager chain;
    private final boolean checkHost;

    /**
     * @param chain judges chains, or null to accept every chain
     * @param checkHost whether the certificate of a server must be made out to the host that was asked for
     */
    PeerTrustManager(@Nullable X509ExtendedTrustManager chain, boolean checkHost) {
        this.chain = chain;
        this.checkHost = checkHost;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] certificates, String authType, SSLEngine engine)
            throws CertificateException {
        requireCertificate(certificates);
        if (chain != null) {
            chain.checkServerTrusted(certificates, known(authType), engine);
        }
        if (checkHost) {
            String host = engine.getPeerHost();
            if (host == null) {
                throw new CertificateException("the host name to compare the certificate with is not known");
            }
            HostNames.requireMatch(host, certificates[0]);
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] certificates, String authType, SSLEngine engine)
            throws CertificateException {
        requireCertificate(certificates);
        if (chain != null) {
            chain.checkClientTrusted(certificates, known(authType), engine);
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] certificates, String authType, Socket socket)
            throws CertificateException {
        throw unsupported();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] certificates, String authType, Socket socket)
            throws CertificateException {
        throw unsupported();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] certificates, String authType) throws CertificateException {
        throw unsupported();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] certificates, String authType) throws CertificateException {
        throw unsupported();
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return chain == null ? new X509Certificate[0] : chain.getAcceptedIssuers();
    }

    /** Conscrypt reports TLS 1.3 as GENERIC, which the runtime's trust manager refuses; UNKNOWN is its own word. */
    private static String known(String authType) {
        return authType.equals("GENERIC") ? "UNKNOWN" : authType;
    }

    private static void requireCertificate(X509Certificate[] certificates) throws CertificateException {
        if (certificates.length == 0) {
            throw new CertificateException("the peer has no certificate");
        }
    }

    private static CertificateException unsupported() {
        return new CertificateException("certificates are judged only together with their TLS engine");
    }
}
