package io.mirror.sockmux;

import io.mirror.sockmux.forward.Destination;
import io.mirror.sockmux.forward.Entry;
import io.mirror.sockmux.forward.Rule;
import io.mirror.sockmux.forward.TunnelParameters;
import io.mirror.sockmux.session.MuxOptions;
import io.mirror.sockmux.session.MuxSession;
import io.mirror.transport.TlsContext;
import io.mirror.transport.TlsIdentity;
import io.mirror.transport.TlsOptions;
import io.mirror.transport.TransportException;
import io.mirror.transport.internal.net.EventLoops;
import io.mirror.transport.websocket.WebSocketOptions;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * One end of a tunnel: many forwarded connections over one connection, in both directions, together with a DeleGate or
 * another tunnel of this library (SockMux sections 1 and 13).
 *
 * <p>Clients of its entries come out at the other end; channels of the other end come out where its rules say. Safe for
 * use by many threads; everything runs on one event loop. A peer that breaks the rules costs its own tunnel at most.
 */
public final class Tunnel implements AutoCloseable {
    /** The port that tunnels listen on if nothing else is said. */
    public static final int DEFAULT_PORT = 8707;

    private static final DateTimeFormatter GREETING =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss.SSSSSS", Locale.ROOT);

    private final EventLoops loops;
    private final EventLoop loop;
    private final Names names = new Names();
    private final TunnelEnd end;
    private final Road road;
    private final @Nullable Channel listening;
    private final List<Channel> entries = new ArrayList<>();
    private final @Nullable TunnelConnector connector;

    private Tunnel(Builder builder) {
        road = builder.road();
        loops = EventLoops.of(builder.eventLoops, "mirror-tunnel", 1);
        loop = loops.group().next();
        end = new TunnelEnd(builder.settings(), loop, names);
        try {
            for (Entry entry : builder.entries) {
                entries.add(Sockets.enter(end, entry));
            }
            listening = builder.connects()
                    ? null
                    : Sockets.listen(end, Objects.requireNonNullElse(builder.host, ""), builder.port, road);
        } catch (TransportException e) {
            entries.forEach(Channel::close);
            names.close();
            loops.close();
            throw e;
        }
        connector = builder.connects() ? new TunnelConnector(end, builder.dialler(names, road)) : null;
        TunnelConnector dialling = connector;
        if (dialling != null) {
            loop.execute(() -> {
                end.connector(dialling);
                dialling.dial();
            });
        }
    }

    /**
     * Starts to configure an end of a tunnel.
     *
     * @return a builder without carrier, entries and rules
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns where peers connect to.
     *
     * @return the address; empty if this end connects
     */
    public Optional<InetSocketAddress> address() {
        Channel bound = listening;
        return bound == null ? Optional.empty() : Optional.of((InetSocketAddress) bound.localAddress());
    }

    /**
     * Returns where clients connect to.
     *
     * @return the addresses of the entries, in the order in which they were configured
     */
    public List<InetSocketAddress> entries() {
        return entries.stream()
                .map(entry -> (InetSocketAddress) entry.localAddress())
                .toList();
    }

    /**
     * Returns what this end is doing. Waits for the event loop; not to be called on it from inside a callback that
     * blocks.
     *
     * @return the status as it is now
     */
    public TunnelStatus status() {
        return onLoop(end::status);
    }

    /**
     * Takes no more clients and opens nothing more for the peer, lets channels come to their end, and ends the tunnel
     * then. A peer of this library with extensions is told.
     *
     * @return completed when the tunnel has ended, on its event loop; {@link #close} is still to be called
     */
    public CompletionStage<Void> drain() {
        entries.forEach(Channel::close);
        Channel bound = listening;
        if (bound != null) {
            bound.close();
        }
        CompletableFuture<Void> drained = new CompletableFuture<>();
        loop.execute(() -> end.drain().thenRun(() -> drained.complete(null)));
        return drained;
    }

    /**
     * Replaces certificate and key. Tunnels that are up stay; new ones get the new certificate.
     *
     * @param identity the new certificate and key
     * @throws io.mirror.transport.TlsConfigurationException if they cannot be used; the old ones stay in force then
     * @throws IllegalStateException if this end does not use TLS
     */
    public void replaceIdentity(TlsIdentity identity) {
        road.tls()
                .orElseThrow(() -> new IllegalStateException("this tunnel does not use TLS"))
                .replaceIdentity(identity);
    }

    /** Ends the tunnel and all its channels, frees its ports, and waits for that. */
    @Override
    public void close() {
        entries.forEach(entry -> entry.close().awaitUninterruptibly());
        Channel bound = listening;
        if (bound != null) {
            bound.close().awaitUninterruptibly();
        }
        try {
            onLoop(() -> {
                TunnelConnector dialling = connector;
                if (dialling != null) {
                    dialling.close();
                }
                end.close();
                return true;
            });
        } catch (RejectedExecutionException loopIsGone) {
            // The host has shut its event loops down before: its channels are gone with them.
            return;
        } finally {
            names.close();
            loops.close();
        }
    }

    private <T> T onLoop(Callable<T> task) {
        try {
            if (loop.inEventLoop()) {
                return task.call();
            }
            return loop.submit(task).syncUninterruptibly().getNow();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Collects the options of an end of a tunnel. Not safe for use by several threads. */
    public static final class Builder {
        private @Nullable String host;
        private int port;
        private boolean connects;
        private TunnelConnector.@Nullable Dialler streams;
        private @Nullable TlsOptions tls;
        private @Nullable WebSocketOptions webSocket;
        private final List<Entry> entries = new ArrayList<>();
        private final List<Rule> rules = new ArrayList<>();
        private final Map<String, EmbeddedHandler> handlers = new HashMap<>();
        private MuxOptions options = MuxOptions.defaults();
        private TunnelPolicy policy = TunnelPolicy.ROUND_ROBIN;
        private int maxTunnels = 16;
        private int maxHeldClients = 64;
        private Duration holdTime = Duration.ofSeconds(10);
        private Duration connectTimeout = Duration.ofSeconds(10);
        private Duration firstRetry = Duration.ofMillis(200);
        private Duration lastRetry = Duration.ofSeconds(30);
        private TunnelListener listener = new TunnelListener() {};
        private @Nullable EventLoopGroup eventLoops;

        private Builder() {}

        /**
         * Takes carrier, entries, rules and options from DeleGate's parameters; the options replace those that were set
         * before.
         *
         * @param parameters what was read
         * @return this
         */
        public Builder parameters(TunnelParameters parameters) {
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
        public Builder connect(String peerHost, int peerPort) {
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
        public Builder listen(String address, int number) {
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
        public Builder fifos(Path in, Path out) {
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
        public Builder command(List<String> command) {
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
        public Builder tls(TlsOptions value) {
            tls = Objects.requireNonNull(value, "tls");
            return this;
        }

        /**
         * Carries the tunnel in binary messages of a WebSocket, within TLS if there is TLS.
         *
         * @param value path, headers and limits, the same path on both ends
         * @return this
         */
        public Builder webSocket(WebSocketOptions value) {
            webSocket = Objects.requireNonNull(value, "webSocket");
            return this;
        }

        /**
         * Adds a local port whose clients come out at the other end.
         *
         * @param value the entry
         * @return this
         */
        public Builder entry(Entry value) {
            entries.add(Objects.requireNonNull(value, "entry"));
            return this;
        }

        /**
         * Adds a rule behind those that were added before.
         *
         * @param value where which channels of the peer come out
         * @return this
         */
        public Builder rule(Rule value) {
            rules.add(Objects.requireNonNull(value, "rule"));
            return this;
        }

        /**
         * Adds a rule for all channels that no rule before is for.
         *
         * @param destination where they come out
         * @return this
         */
        public Builder forward(Destination destination) {
            return rule(Rule.to(destination));
        }

        /**
         * Registers a handler inside this process.
         *
         * @param protocol the name that rules use for it
         * @param value serves connections
         * @return this
         */
        public Builder handler(String protocol, EmbeddedHandler value) {
            handlers.put(protocol.toLowerCase(Locale.ROOT), Objects.requireNonNull(value, "handler"));
            return this;
        }

        /**
         * Sets how sessions behave and what a peer may do.
         *
         * @param value the options
         * @return this
         */
        public Builder options(MuxOptions value) {
            options = Objects.requireNonNull(value, "options");
            return this;
        }

        /**
         * Sets what a listening end does with a second peer; {@link TunnelPolicy#ROUND_ROBIN} by default.
         *
         * @param value the policy
         * @return this
         */
        public Builder policy(TunnelPolicy value) {
            policy = Objects.requireNonNull(value, "policy");
            return this;
        }

        /**
         * Limits the peers of a listening end, those that have not greeted yet included; 16 by default.
         *
         * @param value 1 or more
         * @return this
         */
        public Builder maxTunnels(int value) {
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
        public Builder holdClients(int clients, Duration time) {
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
        public Builder connectTimeout(Duration value) {
            connectTimeout = positive("connectTimeout", value);
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
        public Builder reconnect(Duration first, Duration last) {
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
        public Builder listener(TunnelListener value) {
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
        public Builder eventLoops(EventLoopGroup group) {
            eventLoops = Objects.requireNonNull(group, "group");
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

        private boolean connects() {
            return connects;
        }

        private Road road() {
            Optional<TlsContext> context = Optional.ofNullable(tls)
                    .map(options -> connects ? TlsContext.forConnector(options) : TlsContext.forListener(options));
            return new Road(context, Optional.ofNullable(webSocket));
        }

        private TunnelConnector.Dialler dialler(Names names, Road way) {
            TunnelConnector.Dialler other = streams;
            String peer = Objects.requireNonNullElse(host, "");
            int number = port;
            return other != null ? other : end -> Sockets.dial(end, names, peer, number, way);
        }

        private TunnelSettings settings() {
            SecureRandom random = new SecureRandom();
            return new TunnelSettings(
                    options,
                    rules,
                    handlers,
                    policy,
                    maxTunnels,
                    maxHeldClients,
                    holdTime,
                    connectTimeout,
                    firstRetry,
                    lastRetry,
                    listener,
                    greeting(),
                    System::nanoTime,
                    random);
        }

        /** Time and host, as a DeleGate greets; the time has microseconds, so every tunnel says something else. */
        private static String greeting() {
            String name;
            try {
                name = InetAddress.getLocalHost().getHostName();
            } catch (UnknownHostException e) {
                name = "localhost";
            }
            String text = GREETING.format(LocalDateTime.now(ZoneOffset.UTC)) + " " + name.replaceAll("[^!-~]", "");
            return text.substring(0, Math.min(text.length(), MuxSession.MAX_GREETING));
        }
    }
}
