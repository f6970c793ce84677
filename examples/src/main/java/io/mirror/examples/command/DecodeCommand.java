package io.mirror.examples.command;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Shows recorded messages; one subcommand for each protocol. */
@Command(
        name = "decode",
        description = "Show recorded messages as JSON, one object a line.",
        synopsisSubcommandLabel = "PROTOCOL",
        subcommands = {
            DecodeDhtpCommand.class,
            DecodeSockMuxCommand.class,
            DecodeJournalCommand.class,
            DecodePlioCommand.class,
            DecodeZabbixCommand.class
        },
        footer = {"", "Example:", "  mirror decode dhtp capture.bin"})
final class DecodeCommand implements Runnable {
    @Spec
    CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a protocol is missing");
    }
}
