package io.mirror.codec.zabbix;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A message in memory, of any kind: requests, answers, acknowledgements (sections 5 to 9). Big ones are better read
 * through a {@link MessageListener}; such a message is then the part that is no row.
 *
 * <p>Instances are immutable.
 */
public final class ProxyMessage {
    /** Asks for, or brings, the configuration. */
    public static final String CONFIG = "proxy config";
    /** Tells that an active proxy lives. */
    public static final String HEARTBEAT = "proxy heartbeat";
    /** Brings, or asks for, data. */
    public static final String DATA = "proxy data";
    /** Asks a passive proxy for results of tasks. */
    public static final String TASKS = "proxy tasks";
    /** The response of an answer that went well. */
    public static final String SUCCESS = "success";
    /** The response of an answer that did not. */
    public static final String FAILED = "failed";

    private final Builder from;
    private final Map<String, String> other;
    private final List<Long> deletedHosts;
    private final List<Long> deletedMacroHosts;
    private final List<AvailabilityRow> availability;
    private final List<HostAvailabilityRow> hostAvailability;
    private final List<HistoryRow> history;
    private final List<DiscoveryRow> discovery;
    private final List<RegistrationRow> registrations;
    private final List<HostDataRow> hostData;
    private final List<Task> tasks;
    private final List<ConfigTable> tables;
    private final List<RowProblem> problems;

    private ProxyMessage(Builder from) {
        this.from = from;
        other = new LinkedHashMap<>(from.other);
        deletedHosts = List.copyOf(from.deletedHosts);
        deletedMacroHosts = List.copyOf(from.deletedMacroHosts);
        availability = List.copyOf(from.availability);
        hostAvailability = List.copyOf(from.hostAvailability);
        history = List.copyOf(from.history);
        discovery = List.copyOf(from.discovery);
        registrations = List.copyOf(from.registrations);
        hostData = List.copyOf(from.hostData);
        tasks = List.copyOf(from.tasks);
        tables = List.copyOf(from.tables);
        problems = List.copyOf(from.problems);
    }

    /**
     * Starts an empty message.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Makes the answer {@code success}.
     *
     * @return the answer
     */
    public static ProxyMessage success() {
        return builder().response(SUCCESS).build();
    }

    /**
     * Makes the answer {@code failed}.
     *
     * @param info the reason, empty for none
     * @return the answer
     */
    public static ProxyMessage failed(String info) {
        return failedBuilder(info).build();
    }

    /**
     * Starts the answer {@code failed}.
     *
     * @param info the reason, empty for none
     * @return a builder
     */
    public static Builder failedBuilder(String info) {
        Builder builder = builder().response(FAILED);
        return info.isEmpty() ? builder : builder.info(info);
    }

    /**
     * Tells whether this is an answer {@code success}.
     *
     * @return true if it is
     */
    public boolean isSuccess() {
        return from.response.filter(SUCCESS::equals).isPresent();
    }

    /**
     * Tells whether the request has this name.
     *
     * @param name the name
     * @return true if it has
     */
    public boolean isRequest(String name) {
        return from.request.filter(name::equals).isPresent();
    }

    /**
     * Returns the name of the request.
     *
     * @return the member, if it is there
     */
    public Optional<String> request() {
        return from.request;
    }

    /**
     * Returns {@code success} or {@code failed}.
     *
     * @return the member, if it is there
     */
    public Optional<String> response() {
        return from.response;
    }

    /**
     * Returns why something failed.
     *
     * @return the member, if it is there
     */
    public Optional<String> info() {
        return from.info;
    }

    /**
     * Returns the proxy's name.
     *
     * @return the member, if it is there
     */
    public Optional<String> host() {
        return from.host;
    }

    /**
     * Returns the proxy's version, or the server's where it refuses one.
     *
     * @return the member, if it is there
     */
    public Optional<String> version() {
        return from.version;
    }

    /**
     * Returns the token of the proxy process.
     *
     * @return the member, if it is there
     */
    public Optional<String> session() {
        return from.session;
    }

    /**
     * Returns whether the proxy may send data.
     *
     * @return the member, if it is there
     */
    public Optional<Boolean> uploadEnabled() {
        return from.uploadEnabled;
    }

    /**
     * Returns the sender's time in seconds since 1970.
     *
     * @return the member, if it is there
     */
    public OptionalLong clock() {
        return from.clock;
    }

    /**
     * Returns the nanoseconds of the sender's time.
     *
     * @return the member, if it is there
     */
    public OptionalInt ns() {
        return from.ns;
    }

    /**
     * Returns how long the oldest value has waited, in seconds.
     *
     * @return the member, if it is there
     */
    public OptionalLong proxyDelay() {
        return from.proxyDelay;
    }

    /**
     * Returns revision of the configuration, from 6.4 on.
     *
     * @return the member, if it is there
     */
    public OptionalLong configRevision() {
        return from.configRevision;
    }

    /**
     * Returns revision of the map of hosts, from 7.0 on.
     *
     * @return the member, if it is there
     */
    public OptionalLong hostmapRevision() {
        return from.hostmapRevision;
    }

    /**
     * Returns secrets of a vault as JSON text; never to be logged.
     *
     * @return the member, if it is there
     */
    public Optional<String> macroSecrets() {
        return from.macroSecrets;
    }

    /**
     * Returns the proxy group as JSON text, from 7.0 on.
     *
     * @return the member, if it is there
     */
    public Optional<String> proxyGroup() {
        return from.proxyGroup;
    }

    /**
     * Returns a mark of this message.
     *
     * @return true if there is more to send
     */
    public boolean more() {
        return from.more;
    }

    /**
     * Returns a mark of this message.
     *
     * @return true if everything is sent and the rest is to be deleted, from 6.4 on
     */
    public boolean fullSync() {
        return from.fullSync;
    }

    /**
     * Returns a mark of this message.
     *
     * @return true if tables stand inside {@code data}
     */
    public boolean dataPresent() {
        return from.dataPresent;
    }

    /**
     * Returns a mark of this message.
     *
     * @return true if the secrets of a vault stand inside {@code data}
     */
    public boolean secretsInData() {
        return from.secretsInData;
    }

    /**
     * Returns hosts to delete, from 6.4 on.
     *
     * @return an immutable list, may be empty
     */
    public List<Long> deletedHosts() {
        return deletedHosts;
    }

    /**
     * Returns hosts without macros from now on, 0 for the global ones, from 6.4 on.
     *
     * @return an immutable list, may be empty
     */
    public List<Long> deletedMacroHosts() {
        return deletedMacroHosts;
    }

    /**
     * Returns availability of interfaces.
     *
     * @return an immutable list, may be empty
     */
    public List<AvailabilityRow> availability() {
        return availability;
    }

    /**
     * Returns availability of hosts.
     *
     * @return an immutable list, may be empty
     */
    public List<HostAvailabilityRow> hostAvailability() {
        return hostAvailability;
    }

    /**
     * Returns values.
     *
     * @return an immutable list, may be empty
     */
    public List<HistoryRow> history() {
        return history;
    }

    /**
     * Returns results of network discovery.
     *
     * @return an immutable list, may be empty
     */
    public List<DiscoveryRow> discovery() {
        return discovery;
    }

    /**
     * Returns announced agents.
     *
     * @return an immutable list, may be empty
     */
    public List<RegistrationRow> registrations() {
        return registrations;
    }

    /**
     * Returns states of active agents.
     *
     * @return an immutable list, may be empty
     */
    public List<HostDataRow> hostData() {
        return hostData;
    }

    /**
     * Returns tasks and results.
     *
     * @return an immutable list, may be empty
     */
    public List<Task> tasks() {
        return tasks;
    }

    /**
     * Returns configuration tables.
     *
     * @return an immutable list, may be empty
     */
    public List<ConfigTable> tables() {
        return tables;
    }

    /**
     * Returns rows that could not be taken.
     *
     * @return an immutable list, may be empty
     */
    public List<RowProblem> problems() {
        return problems;
    }

    /**
     * Returns members that have no form of their own here.
     *
     * @return name to JSON text, in the order read
     */
    public Map<String, String> other() {
        return new LinkedHashMap<>(other);
    }

    /**
     * Tells what kind of message this is, without anything from inside.
     *
     * @return a short text
     */
    @Override
    public String toString() {
        return "ProxyMessage[" + from.request.or(() -> from.response).orElse("answer") + ", " + history.size()
                + " values, " + tasks.size() + " tasks, " + tables.size() + " tables]";
    }

    /** Collects a message. Not safe for use by several threads; of no use after {@link #build()}. */
    public static final class Builder {
        private static final int MAX_OTHER = 64;

        private final Map<String, String> other = new LinkedHashMap<>();
        private Optional<String> request = Optional.empty();
        private Optional<String> response = Optional.empty();
        private Optional<String> info = Optional.empty();
        private Optional<String> host = Optional.empty();
        private Optional<String> version = Optional.empty();
        private Optional<String> session = Optional.empty();
        private Optional<Boolean> uploadEnabled = Optional.empty();
        private OptionalLong clock = OptionalLong.empty();
        private OptionalInt ns = OptionalInt.empty();
        private OptionalLong proxyDelay = OptionalLong.empty();
        private OptionalLong configRevision = OptionalLong.empty();
        private OptionalLong hostmapRevision = OptionalLong.empty();
        private Optional<String> macroSecrets = Optional.empty();
        private Optional<String> proxyGroup = Optional.empty();
        private boolean more;
        private boolean fullSync;
        private boolean dataPresent;
        private boolean secretsInData;
        private List<Long> deletedHosts = List.of();
        private List<Long> deletedMacroHosts = List.of();
        private List<AvailabilityRow> availability = List.of();
        private List<HostAvailabilityRow> hostAvailability = List.of();
        private List<HistoryRow> history = List.of();
        private List<DiscoveryRow> discovery = List.of();
        private List<RegistrationRow> registrations = List.of();
        private List<HostDataRow> hostData = List.of();
        private List<Task> tasks = List.of();
        private List<ConfigTable> tables = List.of();
        private List<RowProblem> problems = List.of();

        private Builder() {}

        /** Most messages have few sections, many have none. */
        private static <T> List<T> with(List<T> list, T value) {
            List<T> some = list.isEmpty() ? new ArrayList<>() : list;
            some.add(value);
            return some;
        }

        /**
         * Sets the name of the request.
         *
         * @param value the member
         * @return this
         */
        public Builder request(String value) {
            request = Optional.of(value);
            return this;
        }

        /**
         * Sets {@code success} or {@code failed}.
         *
         * @param value the member
         * @return this
         */
        public Builder response(String value) {
            response = Optional.of(value);
            return this;
        }

        /**
         * Sets why something failed.
         *
         * @param value the member
         * @return this
         */
        public Builder info(String value) {
            info = Optional.of(value);
            return this;
        }

        /**
         * Sets the proxy's name.
         *
         * @param value the member
         * @return this
         */
        public Builder host(String value) {
            host = Optional.of(value);
            return this;
        }

        /**
         * Sets the proxy's version, or the server's where it refuses one.
         *
         * @param value the member
         * @return this
         */
        public Builder version(String value) {
            version = Optional.of(value);
            return this;
        }

        /**
         * Sets the token of the proxy process.
         *
         * @param value the member
         * @return this
         */
        public Builder session(String value) {
            session = Optional.of(value);
            return this;
        }

        /**
         * Sets whether the proxy may send data.
         *
         * @param value the member
         * @return this
         */
        public Builder uploadEnabled(boolean value) {
            uploadEnabled = Optional.of(value);
            return this;
        }

        /**
         * Sets the sender's time in seconds since 1970.
         *
         * @param value the member
         * @return this
         */
        public Builder clock(long value) {
            clock = OptionalLong.of(value);
            return this;
        }

        /**
         * Sets the nanoseconds of the sender's time.
         *
         * @param value the member
         * @return this
         */
        public Builder ns(int value) {
            ns = OptionalInt.of(value);
            return this;
        }

        /**
         * Sets how long the oldest value has waited, in seconds.
         *
         * @param value the member
         * @return this
         */
        public Builder proxyDelay(long value) {
            proxyDelay = OptionalLong.of(value);
            return this;
        }

        /**
         * Sets revision of the configuration, from 6.4 on.
         *
         * @param value the member
         * @return this
         */
        public Builder configRevision(long value) {
            configRevision = OptionalLong.of(value);
            return this;
        }

        /**
         * Sets revision of the map of hosts, from 7.0 on.
         *
         * @param value the member
         * @return this
         */
        public Builder hostmapRevision(long value) {
            hostmapRevision = OptionalLong.of(value);
            return this;
        }

        /**
         * Sets secrets of a vault as JSON text; never to be logged.
         *
         * @param value the member
         * @return this
         */
        public Builder macroSecrets(String value) {
            macroSecrets = Optional.of(value);
            return this;
        }

        /**
         * Sets the proxy group as JSON text, from 7.0 on.
         *
         * @param value the member
         * @return this
         */
        public Builder proxyGroup(String value) {
            proxyGroup = Optional.of(value);
            return this;
        }

        /**
         * Sets a mark of the message.
         *
         * @param value true if there is more to send
         * @return this
         */
        public Builder more(boolean value) {
            more = value;
            return this;
        }

        /**
         * Sets a mark of the message.
         *
         * @param value true if everything is sent and the rest is to be deleted, from 6.4 on
         * @return this
         */
        public Builder fullSync(boolean value) {
            fullSync = value;
            return this;
        }

        /**
         * Sets a mark of the message.
         *
         * @param value true if tables stand inside {@code data}
         * @return this
         */
        public Builder dataPresent(boolean value) {
            dataPresent = value;
            return this;
        }

        /**
         * Sets a mark of the message.
         *
         * @param value true if the secrets of a vault stand inside {@code data}
         * @return this
         */
        public Builder secretsInData(boolean value) {
            secretsInData = value;
            return this;
        }

        /**
         * Adds to hosts to delete, from 6.4 on.
         *
         * @param value the next one
         * @return this
         */
        public Builder deletedHost(long value) {
            deletedHosts = with(deletedHosts, value);
            return this;
        }

        /**
         * Adds to hosts without macros from now on, 0 for the global ones, from 6.4 on.
         *
         * @param value the next one
         * @return this
         */
        public Builder deletedMacroHost(long value) {
            deletedMacroHosts = with(deletedMacroHosts, value);
            return this;
        }

        /**
         * Adds to availability of interfaces.
         *
         * @param value the next one
         * @return this
         */
        public Builder availability(AvailabilityRow value) {
            availability = with(availability, value);
            return this;
        }

        /**
         * Adds to availability of hosts.
         *
         * @param value the next one
         * @return this
         */
        public Builder hostAvailability(HostAvailabilityRow value) {
            hostAvailability = with(hostAvailability, value);
            return this;
        }

        /**
         * Adds to values.
         *
         * @param value the next one
         * @return this
         */
        public Builder history(HistoryRow value) {
            history = with(history, value);
            return this;
        }

        /**
         * Adds to results of network discovery.
         *
         * @param value the next one
         * @return this
         */
        public Builder discovery(DiscoveryRow value) {
            discovery = with(discovery, value);
            return this;
        }

        /**
         * Adds to announced agents.
         *
         * @param value the next one
         * @return this
         */
        public Builder registration(RegistrationRow value) {
            registrations = with(registrations, value);
            return this;
        }

        /**
         * Adds to states of active agents.
         *
         * @param value the next one
         * @return this
         */
        public Builder hostData(HostDataRow value) {
            hostData = with(hostData, value);
            return this;
        }

        /**
         * Adds to tasks and results.
         *
         * @param value the next one
         * @return this
         */
        public Builder task(Task value) {
            tasks = with(tasks, value);
            return this;
        }

        /**
         * Adds to configuration tables.
         *
         * @param value the next one
         * @return this
         */
        public Builder table(ConfigTable value) {
            tables = with(tables, value);
            return this;
        }

        /**
         * Adds to rows that could not be taken.
         *
         * @param value the next one
         * @return this
         */
        public Builder problem(RowProblem value) {
            problems = with(problems, value);
            return this;
        }

        /**
         * Adds a member that has no form of its own here; of more than 64 the rest is left out.
         *
         * @param name name of the member
         * @param json its value as JSON text
         * @return this
         */
        public Builder other(String name, String json) {
            if (other.size() < MAX_OTHER) {
                other.putIfAbsent(name, json);
            }
            return this;
        }

        void macroSecretsInData(String json) {
            macroSecrets(json);
            secretsInData = true;
        }

        int rows() {
            return availability.size()
                    + hostAvailability.size()
                    + history.size()
                    + discovery.size()
                    + registrations.size()
                    + hostData.size()
                    + tasks.size();
        }

        /** What is known of a message that is still arriving; later changes of this builder show in it. */
        ProxyMessage peek() {
            return new ProxyMessage(this);
        }

        /**
         * Makes the message.
         *
         * @return the message
         */
        public ProxyMessage build() {
            return new ProxyMessage(this);
        }
    }
}
