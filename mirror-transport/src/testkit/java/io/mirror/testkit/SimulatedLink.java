package io.mirror.testkit;

import io.mirror.core.access.ConnectionAccess;
import io.mirror.core.access.Permissions;
import io.mirror.core.hub.Origin;
import io.mirror.core.link.ConnectPlan;
import io.mirror.core.link.LinkConfig;
import io.mirror.core.link.LinkCounters;
import io.mirror.core.link.LinkMode;
import io.mirror.core.link.LinkOptions;
import io.mirror.core.link.LinkState;
import io.mirror.core.link.MirrorSession;
import io.mirror.core.link.ReconnectPolicy;
import io.mirror.core.link.ReconnectPolicy.Reason;
import io.mirror.core.link.VerifyReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A link between two simulated hubs. It connects by itself, now and after every loss, with the retry delay of its
 * configuration; every connection runs two real sessions and the real codec.
 */
public final class SimulatedLink {
    private static final long NANOS_PER_MILLI = 1_000_000L;
    /** How long it takes at most until a side notices that the connection was reset. */
    private static final long MAX_RESET_NANOS = 50 * NANOS_PER_MILLI;

    private static final long KEEP_ALIVE_NANOS = 120_000 * NANOS_PER_MILLI;

    private final Simulation simulation;
    private final SimulatedHub slave;
    private final SimulatedHub master;
    private final List<SimulatedHub> hosts = new ArrayList<>();
    private final ConnectPlan plan;
    private final long idleLimit;
    private final Optional<Supplier<LineCoding>> slaveCoding;
    private final Optional<Supplier<LineCoding>> masterCoding;
    private final LinkConfig config;
    private final LinkOptions slaveOptions;
    private final LinkOptions masterOptions;
    private final ConnectionAccess access;
    private final String name;
    private final SplittableRandom random;
    private final long madeAt;
    private final List<Connection> connections = new ArrayList<>();
    private Network network;
    private Origin slaveOrigin;
    private @Nullable Connection current;
    private final Set<SimulatedHub> blocked = new HashSet<>();
    private boolean attemptPending;
    private long connects;
    private long finishedPointMessages;
    private long finishedBytes;
    private String lastReason = "";

    private SimulatedLink(Builder builder) {
        simulation = builder.simulation;
        slave = builder.slave;
        master = builder.master;
        hosts.add(master);
        hosts.addAll(builder.secondary);
        idleLimit = builder.idleLimit.toNanos();
        slaveCoding = builder.slaveCoding;
        masterCoding = builder.masterCoding;
        config = builder.config;
        slaveOptions = builder.slaveOptions;
        masterOptions = builder.masterOptions;
        access = builder.access;
        network = builder.network;
        name = builder.name.isEmpty() ? slave.name() + "->" + master.name() : builder.name;
        random = simulation.newRandom();
        ReconnectPolicy policy =
                builder.reconnect.orElseGet(() -> ReconnectPolicy.fixed(Duration.ofMillis(config.retryDelayMillis())));
        plan = new ConnectPlan(hosts.size(), policy.seeded(random.nextLong()));
        madeAt = simulation.nanos();
        slaveOrigin = Origin.of(name);
        slave.add(this);
        hosts.forEach(host -> host.add(this));
        simulation.add(this);
        attemptAfter(0);
    }

    // ---- Connecting ----

    private void attemptAfter(long nanos) {
        if (!attemptPending) {
            attemptPending = true;
            simulation.after(nanos, this::attempt);
        }
    }

    private void retryAfter(long millis) {
        attemptAfter(millis * NANOS_PER_MILLI);
    }

    private void attempt() {
        attemptPending = false;
        if (current != null || !slave.isUp()) {
            return;
        }
        SimulatedHub host = hosts.get(plan.host());
        if (blocked.contains(host)) {
            retryAfter(plan.failed(Reason.UNREACHABLE));
            return;
        }
        if (!host.isUp()) {
            retryAfter(plan.failed(Reason.REFUSED));
            return;
        }
        connects++;
        Pipe toMaster = new Pipe(simulation, network, simulation.newRandom());
        Pipe toSlave = new Pipe(simulation, network, simulation.newRandom());
        Connection[] made = new Connection[1];
        End.Owner owner = new End.Owner() {
            @Override
            public void closed(End end, String reason) {
                endClosed(made[0], end, reason);
            }

            @Override
            public void heard(End end) {
                if (end == made[0].master) {
                    replaceOlder(made[0]);
                }
            }

            @Override
            public void mirrors(End end) {
                if (end == made[0].slave) {
                    made[0].mirrored = true;
                    plan.mirrored();
                }
            }
        };
        String id = name + "#" + connects;
        End slaveEnd = new End(simulation, id + "/slave", slaveOrigin, toMaster, owner, slaveCoding);
        End masterEnd = new End(simulation, id + "/master", Origin.of(id), toSlave, owner, masterCoding);
        Connection connection = new Connection(slaveEnd, masterEnd, host, toMaster, toSlave);
        made[0] = connection;
        connections.add(connection);
        current = connection;
        simulation.trace(name, "connects to " + host.name());
        watchIdle(connection);
        masterEnd.open((output, listener) ->
                MirrorSession.master(host.hub(), access, masterEnd.origin, masterOptions, output, listener));
        slaveEnd.open((output, listener) ->
                MirrorSession.slave(slave.hub(), config, slaveEnd.origin, slaveOptions, output, listener));
    }

    /** A peer that is back replaces the connection that it left behind. */
    private void replaceOlder(Connection newest) {
        if (connections.size() < 2 || newest.master.origin.peer().isEmpty()) {
            return;
        }
        for (Connection older : List.copyOf(connections)) {
            if (older != newest && older.host == newest.host && !older.master.isGone()) {
                older.master.peerClosed("replaced by a newer connection");
            }
        }
    }

    private void endClosed(Connection connection, End end, String reason) {
        if (connection == current && end == connection.slave) {
            current = null;
            lastReason = reason;
            retryAfter(connection.mirrored ? plan.lost() : plan.failed(Reason.REFUSED));
        }
        End other = connection.other(end);
        if (!other.isGone()) {
            // The operating system asks a peer that says nothing for long whether it is there.
            simulation.after(KEEP_ALIVE_NANOS, () -> other.peerClosed("keep-alive unanswered"));
        }
        forgetIfOver(connection);
    }

    private void forgetIfOver(Connection connection) {
        if (connection.isOver() && connections.remove(connection)) {
            connection.slave.checkBooks();
            connection.master.checkBooks();
            finishedPointMessages += connection.slave.counters().pointsSent()
                    + connection.master.counters().pointsSent();
            finishedBytes += connection.toMaster.bytes() + connection.toSlave.bytes();
            connection.release();
        }
    }

    /** A proxy on the way cuts what is idle for long. */
    private void watchIdle(Connection connection) {
        if (idleLimit > 0) {
            long wait = connection.lastSentNanos() + idleLimit - simulation.nanos();
            simulation.after(Math.max(1, wait), () -> cutIfIdle(connection));
        }
    }

    private void cutIfIdle(Connection connection) {
        if (connection.isOver() || connection.toMaster.isVanishing() || connection.toSlave.isVanishing()) {
            return;
        }
        if (simulation.nanos() - connection.lastSentNanos() >= idleLimit) {
            fault("cut for being idle", 10);
            reset(connection);
        } else {
            watchIdle(connection);
        }
    }

    // ---- Faults ----

    /** Resets the connection: both sides notice within 50 ms, what was under way is lost. */
    public void cut() {
        Connection connection = current;
        fault("cut", 3);
        if (connection != null) {
            reset(connection);
        }
    }

    private void reset(Connection connection) {
        connection.toMaster.vanish();
        connection.toSlave.vanish();
        resetSoon(connection.slave);
        resetSoon(connection.master);
    }

    private void resetSoon(End end) {
        simulation.after(random.nextLong(MAX_RESET_NANOS), () -> end.peerClosed("connection reset"));
    }

    /**
     * Loses what is sent in one direction until the connection is closed. The sender sees nothing of it.
     *
     * @param direction the direction
     */
    public void lose(Direction direction) {
        Connection connection = current;
        fault("loses bytes " + direction, 4 + direction.ordinal());
        if (connection != null) {
            (direction == Direction.TO_MASTER ? connection.toMaster : connection.toSlave).vanish();
        }
    }

    /**
     * Holds back what is sent in one direction for a while; then all of it arrives.
     *
     * @param direction the direction
     * @param duration how long
     */
    public void stall(Direction direction, Duration duration) {
        Connection connection = current;
        fault("stalls " + direction + " for " + duration, 6 + direction.ordinal());
        if (connection != null) {
            (direction == Direction.TO_MASTER ? connection.toMaster : connection.toSlave).stall(duration.toNanos());
        }
    }

    /**
     * Lets attempts to connect fail from now on, or succeed again. What is connected stays so.
     *
     * @param on true to let them fail
     */
    public void block(boolean on) {
        fault(on ? "blocked" : "unblocked", on ? 8 : 9);
        blocked.clear();
        if (on) {
            blocked.addAll(hosts);
        }
    }

    /**
     * Lets attempts to connect to one host fail from now on, so that another one gets its turn, or succeed again. What is
     * connected stays so, and the host itself lives on and forgets nothing.
     *
     * @param host the primary host or its stand-in
     * @param on true to let them fail
     */
    public void block(SimulatedHub host, boolean on) {
        fault((on ? "blocked from " : "unblocked from ") + host.name(), on ? 11 : 12);
        if (on) {
            blocked.add(host);
        } else {
            blocked.remove(host);
        }
    }

    boolean hasStandIn() {
        return hosts.size() > 1;
    }

    /**
     * Changes how bytes travel. Counts from the next connection on.
     *
     * @param value the network
     */
    public void network(Network value) {
        network = Objects.requireNonNull(value, "network");
    }

    private void fault(String what, int code) {
        simulation.fingerprints().add(simulation.nanos());
        simulation.fingerprints().add(code);
        simulation.trace(name, what);
    }

    void hubCrashed(SimulatedHub hub, boolean silent) {
        for (Connection connection : List.copyOf(connections)) {
            if (hub != slave && hub != connection.host) {
                continue;
            }
            End dead = hub == slave ? connection.slave : connection.master;
            End alive = connection.other(dead);
            connection.toMaster.vanish();
            connection.toSlave.vanish();
            dead.abandon();
            if (!silent) {
                resetSoon(alive);
            }
            if (hub == slave && connection == current) {
                current = null;
            }
            forgetIfOver(connection);
        }
    }

    void hubStarted(SimulatedHub hub) {
        // A machine that is up again answers what belongs to no connection of its own with a reset.
        for (Connection connection : connections) {
            if (hub == slave || hub == connection.host) {
                resetSoon(hub == slave ? connection.master : connection.slave);
            }
        }
        if (hub == slave) {
            slaveOrigin = Origin.of(name);
            attemptAfter(0);
        }
    }

    // ---- What is known of the link ----

    /**
     * Returns the name.
     *
     * @return the name
     */
    public String name() {
        return name;
    }

    /**
     * Returns the hub that connects.
     *
     * @return the slave
     */
    public SimulatedHub slave() {
        return slave;
    }

    /**
     * Returns the hub that listens.
     *
     * @return the primary host
     */
    public SimulatedHub master() {
        return master;
    }

    /**
     * Returns the host that the link is connected to.
     *
     * @return the primary host or its stand-in, the primary one if the link is not connected
     */
    public SimulatedHub host() {
        Connection connection = current;
        return connection == null ? master : connection.host;
    }

    /**
     * Returns the configuration.
     *
     * @return the configuration
     */
    public LinkConfig config() {
        return config;
    }

    /**
     * Returns where the slave's side of the link is.
     *
     * @return the state of its session, {@link LinkState#RETRY_WAIT} if it is not connected
     */
    public LinkState state() {
        Connection connection = current;
        return connection == null ? LinkState.RETRY_WAIT : connection.slave.state();
    }

    /**
     * Returns what the slave takes the host for.
     *
     * @return the mode of its session, {@link LinkMode#UNKNOWN} if it is not connected
     */
    public LinkMode mode() {
        Connection connection = current;
        return connection == null ? LinkMode.UNKNOWN : connection.slave.mode();
    }

    /**
     * Tells whether both sides are connected to each other and mirror.
     *
     * @return true if so
     */
    public boolean isMirroring() {
        Connection connection = current;
        return connection != null
                && !connection.slave.isGone()
                && !connection.master.isGone()
                && !connection.toMaster.isVanishing()
                && !connection.toSlave.isVanishing()
                && connection.slave.state() == LinkState.MIRRORING;
    }

    /** Tells whether both sides mirror, all that was sent has arrived, and nothing is pending. */
    boolean isAtRest() {
        Connection connection = current;
        if (connection == null || connections.size() != 1 || !isMirroring()) {
            return false;
        }
        LinkCounters ofSlave = connection.slave.counters();
        LinkCounters ofMaster = connection.master.counters();
        return ofSlave.queue().queued() == 0
                && ofMaster.queue().queued() == 0
                && ofSlave.pointsSent() == pointsArrived(ofMaster)
                && ofMaster.pointsSent() == pointsArrived(ofSlave);
    }

    private static long pointsArrived(LinkCounters counters) {
        return counters.pointsReceived() + counters.echoesReceived();
    }

    /**
     * Returns how often the link was connected.
     *
     * @return the number of connections made
     */
    public long connects() {
        return connects;
    }

    /**
     * Returns how many point messages were sent in both directions on all connections of the link.
     *
     * @return the number, echoes included
     */
    public long pointMessages() {
        long sum = finishedPointMessages;
        for (Connection connection : connections) {
            sum += connection.slave.counters().pointsSent()
                    + connection.master.counters().pointsSent();
        }
        return sum;
    }

    /**
     * Compares both sides of the link.
     *
     * @param done called with the report when the comparison is complete
     * @throws IllegalStateException if the link is not connected
     */
    public void verify(Consumer<VerifyReport> done) {
        Connection connection = current;
        if (connection == null) {
            throw new IllegalStateException(name + " is not connected");
        }
        connection.slave.verify(done);
    }

    /**
     * Returns how many bytes were sent in both directions on all connections of the link.
     *
     * @return the number of bytes
     */
    public long bytes() {
        long sum = finishedBytes;
        for (Connection connection : connections) {
            sum += connection.toMaster.bytes() + connection.toSlave.bytes();
        }
        return sum;
    }

    /**
     * Returns what the slave's session counted on the present connection.
     *
     * @return the counters, empty if the link is not connected
     */
    public Optional<LinkCounters> slaveCounters() {
        return Optional.ofNullable(current).map(connection -> connection.slave.counters());
    }

    /**
     * Returns what the master's session counted on the present connection.
     *
     * @return the counters, empty if the link is not connected
     */
    public Optional<LinkCounters> masterCounters() {
        return Optional.ofNullable(current).map(connection -> connection.master.counters());
    }

    long madeAtNanos() {
        return madeAt;
    }

    void checkBooks() {
        for (Connection connection : connections) {
            connection.slave.checkBooks();
            connection.master.checkBooks();
        }
    }

    void release() {
        for (Connection connection : List.copyOf(connections)) {
            connection.slave.abandon();
            connection.master.abandon();
            connection.release();
        }
        connections.clear();
        current = null;
    }

    @Override
    public String toString() {
        String reason = lastReason.isEmpty() ? "" : ", last closed: " + lastReason;
        return "link " + name + " " + state() + ", " + config.flags() + ", connected " + connects + " times" + reason;
    }

    /** Collects what a link is made of. */
    public static final class Builder {
        private final Simulation simulation;
        private final SimulatedHub slave;
        private final SimulatedHub master;
        private final LinkConfig config;
        private LinkOptions slaveOptions = LinkOptions.defaults();
        private LinkOptions masterOptions = LinkOptions.defaults();
        private ConnectionAccess access = ConnectionAccess.withoutUsers(Permissions.all());
        private Network network = Network.lan();
        private String name = "";
        private final List<SimulatedHub> secondary = new ArrayList<>();
        private Optional<ReconnectPolicy> reconnect = Optional.empty();
        private Duration idleLimit = Duration.ZERO;
        private Optional<Supplier<LineCoding>> slaveCoding = Optional.empty();
        private Optional<Supplier<LineCoding>> masterCoding = Optional.empty();

        Builder(Simulation simulation, SimulatedHub slave, SimulatedHub master, LinkConfig config) {
            this.simulation = simulation;
            this.slave = Objects.requireNonNull(slave, "slave");
            this.master = Objects.requireNonNull(master, "master");
            this.config = Objects.requireNonNull(config, "config");
        }

        /**
         * Sets how the sessions of both sides behave; the defaults of {@link LinkOptions} if not set.
         *
         * @param value the options
         * @return this
         */
        public Builder options(LinkOptions value) {
            return slaveOptions(value).masterOptions(value);
        }

        /**
         * Sets how the slave's sessions behave.
         *
         * @param value the options
         * @return this
         */
        public Builder slaveOptions(LinkOptions value) {
            slaveOptions = Objects.requireNonNull(value, "options");
            return this;
        }

        /**
         * Sets how the master's sessions behave.
         *
         * @param value the options
         * @return this
         */
        public Builder masterOptions(LinkOptions value) {
            masterOptions = Objects.requireNonNull(value, "options");
            return this;
        }

        /**
         * Sets what the slave may do at the master; everything if not set.
         *
         * @param value the access
         * @return this
         */
        public Builder access(ConnectionAccess value) {
            access = Objects.requireNonNull(value, "access");
            return this;
        }

        /**
         * Sets how bytes travel; {@link Network#lan} if not set.
         *
         * @param value the network
         * @return this
         */
        public Builder network(Network value) {
            network = Objects.requireNonNull(value, "network");
            return this;
        }

        /**
         * Adds a stand-in that is tried in turn with the master.
         *
         * @param hub the hub
         * @return this
         */
        public Builder secondary(SimulatedHub hub) {
            secondary.add(Objects.requireNonNull(hub, "hub"));
            return this;
        }

        /**
         * Sets how long to wait before connecting again; the retry delay of the configuration if not set.
         *
         * @param value the policy; its seed is replaced by one that follows from the simulation's
         * @return this
         */
        public Builder reconnect(ReconnectPolicy value) {
            reconnect = Optional.of(value);
            return this;
        }

        /**
         * Has connections reset on which nothing was sent in either direction for so long, as proxies do.
         *
         * @param value the time, zero for never
         * @return this
         */
        public Builder idleLimit(Duration value) {
            idleLimit = Objects.requireNonNull(value, "idleLimit");
            return this;
        }

        /**
         * Sets what the bytes of each connection pass through; nothing if not set.
         *
         * @param slaveSide makes the coding of the slave's end of a connection
         * @param masterSide makes the coding of the master's end
         * @return this
         */
        public Builder coding(Supplier<LineCoding> slaveSide, Supplier<LineCoding> masterSide) {
            slaveCoding = Optional.of(slaveSide);
            masterCoding = Optional.of(masterSide);
            return this;
        }

        /**
         * Sets what to call the link; made of the names of its hubs if not set.
         *
         * @param value the name
         * @return this
         */
        public Builder name(String value) {
            name = Objects.requireNonNull(value, "name");
            return this;
        }

        /**
         * Makes the link, which begins to connect when virtual time passes.
         *
         * @return the link
         */
        public SimulatedLink start() {
            return new SimulatedLink(this);
        }
    }
}
