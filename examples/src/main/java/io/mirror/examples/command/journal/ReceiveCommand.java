package io.mirror.examples.command.journal;

import io.mirror.codec.journal.JournalLimits;
import io.mirror.codec.plio.PlioLimits;
import io.mirror.examples.command.Terminal;
import io.mirror.replica.journal.JournalReceiver;
import io.mirror.replica.journal.JournalRoute;
import io.mirror.replica.journal.PieceHandler;
import io.mirror.replica.journal.PieceHandlers;
import io.mirror.transport.ClientAuthentication;
import io.mirror.transport.TlsIdentity;
import io.mirror.transport.TlsOptions;
import io.mirror.transport.TlsProvider;
import io.mirror.transport.TrustAnchors;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Receives journals and blobs. */
@Command(
        name = "receive",
        description = "Receive journals and blobs below a directory.",
        footer = {
            "",
            "DIR/inbox holds what is acknowledged and not applied yet, DIR/blob the blobs.",
            "Journals become files in DIR/pieces, with --shift the database in DIR/db, with",
            "--tree the files of (put \"path\" content) and (delete \"path\") in DIR/tree.",
            "The key may be replaced while the command runs. What is refused is said on",
            "standard error: the first of each kind at once, the others counted each minute.",
            "",
            "Example:",
            "  mirror journal receive --listen 4443 --key-file key.txt --dir replica \\",
            "      --tls-cert cert.pem --tls-key key.pem"
        })
final class ReceiveCommand implements Callable<Integer> {
    @Spec
    CommandSpec spec;

    @Option(names = "--listen", required = true, paramLabel = "PORT", description = "Port; 0 takes a free one.")
    int port;

    @Option(names = "--path", paramLabel = "PATH", description = "Path to serve; default ${DEFAULT-VALUE}.")
    String path = "!replica";

    @Option(names = "--key-file", required = true, paramLabel = "FILE", description = "Key in its first line.")
    Path key;

    @Option(names = "--weak-key", description = "Accept a key of fewer than 32 characters.")
    boolean weakKey;

    @Option(names = "--dir", required = true, paramLabel = "DIR", description = "Holds inbox, data and blobs.")
    Path directory;

    @Option(names = "--shift", paramLabel = "N", description = "Shift of each database file; none stores files.")
    List<Integer> shifts = List.of();

    @Option(names = "--tree", description = "Apply journals of files to a directory tree.")
    boolean tree;

    @Option(names = "--old-blobs", description = "Receive blobs of senders of before 2016.")
    boolean oldBlobs;

    @Option(names = "--reserve", paramLabel = "BYTES", description = "Space left free; 1 GiB or 5 %% by default.")
    Long reserve;

    @Option(names = "--max-piece", paramLabel = "BYTES", description = "Largest journal or blob; 1 GiB by default.")
    long maxPiece = JournalLimits.DEFAULT.batchBytes();

    @Option(names = "--tls-cert", paramLabel = "FILE", description = "Certificate chain in PEM.")
    Path certificate;

    @Option(names = "--tls-key", paramLabel = "FILE", description = "Private key in PEM.")
    Path privateKey;

    @Option(
            names = "--client-ca",
            paramLabel = "FILE",
            description = "Besides the key, ask for a certificate of these authorities (PEM).")
    Path clientAuthority;

    @Option(names = "--plain", description = "Clear text on ::1, behind a front end such as httpGate.")
    boolean plain;

    @Override
    public Integer call() throws IOException {
        if (plain == (certificate != null || privateKey != null) || (certificate == null) != (privateKey == null)) {
            throw new ParameterException(spec.commandLine(), "--tls-cert with --tls-key, or --plain, is necessary");
        }
        if (plain && clientAuthority != null) {
            throw new ParameterException(spec.commandLine(), "--client-ca goes with --tls-cert");
        }
        if (port < 0 || port > 65_535) {
            throw new ParameterException(spec.commandLine(), "port " + port + " is not from 0 to 65535");
        }
        if (tree && !shifts.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "--tree and --shift exclude each other");
        }
        if (reserve != null && reserve < 0) {
            throw new ParameterException(spec.commandLine(), "a reserve of " + reserve + " bytes is negative");
        }
        if (maxPiece < 1) {
            throw new ParameterException(spec.commandLine(), "pieces of " + maxPiece + " bytes are not at least 1");
        }
        RefusalReport report = new RefusalReport(line -> Terminal.problem(spec, line));
        JournalLimits usual = JournalLimits.DEFAULT;
        JournalReceiver.Builder builder = JournalReceiver.builder()
                .listener(report)
                .limits(new JournalLimits(usual.headBytes(), usual.keyBytes(), usual.lineBytes(), maxPiece, maxPiece));
        if (reserve != null) {
            builder.reserve(reserve);
        }
        if (plain) {
            byte[] loopback = new byte[16];
            loopback[15] = 1;
            builder.listen(new InetSocketAddress(InetAddress.getByAddress(loopback), port));
        } else {
            TlsOptions.Builder tls = TlsOptions.builder()
                    .provider(TlsProvider.fastest())
                    .identity(TlsIdentity.fromPem(certificate, privateKey));
            if (clientAuthority != null) {
                tls.clientAuthentication(ClientAuthentication.NEED).trust(TrustAnchors.fromPem(clientAuthority));
            }
            builder.listen(new InetSocketAddress(port)).tls(tls.build());
        }
        try (JournalReceiver receiver = builder.route(JournalRoute.of(path, directory.resolve("inbox"), handler())
                        .keyFile(key)
                        .allowWeakKeys(weakKey)
                        .blobs(directory.resolve("blob"))
                        .blobsToTheEnd(oldBlobs)
                        .build())
                .start()) {
            spec.commandLine().getOut().println("listening on port " + receiver.port() + " for /" + path);
            spec.commandLine().getOut().flush();
            CountDownLatch never = new CountDownLatch(1);
            while (!never.await(1, TimeUnit.MINUTES)) {
                report.minutePassed();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return 0;
    }

    private PieceHandler handler() {
        if (tree) {
            return PieceHandlers.directoryTree(directory.resolve("tree"), PlioLimits.DEFAULT);
        }
        return shifts.isEmpty()
                ? PieceHandlers.files(directory.resolve("pieces"))
                : PieceHandlers.databaseFiles(directory.resolve("db"), shifts);
    }
}
