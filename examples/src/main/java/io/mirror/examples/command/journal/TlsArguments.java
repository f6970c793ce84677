package io.mirror.examples.command.journal;

import io.mirror.transport.TlsIdentity;
import io.mirror.transport.TlsOptions;
import io.mirror.transport.TlsProvider;
import io.mirror.transport.TrustAnchors;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** How a command that connects uses TLS. */
final class TlsArguments {
    @Option(names = "--trust", paramLabel = "FILE", description = "Accept certificates of these authorities (PEM).")
    Path trust;

    @Option(names = "--tls-cert", paramLabel = "FILE", description = "Certificate chain to show (PEM).")
    Path certificate;

    @Option(names = "--tls-key", paramLabel = "FILE", description = "Private key of that certificate (PEM).")
    Path privateKey;

    @Option(names = "--plain", description = "Clear text, to a server on this machine.")
    boolean plain;

    /** TLS as asked for; a minus sign before the port switches the check of the certificate off. */
    Optional<TlsOptions> options(CommandLine line, String port) {
        if ((certificate == null) != (privateKey == null) || (plain && certificate != null)) {
            throw new ParameterException(line, "--tls-cert goes with --tls-key, and not with --plain");
        }
        if (plain) {
            return Optional.empty();
        }
        boolean checked = !SslArguments.isUnchecked(port);
        TlsOptions.Builder tls = TlsOptions.builder()
                .provider(TlsProvider.fastest())
                .validateChain(checked)
                .validateHost(checked);
        if (trust != null && checked) {
            tls.trust(TrustAnchors.fromPem(trust));
        }
        if (certificate != null) {
            tls.identity(TlsIdentity.fromPem(certificate, privateKey));
        }
        return Optional.of(tls.build());
    }
}
