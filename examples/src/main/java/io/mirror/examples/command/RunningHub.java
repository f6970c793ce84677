package io.mirror.examples.command;

import io.mirror.core.hub.PointHub;
import io.mirror.core.hub.Selection;
import io.mirror.core.link.FlagCheck;
import io.mirror.core.link.LinkConfig;
import io.mirror.core.link.LinkFlag;
import io.mirror.core.link.LinkOptions;
import io.mirror.core.link.ProxySettings;
import io.mirror.core.link.ReconnectPolicy;
import io.mirror.core.link.ServerAddress;
import io.mirror.transport.TlsOptions;
import io.mirror.transport.TransportException;
import io.mirror.transport.access.AccessPolicy;
import io.mirror.transport.dhtp.Carrier;
import io.mirror.transport.dhtp.LinkMonitor;
import io.mirror.transport.dhtp.Mirror;
import io.mirror.transport.dhtp.MirrorMaster;
import io.mirror.transport.dhtp.MirrorSlave;
import io.mirror.transport.websocket.WebSocketOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A hub with its listeners and its links to masters. */
final class RunningHub implements AutoCloseable {
    private final PointHub hub = PointHub.create();
    private final List<MirrorMaster> masters = new ArrayList<>();
    private final LinkMonitor monitor =
            LinkMonitor.builder(hub).interval(Duration.ofSeconds(1)).start();
    private final Settings settings;
    private final HubReport report;
    private final Mirror mirror;
    /** What was said of the flags of links when the configuration was checked. */
    private final Set<String> told = new HashSet<>();

    /**
     * What the command line adds to a configuration.
     *
     * @param name how to call the configuration in messages
     * @param listeners where to listen instead of on the port of {@code tcp_service}
     * @param access who may do what
     * @param listenerTls certificate and key for the listeners that use TLS
     * @param linkTls whom to trust on links that use TLS
     * @param roads what links need to know of their way
     * @param links how links behave
     * @param administration whether the configuration may be changed over a connection
     * @param strict true to refuse strange combinations of flags
     * @param allowPlaintext true to send passwords on links without TLS
     */
    record Settings(
            String name,
            List<ListenAddress> listeners,
            AccessPolicy access,
            @Nullable TlsOptions listenerTls,
            TlsOptions linkTls,
            Roads roads,
            LinkOptions links,
            Administration administration,
            boolean strict,
            boolean allowPlaintext) {}

    /**
     * What the lines of links do not say of their way.
     *
     * @param webSocket path of the masters' WebSockets
     * @param proxy the proxy of links that name none
     */
    record Roads(WebSocketOptions webSocket, Optional<ProxySettings> proxy) {
        static final Roads DIRECT = new Roads(WebSocketOptions.defaults(), Optional.empty());
    }

    /**
     * Whether administrators may change the configuration over a connection.
     *
     * @param allowed true if they may
     * @param masters the masters that they may name
     */
    record Administration(boolean allowed, List<ServerAddress> masters) {
        static final Administration NONE = new Administration(false, List.of());
    }

    private RunningHub(HubConfiguration configuration, Settings settings, HubReport report) {
        this.settings = settings;
        this.report = report;
        Mirror.Builder builder = Mirror.builder(hub)
                .address(ListenAddress.ALL)
                .listener(master ->
                        master.access(settings.access()).listener(report.ofListener("the port of tcp_service")))
                .link(this::describe)
                .linkOptions(settings.links().toBuilder()
                        .queue(configuration.queue())
                        .build())
                .monitor(monitor)
                .remoteConfig(settings.administration().allowed());
        settings.administration().masters().forEach(builder::allowMaster);
        mirror = builder.start();
    }

    /** Starts everything, or nothing. */
    static RunningHub start(HubConfiguration configuration, Settings settings, HubReport report) {
        RunningHub running = new RunningHub(configuration, settings, report);
        try {
            for (String domain : configuration.domains()) {
                running.createDomain(domain);
            }
            if (configuration.slave()) {
                running.checkAll(configuration);
            } else {
                running.mirror.command("(enable_mirror_slave 0)");
            }
            running.listen(configuration);
            configuration.links().forEach(running::connect);
            return running;
        } catch (RuntimeException e) {
            running.close();
            throw e;
        }
    }

    /** A domain exists from the moment when somebody is interested in it. */
    private void createDomain(String domain) {
        hub.subscribe(Selection.futurePoints(domain), Runnable::run, point -> {})
                .close();
    }

    /** Every line is checked before the first connection is made. */
    private void checkAll(HubConfiguration configuration) {
        for (HubConfiguration.Link link : configuration.links()) {
            FlagCheck check = link.config().check(settings.strict(), settings.links());
            for (FlagCheck.Finding finding : check.findings()) {
                String text = where(link) + finding.text();
                if (finding.severity() == FlagCheck.Severity.ERROR) {
                    throw new CommandFailure(text);
                }
                told.add(finding.text());
                report.say("warning: " + text);
            }
        }
    }

    private String where(HubConfiguration.Link link) {
        return settings.name() + ": line " + link.line() + ": ";
    }

    /** Puts together what one listener serves. */
    private static List<List<ListenAddress>> byPort(List<ListenAddress> listeners) {
        List<List<ListenAddress>> groups = new ArrayList<>();
        for (ListenAddress address : listeners) {
            groups.stream()
                    .filter(group -> group.get(0).shares(address))
                    .findFirst()
                    .orElseGet(() -> {
                        List<ListenAddress> group = new ArrayList<>();
                        groups.add(group);
                        return group;
                    })
                    .add(address);
        }
        return groups;
    }

    private void listen(HubConfiguration configuration) {
        if (!configuration.tcpServer()) {
            mirror.command("(enable_tcp_server 0)");
        }
        if (settings.listeners().isEmpty()) {
            configuration.tcpService().ifPresent(mirror::listen);
            mirror.listener().ifPresent(master -> say(ListenAddress.plain(ListenAddress.ALL, master.port())));
            return;
        }
        LinkOptions options = LinkOptions.builder().queue(configuration.queue()).build();
        for (List<ListenAddress> addresses : byPort(settings.listeners())) {
            listen(addresses, options);
        }
    }

    private void listen(List<ListenAddress> addresses, LinkOptions options) {
        ListenAddress first = addresses.get(0);
        MirrorMaster.Builder master = MirrorMaster.builder(hub)
                .bind(first.host(), first.port())
                .access(settings.access())
                .options(options)
                .listener(report.ofListener(first.toString()))
                .accept(addresses.stream()
                        .map(address -> address.scheme().carrier())
                        .toArray(Carrier[]::new));
        for (ListenAddress address : addresses) {
            if (address.tls() && settings.listenerTls() != null) {
                master.tls(settings.listenerTls());
            }
            if (address.scheme().webSocket()) {
                master.webSocket(WebSocketOptions.builder().path(address.path()).build());
            }
        }
        if (settings.administration().allowed()) {
            master.remoteConfiguration(mirror.remoteConfiguration());
        }
        MirrorMaster started = master.start();
        masters.add(started);
        monitor.add(monitor.freeName("port-" + started.port()), started);
        addresses.forEach(address -> say(address.withPort(started.port())));
    }

    private void say(ListenAddress address) {
        String note = switch (address.scheme()) {
            case TCP -> " (plain TCP)";
            case WS -> " (WebSocket without TLS)";
            case TLS, WSS -> "";
        };
        report.say("listening on " + address + note);
    }

    private void connect(HubConfiguration.Link link) {
        LinkConfig config = withProxy(link.config());
        if (config.credentials().isPresent() && !config.flags().has(LinkFlag.USE_SSL) && !settings.allowPlaintext()) {
            throw new CommandFailure(where(link) + "the password would cross the network in clear text; add"
                    + " USE_SSL (0x1) to the flags, or give --allow-plaintext");
        }
        try {
            mirror.link(config);
        } catch (TransportException | IllegalArgumentException e) {
            throw new CommandFailure(where(link) + e.getMessage(), e);
        }
    }

    /** What every link is given, whether it is one of the file or an administrator's. */
    private MirrorSlave.Builder describe(MirrorSlave.Builder link) {
        LinkConfig config = link.config();
        String label =
                "link to " + config.primary() + " (" + config.localDomain() + " <-> " + config.remoteDomain() + ")";
        ReconnectPolicy retry = config.isRetryDelayGiven()
                ? ReconnectPolicy.fixed(Duration.ofMillis(config.retryDelayMillis()))
                : ReconnectPolicy.backoff();
        return link.tls(settings.linkTls())
                .webSocket(settings.roads().webSocket())
                .strict(settings.strict())
                .allowPlaintextSecrets(settings.allowPlaintext())
                .listener(report.ofLink(label, retry, told))
                .reconnect(retry);
    }

    private LinkConfig withProxy(LinkConfig config) {
        return settings.roads()
                .proxy()
                .filter(proxy -> config.proxy().isEmpty())
                .map(proxy -> config.extend().proxy(proxy).build())
                .orElse(config);
    }

    List<MirrorMaster> masters() {
        return masters;
    }

    Mirror mirror() {
        return mirror;
    }

    PointHub hub() {
        return hub;
    }

    @Override
    public void close() {
        mirror.close();
        masters.forEach(MirrorMaster::close);
        monitor.close();
    }
}
