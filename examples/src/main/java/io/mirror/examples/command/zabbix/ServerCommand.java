package io.mirror.examples.command.zabbix;

import io.mirror.codec.zabbix.HistoryRow;
import io.mirror.core.point.Excerpt;
import io.mirror.examples.command.Terminal;
import io.mirror.replica.zabbix.ZabbixServer;
import io.mirror.replica.zabbix.exchange.ProxyData;
import io.mirror.replica.zabbix.exchange.ServerConfiguration;
import io.mirror.replica.zabbix.exchange.ServerHandler;
import io.mirror.replica.zabbix.exchange.ValueType;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
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
        ZabbixServer.Builder builder = ZabbixServer.builder(settings.registry(), new Printer(settings));
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

    /** Prints what arrives. */
    private final class Printer implements ServerHandler {
        private final ServerSettings settings;

        Printer(ServerSettings settings) {
            this.settings = settings;
        }

        @Override
        public ServerConfiguration configurationOf(String proxy) {
            return settings.configuration(proxy);
        }

        @Override
        public Optional<ValueType> valueType(String proxy, long itemId) {
            return settings.item(itemId).map(ServerSettings.ServedItem::type);
        }

        @Override
        public boolean accepts(String proxy, HistoryRow row) {
            return settings.item(row.itemId())
                    .filter(item -> item.proxy().equals(proxy))
                    .isPresent();
        }

        @Override
        public void onData(ProxyData data) {
            PrintWriter out = spec.commandLine().getOut();
            StringBuilder lines = new StringBuilder();
            for (HistoryRow row : data.history()) {
                if (row.unsupported()) {
                    Terminal.note(
                            spec,
                            "item " + row.itemId() + " is not supported: "
                                    + row.value().orElse(""));
                } else if (row.value().isPresent()) {
                    lines.append(Long.toUnsignedString(row.itemId()))
                            .append('|')
                            .append(row.clock())
                            .append('|')
                            .append(row.ns())
                            .append('|')
                            .append(row.value().get().replace("\n", "\\n").replace("\r", "\\r"))
                            .append('\n');
                }
            }
            synchronized (this) {
                out.append(lines);
                out.flush();
                if (out.checkError()) {
                    // The proxy keeps what nobody has read.
                    throw new IllegalStateException("standard output is closed");
                }
            }
            data.registrations()
                    .forEach(row -> Terminal.note(
                            spec, "proxy " + data.proxy() + ": agent " + Excerpt.of(row.host()) + " announces itself"));
            data.discovery()
                    .forEach(row -> Terminal.note(
                            spec, "proxy " + data.proxy() + ": " + Excerpt.of(row.ip()) + " was discovered"));
        }

        @Override
        public void onProblem(String proxy, String reason) {
            Terminal.problem(spec, (proxy.isEmpty() ? "" : "proxy " + proxy + ": ") + reason);
        }
    }
}
