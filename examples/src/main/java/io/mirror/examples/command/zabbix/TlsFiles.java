package io.mirror.examples.command.zabbix;

import io.mirror.core.access.Secret;
import io.mirror.examples.command.CommandFailure;
import io.mirror.examples.command.SecretFile;
import io.mirror.transport.ClientAuthentication;
import io.mirror.transport.PskKey;
import io.mirror.transport.TlsConfigurationException;
import io.mirror.transport.TlsIdentity;
import io.mirror.transport.TlsOptions;
import io.mirror.transport.TrustAnchors;
import java.io.IOException;
import java.nio.file.Path;

/** Keys and certificates as Zabbix keeps them in files. */
final class TlsFiles {
    private TlsFiles() {}

    /** Reads a pre-shared key: hexadecimal digits in the first line. */
    static PskKey key(String identity, Path file) throws IOException {
        try (Secret hex = SecretFile.readPassword(file)) {
            return PskKey.ofHex(identity, hex);
        } catch (TlsConfigurationException e) {
            throw new CommandFailure(file + ": " + e.getMessage(), e);
        }
    }

    /** Both sides show a certificate; names of hosts are not looked at (section 16). */
    static TlsOptions certificates(Path ca, Path certificate, Path key) {
        try {
            return TlsOptions.builder()
                    .identity(TlsIdentity.fromPem(certificate, key))
                    .trust(TrustAnchors.fromPem(ca))
                    .validateHost(false)
                    .clientAuthentication(ClientAuthentication.NEED)
                    .build();
        } catch (TlsConfigurationException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()), e);
        }
    }
}
