package io.mirror.examples.command.journal;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Journal replication for people at a terminal. */
@Command(
        name = "journal",
        description = "Send and receive journals and blobs (PicoLisp's bin/ssl and lib/replica.l).",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {SendCommand.class, ReceiveCommand.class, GetCommand.class, PutCommand.class, TunnelCommand.class
        })
public final class JournalCommand implements Runnable {
    @Spec
    CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "send, receive, get, put or tunnel is missing");
    }
}
