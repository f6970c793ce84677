package io.mirror.examples.demo;

import io.mirror.transport.TrustAnchors;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A certification authority and a certificate for {@code localhost}, made for one run with the JDK's {@code keytool} in a
 * directory that only the owner can read, and gone with it.
 */
final class DemoCertificates implements AutoCloseable {
    private static final int KEYTOOL_SECONDS = 60;

    private final Path directory;
    private final String password;
    private final Path passwordFile;
    private final X509Certificate authority;

    private DemoCertificates() throws IOException, GeneralSecurityException {
        directory = Files.createTempDirectory("mirror-demo-");
        password = randomPassword();
        passwordFile = directory.resolve("password");
        Files.writeString(passwordFile, password, StandardCharsets.US_ASCII);
        try {
            authority = make();
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            close();
            throw e;
        }
    }

    static DemoCertificates create() {
        try {
            return new DemoCertificates();
        } catch (IOException | GeneralSecurityException e) {
            throw new DemoException("cannot make the demo's certificates: " + e.getMessage(), e);
        }
    }

    static String randomPassword() {
        byte[] random = new byte[18];
        new SecureRandom().nextBytes(random);
        return Base64.getUrlEncoder().encodeToString(random);
    }

    /** The master's private key and certificate chain, PKCS #12. */
    Path masterKeyStore() {
        return directory.resolve("master.p12");
    }

    String password() {
        return password;
    }

    /** What the slave trusts: this authority and nobody else. */
    TrustAnchors trust() {
        return TrustAnchors.of(List.of(authority));
    }

    private X509Certificate make() throws IOException, GeneralSecurityException {
        List<Process> keys = List.of(
                keytool(generate(
                        "ca", "CN=mirror demo CA", "-ext", "bc:critical=ca:true", "-ext", "ku:critical=keyCertSign")),
                keytool(generate("hub", "CN=mirror demo master")));
        for (Process key : keys) {
            await(key);
        }
        await(keytool(List.of("-certreq", "-alias", "hub", "-keystore", "hub.p12", "-file", "hub.csr")));
        await(keytool(List.of(
                "-gencert",
                "-alias",
                "ca",
                "-keystore",
                "ca.p12",
                "-infile",
                "hub.csr",
                "-outfile",
                "hub.crt",
                "-validity",
                "2",
                "-ext",
                "san=dns:localhost,ip:127.0.0.1",
                "-ext",
                "eku=serverAuth")));

        KeyStore ca = load("ca.p12");
        Key key = load("hub.p12").getKey("hub", password.toCharArray());
        Certificate[] chain = {certificate("hub.crt"), ca.getCertificate("ca")};
        KeyStore master = KeyStore.getInstance("PKCS12");
        master.load(null, null);
        master.setKeyEntry("hub", key, password.toCharArray(), chain);
        try (OutputStream out = Files.newOutputStream(masterKeyStore())) {
            master.store(out, password.toCharArray());
        }
        Files.delete(directory.resolve("ca.p12"));
        return (X509Certificate) chain[1];
    }

    private static List<String> generate(String alias, String name, String... extensions) {
        List<String> words = new ArrayList<>(List.of(
                "-genkeypair",
                "-alias",
                alias,
                "-keystore",
                alias + ".p12",
                "-storetype",
                "PKCS12",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                name,
                "-validity",
                "2"));
        words.addAll(List.of(extensions));
        return words;
    }

    /** The password goes through a file: arguments are everybody's to read. */
    private Process keytool(List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(arguments);
        command.addAll(List.of("-storepass:file", passwordFile.toString()));
        return new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
    }

    private static void await(Process keytool) throws IOException {
        keytool.getOutputStream().close();
        byte[] said = keytool.getInputStream().readAllBytes();
        try {
            if (!keytool.waitFor(KEYTOOL_SECONDS, TimeUnit.SECONDS)) {
                keytool.destroyForcibly();
                throw new IOException("keytool did not finish in " + KEYTOOL_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            keytool.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted");
        }
        if (keytool.exitValue() != 0) {
            throw new IOException("keytool: " + new String(said, StandardCharsets.UTF_8).strip());
        }
    }

    private KeyStore load(String file) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(directory.resolve(file))) {
            store.load(in, password.toCharArray());
        }
        return store;
    }

    private Certificate certificate(String file) throws IOException, GeneralSecurityException {
        try (InputStream in = Files.newInputStream(directory.resolve(file))) {
            return CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }

    /** Deletes everything that was made. */
    @Override
    public void close() {
        try {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
                for (Path file : files) {
                    Files.delete(file);
                }
            }
            Files.deleteIfExists(directory);
        } catch (IOException e) {
            // Closed before, or the system cleans up: the keys in there are of no use to anybody any more.
            return;
        }
    }
}
