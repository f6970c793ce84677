package io.mirror.examples.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What the commands that show recorded files share. */
abstract class RecordedFilesCommand implements Callable<Integer> {
    @Spec
    CommandSpec spec;

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "Recorded bytes; - for standard input.")
    List<String> files;

    /** Begins a file. */
    abstract RecordedFiles.Decoder open(String file, PrintWriter out) throws IOException;

    @Override
    public final Integer call() {
        return RecordedFiles.decode(spec, files, this::open);
    }
}
