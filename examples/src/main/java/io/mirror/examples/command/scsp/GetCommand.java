package io.mirror.examples.command.scsp;

import io.mirror.replica.scsp.ScspClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Reads an object into a file, which appears only when it is complete. */
@Command(name = "get", description = "Read an object into a file; after a cut it goes on where it was.")
final class GetCommand implements Callable<Integer> {
    @Mixin
    NodeAccess access;

    @Parameters(index = "1", paramLabel = "PATH", description = "The object, with its arguments.")
    String path;

    @Parameters(index = "2", paramLabel = "FILE", description = "The file to write.")
    Path file;

    @Override
    public Integer call() throws IOException {
        try (ScspClient client = access.client()) {
            client.download(access.node(), NodeAccess.path(path), file);
        }
        return 0;
    }
}
