package io.mirror.replica.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.testing.ExternalProgram;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;

/** The original programs, driven by the script beside this test. */
final class OriginalPeer {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private final ExternalProgram shell;
    private final Path script;

    OriginalPeer(Path work) throws IOException {
        ExternalProgram.find("picolisp", "picolisp");
        ExternalProgram.find("openssl", "openssl");
        shell = ExternalProgram.find("sh", "dash");
        Path directory = Files.createDirectories(work.resolve("peer"));
        for (String name : new String[] {"peer.sh", "app.l", "plio.l", "restrict.l", "services.l", "README.md"}) {
            try (var in = OriginalPeer.class.getResourceAsStream("peer/" + name)) {
                Files.write(
                        directory.resolve(name),
                        java.util.Objects.requireNonNull(in, name).readAllBytes());
            }
        }
        script = directory.resolve("peer.sh");
    }

    String run(String input, Object... arguments) throws IOException, InterruptedException {
        String[] words = new String[arguments.length + 1];
        words[0] = script.toString();
        for (int i = 0; i < arguments.length; i++) {
            words[i + 1] = arguments[i].toString();
        }
        ExternalProgram.Result result = shell.run(input, LIMIT, words);
        assertThat(result.exitCode())
                .as("%s: %s", Arrays.toString(words), result.output())
                .isZero();
        return result.output();
    }

    /** Lets the application of the original work; one answer line a command. */
    void app(Path directory, Path journal, String commands) throws IOException, InterruptedException {
        Path input = Files.writeString(directory.resolveSibling("commands"), commands, StandardCharsets.UTF_8);
        ExternalProgram.Result result =
                shell.run("", LIMIT, "-c", "exec sh " + script + " app " + directory + "/ " + journal + " <" + input);
        assertThat(result.exitCode()).as(result.output()).isZero();
    }
}
