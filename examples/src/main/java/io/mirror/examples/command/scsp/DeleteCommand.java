package io.mirror.examples.command.scsp;

import io.mirror.replica.scsp.ScspAnswer;
import io.mirror.replica.scsp.ScspClient;
import io.mirror.replica.scsp.ScspRequest;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Deletes an object. */
@Command(name = "delete", description = "Delete an object.")
final class DeleteCommand implements Callable<Integer> {
    @Mixin
    NodeAccess access;

    @Parameters(index = "1", paramLabel = "PATH", description = "The object, with its arguments.")
    String path;

    @Override
    public Integer call() throws IOException {
        try (ScspClient client = access.client();
                ScspAnswer answer = client.call(access.node(), ScspRequest.of("DELETE", NodeAccess.path(path)))) {
            NodeAccess.requireGood(answer);
            answer.read(0);
        }
        return 0;
    }
}
