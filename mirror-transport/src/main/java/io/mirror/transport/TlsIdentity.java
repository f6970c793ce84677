package io.mirror.transport;

import io.mirror.core.access.Secret;
import io.mirror.transport.internal.SecretFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.SignatureException;
import java.security.UnrecoverableKeyException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Enumeration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A private key with its certificate chain: what one end of a TLS link shows of itself.
 *
 * <p>Every factory method proves that key and certificate belong together, so a pair that was mixed up is found here
 * and not in the first handshake. Instances are immutable.
 */
public final class TlsIdentity {

    private final PrivateKey key;
    private final List<X509Certificate> chain;

    private TlsIdentity(PrivateKey key, List<X509Certificate> chain) {
        this.key = key;
        this.chain = chain;
    }

    /**
     * Returns an identity from objects of the Java runtime.
     *
     * @param key the private key
     * @param chain the certificate of that key first, then the certificates of the issuers, the root may be left out
     * @return the identity
     * @throws TlsConfigurationException if the chain is empty or key and certificate do not belong together
     */
    public static TlsIdentity of(PrivateKey key, List<X509Certificate> chain) {
        return checked(key, List.copyOf(chain), "the given key");
    }

    /**
     * Reads an identity from two PEM files, which may be the same file.
     *
     * @param certificates certificate chain, own certificate first
     * @param key unencrypted private key: PKCS #8, PKCS #1 or SEC 1
     * @return the identity
     * @throws TlsConfigurationException if a file cannot be read or key and certificate do not belong together
     */
    public static TlsIdentity fromPem(Path certificates, Path key) {
        return pem(certificates, key, null, false);
    }

    /**
     * Reads an identity from two PEM files with more options.
     *
     * @param certificates certificate chain, own certificate first
     * @param key private key: PKCS #8, PKCS #1 or SEC 1; only PKCS #8 may be encrypted
     * @param password opens an encrypted key; ignored for one that is not encrypted; not closed
     * @param strictFiles true to refuse a key file that group or others may read, false to log a warning
     * @return the identity
     * @throws TlsConfigurationException if a file cannot be read, is refused, or key and certificate do not belong
     *     together
     */
    public static TlsIdentity fromPem(Path certificates, Path key, Secret password, boolean strictFiles) {
        return pem(certificates, key, password, strictFiles);
    }

    /**
     * Takes an identity out of a key store.
     *
     * @param store the loaded key store, with exactly one private key
     * @param keyPassword opens the private key; not closed
     * @return the identity
     * @throws TlsConfigurationException if there is no key or more than one, or the password is wrong
     */
    public static TlsIdentity fromKeyStore(KeyStore store, Secret keyPassword) {
        return keyStore(store, null, keyPassword, "key store");
    }

    /**
     * Takes an identity out of a key store with several keys.
     *
     * @param store the loaded key store
     * @param alias the entry to take
     * @param keyPassword opens the private key; not closed
     * @return the identity
     * @throws TlsConfigurationException if the entry is absent or no private key, or the password is wrong
     */
    public static TlsIdentity fromKeyStore(KeyStore store, String alias, Secret keyPassword) {
        return keyStore(store, alias, keyPassword, "key store");
    }

    /**
     * Reads an identity from a key store file (PKCS #12 or JKS) with exactly one private key.
     *
     * @param file the key store
     * @param password opens the file and the private key; not closed
     * @return the identity
     * @throws TlsConfigurationException if the file cannot be read, the password is wrong, or there is not exactly one
     *     private key
     */
    public static TlsIdentity fromKeyStore(Path file, Secret password) {
        return keyStore(load(file, password), null, password, file.toString());
    }

    /**
     * Returns the certificate chain.
     *
     * @return an unmodifiable list, own certificate first
     */
    public List<X509Certificate> chain() {
        return chain;
    }

    PrivateKey key() {
        return key;
    }

    static KeyStore load(Path file, @Nullable Secret password) {
        char[] chars = password == null ? null : password.copyChars();
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, chars);
            return store;
        } catch (IOException e) {
            if (e.getCause() instanceof UnrecoverableKeyException) {
                throw new TlsConfigurationException(file + ": the password does not open the key store", e);
            }
            throw new TlsConfigurationException(file + ": the key store cannot be read: " + e.getMessage(), e);
        } catch (GeneralSecurityException e) {
            throw new TlsConfigurationException(file + ": the key store cannot be read", e);
        } finally {
            if (chars != null) {
                Arrays.fill(chars, '\0');
            }
        }
    }

    private static TlsIdentity pem(Path certificates, Path key, @Nullable Secret password, boolean strictFiles) {
        try {
            SecretFiles.checkPrivate(key, strictFiles);
        } catch (IOException e) {
            throw new TlsConfigurationException("private key: " + e.getMessage(), e);
        }
        List<X509Certificate> chain = List.copyOf(PemFile.read(certificates).certificates());
        return checked(PemFile.read(key).privateKey(password), chain, key.toString());
    }

    private static TlsIdentity keyStore(KeyStore store, @Nullable String alias, Secret password, String where) {
        char[] chars = password.copyChars();
        try {
            String entry = alias == null ? onlyKey(store, where) : alias;
            Key key = store.getKey(entry, chars);
            Certificate[] certificates = store.getCertificateChain(entry);
            if (!(key instanceof PrivateKey privateKey) || certificates == null) {
                throw new TlsConfigurationException(where + ": entry " + entry + " has no private key and certificate");
            }
            List<X509Certificate> chain = new ArrayList<>();
            for (Certificate certificate : certificates) {
                chain.add((X509Certificate) certificate);
            }
            return checked(privateKey, List.copyOf(chain), where);
        } catch (UnrecoverableKeyException e) {
            throw new TlsConfigurationException(where + ": the password does not open the private key", e);
        } catch (GeneralSecurityException e) {
            throw new TlsConfigurationException(where + ": the private key cannot be read", e);
        } finally {
            Arrays.fill(chars, '\0');
        }
    }

    private static String onlyKey(KeyStore store, String where) throws GeneralSecurityException {
        List<String> keys = new ArrayList<>();
        for (Enumeration<String> aliases = store.aliases(); aliases.hasMoreElements(); ) {
            String alias = aliases.nextElement();
            if (store.isKeyEntry(alias)) {
                keys.add(alias);
            }
        }
        if (keys.size() != 1) {
            throw new TlsConfigurationException(
                    where + " has " + keys.size() + " keys " + keys + "; exactly one is needed, or name its alias");
        }
        return keys.get(0);
    }

    private static TlsIdentity checked(PrivateKey key, List<X509Certificate> chain, String where) {
        if (chain.isEmpty()) {
            throw new TlsConfigurationException(where + ": the certificate chain is empty");
        }
        boolean matches;
        try {
            matches = belongTogether(key, chain.get(0));
        } catch (InvalidKeyException | SignatureException e) {
            matches = false;
        } catch (GeneralSecurityException e) {
            throw new TlsConfigurationException(
                    where + ": keys of type " + key.getAlgorithm() + " cannot be used by this Java runtime", e);
        }
        if (!matches) {
            throw new TlsConfigurationException(where + " does not belong to the certificate of "
                    + chain.get(0).getSubjectX500Principal() + "; the own certificate must come first in the chain");
        }
        return new TlsIdentity(key, chain);
    }

    private static boolean belongTogether(PrivateKey key, X509Certificate certificate) throws GeneralSecurityException {
        String algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> key.getAlgorithm();
        };
        byte[] probe = new byte[32];
        new SecureRandom().nextBytes(probe);
        Signature signer = Signature.getInstance(algorithm);
        signer.initSign(key);
        signer.update(probe);
        byte[] signature = signer.sign();
        Signature verifier = Signature.getInstance(algorithm);
        verifier.initVerify(certificate.getPublicKey());
        verifier.update(probe);
        return verifier.verify(signature);
    }

    /**
     * Returns the subject and the end of validity of the own certificate.
     *
     * @return a text without key material
     */
    @Override
    public String toString() {
        X509Certificate own = chain.get(0);
        return "TlsIdentity[" + own.getSubjectX500Principal() + ", until "
                + own.getNotAfter().toInstant() + "]";
    }
}
