package io.mirror.examples.command.scsp;

import io.mirror.core.access.Secret;
import io.mirror.core.point.Excerpt;
import io.mirror.replica.scsp.HostPort;
import io.mirror.replica.scsp.ScspAnswer;
import io.mirror.replica.scsp.ScspClient;
import io.mirror.replica.scsp.ScspClientBuilder;
import io.mirror.replica.scsp.ScspRequest;
import io.mirror.transport.TlsOptions;
import io.mirror.transport.TrustAnchors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The options of all commands that ask a node. */
final class NodeAccess {
    private static final int MESSAGE_BYTES = 65_536;
    /** A person at a terminal wants to know soon that nobody is there. */
    private static final int ATTEMPTS = 3;

    @Parameters(index = "0", paramLabel = "NODE", description = "HOST:PORT of a node.")
    String node;

    @Option(
            names = "--also",
            paramLabel = "HOST:PORT",
            description = "Another node of the same cluster, asked when NODE cannot be reached. Repeatable.")
    List<String> others = List.of();

    @Option(names = "--admins", paramLabel = "FILE", description = "The first line user:password is used; mode 0600.")
    Path admins;

    @Option(names = "--location-trusted", description = "Send the credentials to every host that redirects lead to.")
    boolean trusted;

    @Option(names = "--tls", description = "Speak TLS.")
    boolean tls;

    @Option(names = "--ca", paramLabel = "FILE", description = "With --tls: trust these authorities only, PEM.")
    Path ca;

    HostPort node() throws IOException {
        return parse(node);
    }

    static HostPort parse(String address) throws IOException {
        try {
            return HostPort.parse(address);
        } catch (IllegalArgumentException e) {
            throw new IOException(String.valueOf(e.getMessage()), e);
        }
    }

    /** The path of an object as it was typed, or an error that says what is wrong with it. */
    static String path(String typed) throws IOException {
        try {
            return ScspRequest.of("GET", typed).target();
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage() + " that begins with a slash, was " + Excerpt.of(typed), e);
        }
    }

    ScspClient client() throws IOException {
        ScspClientBuilder builder =
                ScspClient.builder().trustAllRedirects(trusted).sendAttempts(ATTEMPTS);
        if (!others.isEmpty()) {
            List<HostPort> cluster = new ArrayList<>();
            cluster.add(node());
            for (String other : others) {
                cluster.add(parse(other));
            }
            builder.cluster(cluster);
        }
        if (tls || ca != null) {
            builder.tls(TlsOptions.builder()
                    .trust(ca == null ? TrustAnchors.system() : TrustAnchors.fromPem(ca))
                    .build());
        }
        if (admins != null) {
            Map.Entry<String, Secret> first =
                    AdminsFile.read(admins).entrySet().iterator().next();
            builder.credentials(first.getKey(), first.getValue());
        }
        return builder.build();
    }

    /** Fails with the reason of the node unless the answer is good. */
    static void requireGood(ScspAnswer answer) throws IOException {
        if (answer.status() >= 300) {
            String text = answer.header("castor-system-error-text")
                    .orElse(new String(answer.read(MESSAGE_BYTES), StandardCharsets.UTF_8).trim());
            throw new IOException(answer.node() + " answered " + answer.status() + ": " + text);
        }
    }
}
