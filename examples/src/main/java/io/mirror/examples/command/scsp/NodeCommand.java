package io.mirror.examples.command.scsp;

import io.mirror.core.access.Secret;
import io.mirror.replica.scsp.DirectoryStore;
import io.mirror.replica.scsp.HostPort;
import io.mirror.replica.scsp.MemoryStore;
import io.mirror.replica.scsp.ObjectStore;
import io.mirror.replica.scsp.ScspNode;
import io.mirror.replica.scsp.ScspNodeBuilder;
import io.mirror.transport.TlsIdentity;
import io.mirror.transport.TlsOptions;
import io.mirror.transport.TrustAnchors;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs a node until it is interrupted. */
@Command(
        name = "node",
        description = "Run a node of a cluster on this machine.",
        footer = {
            "",
            "Example:",
            "  mirror scsp node --port 8081 --cluster baker --data /tmp/baker --admins admins.txt \\",
            "      --context example.com/photos --allow-target 127.0.0.1:8082"
        })
final class NodeCommand implements Callable<Integer> {
    private static final long MEMORY_BYTES = 1L << 30;

    @Spec
    CommandSpec spec;

    @Option(names = "--port", paramLabel = "N", required = true, description = "Port on 127.0.0.1; 0 for any.")
    int port;

    @Option(
            names = "--listen",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description = "Address to listen on.")
    String listen;

    @Option(names = "--cluster", paramLabel = "NAME", required = true, description = "Name of the cluster.")
    String cluster;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            required = true,
            description = "Directory of the objects, or memory: for the heap.")
    String data;

    @Option(names = "--admins", paramLabel = "FILE", required = true, description = "Lines user:password; mode 0600.")
    Path admins;

    @Option(names = "--context", paramLabel = "DOMAIN[/BUCKET]", description = "Domain or bucket to have. Repeatable.")
    List<String> contexts = List.of();

    @Option(
            names = "--allow-target",
            paramLabel = "ADDRESS:PORT",
            description = "Node that SEND may go to. Repeatable.")
    List<String> targets = List.of();

    @Mixin
    FeedOptions feeds;

    @Option(names = "--cert", paramLabel = "FILE", description = "Certificate chain for TLS, PEM.")
    Path certificate;

    @Option(names = "--key", paramLabel = "FILE", description = "Private key for TLS, PEM.")
    Path key;

    @Option(
            names = "--target-ca",
            paramLabel = "FILE",
            description = "Speak TLS to other clusters and trust these authorities, PEM.")
    Path targetCa;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (port < 0 || port > 65_535) {
            throw new ParameterException(spec.commandLine(), "--port must be 0 to 65535, was " + port);
        }
        if ((certificate == null) != (key == null)) {
            throw new ParameterException(spec.commandLine(), "--cert and --key go together");
        }
        Map<String, Secret> users = AdminsFile.read(admins);
        boolean memory = data.equals("memory:");
        try (ObjectStore store = memory ? new MemoryStore(MEMORY_BYTES) : DirectoryStore.open(Path.of(data))) {
            ScspNodeBuilder builder = ScspNode.builder(cluster, store)
                    .address(new InetSocketAddress(InetAddress.getByName(listen), port));
            users.forEach(builder::admin);
            contexts.forEach(builder::context);
            try {
                targets.forEach(target -> builder.allowTarget(HostPort.parse(target)));
                feeds.feeds().forEach(builder::feed);
            } catch (IllegalArgumentException e) {
                throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
            }
            if (certificate != null) {
                builder.tls(TlsOptions.builder()
                        .identity(TlsIdentity.fromPem(certificate, key))
                        .build());
            }
            if (targetCa != null) {
                builder.targetTls(TlsOptions.builder()
                        .trust(TrustAnchors.fromPem(targetCa))
                        .build());
            }
            if (!memory) {
                builder.feedDirectory(Path.of(data, "feeds"));
            }
            CountDownLatch end = new CountDownLatch(1);
            CountDownLatch closed = new CountDownLatch(1);
            // The process ends with the hook, so the hook waits until node and store are closed.
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                end.countDown();
                try {
                    closed.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }));
            try (ScspNode node = builder.start()) {
                PrintWriter out = spec.commandLine().getOut();
                out.println("cluster " + cluster + " listens on " + listen + ":" + node.port());
                out.flush();
                end.await();
            } finally {
                closed.countDown();
            }
        }
        return 0;
    }
}
