package io.mirror.examples.command.scsp;

import io.mirror.replica.scsp.ScspAnswer;
import io.mirror.replica.scsp.ScspClient;
import io.mirror.replica.scsp.ScspRequest;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Reads an object into a file, which appears only when it is complete. */
@Command(name = "get", description = "Read an object into a file.")
final class GetCommand implements Callable<Integer> {
    @Mixin
    NodeAccess access;

    @Parameters(index = "1", paramLabel = "PATH", description = "The object, with its arguments.")
    String path;

    @Parameters(index = "2", paramLabel = "FILE", description = "The file to write.")
    Path file;

    @Override
    public Integer call() throws IOException {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try (ScspClient client = access.client();
                ScspAnswer answer = client.call(access.node(), ScspRequest.of("GET", path))) {
            NodeAccess.requireGood(answer);
            try (OutputStream out = Files.newOutputStream(part)) {
                answer.readTo(out);
            }
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(part);
        }
        return 0;
    }
}
