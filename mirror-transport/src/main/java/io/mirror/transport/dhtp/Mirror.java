package io.mirror.transport.dhtp;

import io.mirror.codec.dhtp.ConfigurationException;
import io.mirror.codec.dhtp.ConfigurationFile;
import io.mirror.codec.dhtp.DhtpEncoder;
import io.mirror.codec.dhtp.DhtpLimits;
import io.mirror.codec.dhtp.Expression;
import io.mirror.core.command.Command;
import io.mirror.core.command.StatusCode;
import io.mirror.core.hub.PointHub;
import io.mirror.core.link.LinkConfig;
import io.mirror.core.link.LinkOptions;
import io.mirror.core.link.RemoteConfiguration;
import io.mirror.core.link.ServerAddress;
import io.mirror.transport.access.TargetList;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * A hub with a listener and links that are governed by the configuration commands of a DataHub (DHTP section 5.4): by the
 * host through {@link #command}, and, if the host allows it, by administrators over a connection.
 *
 * <pre>{@code
 * try (Mirror mirror = Mirror.builder(hub).listener(master -> master.access(users)).start()) {
 *     mirror.command("(tcp_service 4502)");
 *     mirror.command("(mirror_master_2 gateway 4503 0x1230000D line1 plant 1000 5000)");
 * }
 * }</pre>
 *
 * <p>These commands are understood, and no others:
 *
 * <ul>
 *   <li>{@code tcp_service PORT}: listen there, and nowhere else
 *   <li>{@code enable_tcp_server 0|1}: stop listening, listen again
 *   <li>{@code enable_mirror_master 1}: without effect, for slaves and clients share a port here; 0 is answered
 *       {@link StatusCode#NOT_IMPLEMENTED}
 *   <li>{@code enable_mirror_slave 0|1}: end all links, start them again
 *   <li>{@code create_domain NAME}
 *   <li>{@code set "type.pointqueuedepth" N}, {@code set "type.perpointqueuedepth" N}: for what is started later
 *   <li>{@code mirror_master_2 ...}, {@code mirror_master ...}: a link; one to the same host, port and domains is replaced
 * </ul>
 *
 * <p>Safe for use by several threads; one command is carried out at a time.
 */
public final class Mirror implements AutoCloseable {
    private static final Logger LOGGER = System.getLogger("io.mirror.transport.dhtp");

    /** Commands of administrators that wait for their turn, over all connections. */
    private static final int MAX_WAITING = 64;

    private final MirrorSettings settings;
    private final TargetList masters;
    private final ThreadPoolExecutor remote;

    private Mirror(Builder builder) {
        masters = builder.masters.build();
        remote = new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MAX_WAITING), task -> {
            Thread thread = new Thread(task, "mirror-configuration");
            thread.setDaemon(true);
            return thread;
        });
        remote.allowCoreThreadTimeOut(true);
        UnaryOperator<MirrorMaster.Builder> listener = builder.remoteConfig
                ? master -> builder.listener.apply(master).remoteConfiguration(this::executeRemote)
                : builder.listener;
        settings = new MirrorSettings(
                builder.hub, builder.address, listener, builder.link, builder.linkOptions, builder.monitor);
    }

    /**
     * Starts to describe a mirror.
     *
     * @param hub whose points it serves and keeps the same
     * @return a builder
     */
    public static Builder builder(PointHub hub) {
        return new Builder(hub);
    }

    /**
     * Carries out one configuration command. Returns when it has taken effect, which for one that ends connections may
     * take some seconds.
     *
     * @param text one expression, as in a configuration file (DHTP section 5.4)
     * @return the reply as a client would get it, without LF: {@code (success "create_domain" "plant")}, or
     *     {@code (error "-13: (master gw ...): Unknown command")} (DHTP section 3.1)
     */
    public String command(String text) {
        Expression expression;
        try {
            List<ConfigurationFile.Entry> entries = ConfigurationFile.read(text);
            if (entries.size() != 1) {
                throw new ConfigurationException(0, "one command is wanted, found " + entries.size());
            }
            expression = entries.get(0).expression();
        } catch (ConfigurationException e) {
            return text(Command.Failure.of(StatusCode.SYNTAX, "", List.of(), String.valueOf(e.getMessage())));
        }
        List<String> arguments = new ArrayList<>();
        for (int i = 1; i < expression.size(); i++) {
            arguments.add(expression.text(i).orElse(""));
        }
        MirrorSettings.Result result = settings.execute(expression.command(), arguments);
        result.afterwards().run();
        RemoteConfiguration.Answer answer = result.answer();
        return text(
                answer.code() == StatusCode.OK
                        ? new Command.Success(expression.command(), arguments.subList(0, Math.min(1, arguments.size())))
                        : Command.Failure.of(answer.code(), expression.command(), arguments, answer.text()));
    }

    /**
     * Listens on a port, and nowhere else, as {@code tcp_service} does; while {@code enable_tcp_server} is 0, later.
     *
     * @param port 1 to 65535
     * @throws io.mirror.transport.TransportException if the port cannot be listened on; it is as before then
     * @throws IllegalStateException if the mirror is closed
     */
    public void listen(int port) {
        settings.listen(port).run();
    }

    /**
     * Starts a link, as {@code mirror_master_2} does, with all that a configuration can say. One to the same primary
     * host, port and domains is replaced. While {@code enable_mirror_slave} is 0 the link waits for that to change.
     *
     * @param config what is known of the master
     * @throws IllegalArgumentException if the configuration must not be used
     * @throws io.mirror.transport.TransportException if the link cannot be started, or there are 1,000 already
     * @throws IllegalStateException if the mirror is closed
     */
    public void link(LinkConfig config) {
        settings.start(config);
    }

    /**
     * Returns what carries out administrators' commands, for listeners that the host starts by itself and that are to
     * govern this mirror: they stay what they are, whatever the commands say.
     *
     * @return to be given to {@link MirrorMaster.Builder#remoteConfiguration}
     */
    public RemoteConfiguration remoteConfiguration() {
        return this::executeRemote;
    }

    private static String text(Command reply) {
        ByteBuf out = Unpooled.buffer();
        new DhtpEncoder(DhtpLimits.DEFAULT).encode(reply, out);
        return out.toString(StandardCharsets.UTF_8).strip();
    }

    /** An administrator's command: its place is behind those of others, for it may have to wait for connections to end. */
    private void executeRemote(Command.Configure command, Consumer<RemoteConfiguration.Answer> answer) {
        try {
            remote.execute(() -> {
                MirrorSettings.Result result = carryOut(command);
                LOGGER.log(
                        Level.INFO,
                        "configuration over a connection: {0}: {1}",
                        command.keyword(),
                        result.answer().code());
                // Answered first: what follows may end the connection on which the command came.
                answer.accept(result.answer());
                result.afterwards().run();
            });
        } catch (RejectedExecutionException tooMany) {
            answer.accept(new RemoteConfiguration.Answer(StatusCode.FULL, "Too many configuration commands"));
        }
    }

    private MirrorSettings.Result carryOut(Command.Configure command) {
        try {
            return settings.executeRemote(command, masters);
        } catch (RuntimeException e) {
            return MirrorSettings.Result.refused(StatusCode.ERROR, "The command failed");
        }
    }

    /**
     * Returns the listener.
     *
     * @return the master that listens now, if one does
     */
    public Optional<MirrorMaster> listener() {
        return settings.listener();
    }

    /**
     * Lists the links to masters.
     *
     * @return the status of each link, in the order in which they were configured; empty while
     *     {@code enable_mirror_slave} is 0
     */
    public List<LinkStatus> links() {
        return settings.links();
    }

    /** Ends the links and the listener. Commands are answered with an error from then on. */
    @Override
    public void close() {
        remote.shutdown();
        settings.close();
    }

    /** Collects the description of a mirror. Not safe for use by several threads. */
    public static final class Builder {
        private final PointHub hub;
        private final TargetList.Builder masters = TargetList.builder();
        private String address = "127.0.0.1";
        private UnaryOperator<MirrorMaster.Builder> listener = UnaryOperator.identity();
        private UnaryOperator<MirrorSlave.Builder> link = UnaryOperator.identity();
        private LinkOptions linkOptions = LinkOptions.defaults();
        private Optional<LinkMonitor> monitor = Optional.empty();
        private boolean remoteConfig;

        private Builder(PointHub hub) {
            this.hub = Objects.requireNonNull(hub, "hub");
        }

        /**
         * Sets on which address {@code tcp_service} listens; 127.0.0.1 by default.
         *
         * @param value a name or an address of this machine; {@code 0.0.0.0} for all
         * @return this
         */
        public Builder address(String value) {
            address = Objects.requireNonNull(value, "address");
            return this;
        }

        /**
         * Sets what listeners are given besides their address: users, TLS, limits. Without it everyone may connect and
         * nothing else.
         *
         * @param value completes the builder of each listener that a command starts; whoever sets
         *     {@link MirrorMaster.Builder#options} here overrides the queue depths that commands set
         * @return this
         */
        public Builder listener(UnaryOperator<MirrorMaster.Builder> value) {
            listener = Objects.requireNonNull(value, "listener");
            return this;
        }

        /**
         * Sets what links are given besides their configuration: trust, WebSocket paths, limits.
         *
         * @param value completes the builder of each link that a command starts; whoever sets
         *     {@link MirrorSlave.Builder#options} here overrides {@link #linkOptions} and the queue depths that commands
         *     set
         * @return this
         */
        public Builder link(UnaryOperator<MirrorSlave.Builder> value) {
            link = Objects.requireNonNull(value, "link");
            return this;
        }

        /**
         * Sets behaviour and limits of the links.
         *
         * @param value the options; commands change the depths of their queue
         * @return this
         */
        public Builder linkOptions(LinkOptions value) {
            linkOptions = Objects.requireNonNull(value, "linkOptions");
            return this;
        }

        /**
         * Publishes the links, each under the name of its local domain, and the listener, as {@code port-} and its
         * number, for as long as they exist; a number is put behind a name that is taken.
         *
         * @param value the monitor, to be closed after the mirror
         * @return this
         */
        public Builder monitor(LinkMonitor value) {
            monitor = Optional.of(value);
            return this;
        }

        /**
         * Lets users who have the right {@link io.mirror.core.access.Right#ADMIN} and have logged in send configuration
         * commands to the listener; false by default (DHTP section 5.4).
         *
         * @param value true to allow it
         * @return this
         */
        public Builder remoteConfig(boolean value) {
            remoteConfig = value;
            return this;
        }

        /**
         * Allows administrators to configure links to a master over a connection. Without it there is none that they may
         * name; {@link Mirror#command} is not bound by it.
         *
         * @param master host and port, as the command has to write them; letter case of the host does not count
         * @return this
         * @throws io.mirror.transport.TransportException if the port is the name of an unknown service
         */
        public Builder allowMaster(ServerAddress master) {
            masters.trust(master.host(), ServicePorts.resolve(master.port()));
            return this;
        }

        /**
         * Allows administrators to configure links to some masters over a connection. Where such a link leads is judged at
         * each connection, by the address that is connected to, or by the name if there is a proxy.
         *
         * @param target a name, an address without brackets or a range, see {@link TargetList.Builder#allow(String, int,
         *     int)}
         * @param firstPort the lowest port, 1 to 65535
         * @param lastPort the highest port
         * @return this
         * @throws IllegalArgumentException if a port is out of range or the target is neither name nor range
         */
        public Builder allowMasters(String target, int firstPort, int lastPort) {
            masters.allow(target, firstPort, lastPort);
            return this;
        }

        /**
         * Sets who looks up the names of masters that are configured over a connection.
         *
         * @param value default the machine's resolver
         * @return this
         */
        public Builder masterResolver(TargetList.Resolver value) {
            masters.resolver(value);
            return this;
        }

        /**
         * Starts the mirror: it neither listens nor connects before a command says so.
         *
         * @return the mirror, to be closed when no longer wanted
         */
        public Mirror start() {
            return new Mirror(this);
        }
    }
}
