package io.mirror.examples.command;

import io.mirror.core.access.Secret;
import io.mirror.replica.journal.JournalReceiver;
import io.mirror.replica.journal.JournalRoute;
import io.mirror.replica.journal.JournalSender;
import io.mirror.replica.journal.JournalSource;
import io.mirror.replica.journal.JournalTarget;
import io.mirror.replica.journal.PieceHandler;
import io.mirror.replica.journal.PieceHandlers;
import io.mirror.transport.TlsIdentity;
import io.mirror.transport.TlsOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Replicates journals from and to PicoLisp, or between two of these. */
@Command(
        name = "journal",
        description = "Send and receive journals and blobs (PicoLisp's bin/ssl and lib/replica.l).",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {JournalCommand.Send.class, JournalCommand.Receive.class})
final class JournalCommand implements Runnable {
    @Spec
    CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "send or receive is missing");
    }

    private static int untilInterrupted() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return 0;
    }

    /** Delivers one journal and its blobs. */
    @Command(
            name = "send",
            description = "Deliver a journal and its blobs.",
            footer = {
                "",
                "The arguments are those of bin/ssl. A - before the port switches the check of",
                "the certificate off. What is taken over waits in JOURNAL.spool.",
                "",
                "Example:",
                "  mirror journal send office 443 8080/!replica key.txt db/journal db/blob/ 1"
            })
    static final class Send implements Callable<Integer> {
        @Spec
        CommandSpec spec;

        @Parameters(index = "0", paramLabel = "HOST", description = "Host of the receiver or its front end.")
        String host;

        @Parameters(index = "1", paramLabel = "[-]PORT", description = "Its port.")
        String port;

        @Parameters(index = "2", paramLabel = "URL", description = "Path without leading slash.")
        String url;

        @Parameters(index = "3", paramLabel = "KEY", description = "File with the key in its first line.")
        Path key;

        @Parameters(index = "4", paramLabel = "JOURNAL", description = "The journal.")
        Path journal;

        @Parameters(index = "5", paramLabel = "BLOBS", description = "Directory with links of waiting blobs.")
        Path blobs;

        @Parameters(index = "6", paramLabel = "SECONDS", description = "Time between two looks.")
        double seconds;

        @Override
        public Integer call() throws IOException {
            boolean unchecked = port.startsWith("-");
            int number = Integer.parseInt(unchecked ? port.substring(1) : port);
            TlsOptions tls = TlsOptions.builder()
                    .validateChain(!unchecked)
                    .validateHost(!unchecked)
                    .build();
            Path spool = journal.resolveSibling(journal.getFileName() + ".spool");
            Duration interval = Duration.ofMillis((long) (seconds * 1000));
            try (Secret secret = SecretFile.readPassword(key);
                    JournalSender sender = JournalSender.start(
                            JournalTarget.of(host, number, url, secret, tls),
                            JournalSource.of(journal, spool)
                                    .withBlobs(blobs)
                                    .withInterval(interval, Duration.ofMinutes(1)))) {
                Terminal.print(spec, "sending " + journal + " to " + host + ":" + number + "/" + url);
                Terminal.print(
                        spec,
                        sender.problems().isEmpty()
                                ? "running"
                                : sender.problems().get(0));
                return untilInterrupted();
            }
        }
    }

    /** Receives journals and blobs. */
    @Command(name = "receive", description = "Receive journals and blobs below a directory.")
    static final class Receive implements Callable<Integer> {
        @Spec
        CommandSpec spec;

        @Option(names = "--listen", required = true, paramLabel = "PORT", description = "Port; 0 takes a free one.")
        int port;

        @Option(names = "--path", paramLabel = "PATH", description = "Path to serve; default ${DEFAULT-VALUE}.")
        String path = "!replica";

        @Option(names = "--key-file", required = true, paramLabel = "FILE", description = "Key in its first line.")
        Path key;

        @Option(names = "--dir", required = true, paramLabel = "DIR", description = "Holds inbox, data and blobs.")
        Path directory;

        @Option(names = "--shift", paramLabel = "N", description = "Shift of each database file; none stores files.")
        List<Integer> shifts = List.of();

        @Option(names = "--tls-cert", paramLabel = "FILE", description = "Certificate chain in PEM.")
        Path certificate;

        @Option(names = "--tls-key", paramLabel = "FILE", description = "Private key in PEM.")
        Path privateKey;

        @Option(names = "--plain", description = "Clear text on ::1, behind a front end such as httpGate.")
        boolean plain;

        @Override
        public Integer call() throws IOException {
            if (plain == (certificate != null || privateKey != null) || (certificate == null) != (privateKey == null)) {
                throw new ParameterException(spec.commandLine(), "--tls-cert with --tls-key, or --plain, is necessary");
            }
            PieceHandler handler = shifts.isEmpty()
                    ? PieceHandlers.files(directory.resolve("pieces"))
                    : PieceHandlers.databaseFiles(directory.resolve("db"), shifts);
            JournalReceiver.Builder builder = JournalReceiver.builder();
            if (plain) {
                byte[] loopback = new byte[16];
                loopback[15] = 1;
                builder.listen(new InetSocketAddress(InetAddress.getByAddress(loopback), port));
            } else {
                builder.listen(new InetSocketAddress(port))
                        .tls(TlsOptions.builder()
                                .identity(TlsIdentity.fromPem(certificate, privateKey))
                                .build());
            }
            try (Secret secret = SecretFile.readPassword(key);
                    JournalReceiver receiver = builder.route(JournalRoute.of(path, directory.resolve("inbox"), handler)
                                    .key(secret)
                                    .blobs(directory.resolve("blob"))
                                    .build())
                            .start()) {
                Terminal.print(spec, "listening on port " + receiver.port() + " for /" + path);
                return untilInterrupted();
            }
        }
    }
}
