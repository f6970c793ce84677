package io.mirror.codec.zabbix;

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

    private final MessageBuilder from;
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

    ProxyMessage(MessageBuilder from) {
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
    public static MessageBuilder builder() {
        return new MessageBuilder();
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
    public static MessageBuilder failedBuilder(String info) {
        MessageBuilder builder = builder().response(FAILED);
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
}
