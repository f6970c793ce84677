package io.mirror.examples.command;

import io.mirror.examples.demo.Demo;
import io.mirror.examples.demo.DemoException;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Shows the library at work with real data. */
@Command(
        name = "demo",
        description = "Mirror the live telemetry of this machine between two hubs in two processes.",
        footer = {
            "",
            "A slave hub is fed with what this machine tells about itself (CPU, memory,",
            "disks, network, processes, Java runtime) and mirrors it to a master hub in a",
            "second process, over TLS with a certificate made for this run, as binary point",
            "messages. Half-way the connection is cut: the master marks its points Not",
            "Connected and recovers. The cut takes some seconds, however short the run is to",
            "be. The exit code is 0 only if both hubs are equal at the end.",
            "",
            "Examples:",
            "  mirror demo",
            "  mirror demo --seconds 60"
        })
final class DemoCommand implements Callable<Integer> {
    private static final int MAX_SECONDS = 86_400;

    @Spec
    CommandSpec spec;

    @Option(names = "--seconds", paramLabel = "N", defaultValue = "20", description = "How long. Default: 20.")
    int seconds;

    @Override
    public Integer call() throws IOException {
        if (seconds < 1 || seconds > MAX_SECONDS) {
            throw new ParameterException(
                    spec.commandLine(), "--seconds must be 1 to " + MAX_SECONDS + ", was " + seconds);
        }
        try {
            // Only the launcher can tell: Java does not know where standard output goes.
            boolean terminal = Boolean.getBoolean("mirror.terminal");
            boolean good = Demo.run(seconds, terminal, spec.commandLine().getOut());
            return good ? 0 : 1;
        } catch (DemoException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()), e);
        }
    }
}
