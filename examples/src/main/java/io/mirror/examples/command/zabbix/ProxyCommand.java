package io.mirror.examples.command.zabbix;

import io.mirror.examples.command.SecretFile;
import io.mirror.examples.command.Terminal;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs a proxy until it is interrupted. */
@Command(
        name = "proxy",
        description = "Be a Zabbix proxy: active, or polled by its server.",
        footer = {
            "",
            "The file has parameters of zabbix_proxy.conf: ProxyMode, Server, ServerPort,",
            "Hostname, ListenIP, ListenPort, ProxyConfigFrequency (or ConfigFrequency),",
            "DataSenderFrequency, HeartbeatFrequency, Timeout, TLSConnect, TLSAccept,",
            "TLSPSKIdentity, TLSPSKFile, TLSCAFile, TLSCertFile, TLSKeyFile,",
            "TLSServerCertIssuer, TLSServerCertSubject, EnableRemoteCommands,",
            "ProxyBufferMode, ProxyMemoryBufferSize, ProxyMemoryBufferAge, and DBName,",
            "which is the directory of values that wait on disk. Others are errors.",
            "Items of this machine are read at their intervals: agent.ping,",
            "agent.hostname, system.uptime, system.cpu.load, vm.memory.size, vfs.fs.size,",
            "net.if.in, net.if.out, proc.num. Others are reported as unsupported.",
            "Lines 'host key clock ns value' on standard input are values, too.",
            "",
            "Example:",
            "  mirror zabbix proxy --config zabbix_proxy.conf < values.txt"
        })
final class ProxyCommand implements Callable<Integer> {
    @Spec
    CommandSpec spec;

    @Option(names = "--config", paramLabel = "FILE", required = true, description = "A zabbix_proxy.conf.")
    Path config;

    @Option(
            names = "--dialect",
            paramLabel = "VERSION",
            defaultValue = "6.0.0",
            description = "Version that the proxy tells the server. Default: 6.0.0.")
    String version;

    @Override
    public Integer call() throws IOException, InterruptedException {
        ProxySettings settings = settings();
        try (Shutdown shutdown = new Shutdown();
                RunningProxy proxy = new RunningProxy(
                        settings, line -> Terminal.print(spec, line), line -> Terminal.problem(spec, line))) {
            String where = proxy.address()
                    .map(address -> "listens on " + address.getHostString() + ":" + address.getPort())
                    .orElse(settings.peer());
            Terminal.print(spec, "proxy " + settings.options().name() + " " + where);
            readInput(proxy);
            shutdown.await();
        }
        return 0;
    }

    ProxySettings settings() throws IOException {
        Parameters file = new Parameters(config.toString(), Files.readString(config), ProxySettings.KNOWN);
        ProxySettings settings = new ProxySettings(file, version);
        Optional<String> warning = file.text("TLSPSKFile").flatMap(key -> SecretFile.permissionWarning(Path.of(key)));
        warning.ifPresent(text -> Terminal.warn(spec, text));
        return settings;
    }

    private void readInput(RunningProxy proxy) {
        Thread reader = new Thread(
                () -> {
                    try (BufferedReader lines = new BufferedReader(
                            new InputStreamReader(new FileInputStream(FileDescriptor.in), StandardCharsets.UTF_8))) {
                        proxy.takeValues(lines);
                    } catch (IOException e) {
                        Terminal.problem(spec, "standard input: " + e.getMessage());
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "zabbix-input");
        reader.setDaemon(true);
        reader.start();
    }
}
