package io.mirror.examples.command;

import io.mirror.examples.demo.DemoException;
import io.mirror.examples.demo.DmzChain;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Shows a chain of hubs from a plant to an office. */
@Command(
        name = "dmz",
        description = "Bring a plant's data to an office over a DMZ, and lose the plant once.",
        footer = {
            "",
            "Three hubs, of which only the one in the DMZ listens. The plant connects out to",
            "it by TLS; the office by a secure WebSocket through an HTTP proxy, and may only",
            "read. Then the cable of the plant is pulled: the office, two hops away, sees",
            "Not Connected, and recovers. Needs nothing but this program and some seconds.",
            "",
            "Example:",
            "  mirror dmz"
        })
final class DmzCommand implements Callable<Integer> {
    @Spec
    CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        try {
            return DmzChain.run(spec.commandLine().getOut()) ? 0 : 1;
        } catch (DemoException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()), e);
        }
    }
}
