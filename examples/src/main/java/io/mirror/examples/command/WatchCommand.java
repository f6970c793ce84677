package io.mirror.examples.command;

import io.mirror.core.hub.PointHub;
import io.mirror.core.hub.Selection;
import io.mirror.core.link.LinkConfig;
import io.mirror.core.link.LinkState;
import io.mirror.core.point.Point;
import io.mirror.core.point.PointName;
import io.mirror.transport.dhtp.LinkListener;
import io.mirror.transport.dhtp.MirrorSlave;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows the points of a master's domain as they change. */
@Command(
        name = "watch",
        description = "Show the points of a master's domain, and every change: time, name, value, quality.",
        footer = {
            "",
            "ADDRESS is host, host:port or [v6-address]:port, with tls:// before it for TLS,",
            "ws:// or wss:// for WebSocket, which may have a /path behind it; the port is",
            "4502, 4503 with TLS, 80 with ws:// and 443 with wss://, unless given.",
            "Goes on until Ctrl-C. When the connection is lost, the points turn Not",
            "Connected and the command connects again.",
            "",
            "Examples:",
            "  mirror watch localhost plant",
            "  mirror watch tls://gateway plant --ca ca.pem --user ops --password-file pw"
        })
final class WatchCommand implements Callable<Integer> {
    /** What the domain is called here: one like {@code $link} would be this side's own. */
    private static final String WATCHED = "watched";

    @Spec
    CommandSpec spec;

    @Mixin
    Connection connection;

    @Option(names = "--seconds", paramLabel = "N", description = "Stop after this many seconds.")
    @Nullable
    Integer seconds;

    @Parameters(paramLabel = "ADDRESS", converter = Address.Converter.class, description = "Where the master listens.")
    Address address;

    @Parameters(paramLabel = "DOMAIN", description = "The domain.")
    String domain;

    /** Completes when there is no point in going on. */
    private final CompletableFuture<Void> failure = new CompletableFuture<>();

    private volatile boolean ending;

    @Override
    public Integer call() throws IOException, InterruptedException, ExecutionException {
        check();
        LinkConfig config = connection
                .readOnlyLink(address, domain)
                .extend()
                .localDomain(WATCHED)
                .build();
        PointHub hub = PointHub.create();
        ExecutorService printer = Executors.newSingleThreadExecutor(WatchCommand::daemon);
        MirrorSlave.Builder slave = MirrorSlave.builder(hub, config)
                .allowPlaintextSecrets(connection.allowPlaintext)
                .listener(new Report());
        if (address.tls()) {
            slave.tls(connection.tls());
        }
        if (address.scheme().webSocket()) {
            slave.webSocket(address.webSocket());
        }
        hub.subscribe(Selection.domain(WATCHED), printer, this::print);
        MirrorSlave link = slave.start();
        try {
            awaitEnd();
        } finally {
            ending = true;
            link.close();
            printer.shutdown();
        }
        return 0;
    }

    /** What closing the link does to the points is nobody's business. */
    private void print(Point point) {
        if (!ending) {
            Terminal.print(spec, PointLine.of(point, point.name().inDomain(domain)));
        }
    }

    private void awaitEnd() throws InterruptedException, ExecutionException {
        if (seconds == null) {
            failure.get();
            return;
        }
        try {
            failure.get(seconds, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            return;
        }
    }

    private void check() {
        try {
            PointName.checkDomain(domain);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "DOMAIN: " + e.getMessage(), e);
        }
        if (seconds != null && seconds < 1) {
            throw new ParameterException(spec.commandLine(), "--seconds must be at least 1, was " + seconds);
        }
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "watch-printer");
        thread.setDaemon(true);
        return thread;
    }

    /** A first connection that fails ends the command: most likely the address or the password is wrong. */
    private final class Report implements LinkListener {
        private volatile boolean wasUp;

        @Override
        public void stateChanged(String link, LinkState state) {
            if (state == LinkState.MIRRORING) {
                if (wasUp) {
                    Terminal.problem(spec, "connected again to " + address);
                }
                wasUp = true;
            }
        }

        @Override
        public void disconnected(String link, String cause) {
            if (!wasUp) {
                failure.completeExceptionally(new CommandFailure(named(cause)));
            } else if (!ending) {
                Terminal.problem(spec, named(cause) + "; trying again");
            }
        }

        private String named(String cause) {
            String text = cause.contains(address.server().toString()) ? cause : address + ": " + cause;
            return connection.withHint(text, address);
        }

        @Override
        public void warning(String link, String text) {
            Terminal.warn(spec, address + ": " + text);
        }

        @Override
        public void refused(String link, String text) {
            Terminal.warn(spec, address + ": " + text);
        }
    }
}
