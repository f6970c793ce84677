package io.mirror.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mirror.core.access.Secret;
import io.mirror.testing.LogCapture;
import io.mirror.testing.TestPki;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.pkitesting.X509Bundle;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.AlgorithmParameters;
import java.security.Key;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.PBEParameterSpec;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TlsIdentityTest {

    private static X509Bundle ec;
    private static X509Bundle rsa;

    @TempDir
    Path directory;

    private Path certificates;
    private Path key;

    @BeforeAll
    static void issue() {
        ec = TestPki.build(TestPki.leaf().subject("CN=ec").addSanDnsName("hub.test"), TestPki.CA);
        rsa = TestPki.build(TestPki.leaf().rsa2048().subject("CN=rsa").addSanDnsName("hub.test"), TestPki.CA);
    }

    @BeforeEach
    void files() {
        certificates = directory.resolve("hub.crt");
        key = directory.resolve("hub.key");
    }

    @ParameterizedTest
    @EnumSource(
            value = Algorithm.class,
            names = {"ecp256", "ecp384", "rsa2048", "ed25519"})
    void readsPkcs8KeysOfEveryUsualKind(Algorithm algorithm) throws Exception {
        X509Bundle bundle = TestPki.build(TestPki.leaf().algorithm(algorithm), TestPki.CA);
        Files.writeString(certificates, bundle.getCertificatePathPEM());
        writeKey("PRIVATE KEY", bundle.getKeyPair().getPrivate().getEncoded());

        TlsIdentity identity = TlsIdentity.fromPem(certificates, key);

        assertThat(identity.chain()).startsWith(bundle.getCertificate());
        assertThat(identity.key()).isEqualTo(bundle.getKeyPair().getPrivate());
    }

    @Test
    void readsKeyAndChainFromOneFileAmongOtherText() throws Exception {
        Files.writeString(
                key,
                "Bag Attributes\n    friendlyName: hub\n" + pem("PRIVATE KEY", ecKey().getEncoded())
                        + "subject=/CN=ec\n" + ec.getCertificatePEM() + TestPki.CA.getCertificatePEM());
        restrict(key);

        TlsIdentity identity = TlsIdentity.fromPem(key, key);

        assertThat(identity.chain()).containsExactly(ec.getCertificate(), TestPki.CA.getCertificate());
    }

    @Test
    void readsPkcs1Key() throws Exception {
        byte[] pkcs8 = rsa.getKeyPair().getPrivate().getEncoded();
        byte[] pkcs1 = Arrays.copyOfRange(pkcs8, 26, pkcs8.length);
        Files.writeString(certificates, rsa.getCertificatePEM());
        writeKey("RSA PRIVATE KEY", pkcs1);

        assertThat(TlsIdentity.fromPem(certificates, key).key())
                .isEqualTo(rsa.getKeyPair().getPrivate());
    }

    @Test
    void readsSec1Key() throws Exception {
        Files.writeString(certificates, ec.getCertificatePEM());
        writeKey("EC PRIVATE KEY", sec1(true));

        assertThat(((ECPrivateKey) TlsIdentity.fromPem(certificates, key).key()).getS())
                .isEqualTo(((ECPrivateKey) ecKey()).getS());
    }

    @Test
    void refusesSec1KeyThatIsCutOrNamesNoCurve() throws Exception {
        Files.writeString(certificates, ec.getCertificatePEM());
        byte[] whole = sec1(true);
        for (int length = 0; length < whole.length; length++) {
            writeKey("EC PRIVATE KEY", Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> TlsIdentity.fromPem(certificates, key))
                    .as("cut to %d", length)
                    .isInstanceOf(TlsConfigurationException.class)
                    .hasMessageContaining("openssl pkcs8 -topk8");
        }
        writeKey("EC PRIVATE KEY", sec1(false));
        assertThatThrownBy(() -> TlsIdentity.fromPem(certificates, key)).isInstanceOf(TlsConfigurationException.class);
    }

    @Test
    void readsEncryptedKeyWithItsPasswordOnly() throws Exception {
        Files.writeString(certificates, ec.getCertificatePEM());
        writeKey("ENCRYPTED PRIVATE KEY", encrypted(ecKey(), "marker-91c4"));

        assertThat(TlsIdentity.fromPem(certificates, key, Secret.of("marker-91c4"), true)
                        .key())
                .isEqualTo(ecKey());
        assertThatThrownBy(() -> TlsIdentity.fromPem(certificates, key, Secret.of("marker-wrong"), true))
                .isInstanceOf(TlsConfigurationException.class)
                .hasMessageContaining("private key")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("marker"));
        assertThatThrownBy(() -> TlsIdentity.fromPem(certificates, key))
                .isInstanceOf(TlsConfigurationException.class)
                .hasMessage(key + ": the private key is encrypted, and no password was given");
    }

    @Test
    void refusesKeyOfAnotherCertificate() throws Exception {
        Files.writeString(certificates, ec.getCertificatePEM());
        for (X509Bundle other : List.of(rsa, TestPki.issued("other.test"))) {
            writeKey("PRIVATE KEY", other.getKeyPair().getPrivate().getEncoded());

            assertThatThrownBy(() -> TlsIdentity.fromPem(certificates, key))
                    .isInstanceOf(TlsConfigurationException.class)
                    .hasMessage(
                            key + " does not belong to the certificate of CN=ec; the own certificate must come first"
                                    + " in the chain");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'', contains no certificate",
        "'-----BEGIN CERTIFICATE-----\nAAAA\n', is not closed",
        "'-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----\n', the block that ends in line 3 is not base64",
        "'-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n', certificate 1 cannot be read",
    })
    void saysWhatIsWrongWithACertificateFile(String content, String message) throws Exception {
        Files.writeString(certificates, content);
        writeKey("PRIVATE KEY", ecKey().getEncoded());

        assertThatThrownBy(() -> TlsIdentity.fromPem(certificates, key))
                .isInstanceOf(TlsConfigurationException.class)
                .hasMessageContaining(certificates.toString())
                .hasMessageContaining(message);
    }

    @Test
    void saysWhatIsWrongWithAKeyFile() throws Exception {
        Files.writeString(certificates, ec.getCertificatePEM());

        assertThatThrownBy(() -> TlsIdentity.fromPem(certificates, key))
                .isInstanceOf(TlsConfigurationException.class)
                .hasMessageContaining(key + " does not exist");
        Files.writeString(key, ec.getCertificatePEM());
        assertThatThrownBy(() -> TlsIdentity.fromPem(certificates, key))
                .isInstanceOf(TlsConfigurationException.class)
                .hasMessage(key + " contains no private key (-----BEGIN PRIVATE KEY-----)");
        Files.writeString(
                key,
                "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n-----END RSA PRIVATE KEY-----\n");
        assertThatThrownBy(() -> TlsIdentity.fromPem(certificates, key))
                .isInstanceOf(TlsConfigurationException.class)
                .hasMessageContaining("line 2: this old form of encrypted key is not supported");
    }

    @ParameterizedTest
    @CsvSource({"rw-------, false", "rw-r-----, true", "rw-r--r--, true"})
    @Tag("S-SEC-2")
    void keyFileThatOthersMayReadIsRefusedOrReported(String mode, boolean finding) throws Exception {
        Files.writeString(certificates, ec.getCertificatePEM());
        writeKey("PRIVATE KEY", ecKey().getEncoded());
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString(mode));

        try (LogCapture log = new LogCapture("io.mirror.transport")) {
            assertThat(TlsIdentity.fromPem(certificates, key)).isNotNull();
            if (finding) {
                assertThat(log.lines())
                        .containsExactly("WARNING " + key + " holds secrets and may be read by others (" + mode
                                + "); use: chmod 600 " + key);
            } else {
                assertThat(log.lines()).isEmpty();
            }
        }
        if (finding) {
            assertThatThrownBy(() -> TlsIdentity.fromPem(certificates, key, Secret.of(""), true))
                    .isInstanceOf(TlsConfigurationException.class)
                    .hasMessageContaining("chmod 600");
        }
    }

    @Test
    void takesTheOnlyKeyOfAKeyStoreOrTheOneThatIsNamed() throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("hub", ecKey(), "pw".toCharArray(), new X509Certificate[] {ec.getCertificate()});
        store.setCertificateEntry("ca", TestPki.CA.getCertificate());
        Path file = directory.resolve("hub.p12");
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, "pw".toCharArray());
        }

        assertThat(TlsIdentity.fromKeyStore(store, Secret.of("pw")).key()).isEqualTo(ecKey());
        assertThat(TlsIdentity.fromKeyStore(file, Secret.of("pw")).key()).isEqualTo(ecKey());
        assertThat(TrustAnchors.fromKeyStore(file, Secret.of("pw")).toString()).contains(", 1]");
        assertThatThrownBy(() -> TlsIdentity.fromKeyStore(file, Secret.of("no")))
                .isInstanceOf(TlsConfigurationException.class)
                .hasMessage(file + ": the password does not open the key store");
        assertThatThrownBy(() -> TlsIdentity.fromKeyStore(store, "ca", Secret.of("pw")))
                .isInstanceOf(TlsConfigurationException.class)
                .hasMessage("key store: entry ca has no private key and certificate");

        store.setKeyEntry(
                "other", rsa.getKeyPair().getPrivate(), "pw".toCharArray(), new X509Certificate[] {rsa.getCertificate()
                });
        assertThatThrownBy(() -> TlsIdentity.fromKeyStore(store, Secret.of("pw")))
                .isInstanceOf(TlsConfigurationException.class)
                .hasMessageContaining("has 2 keys [hub, other]");
        assertThat(TlsIdentity.fromKeyStore(store, "other", Secret.of("pw")).chain())
                .containsExactly(rsa.getCertificate());
    }

    @Test
    void textFormHasNoKeyMaterial() {
        TlsIdentity identity = TestPki.identity(ec);

        assertThat(identity.toString()).startsWith("TlsIdentity[CN=ec, until ");
        assertThat(identity.toString().toLowerCase(Locale.ROOT))
                .doesNotContain(((ECPrivateKey) ecKey()).getS().toString(16));
    }

    @Test
    void anchorsComeFromPemFilesAndAreNeverEmpty() throws Exception {
        Path file = directory.resolve("ca.crt");
        Files.writeString(file, TestPki.CA.getCertificatePEM() + TestPki.OTHER_CA.getCertificatePEM());

        assertThat(TrustAnchors.fromPem(file).manager().getAcceptedIssuers())
                .containsExactlyInAnyOrder(TestPki.CA.getCertificate(), TestPki.OTHER_CA.getCertificate());
        assertThat(TrustAnchors.system().manager().getAcceptedIssuers()).isNotEmpty();
        assertThatThrownBy(() -> TrustAnchors.of(List.of()))
                .isInstanceOf(TlsConfigurationException.class)
                .hasMessage("trust anchors (certificates) contain no trusted certificate");
    }

    private static PrivateKey ecKey() {
        return ec.getKeyPair().getPrivate();
    }

    private void writeKey(String label, byte[] der) throws Exception {
        Files.writeString(key, pem(label, der));
        restrict(key);
    }

    private static void restrict(Path file) throws Exception {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private static String pem(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + label + "-----\n";
    }

    /** RFC 5915 by hand: version, 32 bytes of key, and perhaps the name of the curve P-256. */
    private static byte[] sec1(boolean withCurve) {
        byte[] s = ((ECPrivateKey) ecKey()).getS().toByteArray();
        byte[] fixed = new byte[32];
        int length = Math.min(32, s.length);
        System.arraycopy(s, s.length - length, fixed, 32 - length, length);
        byte[] curve = {(byte) 0xA0, 10, 6, 8, 0x2A, (byte) 0x86, 0x48, (byte) 0xCE, 0x3D, 3, 1, 7};
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {0x30, (byte) (withCurve ? 49 : 37), 2, 1, 1, 4, 32});
        out.writeBytes(fixed);
        if (withCurve) {
            out.writeBytes(curve);
        }
        return out.toByteArray();
    }

    private static byte[] encrypted(PrivateKey key, String password) throws Exception {
        String scheme = "PBEWithHmacSHA256AndAES_256";
        Key secret = SecretKeyFactory.getInstance(scheme).generateSecret(new PBEKeySpec(password.toCharArray()));
        Cipher cipher = Cipher.getInstance(scheme);
        cipher.init(Cipher.ENCRYPT_MODE, secret, new PBEParameterSpec(new byte[16], 1000));
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("PBES2");
        parameters.init(cipher.getParameters().getEncoded());
        return new EncryptedPrivateKeyInfo(parameters, cipher.doFinal(key.getEncoded())).getEncoded();
    }
}
