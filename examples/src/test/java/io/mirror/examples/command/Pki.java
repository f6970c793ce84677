package io.mirror.examples.command;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** PEM files of an authority and a master's certificate. */
record Pki(Path ca, Path cert, Path key) {

    static Pki in(Path directory) throws Exception {
        X509Bundle authority = new CertificateBuilder()
                .ecp256()
                .subject("CN=test authority")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        X509Bundle master = new CertificateBuilder()
                .ecp256()
                .subject("CN=test master")
                .addSanDnsName("localhost")
                .buildIssuedBy(authority);
        Pki pki = new Pki(directory.resolve("ca.pem"), directory.resolve("hub.pem"), directory.resolve("hub.key"));
        Files.writeString(pki.ca, authority.getCertificatePEM());
        Files.writeString(pki.cert, master.getCertificatePEM());
        write(pki.key, master.getPrivateKeyPEM());
        return pki;
    }

    /** Writes a file that only its owner may read. */
    static Path write(Path file, String text) throws Exception {
        Files.deleteIfExists(file);
        if (Files.getFileStore(file.getParent()).supportsFileAttributeView("posix")) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        return Files.writeString(file, text);
    }
}
