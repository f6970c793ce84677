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

/** Transfers something to a service of an application. */
@Command(
        name = "put",
        description = "Transfer a file or text, usually with a key, as bin/ssl does.",
        modelTransformer = SslArguments.MinusIsNoOption.class,
        footer = {
            "",
            "The arguments are those of bin/ssl: host [-]port url [[-]key|file] [[-]file].",
            "A - before the port switches the check of the certificate off. -TEXT is sent as",
            "TEXT, - is standard input, anything else is a file that is sent as it is.",
            "",
            "Example:",
            "  mirror journal put office 443 8080/!upload key.txt data.bin"
        })
final class PutCommand implements Callable<Integer> {
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
        SslArguments.count(spec.commandLine(), words, "host [-]port url [[-]key|file] [[-]file]", 4, 5);
        OneShot shot = new OneShot(spec.commandLine(), words.get(0), words.get(1), tls, output);
        return shot.transfer(words.get(2), words.subList(3, words.size()));
    }
}
