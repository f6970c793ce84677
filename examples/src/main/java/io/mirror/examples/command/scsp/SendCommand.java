package io.mirror.examples.command.scsp;

import io.mirror.replica.scsp.HostPort;
import io.mirror.replica.scsp.ScspClient;
import io.mirror.replica.scsp.ScspOutcome;
import io.mirror.replica.scsp.SendResult;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Sends one object to another cluster. */
@Command(
        name = "send",
        description = "Send an object from the cluster that has it to another one.",
        footer = {
            "",
            "Example:",
            "  mirror scsp send 127.0.0.1:8081 '/UUID?admin' --cluster dr --target 127.0.0.1:8082 --admins admins.txt"
        })
final class SendCommand implements Callable<Integer> {
    @Spec
    CommandSpec spec;

    @Mixin
    NodeAccess access;

    @Parameters(index = "1", paramLabel = "PATH", description = "The object, with its arguments.")
    String path;

    @Option(names = "--cluster", paramLabel = "NAME", required = true, description = "Name of the other cluster.")
    String cluster;

    @Option(names = "--target", paramLabel = "ADDRESS:PORT", required = true, description = "A node of it.")
    String target;

    @Override
    public Integer call() throws IOException {
        HostPort destination;
        try {
            destination = HostPort.parse(target);
        } catch (IllegalArgumentException e) {
            throw new IOException(String.valueOf(e.getMessage()), e);
        }
        try (ScspClient client = access.client()) {
            SendResult result = client.send(
                            access.node(), NodeAccess.path(path), cluster, destination, Optional.empty())
                    .toCompletableFuture()
                    .join();
            spec.commandLine().getOut().println(result);
            ScspOutcome outcome = result.outcome();
            return outcome == ScspOutcome.CREATED || outcome == ScspOutcome.ALREADY_PRESENT ? 0 : 1;
        }
    }
}
