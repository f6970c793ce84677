package io.mirror.examples.command.scsp;

import io.mirror.replica.scsp.ObjectHeader;
import io.mirror.replica.scsp.ScspAnswer;
import io.mirror.replica.scsp.ScspClient;
import io.mirror.replica.scsp.ScspRequest;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows what is known about an object. */
@Command(name = "head", description = "Show the headers of an object.")
final class HeadCommand implements Callable<Integer> {
    @Spec
    CommandSpec spec;

    @Mixin
    NodeAccess access;

    @Parameters(index = "1", paramLabel = "PATH", description = "The object, with its arguments.")
    String path;

    @Override
    public Integer call() throws IOException {
        try (ScspClient client = access.client();
                ScspAnswer answer = client.call(access.node(), ScspRequest.of("HEAD", NodeAccess.path(path)))) {
            NodeAccess.requireGood(answer);
            for (ObjectHeader header : answer.headers()) {
                spec.commandLine().getOut().println(header.name() + ": " + header.value());
            }
        }
        return 0;
    }
}
