package io.mirror.transport;

import io.mirror.core.access.Secret;
import io.mirror.transport.internal.SecretFiles;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.jspecify.annotations.Nullable;

/** Certificates and private keys in PEM files (RFC 7468, and the older key labels). */
final class PemFile {

    private static final int MAX_BYTES = 4 * 1024 * 1024;
    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";
    private static final String PBES2_OID = "1.2.840.113549.1.5.13";
    private static final List<String> KEY_ALGORITHMS = List.of("RSA", "EC", "EdDSA", "RSASSA-PSS");

    private static final class Block {
        private final String label;
        private final byte[] der;

        Block(String label, byte[] der) {
            this.label = label;
            this.der = der;
        }
    }

    private final Path path;
    private final List<Block> blocks;

    private PemFile(Path path, List<Block> blocks) {
        this.path = path;
        this.blocks = blocks;
    }

    static PemFile read(Path path) {
        try {
            return new PemFile(path, split(path, SecretFiles.readText(path, MAX_BYTES)));
        } catch (IOException e) {
            throw new TlsConfigurationException("cannot read PEM file: " + e.getMessage(), e);
        }
    }

    /** Returns all certificates of the file in order, at least one. */
    List<X509Certificate> certificates() {
        List<X509Certificate> certificates = new ArrayList<>();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (Block block : blocks) {
                if (block.label.equals("CERTIFICATE") || block.label.equals("X509 CERTIFICATE")) {
                    certificates.add(
                            (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(block.der)));
                }
            }
        } catch (CertificateException e) {
            throw new TlsConfigurationException(
                    path + ": certificate " + (certificates.size() + 1) + " cannot be read", e);
        }
        if (certificates.isEmpty()) {
            throw new TlsConfigurationException(path + " contains no certificate (-----BEGIN CERTIFICATE-----)");
        }
        return certificates;
    }

    /** Returns the first private key of the file. */
    PrivateKey privateKey(@Nullable Secret password) {
        for (Block block : blocks) {
            try {
                byte[] pkcs8 = switch (block.label) {
                    case "PRIVATE KEY" -> block.der;
                    case "ENCRYPTED PRIVATE KEY" -> decrypt(block.der, password);
                    case "RSA PRIVATE KEY" -> Der.rsaToPkcs8(block.der);
                    case "EC PRIVATE KEY" -> Der.ecToPkcs8(block.der);
                    default -> null;
                };
                if (pkcs8 != null) {
                    return decode(pkcs8);
                }
            } catch (GeneralSecurityException | IOException | IllegalArgumentException e) {
                throw new TlsConfigurationException(
                        path + ": the private key cannot be read; write it again with: openssl pkcs8 -topk8", e);
            }
        }
        throw new TlsConfigurationException(path + " contains no private key (-----BEGIN PRIVATE KEY-----)");
    }

    private static PrivateKey decode(byte[] pkcs8) throws GeneralSecurityException {
        PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(pkcs8);
        InvalidKeySpecException refusal = new InvalidKeySpecException("the key is neither of " + KEY_ALGORITHMS);
        for (String algorithm : KEY_ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(spec);
            } catch (InvalidKeySpecException e) {
                refusal.addSuppressed(e);
            }
        }
        throw refusal;
    }

    private byte[] decrypt(byte[] der, @Nullable Secret password) throws GeneralSecurityException, IOException {
        if (password == null) {
            throw new TlsConfigurationException(path + ": the private key is encrypted, and no password was given");
        }
        EncryptedPrivateKeyInfo info = new EncryptedPrivateKeyInfo(der);
        String algorithm = info.getAlgName();
        if (algorithm.equals("PBES2") || algorithm.equals(PBES2_OID)) {
            // The runtime names the concrete scheme only as the text form of the parameters.
            algorithm = info.getAlgParameters().toString();
        }
        char[] chars = password.copyChars();
        PBEKeySpec spec = new PBEKeySpec(chars);
        try {
            Key key = SecretKeyFactory.getInstance(algorithm).generateSecret(spec);
            Cipher cipher = Cipher.getInstance(algorithm);
            cipher.init(Cipher.DECRYPT_MODE, key, info.getAlgParameters());
            return info.getKeySpec(cipher).getEncoded();
        } catch (InvalidKeySpecException e) {
            throw new TlsConfigurationException(path + ": the password does not open the private key", e);
        } finally {
            spec.clearPassword();
            Arrays.fill(chars, '\0');
        }
    }

    private static List<Block> split(Path path, String text) {
        List<Block> blocks = new ArrayList<>();
        String label = null;
        StringBuilder body = new StringBuilder();
        int number = 0;
        for (String raw : text.lines().toList()) {
            number++;
            String line = raw.strip();
            if (line.startsWith(BEGIN) && line.endsWith(DASHES)) {
                label = line.substring(BEGIN.length(), line.length() - DASHES.length());
                body.setLength(0);
            } else if (label != null && line.startsWith(END)) {
                blocks.add(new Block(label, base64(path, number, body)));
                label = null;
            } else if (label != null) {
                if (line.startsWith("Proc-Type:")) {
                    throw new TlsConfigurationException(path + ": line " + number + ": this old form of encrypted key"
                            + " is not supported; write it again with: openssl pkcs8 -topk8");
                }
                body.append(line);
            }
        }
        if (label != null) {
            throw new TlsConfigurationException(path + ": the last block is not closed (-----END ...-----)");
        }
        return blocks;
    }

    private static byte[] base64(Path path, int line, StringBuilder body) {
        try {
            return Base64.getDecoder().decode(body.toString());
        } catch (IllegalArgumentException e) {
            throw new TlsConfigurationException(path + ": the block that ends in line " + line + " is not base64", e);
        }
    }
}
