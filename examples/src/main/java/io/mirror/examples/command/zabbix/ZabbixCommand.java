package io.mirror.examples.command.zabbix;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The Zabbix server-proxy exchange for people at a terminal. */
@Command(
        name = "zabbix",
        description = "Be a Zabbix proxy, or the server of Zabbix proxies.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {ProxyCommand.class, ServerCommand.class},
        footer = {"", "Examples:", "  mirror zabbix proxy --config zabbix_proxy.conf"})
public final class ZabbixCommand implements Runnable {
    @Spec
    CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "proxy or server is missing");
    }
}
