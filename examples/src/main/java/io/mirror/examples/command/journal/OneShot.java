package io.mirror.examples.command.journal;

import io.mirror.replica.journal.JournalClient;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/** One connection of the get and put commands. */
final class OneShot {
    /** The front end of the original gives up after 420 s. */
    private static final Duration TIMEOUT = Duration.ofSeconds(450);

    private final CommandLine line;
    private final String host;
    private final String port;
    private final TlsArguments tls;
    private final Path output;

    OneShot(CommandLine line, String host, String port, TlsArguments tls, Path output) {
        this.line = line;
        this.host = host;
        this.port = port;
        this.tls = tls;
        this.output = output;
    }

    int transfer(String url, List<String> words) throws IOException {
        int number = SslArguments.port(line, port);
        List<InputStream> parts = new ArrayList<>();
        try (JournalClient client = new JournalClient(host, number, tls.options(line, port), TIMEOUT)) {
            for (String word : words) {
                parts.add(SslArguments.open(word));
            }
            // Standard output stays open for whoever comes after this command.
            OutputStream out =
                    output == null ? new FileOutputStream(FileDescriptor.out) : Files.newOutputStream(output);
            try {
                client.put(url, parts, out);
            } finally {
                if (output != null) {
                    out.close();
                }
            }
            return 0;
        } finally {
            for (InputStream part : parts) {
                part.close();
            }
        }
    }
}
