package io.mirror.examples.command;

import io.mirror.core.hub.PointHub;
import io.mirror.core.hub.Selection;
import io.mirror.core.link.FlagCheck;
import io.mirror.core.link.LinkConfig;
import io.mirror.core.link.LinkFlag;
import io.mirror.core.link.LinkOptions;
import io.mirror.core.link.ProxySettings;
import io.mirror.core.link.ReconnectPolicy;
import io.mirror.transport.TlsOptions;
import io.mirror.transport.TransportException;
import io.mirror.transport.access.AccessPolicy;
import io.mirror.transport.dhtp.Carrier;
import io.mirror.transport.dhtp.LinkMonitor;
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
    private final List<MirrorSlave> slaves = new ArrayList<>();
    private final LinkMonitor monitor =
            LinkMonitor.builder(hub).interval(Duration.ofSeconds(1)).start();
    private final Set<String> monitored = new HashSet<>(Set.of("hub"));

    /**
     * What the command line adds to a configuration.
     *
     * @param name how to call the configuration in messages
     * @param listeners where to listen
     * @param access who may do what
     * @param listenerTls certificate and key for the listeners that use TLS
     * @param linkTls whom to trust on links that use TLS
     * @param roads what links need to know of their way
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

    private RunningHub() {}

    /** Starts everything, or nothing. */
    static RunningHub start(HubConfiguration configuration, Settings settings, HubReport report) {
        RunningHub running = new RunningHub();
        try {
            for (String domain : configuration.domains()) {
                running.createDomain(domain);
            }
            LinkOptions options =
                    LinkOptions.builder().queue(configuration.queue()).build();
            if (configuration.slave()) {
                checkAll(configuration, settings, report);
            }
            for (List<ListenAddress> addresses : byPort(settings.listeners())) {
                running.listen(addresses, settings, options, report);
            }
            if (configuration.slave()) {
                for (HubConfiguration.Link link : configuration.links()) {
                    running.connect(link, settings, options, report);
                }
            }
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
    private static void checkAll(HubConfiguration configuration, Settings settings, HubReport report) {
        for (HubConfiguration.Link link : configuration.links()) {
            FlagCheck check = link.config().check(settings.strict());
            for (FlagCheck.Finding finding : check.findings()) {
                String text = where(settings, link) + finding.text();
                if (finding.severity() == FlagCheck.Severity.ERROR) {
                    throw new CommandFailure(text);
                }
                report.say("warning: " + text);
            }
        }
    }

    private static String where(Settings settings, HubConfiguration.Link link) {
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

    private void listen(List<ListenAddress> addresses, Settings settings, LinkOptions options, HubReport report) {
        ListenAddress first = addresses.get(0);
        MirrorMaster.Builder master = MirrorMaster.builder(hub)
                .bind(first.host(), first.port())
                .access(settings.access())
                .options(options)
                .listener(report.ofListener(first))
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
        MirrorMaster started = master.start();
        masters.add(started);
        monitor.add(nameFor("port-" + started.port()), started);
        for (ListenAddress address : addresses) {
            String note = switch (address.scheme()) {
                case TCP -> " (plain TCP)";
                case WS -> " (WebSocket without TLS)";
                case TLS, WSS -> "";
            };
            report.say("listening on " + address.withPort(started.port()) + note);
        }
    }

    private void connect(HubConfiguration.Link link, Settings settings, LinkOptions options, HubReport report) {
        LinkConfig config = withProxy(link.config(), settings);
        String label =
                "link to " + config.primary() + " (" + config.localDomain() + " <-> " + config.remoteDomain() + ")";
        if (config.credentials().isPresent() && !config.flags().has(LinkFlag.USE_SSL) && !settings.allowPlaintext()) {
            throw new CommandFailure(where(settings, link) + "the password would cross the network in clear text; add"
                    + " USE_SSL (0x1) to the flags, or give --allow-plaintext");
        }
        Set<String> told = new HashSet<>();
        config.check(settings.strict()).findings().forEach(finding -> told.add(finding.text()));
        ReconnectPolicy retry = config.isRetryDelayGiven()
                ? ReconnectPolicy.fixed(Duration.ofMillis(config.retryDelayMillis()))
                : ReconnectPolicy.backoff();
        try {
            MirrorSlave started = MirrorSlave.builder(hub, config)
                    .tls(settings.linkTls())
                    .webSocket(settings.roads().webSocket())
                    .options(options)
                    .strict(settings.strict())
                    .allowPlaintextSecrets(settings.allowPlaintext())
                    .listener(report.ofLink(label, retry, told))
                    .reconnect(retry)
                    .start();
            slaves.add(started);
            monitor.add(nameFor(config.localDomain()), started);
        } catch (TransportException | IllegalArgumentException e) {
            throw new CommandFailure(where(settings, link) + e.getMessage(), e);
        }
    }

    /** Returns a name under which the status of something is published: two links may be about one domain. */
    private String nameFor(String wanted) {
        String name = wanted;
        for (int number = 2; !monitored.add(name); number++) {
            name = wanted + "-" + number;
        }
        return name;
    }

    private static LinkConfig withProxy(LinkConfig config, Settings settings) {
        return settings.roads()
                .proxy()
                .filter(proxy -> config.proxy().isEmpty())
                .map(proxy -> config.extend().proxy(proxy).build())
                .orElse(config);
    }

    List<MirrorMaster> masters() {
        return masters;
    }

    PointHub hub() {
        return hub;
    }

    @Override
    public void close() {
        monitor.close();
        slaves.forEach(MirrorSlave::close);
        masters.forEach(MirrorMaster::close);
    }
}
