package io.mirror.examples.command;

import io.mirror.codec.dhtp.ConfigurationException;
import io.mirror.core.hub.PointHub;
import io.mirror.core.link.LinkConfig;
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
            "  mirror hub --status localhost",
            "  mirror hub --status tls://gateway --ca ca.pem --user ops",
            "",
            "A running hub publishes how its links are in the domain $link; --status shows",
            "that. Who may see it needs the right to read $link, which * does not include:",
            "  (allow ops 10.0.0.0/8 tls $link read)"
        })
final class HubCommand implements Callable<Integer> {
    /** The domain of the copy of a status; {@code $link} itself is this hub's own. */
    private static final String STATUS = "status";

    private static final Path NO_FILE = Path.of("");

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
        if (!config.equals(NO_FILE) || users != null || allowAnonymous || !listen.isEmpty()) {
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
                listeners,
                access(),
                listenerTls(),
                linkTls(),
                links(),
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
        boolean tls = listen.stream().anyMatch(ListenAddress::tls);
        if (tls && (cert == null || key == null)) {
            throw usage("a tls:// or wss:// listener needs --cert FILE and --key FILE");
        }
        if (!tls && (cert != null || key != null)) {
            throw usage("--cert and --key are for TLS; add --listen tls://HOST:PORT");
        }
    }

    /** What the lines of links do not say of their way. */
    private RunningHub.Roads links() {
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
