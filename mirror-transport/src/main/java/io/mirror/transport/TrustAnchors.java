package io.mirror.transport;

import io.mirror.core.access.Secret;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Enumeration;
import java.util.List;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The certificates from which a peer's chain must lead: certification authorities, or single certificates of peers
 * that signed their own.
 *
 * <p>Instances are immutable. Chains are judged by the rules of the Java runtime whichever {@link TlsProvider} is used.
 */
public final class TrustAnchors {

    private final String description;
    private final X509ExtendedTrustManager manager;

    private TrustAnchors(String description, @Nullable KeyStore store) {
        this.description = description;
        this.manager = managerOf(description, store);
    }

    /**
     * Returns the anchors that the Java runtime trusts by default.
     *
     * @return the system's anchors as they are now
     * @throws TlsConfigurationException if the runtime's trust store cannot be read
     */
    public static TrustAnchors system() {
        return new TrustAnchors("system", null);
    }

    /**
     * Reads anchors from a PEM file.
     *
     * @param file one or more certificates
     * @return the anchors
     * @throws TlsConfigurationException if the file cannot be read or contains no certificate
     */
    public static TrustAnchors fromPem(Path file) {
        return new TrustAnchors(file.toString(), storeOf(PemFile.read(file).certificates()));
    }

    /**
     * Takes the trusted certificates of a key store. Certificates of its private keys do not count.
     *
     * @param store a loaded key store with at least one trusted certificate
     * @return the anchors
     * @throws TlsConfigurationException if the key store has no trusted certificate
     */
    public static TrustAnchors fromKeyStore(KeyStore store) {
        return new TrustAnchors("key store", storeOf(trusted("key store", store)));
    }

    /**
     * Reads the trusted certificates of a key store file (PKCS #12 or JKS).
     *
     * @param file the key store
     * @param password opens the file; not closed
     * @return the anchors
     * @throws TlsConfigurationException if the file cannot be read or has no trusted certificate
     */
    public static TrustAnchors fromKeyStore(Path file, Secret password) {
        KeyStore store = TlsIdentity.load(file, password);
        return new TrustAnchors(file.toString(), storeOf(trusted(file.toString(), store)));
    }

    /**
     * Returns the given certificates as anchors.
     *
     * @param certificates at least one certificate
     * @return the anchors
     * @throws TlsConfigurationException if there is none
     */
    public static TrustAnchors of(Collection<X509Certificate> certificates) {
        return new TrustAnchors("certificates", storeOf(List.copyOf(certificates)));
    }

    X509ExtendedTrustManager manager() {
        return manager;
    }

    private static List<X509Certificate> trusted(String description, KeyStore store) {
        List<X509Certificate> certificates = new ArrayList<>();
        try {
            for (Enumeration<String> aliases = store.aliases(); aliases.hasMoreElements(); ) {
                String alias = aliases.nextElement();
                if (store.isCertificateEntry(alias)
                        && store.getCertificate(alias) instanceof X509Certificate certificate) {
                    certificates.add(certificate);
                }
            }
        } catch (GeneralSecurityException e) {
            throw new TlsConfigurationException("trust anchors (" + description + ") cannot be read", e);
        }
        return certificates;
    }

    private static KeyStore storeOf(List<X509Certificate> certificates) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            for (int i = 0; i < certificates.size(); i++) {
                store.setCertificateEntry("anchor-" + i, certificates.get(i));
            }
            return store;
        } catch (GeneralSecurityException | IOException e) {
            throw new TlsConfigurationException("the trusted certificates cannot be used", e);
        }
    }

    private static X509ExtendedTrustManager managerOf(String description, @Nullable KeyStore store) {
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            for (TrustManager manager : factory.getTrustManagers()) {
                if (manager instanceof X509ExtendedTrustManager extended) {
                    if (extended.getAcceptedIssuers().length == 0) {
                        throw new TlsConfigurationException(
                                "trust anchors (" + description + ") contain no trusted certificate");
                    }
                    return extended;
                }
            }
        } catch (GeneralSecurityException e) {
            throw new TlsConfigurationException("trust anchors (" + description + ") cannot be used", e);
        }
        throw new TlsConfigurationException("this Java runtime has no trust manager for X.509 certificates");
    }

    /**
     * Returns where the anchors came from and how many there are.
     *
     * @return a short text
     */
    @Override
    public String toString() {
        return "TrustAnchors[" + description + ", " + manager.getAcceptedIssuers().length + "]";
    }
}
