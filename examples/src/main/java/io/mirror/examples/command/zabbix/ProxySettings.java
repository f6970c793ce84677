package io.mirror.examples.command.zabbix;

import io.mirror.core.point.Excerpt;
import io.mirror.examples.command.CommandFailure;
import io.mirror.replica.zabbix.ZabbixProxy;
import io.mirror.replica.zabbix.ZabbixTimeouts;
import io.mirror.replica.zabbix.ZabbixTls;
import io.mirror.replica.zabbix.buffer.DurableHistoryBuffer;
import io.mirror.replica.zabbix.exchange.HistoryBuffer;
import io.mirror.replica.zabbix.exchange.MemoryHistoryBuffer;
import io.mirror.replica.zabbix.exchange.ProxyDefinition;
import io.mirror.replica.zabbix.exchange.ProxyOptions;
import io.mirror.replica.zabbix.exchange.SessionTokens;
import io.mirror.transport.PskOptions;
import io.mirror.transport.access.AddressRange;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What a {@code zabbix_proxy.conf} says. */
final class ProxySettings {
    private static final String ACTIVE = "0";
    private static final int PORT = ProxyDefinition.DEFAULT_PORT;
    private static final int WEEK = 604_800;
    /** What a value takes in memory, about; the real parameter is in bytes, our buffer in memory counts values. */
    private static final int VALUE_BYTES = 200;

    static final List<String> KNOWN = List.of(
            "ProxyMode",
            "Server",
            "ServerPort",
            "Hostname",
            "ListenIP",
            "ListenPort",
            "ConfigFrequency",
            "ProxyConfigFrequency",
            "DataSenderFrequency",
            "HeartbeatFrequency",
            "Timeout",
            "TLSConnect",
            "TLSAccept",
            "TLSPSKIdentity",
            "TLSPSKFile",
            "TLSCAFile",
            "TLSCertFile",
            "TLSKeyFile",
            "TLSServerCertIssuer",
            "TLSServerCertSubject",
            "EnableRemoteCommands",
            "DBName",
            "ProxyBufferMode",
            "ProxyMemoryBufferSize",
            "ProxyMemoryBufferAge");

    private final Parameters file;
    private final boolean active;
    private final ProxyOptions options;
    private final int timeout;
    private final int listenPort;
    private final boolean remoteCommands;
    private final List<HostAndPort> servers = new ArrayList<>();
    private final List<AddressRange> allowed = new ArrayList<>();
    private final ZabbixTls tls;

    ProxySettings(Parameters file, String version) throws IOException {
        this.file = file;
        String mode = file.text("ProxyMode").orElse(ACTIVE);
        if (!mode.equals(ACTIVE) && !mode.equals("1")) {
            throw file.wrong("ProxyMode", "is 0 (active) or 1 (passive), not " + Excerpt.of(mode));
        }
        active = mode.equals(ACTIVE);
        options = options(version);
        timeout = file.number("Timeout", 1, 30, 4);
        listenPort = file.number("ListenPort", 1024, 32_767, PORT);
        remoteCommands = file.number("EnableRemoteCommands", 0, 1, 0) == 1;
        readServers();
        tls = tls();
    }

    private ProxyOptions options(String version) {
        String name = file.text("Hostname").orElseGet(ProxySettings::machineName);
        if (file.text("ConfigFrequency").isPresent()
                && file.text("ProxyConfigFrequency").isPresent()) {
            throw file.wrong("ConfigFrequency", "is the old name of ProxyConfigFrequency: only one may be given");
        }
        int old = file.number("ConfigFrequency", 1, WEEK, 3600);
        Duration configuration = Duration.ofSeconds(file.number("ProxyConfigFrequency", 1, WEEK, old));
        Duration heartbeat = Duration.ofSeconds(file.number("HeartbeatFrequency", 0, 3600, 60));
        Duration data = Duration.ofSeconds(file.number("DataSenderFrequency", 1, 3600, 1));
        ProxyOptions named;
        try {
            named = ProxyOptions.of(name);
        } catch (IllegalArgumentException e) {
            throw file.wrong("Hostname", "cannot be used: " + e.getMessage());
        }
        try {
            return named.withVersion(version).withPeriods(configuration, heartbeat, data);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure("--dialect: " + e.getMessage(), e);
        }
    }

    static String machineName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "mirror";
        }
    }

    private void readServers() {
        String servers = file.required(
                "Server", active ? "the server's address" : "the addresses that may poll this proxy, with commas");
        if (active) {
            int port = file.number("ServerPort", 1, 65_535, PORT);
            for (String server : servers.split("[;,]", -1)) {
                this.servers.add(address(server.strip(), port));
            }
        } else {
            for (String server : servers.split(",", -1)) {
                allow(server.strip());
            }
        }
    }

    private HostAndPort address(String text, int port) {
        try {
            return HostAndPort.parse(text, port);
        } catch (IllegalArgumentException e) {
            throw file.wrong("Server", String.valueOf(e.getMessage()));
        }
    }

    private void allow(String text) {
        try {
            allowed.add(AddressRange.parse(text));
            return;
        } catch (IllegalArgumentException e) {
            if (text.isEmpty() || text.indexOf('/') >= 0) {
                throw file.wrong("Server", "cannot be used: " + e.getMessage());
            }
        }
        try {
            for (InetAddress address : InetAddress.getAllByName(text)) {
                allowed.add(AddressRange.parse(address.getHostAddress()));
            }
        } catch (UnknownHostException e) {
            throw file.wrong("Server", "names an unknown host: " + Excerpt.of(text));
        }
    }

    private ZabbixTls tls() throws IOException {
        if (active) {
            return kind("TLSConnect", file.text("TLSConnect").orElse("unencrypted"));
        }
        ZabbixTls all = null;
        for (String kind : file.text("TLSAccept").orElse("unencrypted").split(",", -1)) {
            ZabbixTls one = kind("TLSAccept", kind.strip());
            all = all == null ? one : all.and(one);
        }
        return java.util.Objects.requireNonNull(all);
    }

    private ZabbixTls kind(String parameter, String kind) throws IOException {
        return switch (kind) {
            case "unencrypted" -> ZabbixTls.plain();
            case "psk" ->
                ZabbixTls.psk(PskOptions.zabbix()
                        .key(TlsFiles.key(
                                file.required("TLSPSKIdentity", "the identity of the pre-shared key"),
                                Path.of(file.required("TLSPSKFile", "the file with the pre-shared key"))))
                        .build());
            case "cert" ->
                ZabbixTls.certificates(TlsFiles.certificates(
                        Path.of(file.required("TLSCAFile", "the certificates of those who sign others")),
                        Path.of(file.required("TLSCertFile", "the certificate of this proxy")),
                        Path.of(file.required("TLSKeyFile", "the key of the certificate"))));
            default -> throw file.wrong(parameter, "is unencrypted, psk or cert, not " + Excerpt.of(kind));
        };
    }

    boolean active() {
        return active;
    }

    ProxyOptions options() {
        return options;
    }

    boolean remoteCommands() {
        return remoteCommands;
    }

    /** Says in a few words to whom the proxy talks. */
    String peer() {
        return active
                ? "connects to " + servers.get(0).host() + ":" + servers.get(0).port()
                : "waits to be polled";
    }

    /** Tells the proxy where its server is, and how to protect the connection. */
    void apply(ZabbixProxy.Builder proxy) {
        if (active) {
            servers.forEach(server -> proxy.active(server.host(), server.port()));
        } else {
            proxy.passive(file.text("ListenIP").orElse("0.0.0.0"), listenPort);
            allowed.forEach(proxy::allow);
        }
        ZabbixTimeouts defaults = ZabbixTimeouts.DEFAULT;
        proxy.tls(tls)
                .serverCertificate(
                        file.text("TLSServerCertIssuer").orElse(""),
                        file.text("TLSServerCertSubject").orElse(""))
                .timeouts(new ZabbixTimeouts(
                        Duration.ofSeconds(timeout),
                        defaults.answer(),
                        defaults.request(),
                        Duration.ofSeconds(timeout)));
    }

    /** Opens what {@code ProxyBufferMode} asks for. {@code DBName} is the directory of what goes to disk. */
    HistoryBuffer openBuffer() throws IOException {
        String mode = file.text("ProxyBufferMode").orElse(file.text("DBName").isPresent() ? "hybrid" : "memory");
        long memory = file.bytes("ProxyMemoryBufferSize", 128 << 10, 16 << 20);
        int age = file.number("ProxyMemoryBufferAge", 0, 864_000, 10);
        return switch (mode) {
            case "memory" ->
                new MemoryHistoryBuffer(
                        SessionTokens.random(), (int) Math.min(Integer.MAX_VALUE, memory / VALUE_BYTES));
            case "disk" -> buffer().memoryAge(Duration.ZERO).open();
            case "hybrid" ->
                buffer().memoryAge(Duration.ofSeconds(Math.min(3600, Math.max(1, age))))
                        .memoryBytes(memory)
                        .open();
            default -> throw file.wrong("ProxyBufferMode", "is disk, memory or hybrid, not " + Excerpt.of(mode));
        };
    }

    private DurableHistoryBuffer.Builder buffer() {
        return DurableHistoryBuffer.builder(
                        Path.of(file.required("DBName", "the directory for values that wait on disk")))
                .reserve(64 << 20);
    }
}
