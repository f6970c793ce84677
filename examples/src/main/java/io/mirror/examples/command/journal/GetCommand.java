package io.mirror.examples.command.journal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Gets a page, with its head. */
@Command(
        name = "get",
        description = "Get a page as bin/ssl does; the answer includes its head.",
        modelTransformer = SslArguments.MinusIsNoOption.class,
        footer = {
            "",
            "The arguments are those of bin/ssl: host [-]port [url]. A - before the port",
            "switches the check of the certificate off.",
            "",
            "Example:",
            "  mirror journal get office 443 8080/status"
        })
final class GetCommand implements Callable<Integer> {
    @Spec
    CommandSpec spec;

    @Mixin
    TlsArguments tls;

    @Option(names = "--output", paramLabel = "FILE", description = "Takes the answer; standard output by default.")
    Path output;

    @Parameters(arity = "0..*", paramLabel = "ARGUMENT", description = "See below.")
    List<String> words = List.of();

    @Override
    public Integer call() throws IOException {
        SslArguments.refuseUnknownOptions(spec.commandLine(), words);
        SslArguments.count(spec.commandLine(), words, "host [-]port [url]", 2, 3);
        OneShot shot = new OneShot(spec.commandLine(), words.get(0), words.get(1), tls, output);
        return shot.transfer(words.size() > 2 ? words.get(2) : "", List.of());
    }
}
