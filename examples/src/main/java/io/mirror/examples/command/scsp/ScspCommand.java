package io.mirror.examples.command.scsp;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Object replication for people at a terminal. */
@Command(
        name = "scsp",
        description = "Store objects and send them to other clusters (SCSP, SEND).",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            NodeCommand.class,
            SendCommand.class,
            GetCommand.class,
            PutCommand.class,
            HeadCommand.class,
            DeleteCommand.class
        })
public final class ScspCommand implements Runnable {
    @Spec
    CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say which command of scsp is meant");
    }
}
