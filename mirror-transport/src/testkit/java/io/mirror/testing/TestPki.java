package io.mirror.testing;

import io.mirror.transport.TlsIdentity;
import io.mirror.transport.TlsOptions;
import io.mirror.transport.TlsProvider;
import io.mirror.transport.TrustAnchors;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Certificates made in memory for the tests of one JVM. */
public final class TestPki {

    public static final X509Bundle CA = authority("CN=mirror test CA");
    public static final X509Bundle OTHER_CA = authority("CN=somebody else's CA");

    private TestPki() {}

    private static X509Bundle authority(String subject) {
        return build(new CertificateBuilder().ecp256().subject(subject).setIsCertificateAuthority(true), null);
    }

    /** A certificate for the name, issued by {@link #CA} and valid now. */
    public static X509Bundle issued(String dnsName) {
        return build(leaf().addSanDnsName(dnsName), CA);
    }

    /** A certificate for any text as host name; the builder itself refuses wildcards. */
    public static X509Bundle issuedForPattern(String pattern) {
        byte[] name = pattern.getBytes(StandardCharsets.US_ASCII);
        byte[] extension = new byte[name.length + 4];
        extension[0] = 0x30;
        extension[1] = (byte) (name.length + 2);
        extension[2] = (byte) 0x82;
        extension[3] = (byte) name.length;
        System.arraycopy(name, 0, extension, 4, name.length);
        return build(leaf().addExtensionOctetString("2.5.29.17", false, extension), CA);
    }

    public static CertificateBuilder leaf() {
        Instant now = Instant.now();
        return new CertificateBuilder()
                .ecp256()
                .subject("CN=leaf")
                .notBefore(now.minus(Duration.ofDays(1)))
                .notAfter(now.plus(Duration.ofDays(30)));
    }

    public static X509Bundle build(CertificateBuilder builder, X509Bundle issuer) {
        try {
            return issuer == null ? builder.buildSelfSigned() : builder.buildIssuedBy(issuer);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    public static TlsIdentity identity(X509Bundle bundle) {
        return TlsIdentity.of(bundle.getKeyPair().getPrivate(), List.of(bundle.getCertificatePath()));
    }

    public static TrustAnchors trust(X509Bundle authority) {
        return TrustAnchors.of(List.of(authority.getCertificate()));
    }

    /** Options of a listener with a fresh certificate for the name. */
    public static TlsOptions listener(TlsProvider provider, String dnsName) {
        return TlsOptions.builder()
                .provider(provider)
                .identity(identity(issued(dnsName)))
                .build();
    }

    /** Options of a connector that trusts {@link #CA}. */
    public static TlsOptions connector(TlsProvider provider) {
        return TlsOptions.builder().provider(provider).trust(trust(CA)).build();
    }
}
