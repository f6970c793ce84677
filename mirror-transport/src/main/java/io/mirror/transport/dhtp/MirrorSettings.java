package io.mirror.transport.dhtp;

import io.mirror.codec.dhtp.ConfigurationException;
import io.mirror.codec.dhtp.LinkLines;
import io.mirror.core.command.Command;
import io.mirror.core.command.StatusCode;
import io.mirror.core.hub.PointHub;
import io.mirror.core.hub.QueueOptions;
import io.mirror.core.hub.Selection;
import io.mirror.core.link.LinkConfig;
import io.mirror.core.link.LinkOptions;
import io.mirror.core.link.RemoteConfiguration.Answer;
import io.mirror.core.link.ServerAddress;
import io.mirror.core.point.Excerpt;
import io.mirror.core.point.PointName;
import io.mirror.transport.TransportException;
import io.mirror.transport.access.TargetList;
import io.mirror.transport.access.TargetRefusedException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What configuration commands have made of a mirror: its listener, its links, its settings (DHTP section 5.4). */
final class MirrorSettings {
    private static final int MAX_LINKS = 1000;

    private final PointHub hub;
    private final String address;
    private final UnaryOperator<MirrorMaster.Builder> customListener;
    private final UnaryOperator<MirrorSlave.Builder> customLink;
    private final LinkOptions linkOptions;
    private final Optional<LinkMonitor> monitor;

    private final Map<Route, Link> links = new LinkedHashMap<>();
    private QueueOptions queue;
    private boolean tcpServer = true;
    private boolean mirrorSlave = true;
    private Optional<Integer> port = Optional.empty();
    private @Nullable Listener master;
    private boolean closed;

    /** What tells one link from another. */
    private record Route(ServerAddress master, String localDomain, String remoteDomain) {}

    /** A link as configured, where it may lead if not the host has named it, and its slave while links are enabled. */
    private record Link(LinkConfig config, Optional<TargetList> targets, Optional<Running> running) {}

    /** A slave, and the name under which it is published. */
    private record Running(MirrorSlave slave, String name) {}

    /** A master, and the name under which it is published. */
    private record Listener(MirrorMaster master, String name) {}

    /** What became of a command, and what is left to do when that has been said. */
    record Result(Answer answer, Runnable afterwards) {
        static final Result DONE = new Result(Answer.DONE, () -> {});

        static Result refused(StatusCode code, String text) {
            return new Result(new Answer(code, text), () -> {});
        }
    }

    MirrorSettings(
            PointHub hub,
            String address,
            UnaryOperator<MirrorMaster.Builder> customListener,
            UnaryOperator<MirrorSlave.Builder> customLink,
            LinkOptions linkOptions,
            Optional<LinkMonitor> monitor) {
        this.hub = hub;
        this.address = address;
        this.customListener = customListener;
        this.customLink = customLink;
        this.linkOptions = linkOptions;
        this.monitor = monitor;
        queue = linkOptions.queue();
    }

    static ServerAddress comparable(ServerAddress address) {
        return new ServerAddress(address.host().toLowerCase(Locale.ROOT), address.port());
    }

    /** Carries out a command that came over a connection: where it leads is for the host to say (S-SSRF-5). */
    Result executeRemote(Command.Configure command, TargetList masters) {
        return execute(command.keyword(), command.arguments(), Optional.of(masters));
    }

    private static boolean isAllowed(String host, String port, TargetList masters) {
        try {
            masters.resolve(host, ServicePorts.resolve(port));
            return true;
        } catch (TargetRefusedException | TransportException e) {
            return false;
        } catch (UnknownHostException e) {
            // The name is on the list; what it leads to is judged when it leads somewhere.
            return true;
        }
    }

    /** Carries out a command of the host. */
    Result execute(String keyword, List<String> arguments) {
        return execute(keyword, arguments, Optional.empty());
    }

    private synchronized Result execute(String keyword, List<String> arguments, Optional<TargetList> targets) {
        if (closed) {
            return Result.refused(StatusCode.NOT_AVAILABLE, "The mirror is closed");
        }
        try {
            return switch (keyword) {
                case "tcp_service" -> listenOn((int) number(arguments, 0, 1, 65535));
                case "enable_tcp_server" -> enableServer(flag(arguments));
                case "enable_mirror_master" -> enableMaster(flag(arguments));
                case "enable_mirror_slave" -> enableSlaves(flag(arguments));
                case "create_domain" -> createDomain(only(arguments, 0));
                case "set" -> set(arguments);
                case "mirror_master", LinkLines.MIRROR_MASTER_2 -> link(keyword, arguments, targets);
                default -> Result.refused(StatusCode.SYNTAX, StatusCode.SYNTAX.text());
            };
        } catch (ConfigurationException e) {
            return Result.refused(StatusCode.SYNTAX, String.valueOf(e.getMessage()));
        } catch (TransportException | IllegalArgumentException e) {
            return Result.refused(StatusCode.ERROR, String.valueOf(e.getMessage()));
        }
    }

    // ---- Arguments ----

    private static String only(List<String> arguments, int index) {
        if (arguments.size() != index + 1) {
            throw new ConfigurationException(0, "takes " + (index + 1) + " arguments, found " + arguments.size());
        }
        return arguments.get(index);
    }

    private static long number(List<String> arguments, int index, int min, int max) {
        String text = only(arguments, index);
        try {
            long number = Long.parseLong(text);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Reported below, like a number that is out of range.
        }
        throw new ConfigurationException(
                0, "wants a number from " + min + " to " + max + ", was \"" + Excerpt.of(text) + "\"");
    }

    private static boolean flag(List<String> arguments) {
        return number(arguments, 0, 0, 1) == 1;
    }

    // ---- Listener ----

    private Result listenOn(int number) {
        if (port.filter(present -> present == number).isPresent()) {
            return Result.DONE;
        }
        if (!tcpServer) {
            port = Optional.of(number);
            return Result.DONE;
        }
        Listener started = startListener(number);
        port = Optional.of(number);
        return replaceListener(started);
    }

    /** Listens on a port, and nowhere else; what is returned ends what was before. */
    synchronized Runnable listen(int number) {
        requireOpen();
        return listenOn(number).afterwards();
    }

    private Listener startListener(int number) {
        MirrorMaster.Builder builder = MirrorMaster.builder(hub)
                .options(LinkOptions.builder().queue(queue).build());
        MirrorMaster started =
                customListener.apply(builder).bind(address, number).start();
        String name = monitor.map(publisher -> publisher.freeName("port-" + started.port()))
                .orElse("");
        monitor.ifPresent(publisher -> publisher.add(name, started));
        return new Listener(started, name);
    }

    private Result replaceListener(@Nullable Listener started) {
        Listener old = master;
        master = started;
        return new Result(Answer.DONE, () -> {
            if (old != null) {
                end(old);
            }
        });
    }

    private void end(Listener listener) {
        monitor.ifPresent(publisher -> publisher.remove(listener.name()));
        listener.master().close();
    }

    private Result enableServer(boolean on) {
        if (on == tcpServer) {
            return Result.DONE;
        }
        Listener started = on && port.isPresent() ? startListener(port.get()) : null;
        tcpServer = on;
        return replaceListener(started);
    }

    private static Result enableMaster(boolean on) {
        return on
                ? Result.DONE
                : Result.refused(
                        StatusCode.NOT_IMPLEMENTED,
                        "slaves and clients use one port here; enable_tcp_server 0 closes it");
    }

    // ---- Links ----

    private Result link(String keyword, List<String> arguments, Optional<TargetList> targets) {
        if (keyword.equals("mirror_master") && arguments.size() > 7) {
            throw new ConfigurationException(0, "mirror_master takes no user and password; use mirror_master_2");
        }
        if (targets.isPresent()
                && arguments.size() > 1
                && !isAllowed(arguments.get(0), arguments.get(1), targets.get())) {
            return Result.refused(StatusCode.NOT_ALLOWED, "Not a master that may be configured over a connection");
        }
        return link(LinkLines.read(LinkLines.MIRROR_MASTER_2, arguments), targets);
    }

    /** Starts a link, or makes one anew. */
    synchronized void start(LinkConfig config) {
        requireOpen();
        Answer answer = link(config, Optional.empty()).answer();
        if (answer.code() != StatusCode.OK) {
            throw new TransportException(answer.text());
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the mirror is closed");
        }
    }

    private Result link(LinkConfig config, Optional<TargetList> targets) {
        Route route = new Route(comparable(config.primary()), config.localDomain(), config.remoteDomain());
        Link old = links.get(route);
        if (old == null && links.size() >= MAX_LINKS) {
            return Result.refused(StatusCode.FULL, "There are " + MAX_LINKS + " links already");
        }
        if (!mirrorSlave) {
            links.put(route, new Link(config, targets, Optional.empty()));
            return Result.DONE;
        }
        // Two links between the same domains would each take the points of the other for their own.
        Optional.ofNullable(old).flatMap(Link::running).ifPresent(this::end);
        try {
            links.put(route, startLink(config, targets));
        } catch (TransportException | IllegalArgumentException e) {
            if (old != null) {
                links.put(route, startLink(old.config(), old.targets()));
            }
            throw e;
        }
        return Result.DONE;
    }

    private Link startLink(LinkConfig config, Optional<TargetList> targets) {
        LinkOptions options = linkOptions.toBuilder().queue(queue).build();
        MirrorSlave.Builder builder =
                customLink.apply(MirrorSlave.builder(hub, config).options(options));
        targets.ifPresent(builder::targets);
        MirrorSlave started = builder.start();
        String name = monitor.map(publisher -> publisher.freeName(config.localDomain()))
                .orElse("");
        monitor.ifPresent(publisher -> publisher.add(name, started));
        return new Link(config, targets, Optional.of(new Running(started, name)));
    }

    private void end(Running link) {
        monitor.ifPresent(publisher -> publisher.remove(link.name()));
        link.slave().close();
    }

    private Result enableSlaves(boolean on) {
        if (on != mirrorSlave) {
            mirrorSlave = on;
            links.replaceAll((route, link) -> {
                link.running().ifPresent(this::end);
                return on
                        ? startLink(link.config(), link.targets())
                        : new Link(link.config(), link.targets(), Optional.empty());
            });
        }
        return Result.DONE;
    }

    // ---- Settings ----

    /** A domain exists from the moment when somebody is interested in it. */
    private Result createDomain(String domain) {
        PointName.checkDomain(domain);
        hub.subscribe(Selection.futurePoints(domain), Runnable::run, point -> {})
                .close();
        return Result.DONE;
    }

    private Result set(List<String> arguments) {
        String name = arguments.isEmpty() ? "" : arguments.get(0);
        switch (name) {
            case "type.pointqueuedepth" ->
                queue = queue.withDepths(queue.perPointDepth(), (int) number(arguments, 1, 0, Integer.MAX_VALUE));
            case "type.perpointqueuedepth" ->
                queue = queue.withDepths(
                        (int) number(arguments, 1, 0, QueueOptions.MAX_PER_POINT_DEPTH), queue.totalDepth());
            default -> {
                return Result.refused(StatusCode.SYNTAX, "There is no such setting");
            }
        }
        return Result.DONE;
    }

    // ---- What there is ----

    synchronized Optional<MirrorMaster> listener() {
        return Optional.ofNullable(master).map(Listener::master);
    }

    synchronized List<LinkStatus> links() {
        List<LinkStatus> statuses = new ArrayList<>();
        for (Link link : links.values()) {
            link.running().ifPresent(running -> statuses.add(running.slave().status()));
        }
        return statuses;
    }

    synchronized void close() {
        closed = true;
        for (Link link : links.values()) {
            link.running().ifPresent(this::end);
        }
        links.clear();
        Listener present = master;
        master = null;
        if (present != null) {
            end(present);
        }
    }
}
