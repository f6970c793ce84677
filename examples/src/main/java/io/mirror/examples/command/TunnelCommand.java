package io.mirror.examples.command;

import io.mirror.sockmux.Tunnel;
import io.mirror.sockmux.TunnelBuilder;
import io.mirror.sockmux.TunnelListener;
import io.mirror.sockmux.TunnelPolicy;
import io.mirror.sockmux.TunnelStatus;
import io.mirror.sockmux.forward.Entry;
import io.mirror.sockmux.forward.Rule;
import io.mirror.sockmux.forward.TunnelParameters;
import io.mirror.sockmux.session.MuxOptions;
import io.mirror.transport.ClientAuthentication;
import io.mirror.transport.TlsIdentity;
import io.mirror.transport.TlsOptions;
import io.mirror.transport.TrustAnchors;
import io.mirror.transport.websocket.WebSocketOptions;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** Runs one end of a tunnel until it is stopped. */
@Command(
        name = "tunnel",
        description = "Run one end of a SockMux tunnel, with the parameters of DeleGate.",
        footer = {
            "",
            "Parameters:",
            "  -P[HOST:]PORT SERVER=sockmux      accept the tunnel here",
            "  SERVER=sockmux://HOST:PORT        dial the tunnel; again when it is lost",
            "  SERVER=sockmux:commin@FIFO SERVER=sockmux:commout@FIFO   two named pipes",
            "  SERVER=\"sockmux:proc@/path/command args\"   a command on descriptors 0 and 1",
            "  PORT=[HOST:]N[-M][/udp],...       local ports; 127.0.0.1 unless HOST is given,",
            "                                    * for all addresses",
            "  SERVER=tcprelay://HOST:PORT,-in[:-:MATCH]   where the peer's clients come out",
            "  DEST=HOST:PORT[/udp][:MATCH]      the same; MATCH is -PN or *@ADDRESS, or a list",
            "  SOXCONF=crypt:no,packsize:N,noconndata,dhkey:N",
            "  MYAUTH=USER:PASSWORD  AUTHORIZER=-list{USER:PASSWORD,...}  CRYPT=pass:SECRET",
            "  +=FILE                            parameters from a file, one a line, for",
            "                                    secrets above all; below --config-root",
            "",
            "Examples:",
            "  mirror tunnel -P127.0.0.1:9000 SERVER=sockmux PORT=21010 \\",
            "                SERVER=tcprelay://127.0.0.1:21020,-in SOXCONF=crypt:no",
            "  mirror tunnel SERVER=sockmux://127.0.0.1:9000 PORT=21011 SOXCONF=crypt:no"
        })
final class TunnelCommand implements Callable<Integer> {
    private static final Duration DRAIN = Duration.ofSeconds(10);

    @Spec
    CommandSpec spec;

    @Option(
            names = "--extensions",
            description = "Offer half-close, more channels and larger windows to a peer that is a mirror, too.")
    boolean extensions;

    @Option(
            names = "--linger",
            paramLabel = "MS",
            description = "After a client has shut down sending wait for this"
                    + " much silence before closing; 0 closes at once.",
            defaultValue = "0")
    int linger;

    @Option(names = "--tls", description = "Use TLS on the tunnel.")
    boolean tls;

    @Option(
            names = "--websocket",
            paramLabel = "PATH",
            description = "Carry the tunnel in a WebSocket, within TLS if there is --tls; the same path at both ends.")
    @Nullable
    String webSocketPath;

    @Option(names = "--cert", paramLabel = "FILE", description = "Certificate chain for --tls, PEM.")
    @Nullable
    Path cert;

    @Option(names = "--key", paramLabel = "FILE", description = "Private key for --tls, PEM.")
    @Nullable
    Path key;

    @Option(
            names = "--ca",
            paramLabel = "FILE",
            description = "Trust the certificates in this PEM file; at the listening end peers need one of them.")
    @Nullable
    Path ca;

    @Option(names = "--allow-plaintext", description = "Send user and password on tunnels that do not use TLS.")
    boolean allowPlaintext;

    @Option(
            names = "--policy",
            paramLabel = "POLICY",
            description = "What to do with a second peer: ${COMPLETION-CANDIDATES}.",
            defaultValue = "ROUND_ROBIN")
    TunnelPolicy policy;

    @Option(
            names = "--status",
            paramLabel = "SECONDS",
            description = "Print a line of status so often; 0 never.",
            defaultValue = "0")
    int statusSeconds;

    @Option(
            names = "--config-root",
            paramLabel = "DIRECTORY",
            description = "Files of parameters must lie below it; the current directory by default.",
            defaultValue = ".")
    Path configRoot;

    @Parameters(arity = "0..*", paramLabel = "PARAMETER", description = "What to forward; see below.")
    List<String> words = new ArrayList<>();

    /** {@code -P9000} looks like an option and is none. */
    @Unmatched
    List<String> more = new ArrayList<>();

    @Override
    public Integer call() throws InterruptedException {
        try (Tunnel tunnel = start()) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(tunnel), "tunnel-stop"));
            CountDownLatch forever = new CountDownLatch(1);
            while (statusSeconds > 0 && !forever.await(statusSeconds, TimeUnit.SECONDS)) {
                Terminal.print(spec, describe(tunnel.status()));
            }
            forever.await();
            return 0;
        }
    }

    private void stop(Tunnel tunnel) {
        try {
            tunnel.drain().toCompletableFuture().get(DRAIN.toSeconds(), TimeUnit.SECONDS);
        } catch (Exception stillBusy) {
            Terminal.warn(spec, "connections were still open; they end now");
        }
        tunnel.close();
    }

    /** Checks everything, then starts. */
    Tunnel start() {
        for (String word : more) {
            if (!word.startsWith("-P")) {
                throw usage("unknown option " + word);
            }
        }
        List<String> all = new ArrayList<>(words);
        all.addAll(more);
        MuxOptions options = MuxOptions.builder()
                .extensions(extensions)
                .linger(Duration.ofMillis(linger))
                .plaintextCredentials(allowPlaintext)
                .build();
        TunnelParameters parameters = TunnelParameters.parser()
                .configRoot(configRoot)
                .options(options)
                .parse(all);
        TunnelBuilder builder =
                Tunnel.builder().parameters(parameters).policy(policy).listener(new Report());
        boolean listens = parameters.carrier() instanceof TunnelParameters.Listen;
        if (!listens && !(parameters.carrier() instanceof TunnelParameters.Connect)) {
            if (tls || webSocketPath != null) {
                throw usage("--tls and --websocket are for tunnels over sockets");
            }
        } else if (webSocketPath != null) {
            builder.webSocket(webSocket(webSocketPath));
        }
        if (tls) {
            builder.tls(tlsOptions(listens));
        } else if (cert != null || key != null || ca != null) {
            throw usage("--cert, --key and --ca are for TLS; add --tls");
        } else if (parameters.options().credentials().isPresent() && !allowPlaintext) {
            throw new CommandFailure("MYAUTH: the password would cross the network in clear text; use --tls, or give"
                    + " --allow-plaintext");
        }
        Tunnel tunnel = builder.start();
        parameters.warnings().forEach(text -> Terminal.warn(spec, text));
        tunnel.address().ifPresent(address -> Terminal.print(spec, "accepting tunnels on " + place(address)));
        List<InetSocketAddress> bound = tunnel.entries();
        for (int i = 0; i < bound.size(); i++) {
            Entry entry = parameters.entries().get(i);
            Terminal.print(
                    spec,
                    "entry "
                            + new Entry(
                                    entry.transport(),
                                    entry.host(),
                                    bound.get(i).getPort()));
        }
        for (Rule rule : parameters.rules()) {
            Terminal.print(
                    spec,
                    "exit " + rule.destination() + " "
                            + (rule.match().items().isEmpty()
                                    ? ""
                                    : rule.match().items()));
        }
        return tunnel;
    }

    private ParameterException usage(String problem) {
        return new ParameterException(spec.commandLine(), problem);
    }

    private WebSocketOptions webSocket(String path) {
        try {
            return WebSocketOptions.builder().path(path).build();
        } catch (IllegalArgumentException e) {
            throw usage("--websocket: " + e.getMessage());
        }
    }

    private TlsOptions tlsOptions(boolean listens) {
        TlsOptions.Builder options = TlsOptions.builder();
        if (cert != null && key != null) {
            options.identity(TlsIdentity.fromPem(cert, key));
        } else if (listens || cert != null || key != null) {
            throw usage("--cert FILE and --key FILE are needed, both");
        }
        if (ca != null) {
            options.trust(TrustAnchors.fromPem(ca));
            if (listens) {
                options.clientAuthentication(ClientAuthentication.NEED);
            }
        }
        return options.build();
    }

    private static String place(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    private static String describe(TunnelStatus status) {
        StringBuilder line = new StringBuilder(status.state().toString());
        for (TunnelStatus.Peer peer : status.peers()) {
            line.append("; ")
                    .append(peer.address())
                    .append(": ")
                    .append(peer.channels())
                    .append(" channels, ");
            line.append(peer.counters().bytesSent()).append(" bytes sent, ");
            line.append(peer.counters().bytesReceived()).append(" received");
        }
        count(line, status.heldClients(), "clients wait");
        count(line, status.refusedClients(), "clients refused");
        count(line, status.droppedDatagrams(), "datagrams dropped");
        if (!status.lastReason().isEmpty()) {
            line.append("; ").append(status.failures()).append(" failures in a row; the last tunnel ended: ");
            line.append(status.lastReason());
        }
        return line.toString();
    }

    private static void count(StringBuilder line, long number, String what) {
        if (number > 0) {
            line.append("; ").append(number).append(' ').append(what);
        }
    }

    /** Tells what happens, a line each. */
    private final class Report implements TunnelListener {
        @Override
        public void onUp(String peer, String greeting) {
            Terminal.print(spec, "tunnel with " + peer + " is up (" + greeting + ")");
        }

        @Override
        public void onDown(String peer, String reason, long retryMillis) {
            String next = retryMillis < 0 ? "" : "; next attempt in " + retryMillis + " ms";
            Terminal.print(spec, "tunnel with " + peer + " is down: " + reason + next);
        }

        @Override
        public void onRefused(String client, String entry, String destination, String reason) {
            Terminal.print(spec, "refused " + client + " at " + entry + " to " + destination + ": " + reason);
        }
    }
}
