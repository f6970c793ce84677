package io.mirror.transport;

import io.mirror.core.point.Excerpt;
import io.netty.util.NetUtil;
import java.net.IDN;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/**
 * Compares the name a caller wanted to reach with the names in a certificate (RFC 9525).
 *
 * <p>Only subject alternative names count; the common name of the subject never does. A wildcard stands for exactly
 * one leftmost label and needs at least two labels after it. Addresses match only entries of type address.
 */
final class HostNames {

    private static final Integer DNS_NAME = 2;
    private static final Integer IP_ADDRESS = 7;

    private HostNames() {}

    /**
     * Brings a configured host to the form used for comparison and for the TLS name indication.
     *
     * @throws TlsConfigurationException if it is no host name
     */
    static String normalize(String host) {
        String name = host;
        if (name.startsWith("[") && name.endsWith("]")) {
            name = name.substring(1, name.length() - 1);
        }
        int zone = name.indexOf('%');
        if (zone >= 0 && NetUtil.isValidIpV6Address(name)) {
            name = name.substring(0, zone);
        }
        if (isAddress(name)) {
            return name;
        }
        if (name.endsWith(".")) {
            name = name.substring(0, name.length() - 1);
        }
        try {
            name = IDN.toASCII(name, IDN.ALLOW_UNASSIGNED).toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException e) {
            throw new TlsConfigurationException("not a host name: \"" + Excerpt.of(host) + "\"", e);
        }
        if (name.isEmpty()) {
            throw new TlsConfigurationException("the host name is empty");
        }
        return name;
    }

    /**
     * Requires the certificate to be made out to the host.
     *
     * @param host as returned by {@link #normalize(String)}
     * @throws CertificateException naming what was expected and what was found
     */
    static void requireMatch(String host, X509Certificate certificate) throws CertificateException {
        StringBuilder found = new StringBuilder();
        boolean address = isAddress(host);
        Integer wanted = address ? IP_ADDRESS : DNS_NAME;
        for (List<?> entry : alternativeNames(certificate)) {
            if (entry.get(0).equals(wanted) && entry.get(1) instanceof String name) {
                if (address ? sameAddress(host, name) : matches(host, name)) {
                    return;
                }
                if (found.length() < Excerpt.MAX_CHARS) {
                    found.append(found.isEmpty() ? "" : ", ").append(Excerpt.of(name));
                }
            }
        }
        throw new CertificateException("the certificate is not made out to " + host + " but to "
                + (found.isEmpty() ? "no " + (address ? "address" : "host name") + " at all" : found.toString()));
    }

    static boolean matches(String host, String pattern) {
        String wanted = pattern.toLowerCase(Locale.ROOT);
        if (wanted.endsWith(".")) {
            wanted = wanted.substring(0, wanted.length() - 1);
        }
        if (!wanted.startsWith("*.")) {
            return !wanted.isEmpty() && wanted.indexOf('*') < 0 && wanted.equals(host);
        }
        String suffix = wanted.substring(1);
        int firstDot = host.indexOf('.');
        return firstDot > 0
                && suffix.indexOf('*') < 0
                && suffix.indexOf('.', 1) > 0
                && host.substring(firstDot).equals(suffix);
    }

    private static boolean sameAddress(String host, String name) {
        byte[] expected = NetUtil.createByteArrayFromIpAddressString(host);
        byte[] found = NetUtil.createByteArrayFromIpAddressString(name);
        return expected != null && found != null && Arrays.equals(expected, found);
    }

    private static boolean isAddress(String host) {
        return NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host);
    }

    private static Collection<List<?>> alternativeNames(X509Certificate certificate) throws CertificateException {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names == null ? List.of() : names;
        } catch (CertificateParsingException e) {
            throw new CertificateException("the alternative names of the certificate cannot be read", e);
        }
    }
}
