package io.mirror.examples.command.journal;

import io.mirror.replica.journal.JournalClient;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Connects standard input and output with a server. */
@Command(
        name = "tunnel",
        description = "Send standard input to a server and print what it sends, as bin/ssl does.",
        modelTransformer = SslArguments.MinusIsNoOption.class,
        footer = {
            "",
            "The arguments are those of bin/ssl: host [-]port. A - before the port switches",
            "the check of the certificate off. The end of the input ends our side of the",
            "connection; the command ends when the server ends its own.",
            "",
            "Example:",
            "  mirror journal tunnel office 443"
        })
final class TunnelCommand implements Callable<Integer> {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    @Spec
    CommandSpec spec;

    @Mixin
    TlsArguments tls;

    @Option(names = "--input", paramLabel = "FILE", description = "What to send; standard input by default.")
    Path input;

    @Option(names = "--output", paramLabel = "FILE", description = "Takes what comes; standard output by default.")
    Path output;

    @Parameters(arity = "0..*", paramLabel = "ARGUMENT", description = "See below.")
    List<String> words = List.of();

    @Override
    public Integer call() throws IOException {
        SslArguments.refuseUnknownOptions(spec.commandLine(), words);
        SslArguments.count(spec.commandLine(), words, "host [-]port", 2, 2);
        int port = SslArguments.port(spec.commandLine(), words.get(1));
        // The streams of the process stay open for whoever comes after this command.
        InputStream in = input == null ? new FileInputStream(FileDescriptor.in) : Files.newInputStream(input);
        try (JournalClient client =
                new JournalClient(words.get(0), port, tls.options(spec.commandLine(), words.get(1)), TIMEOUT)) {
            OutputStream out =
                    output == null ? new FileOutputStream(FileDescriptor.out) : Files.newOutputStream(output);
            try {
                client.tunnel(in, out);
            } finally {
                if (output != null) {
                    out.close();
                }
            }
            return 0;
        } finally {
            if (input != null) {
                in.close();
            }
        }
    }
}
