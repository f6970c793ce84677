package io.mirror.examples.command;

import io.mirror.codec.dhtp.ConfigurationException;
import io.mirror.core.hub.PointHub;
import io.mirror.core.link.LinkConfig;
import io.mirror.core.link.LinkOptions;
import io.mirror.core.link.ProxySettings;
import io.mirror.transport.TlsIdentity;
import io.mirror.transport.TlsOptions;
import io.mirror.transport.TrustAnchors;
import io.mirror.transport.access.AccessPolicy;
import io.mirror.transport.dhtp.LinkMonitor;
import io.mirror.transport.websocket.WebSocketOptions;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs a hub until it is stopped. */
@Command(
        name = "hub",
        description = "Run a hub: listen for slaves and clients, and keep links to masters up.",
        footer = {
            "",
            "The configuration has lines as a DataHub keeps them; a comment begins with ;",
            "  (tcp_service 4502)         listen on this port, all addresses, no TLS",
            "  (enable_tcp_server 1)      0: do not listen",
            "  (enable_mirror_slave 1)    0: do not connect to masters",
            "  (create_domain plant)",
            "  (set \"type.pointqueuedepth\" 10000)",
            "  (set \"type.perpointqueuedepth\" 3)",
            "  (mirror_master_2 host port flags localdomain remotedomain",
            "                   heartbeat timeout [user password])",
            "  (master ...)               the same with 16 arguments",
            "Other lines are ignored with a warning.",
            "",
            "Without --users and --allow-anonymous a client may connect but reads and",
            "writes nothing.",
            "The users file has lines like these; protocols are tcp, tls, ws, wss or *:",
            "  (user ops \"a good password\")",
            "  (allow ops 10.0.0.0/8 tls plant* read write create)",
            "",
            "Examples:",
            "  mirror hub --config hub.cfg --users users.cfg",
            "  mirror hub --config hub.cfg --users users.cfg \\",
            "             --listen tls://0.0.0.0:4503 --cert hub.crt --key hub.key",
            "  mirror hub --config hub.cfg --allow-anonymous --listen 127.0.0.1:4502 \\",
            "             --listen ws://127.0.0.1:4502/mirror",
            "  mirror hub --config outside.cfg --diode --reconnect-every 10",
            "  mirror hub --config hub.cfg --users users.cfg --remote-config \\",
            "             --allow-master gateway:4503",
            "  mirror hub --status localhost",
            "  mirror hub --status tls://gateway --ca ca.pem --user ops",
            "",
            "With --remote-config a user may change the configuration over a connection if",
            "a rule gives admin; the file stays as it is, and so do --listen addresses:",
            "  (allow root 10.0.0.0/8 tls * data admin)",
            "",
            "A running hub publishes how its links are in the domain $link; --status shows",
            "that. Who may see it needs the right to read $link, which * does not include:",
            "  (allow ops 10.0.0.0/8 tls $link read)"
        })
final class HubCommand implements Callable<Integer> {
    /** The domain of the copy of a status; {@code $link} itself is this hub's own. */
    private static final String STATUS = "status";

    private static final Path NO_FILE = Path.of("");

    /** A week. */
    private static final int MAX_MINUTES = 7 * 24 * 60;

    @Spec
    CommandSpec spec;

    @Mixin
    Connection connection;

    @Option(
            names = "--status",
            paramLabel = "ADDRESS",
            converter = Address.Converter.class,
            description = "Show how the hub at this address and its links are, and end."
                    + " Takes the options for connections, and no other.")
    @Nullable
    Address status;

    @Option(names = "--config", paramLabel = "FILE", description = "The configuration.")
    Path config = NO_FILE;

    @Option(names = "--users", paramLabel = "FILE", description = "Who may log in, and what for.")
    @Nullable
    Path users;

    @Option(
            names = "--allow-anonymous",
            description = "Everyone who can connect may read and write everything. For trusted networks.")
    boolean allowAnonymous;

    @Option(
            names = "--listen",
            paramLabel = "ADDRESS",
            converter = ListenAddress.Converter.class,
            description = "Listen here instead of on the port of tcp_service: host:port or [v6-address]:port,"
                    + " with tls:// before it for TLS, ws:// or wss:// for WebSocket (and /path behind it)."
                    + " May be given several times, also with the same port, which then serves all of them.")
    List<ListenAddress> listen = List.of();

    @Option(names = "--cert", paramLabel = "FILE", description = "Certificate chain for tls:// listeners, PEM.")
    @Nullable
    Path cert;

    @Option(names = "--key", paramLabel = "FILE", description = "Private key for tls:// listeners, PEM.")
    @Nullable
    Path key;

    @Option(
            names = "--proxy",
            paramLabel = "HOST:PORT",
            converter = Address.Converter.class,
            description = "The HTTP proxy of links that have the flag USE_PROXY (0x10) and name no other.")
    @Nullable
    Address proxy;

    @Option(
            names = "--ws-path",
            paramLabel = "PATH",
            description =
                    "Where masters have their WebSocket, for links with the flag USE_WEBSOCKET (0x2); / by default.")
    String webSocketPath = "/";

    @Option(
            names = "--diode",
            description = "All links only send: what arrives is discarded unread, and silence is no loss."
                    + " For links through a data diode; without TLS, WebSocket and proxy.")
    boolean diode;

    @Option(
            names = "--reconnect-every",
            paramLabel = "MINUTES",
            description = "Make links in diode mode anew so often, for diodes that do not report when their far side"
                    + " is closed; never by default. From 1 to 10080.")
    @Nullable
    Integer reconnectEvery;

    @Option(
            names = "--remote-config",
            description = "Let users with the right admin change the configuration over a connection.")
    boolean remoteConfig;

    @Option(
            names = "--allow-master",
            paramLabel = "HOST:PORT",
            converter = Address.Converter.class,
            description = "A master that may be named over a connection, as it is written there; none by default."
                    + " May be given several times.")
    List<Address> allowMasters = List.of();

    @Option(names = "--strict", description = "Refuse link flags that contradict each other instead of warning.")
    boolean strict;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Address asked = status;
        if (asked != null) {
            showStatus(asked);
            return 0;
        }
        HubReport report = new HubReport(line -> Terminal.print(spec, line));
        RunningHub hub = start(report);
        Runtime.getRuntime().addShutdownHook(new Thread(hub::close, "hub-stop"));
        new CountDownLatch(1).await();
        return 0;
    }

    private void showStatus(Address address) throws IOException {
        if (!config.equals(NO_FILE) || users != null || allowAnonymous || !listen.isEmpty() || diode || remoteConfig) {
            throw usage("--status asks a hub that runs already; leave out what is for starting one");
        }
        PointHub hub = PointHub.create();
        LinkConfig link = connection
                .readOnlyLink(address, LinkMonitor.DOMAIN)
                .extend()
                .localDomain(STATUS)
                .build();
        try (DomainCopy copy = DomainCopy.open(hub, connection, address, link, false)) {
            List<String> lines = new HubStatus(copy.points()).lines();
            if (lines.isEmpty()) {
                throw nothingPublished(address);
            }
            lines.forEach(line -> Terminal.print(spec, line));
        } catch (CompletionException e) {
            throw Failures.describe(e).contains("(-27)") ? nothingPublished(address) : e;
        }
    }

    private static CommandFailure nothingPublished(Address address) {
        return new CommandFailure(address + ": the hub there does not publish its status; mirror hub does, and an"
                + " application that starts a LinkMonitor");
    }

    /** Checks everything, then starts. */
    RunningHub start(HubReport report) throws IOException {
        checkOptions();
        HubConfiguration configuration = readConfiguration();
        List<ListenAddress> listeners = listeners(configuration);
        if (listeners.isEmpty() && (configuration.links().isEmpty() || !configuration.slave())) {
            throw new CommandFailure(config + ": nothing to do; add (tcp_service 4502) to listen or a mirror_master_2"
                    + " line to connect, or give --listen");
        }
        RunningHub.Settings settings = new RunningHub.Settings(
                config.toString(),
                configuration.tcpServer() ? listen : List.of(),
                access(),
                listenerTls(),
                linkTls(),
                roads(),
                linkOptions(),
                new RunningHub.Administration(
                        remoteConfig, allowMasters.stream().map(Address::server).toList()),
                strict,
                connection.allowPlaintext);
        RunningHub hub = RunningHub.start(configuration, settings, report);
        warnings(configuration, listeners).forEach(text -> Terminal.warn(spec, text));
        return hub;
    }

    private void checkOptions() {
        if (config.equals(NO_FILE)) {
            throw usage("Missing required option: '--config=FILE'");
        }
        if (connection.user != null || connection.passwordFile != null || connection.insecure) {
            throw usage("--user, --password-file and --insecure are for --status; links take what their lines say");
        }
        if (users != null && allowAnonymous) {
            throw usage("--users and --allow-anonymous exclude each other; to let everyone read, write"
                    + " (allow anonymous * * * read) into the users file");
        }
        checkSending();
        checkAdministration();
        boolean tls = listen.stream().anyMatch(ListenAddress::tls);
        if (tls && (cert == null || key == null)) {
            throw usage("a tls:// or wss:// listener needs --cert FILE and --key FILE");
        }
        if (!tls && (cert != null || key != null)) {
            throw usage("--cert and --key are for TLS; add --listen tls://HOST:PORT");
        }
    }

    private void checkSending() {
        if (reconnectEvery != null && !diode) {
            throw usage("--reconnect-every is for --diode: any other link notices a loss");
        }
        if (reconnectEvery != null && (reconnectEvery < 1 || reconnectEvery > MAX_MINUTES)) {
            throw usage("--reconnect-every must be 1 to " + MAX_MINUTES + " minutes, was " + reconnectEvery);
        }
    }

    private void checkAdministration() {
        if (remoteConfig && users == null) {
            throw usage("--remote-config needs --users FILE: who changes the configuration has to log in");
        }
        if (!remoteConfig && !allowMasters.isEmpty()) {
            throw usage("--allow-master is for --remote-config");
        }
        for (Address master : allowMasters) {
            if (master.scheme() != Scheme.TCP) {
                throw usage("--allow-master takes HOST:PORT, was " + master);
            }
        }
    }

    /** What the lines of links do not say of their way. */
    private RunningHub.Roads roads() {
        try {
            WebSocketOptions webSocket =
                    WebSocketOptions.builder().path(webSocketPath).build();
            if (proxy != null && proxy.scheme() != Scheme.TCP) {
                throw usage("--proxy takes HOST:PORT, was " + proxy);
            }
            return new RunningHub.Roads(
                    webSocket,
                    Optional.ofNullable(proxy).map(address -> new ProxySettings(address.server(), Optional.empty())));
        } catch (IllegalArgumentException e) {
            throw usage("--ws-path: " + e.getMessage());
        }
    }

    private LinkOptions linkOptions() {
        LinkOptions.Builder options = LinkOptions.builder().diode(diode);
        if (reconnectEvery != null) {
            options.reconnectEveryMillis(Duration.ofMinutes(reconnectEvery).toMillis());
        }
        return options.build();
    }

    private ParameterException usage(String problem) {
        return new ParameterException(spec.commandLine(), problem);
    }

    private HubConfiguration readConfiguration() throws IOException {
        try {
            return HubConfiguration.read(Files.readString(config));
        } catch (ConfigurationException e) {
            throw new CommandFailure(config + ": " + e.getMessage(), e);
        } catch (CharacterCodingException e) {
            throw new CommandFailure(config + ": not UTF-8 text; convert the file", e);
        } catch (FileSystemException e) {
            throw e;
        } catch (IOException e) {
            throw new CommandFailure(config + ": " + e.getMessage(), e);
        }
    }

    private List<ListenAddress> listeners(HubConfiguration configuration) {
        if (!configuration.tcpServer()) {
            return List.of();
        }
        if (!listen.isEmpty()) {
            return listen;
        }
        return configuration
                .tcpService()
                .map(port -> List.of(ListenAddress.plain(ListenAddress.ALL, port)))
                .orElse(List.of());
    }

    private AccessPolicy access() {
        if (allowAnonymous) {
            return AccessPolicy.open();
        }
        return users == null ? AccessPolicy.CONNECT_ONLY : AccessPolicy.read(users, false);
    }

    /** What works, but perhaps not as meant. */
    private List<String> warnings(HubConfiguration configuration, List<ListenAddress> listeners) {
        List<String> warnings = new ArrayList<>();
        for (String warning : configuration.warnings()) {
            warnings.add(config + ": " + warning);
        }
        boolean passwords = configuration.links().stream()
                .anyMatch(link -> link.config().credentials().isPresent());
        if (passwords) {
            SecretFile.permissionWarning(config).ifPresent(warnings::add);
        }
        for (ListenAddress address : listeners) {
            if (allowAnonymous) {
                warnings.add("--allow-anonymous: everyone who reaches " + address + " may read and write everything");
            } else if (users == null) {
                warnings.add("no users: clients of " + address + " may connect but read and write nothing; give --users"
                        + " FILE or --allow-anonymous");
            } else if (!address.tls()) {
                warnings.add("users log in to " + address + " in clear text; prefer --listen "
                        + address.scheme().secure().prefix() + "HOST:PORT");
            }
        }
        if (users != null) {
            SecretFile.permissionWarning(users).ifPresent(warnings::add);
        }
        return warnings;
    }

    private @Nullable TlsOptions listenerTls() {
        return cert == null || key == null
                ? null
                : TlsOptions.builder().identity(TlsIdentity.fromPem(cert, key)).build();
    }

    private TlsOptions linkTls() {
        TlsOptions.Builder tls = TlsOptions.builder();
        if (connection.ca != null) {
            tls.trust(TrustAnchors.fromPem(connection.ca));
        }
        return tls.build();
    }
}
