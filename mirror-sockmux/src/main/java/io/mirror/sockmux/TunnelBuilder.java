package io.mirror.sockmux;

import io.mirror.sockmux.forward.Destination;
import io.mirror.sockmux.forward.Entry;
import io.mirror.sockmux.forward.Rule;
import io.mirror.sockmux.forward.TunnelParameters;
import io.mirror.sockmux.session.MuxOptions;
import io.mirror.transport.TlsContext;
import io.mirror.transport.TlsOptions;
import io.mirror.transport.TransportException;
import io.mirror.transport.access.TargetList;
import io.mirror.transport.websocket.WebSocketOptions;
import io.netty.channel.EventLoopGroup;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Collects the options of an end of a tunnel. Not safe for use by several threads. */
public final class TunnelBuilder {
    private @Nullable String host;
    private int port;
    private boolean connects;
    private TunnelConnector.@Nullable Dialler streams;
    private @Nullable TlsOptions tls;
    private @Nullable WebSocketOptions webSocket;
    private final List<Entry> entries = new ArrayList<>();
    private final List<Rule> rules = new ArrayList<>();
    private Optional<TargetList> targets = Optional.empty();
    private final Map<String, EmbeddedHandler> handlers = new HashMap<>();
    private MuxOptions options = MuxOptions.defaults();
    private TunnelPolicy policy = TunnelPolicy.ROUND_ROBIN;
    private int maxTunnels = 16;
    private int maxHeldClients = 64;
    private Duration holdTime = Duration.ofSeconds(10);
    private Duration connectTimeout = Duration.ofSeconds(10);
    private Duration drainTimeout = Duration.ofSeconds(3);
    private int maxDatagramClients = 64;
    private Duration datagramIdle = Duration.ofMinutes(3);
    private int lowMark = 512 << 10;
    private int highMark = 1 << 20;
    private Clock clock = Clock.systemUTC();
    private LongSupplier nanoTime = System::nanoTime;
    private Duration firstRetry = Duration.ofMillis(200);
    private Duration lastRetry = Duration.ofSeconds(30);
    private TunnelListener listener = new TunnelListener() {};
    private @Nullable EventLoopGroup eventLoops;
    private ExitSockets exitSockets = ExitSockets.NIO;

    TunnelBuilder() {}

    /**
     * Takes carrier, entries, rules and options from DeleGate's parameters; the options replace those that were set
     * before.
     *
     * @param parameters what was read
     * @return this
     */
    public TunnelBuilder parameters(TunnelParameters parameters) {
        TunnelParameters.Carrier carrier = parameters.carrier();
        if (carrier instanceof TunnelParameters.Listen place) {
            listen(place.host(), place.port());
        } else if (carrier instanceof TunnelParameters.Connect peer) {
            connect(peer.host(), peer.port());
        } else if (carrier instanceof TunnelParameters.Fifos pipes) {
            fifos(pipes.in(), pipes.out());
        } else if (carrier instanceof TunnelParameters.Command program) {
            command(program.words());
        }
        parameters.entries().forEach(this::entry);
        parameters.rules().forEach(this::rule);
        return options(parameters.options());
    }

    /**
     * Connects to a peer, and again whenever the tunnel is lost.
     *
     * @param peerHost a name or an address
     * @param peerPort 1 to 65535
     * @return this
     */
    public TunnelBuilder connect(String peerHost, int peerPort) {
        if (peerPort < 1 || peerPort > 0xFFFF) {
            throw new IllegalArgumentException("the port of a peer must be 1 to 65535, was " + peerPort);
        }
        host = Objects.requireNonNull(peerHost, "host");
        port = peerPort;
        connects = true;
        streams = null;
        return this;
    }

    /**
     * Listens for peers.
     *
     * @param address a name or an address of this machine; {@code 0.0.0.0} for all
     * @param number 0 to 65535, 0 for any free port
     * @return this
     */
    public TunnelBuilder listen(String address, int number) {
        host = Objects.requireNonNull(address, "address");
        port = number;
        connects = false;
        streams = null;
        return this;
    }

    /**
     * Runs the tunnel over two named pipes. They are opened for reading and writing, so a loss shows only when the
     * peer is silent for too long (SockMux section 13).
     *
     * @param in where to read
     * @param out where to write; may be the same device
     * @return this
     */
    public TunnelBuilder fifos(Path in, Path out) {
        Objects.requireNonNull(in, "in");
        Objects.requireNonNull(out, "out");
        connects = true;
        streams = end -> Fifos.dial(end, in, out);
        return this;
    }

    /**
     * Runs the tunnel over the standard input and output of a command, which is started without a shell and with
     * nothing in its environment but PATH, LANG and TZ.
     *
     * @param command the absolute path of a program, and its arguments; no secrets, everybody may see them
     * @return this
     * @throws TransportException if the path is not absolute
     */
    public TunnelBuilder command(List<String> command) {
        CommandCarrier.check(command);
        List<String> words = List.copyOf(command);
        connects = true;
        streams = end -> CommandCarrier.dial(end, words);
        return this;
    }

    /**
     * Uses TLS on the tunnel, from its first octet on.
     *
     * @param value the options of a connector or of a listener; for mutual certificates with an identity on both
     *     ends
     * @return this
     */
    public TunnelBuilder tls(TlsOptions value) {
        tls = Objects.requireNonNull(value, "tls");
        return this;
    }

    /**
     * Carries the tunnel in binary messages of a WebSocket, within TLS if there is TLS.
     *
     * @param value path, headers and limits, the same path on both ends
     * @return this
     */
    public TunnelBuilder webSocket(WebSocketOptions value) {
        webSocket = Objects.requireNonNull(value, "webSocket");
        return this;
    }

    /**
     * Adds a local port whose clients come out at the other end.
     *
     * @param value the entry
     * @return this
     */
    public TunnelBuilder entry(Entry value) {
        entries.add(Objects.requireNonNull(value, "entry"));
        return this;
    }

    /**
     * Adds a rule behind those that were added before.
     *
     * @param value where which channels of the peer come out
     * @return this
     */
    public TunnelBuilder rule(Rule value) {
        rules.add(Objects.requireNonNull(value, "rule"));
        return this;
    }

    /**
     * Limits where the rules may lead, for rules that others than the host have written. Each connection is judged by its
     * address; a channel whose destination is refused is refused.
     *
     * @param value the list; by default what the rules name, wherever the names lead
     * @return this
     */
    public TunnelBuilder targets(TargetList value) {
        targets = Optional.of(value);
        return this;
    }

    /**
     * Adds a rule for all channels that no rule before is for.
     *
     * @param destination where they come out
     * @return this
     */
    public TunnelBuilder forward(Destination destination) {
        return rule(Rule.to(destination));
    }

    /**
     * Registers a handler inside this process.
     *
     * @param protocol the name that rules use for it
     * @param value serves connections
     * @return this
     */
    public TunnelBuilder handler(String protocol, EmbeddedHandler value) {
        handlers.put(protocol.toLowerCase(Locale.ROOT), Objects.requireNonNull(value, "handler"));
        return this;
    }

    /**
     * Sets how sessions behave and what a peer may do.
     *
     * @param value the options
     * @return this
     */
    public TunnelBuilder options(MuxOptions value) {
        options = Objects.requireNonNull(value, "options");
        return this;
    }

    /**
     * Sets what a listening end does with a second peer; {@link TunnelPolicy#ROUND_ROBIN} by default.
     *
     * @param value the policy
     * @return this
     */
    public TunnelBuilder policy(TunnelPolicy value) {
        policy = Objects.requireNonNull(value, "policy");
        return this;
    }

    /**
     * Limits the peers of a listening end, those that have not greeted yet included; 16 by default.
     *
     * @param value 1 or more
     * @return this
     */
    public TunnelBuilder maxTunnels(int value) {
        maxTunnels = atLeast("maxTunnels", value, 1);
        return this;
    }

    /**
     * Sets how many clients wait while there is no tunnel, and how long; 64 for 10 s by default. Others are refused.
     *
     * @param clients 0 or more; 0 refuses all of them at once
     * @param time how long each may wait
     * @return this
     */
    public TunnelBuilder holdClients(int clients, Duration time) {
        maxHeldClients = atLeast("clients", clients, 0);
        holdTime = positive("time", time);
        return this;
    }

    /**
     * Sets how long connecting to a peer or to a destination may take; 10 s by default.
     *
     * @param value 1 ms to 1 day
     * @return this
     */
    public TunnelBuilder connectTimeout(Duration value) {
        connectTimeout = positive("connectTimeout", value);
        return this;
    }

    /**
     * Sets how long a local side may take nothing of what is left for it after its channel was closed; 3 s by default.
     *
     * @param value 1 ms to 1 day
     * @return this
     */
    public TunnelBuilder drainTimeout(Duration value) {
        drainTimeout = positive("drainTimeout", value);
        return this;
    }

    /**
     * Limits the clients of a datagram entry, 64 by default, and how long one of them may be silent before it is
     * forgotten, 180 s by default. A client beyond the limit, or beyond the channels that there are, takes the place of the
     * one that was silent longest.
     *
     * @param clients 1 or more
     * @param idle 1 ms to 1 day; the same at an exit
     * @return this
     */
    public TunnelBuilder datagrams(int clients, Duration idle) {
        maxDatagramClients = atLeast("clients", clients, 1);
        datagramIdle = positive("idle", idle);
        return this;
    }

    /**
     * Sets how many octets may wait to be sent into the tunnel before local sockets are read no more, and how few before
     * they are read again; 1 MiB and 512 KiB by default.
     *
     * @param high 65536 or more
     * @param low 1 to the high mark
     * @return this
     */
    public TunnelBuilder sendQueue(int high, int low) {
        highMark = atLeast("high", high, 1 << 16);
        lowMark = atLeast("low", low, 1);
        if (low > high) {
            throw new IllegalArgumentException("the low mark " + low + " is above the high mark " + high);
        }
        return this;
    }

    /**
     * Sets the clocks; those of the system by default. Timers themselves run on the event loop.
     *
     * @param timeOfDay for the greeting, which has to differ from that of every other tunnel
     * @param monotonicNanos for limits and waiting times, in nanoseconds from any origin; must not go back
     * @return this
     */
    public TunnelBuilder clock(Clock timeOfDay, LongSupplier monotonicNanos) {
        clock = Objects.requireNonNull(timeOfDay, "timeOfDay");
        nanoTime = Objects.requireNonNull(monotonicNanos, "monotonicNanos");
        return this;
    }

    /**
     * Sets how long a connecting end waits before it tries again: the time doubles with every failure, and is
     * varied by chance. 200 ms to 30 s by default.
     *
     * @param first 1 ms or more
     * @param last not less than the first
     * @return this
     */
    public TunnelBuilder reconnect(Duration first, Duration last) {
        if (last.compareTo(positive("first", first)) < 0) {
            throw new IllegalArgumentException("the last waiting time " + last + " is below the first " + first);
        }
        firstRetry = first;
        lastRetry = positive("last", last);
        return this;
    }

    /**
     * Sets who hears what happens.
     *
     * @param value called on the event loop
     * @return this
     */
    public TunnelBuilder listener(TunnelListener value) {
        listener = Objects.requireNonNull(value, "listener");
        return this;
    }

    /**
     * Runs the tunnel on an event loop of the host, which the host shuts down after closing the tunnel. It must
     * serve NIO channels. By default the tunnel has a thread of its own.
     *
     * @param group where the loop is taken from
     * @return this
     */
    public TunnelBuilder eventLoops(EventLoopGroup group) {
        eventLoops = Objects.requireNonNull(group, "group");
        return this;
    }

    /** For tests that look at every attempt to connect. */
    TunnelBuilder exitSockets(ExitSockets value) {
        exitSockets = value;
        return this;
    }

    private static int atLeast(String name, int value, int min) {
        if (value < min) {
            throw new IllegalArgumentException(name + " must be " + min + " or more, was " + value);
        }
        return value;
    }

    private static Duration positive(String name, Duration value) {
        if (value.toMillis() < 1 || value.toDays() > 1) {
            throw new IllegalArgumentException(name + " must be 1 ms to 1 day, was " + value);
        }
        return value;
    }

    /**
     * Opens the ports and starts to connect or to listen.
     *
     * @return the running tunnel
     * @throws TransportException if a port cannot be bound; the message names it
     * @throws io.mirror.transport.TlsConfigurationException if the TLS options cannot be used
     * @throws IllegalStateException if no carrier was chosen, or there is nothing to forward
     */
    public Tunnel start() {
        if (host == null && streams == null) {
            throw new IllegalStateException("a tunnel needs one of connect, listen, fifos, command");
        }
        if (streams != null && (tls != null || webSocket != null)) {
            throw new IllegalStateException("TLS and WebSocket are for tunnels over sockets");
        }
        for (Rule rule : rules) {
            if (rule.destination() instanceof Destination.Embedded embedded
                    && !handlers.containsKey(embedded.protocol())) {
                throw new IllegalStateException("no handler is registered for " + embedded.protocol());
            }
        }
        return new Tunnel(this);
    }

    List<Entry> entries() {
        return entries;
    }

    @Nullable
    EventLoopGroup eventLoops() {
        return eventLoops;
    }

    String host() {
        return Objects.requireNonNullElse(host, "");
    }

    int port() {
        return port;
    }

    boolean connects() {
        return connects;
    }

    Road road() {
        Optional<TlsContext> context = Optional.ofNullable(tls)
                .map(options -> connects ? TlsContext.forConnector(options) : TlsContext.forListener(options));
        return new Road(context, Optional.ofNullable(webSocket));
    }

    TunnelConnector.Dialler dialler(Names names, Road way) {
        TunnelConnector.Dialler other = streams;
        String peer = host();
        int number = port;
        return other != null ? other : end -> Sockets.dial(end, names, peer, number, way);
    }

    TunnelSettings settings() {
        SecureRandom random = new SecureRandom();
        return new TunnelSettings(
                options,
                rules,
                targets.orElseGet(this::targetsOfRules),
                handlers,
                exitSockets,
                policy,
                new TunnelBounds(
                        maxTunnels,
                        maxHeldClients,
                        holdTime,
                        connectTimeout,
                        drainTimeout,
                        maxDatagramClients,
                        datagramIdle,
                        lowMark,
                        highMark),
                firstRetry,
                lastRetry,
                listener,
                Greetings.at(clock),
                nanoTime,
                random);
    }

    private TargetList targetsOfRules() {
        TargetList.Builder list = TargetList.builder();
        for (Rule rule : rules) {
            if (rule.destination() instanceof Destination.Relay relay) {
                list.trust(relay.host(), relay.port());
            }
        }
        return list.build();
    }
}
