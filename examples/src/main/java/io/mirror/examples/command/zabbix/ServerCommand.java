package io.mirror.examples.command.zabbix;

import io.mirror.examples.command.Terminal;
import io.mirror.replica.zabbix.ZabbixServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs a server until it is interrupted. */
@Command(
        name = "server",
        description = "Be the server of Zabbix proxies and print every value they deliver.",
        footer = {
            "",
            "Every value is a line itemid|clock|ns|value on standard output; line ends in",
            "a value are \\n and \\r there. What else proxies tell, and what goes wrong, is",
            "said on standard error. The file is JSON:",
            "  listen   address:port for active proxies; 127.0.0.1:10051",
            "  version  what the server tells; 6.0.0",
            "  tls      caFile, certFile, keyFile; psk: list of identity, file",
            "  proxies  list of name, mode (active, passive), address (of a passive one),",
            "           accept (list), connect: unencrypted, psk, cert; pskIdentity, issuer,",
            "           subject, allowed (addresses), configFrequency, dataFrequency",
            "  hosts    list of host, proxy, interface, and items: list of key, type (float,",
            "           char, log, unsigned, text), itemid, and delay if the proxy is to ask",
            "           an agent; without delay values come from outside",
            "",
            "Example:",
            "  mirror zabbix server --config server.json"
        })
final class ServerCommand implements Callable<Integer> {
    @Spec
    CommandSpec spec;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            required = true,
            description = "Proxies, hosts and items, in JSON.")
    Path config;

    @Override
    public Integer call() throws IOException, InterruptedException {
        ServerSettings settings = new ServerSettings(JsonObject.parse(config.toString(), Files.readString(config)));
        ZabbixServer.Builder builder = ZabbixServer.builder(
                settings.registry(),
                new ValuePrinter(
                        settings,
                        spec.commandLine().getOut(),
                        line -> Terminal.note(spec, line),
                        line -> Terminal.problem(spec, line)));
        settings.apply(builder);
        try (Shutdown shutdown = new Shutdown();
                ZabbixServer server = builder.start()) {
            Terminal.note(
                    spec,
                    "server listens on " + server.address().getHostString() + ":"
                            + server.address().getPort() + ", " + settings.itemCount() + " items");
            shutdown.await();
        }
        return 0;
    }
}
