package io.mirror.examples.command.scsp;

import io.mirror.replica.scsp.ScspAnswer;
import io.mirror.replica.scsp.ScspBody;
import io.mirror.replica.scsp.ScspClient;
import io.mirror.replica.scsp.ScspRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes a file as an object and says its address. */
@Command(name = "put", description = "Write a file as a new object, or over an old one.")
final class PutCommand implements Callable<Integer> {
    @Spec
    CommandSpec spec;

    @Mixin
    NodeAccess access;

    @Parameters(
            index = "1",
            paramLabel = "PATH",
            description = "/ for a new immutable object, /?alias for a new alias, or a name.")
    String path;

    @Parameters(index = "2", paramLabel = "FILE", description = "The file to read.")
    Path file;

    @Option(
            names = "--type",
            paramLabel = "TYPE",
            defaultValue = "application/octet-stream",
            description = "Content-Type. Default: application/octet-stream.")
    String type;

    @Option(names = "--update", description = "Replace an existing object (PUT instead of POST).")
    boolean update;

    @Override
    public Integer call() throws IOException {
        ScspRequest request = ScspRequest.of(update ? "PUT" : "POST", NodeAccess.path(path))
                .with("Content-Type", type)
                .with(ScspBody.of(file))
                .withContentMd5();
        try (ScspClient client = access.client();
                ScspAnswer answer = client.call(access.node(), request)) {
            NodeAccess.requireGood(answer);
            answer.read(1 << 16);
            spec.commandLine().getOut().println(answer.header("location").orElse(""));
        }
        return 0;
    }
}
