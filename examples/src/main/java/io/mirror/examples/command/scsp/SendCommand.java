package io.mirror.examples.command.scsp;

import io.mirror.replica.scsp.ScspClient;
import io.mirror.replica.scsp.ScspOutcome;
import io.mirror.replica.scsp.SendResult;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Sends one object to another cluster. */
@Command(
        name = "send",
        description = "Send an object from the cluster that has it to another one.",
        footer = {
            "",
            "Without --cluster and --target the feeds that the arguments feedid and feedtype name process it.",
            "",
            "Examples:",
            "  mirror scsp send 127.0.0.1:8081 '/UUID?admin' --cluster dr --target 127.0.0.1:8082 --admins admins.txt",
            "  mirror scsp send 127.0.0.1:8081 '/UUID?admin&feedtype=replication&timeout' --admins admins.txt"
        })
final class SendCommand implements Callable<Integer> {
    private static final Set<ScspOutcome> GOOD =
            EnumSet.of(ScspOutcome.CREATED, ScspOutcome.ALREADY_PRESENT, ScspOutcome.COMPLETE);

    @Spec
    CommandSpec spec;

    @Mixin
    NodeAccess access;

    @Parameters(index = "1", paramLabel = "PATH", description = "The object, with its arguments.")
    String path;

    @Option(names = "--cluster", paramLabel = "NAME", description = "Name of the other cluster.")
    String cluster;

    @Option(names = "--target", paramLabel = "ADDRESS:PORT", description = "A node of it.")
    String target;

    @Override
    public Integer call() throws IOException {
        if ((cluster == null) != (target == null)) {
            throw new ParameterException(spec.commandLine(), "--cluster and --target go together");
        }
        try (ScspClient client = access.client()) {
            String object = NodeAccess.path(path);
            CompletionStage<SendResult> sent = cluster == null
                    ? client.sendToFeeds(access.node(), object)
                    : client.send(access.node(), object, cluster, NodeAccess.parse(target), Optional.empty());
            SendResult result = sent.toCompletableFuture().join();
            spec.commandLine().getOut().println(result);
            return GOOD.contains(result.outcome()) ? 0 : 1;
        }
    }
}
