package io.mirror.examples.command;

import io.mirror.core.hub.PointHub;
import io.mirror.core.hub.Selection;
import io.mirror.core.link.FlagCheck;
import io.mirror.core.link.LinkConfig;
import io.mirror.core.link.LinkFlag;
import io.mirror.core.link.LinkOptions;
import io.mirror.transport.TlsOptions;
import io.mirror.transport.TransportException;
import io.mirror.transport.access.AccessPolicy;
import io.mirror.transport.dhtp.MirrorMaster;
import io.mirror.transport.dhtp.MirrorSlave;
import io.mirror.transport.dhtp.ReconnectPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A hub with its listeners and its links to masters. */
final class RunningHub implements AutoCloseable {
    private final PointHub hub = PointHub.create();
    private final List<MirrorMaster> masters = new ArrayList<>();
    private final List<MirrorSlave> slaves = new ArrayList<>();

    /**
     * What the command line adds to a configuration.
     *
     * @param name how to call the configuration in messages
     * @param listeners where to listen
     * @param access who may do what
     * @param listenerTls certificate and key for the listeners that use TLS
     * @param linkTls whom to trust on links that use TLS
     * @param strict true to refuse strange combinations of flags
     * @param allowPlaintext true to send passwords on links without TLS
     */
    record Settings(
            String name,
            List<ListenAddress> listeners,
            AccessPolicy access,
            @Nullable TlsOptions listenerTls,
            TlsOptions linkTls,
            boolean strict,
            boolean allowPlaintext) {}

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
            for (ListenAddress address : settings.listeners()) {
                running.listen(address, settings, options, report);
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

    private void listen(ListenAddress address, Settings settings, LinkOptions options, HubReport report) {
        MirrorMaster.Builder master = MirrorMaster.builder(hub)
                .bind(address.host(), address.port())
                .access(settings.access())
                .options(options)
                .listener(report.ofListener(address));
        if (address.tls() && settings.listenerTls() != null) {
            master.tls(settings.listenerTls());
        }
        MirrorMaster started = master.start();
        masters.add(started);
        ListenAddress actual = new ListenAddress(address.tls(), address.host(), started.port());
        report.say("listening on " + actual + (address.tls() ? "" : " (plain TCP)"));
    }

    private void connect(HubConfiguration.Link link, Settings settings, LinkOptions options, HubReport report) {
        LinkConfig config = link.config();
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
            slaves.add(MirrorSlave.builder(hub, config)
                    .tls(settings.linkTls())
                    .options(options)
                    .strict(settings.strict())
                    .allowPlaintextSecrets(settings.allowPlaintext())
                    .listener(report.ofLink(label, retry, told))
                    .reconnect(retry)
                    .start());
        } catch (TransportException | IllegalArgumentException e) {
            throw new CommandFailure(where(settings, link) + e.getMessage(), e);
        }
    }

    List<MirrorMaster> masters() {
        return masters;
    }

    PointHub hub() {
        return hub;
    }

    @Override
    public void close() {
        slaves.forEach(MirrorSlave::close);
        masters.forEach(MirrorMaster::close);
    }
}
