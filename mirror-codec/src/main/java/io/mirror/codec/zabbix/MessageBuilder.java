package io.mirror.codec.zabbix;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Collects a {@link ProxyMessage}. Not safe for use by several threads; of no use after {@link #build()}. */
public final class MessageBuilder {
    private static final int MAX_OTHER = 64;

    final Map<String, String> other = new LinkedHashMap<>();
    Optional<String> request = Optional.empty();
    Optional<String> response = Optional.empty();
    Optional<String> info = Optional.empty();
    Optional<String> host = Optional.empty();
    Optional<String> version = Optional.empty();
    Optional<String> session = Optional.empty();
    Optional<Boolean> uploadEnabled = Optional.empty();
    OptionalLong clock = OptionalLong.empty();
    OptionalInt ns = OptionalInt.empty();
    OptionalLong proxyDelay = OptionalLong.empty();
    OptionalLong configRevision = OptionalLong.empty();
    OptionalLong hostmapRevision = OptionalLong.empty();
    Optional<String> macroSecrets = Optional.empty();
    Optional<String> proxyGroup = Optional.empty();
    boolean more;
    boolean fullSync;
    boolean dataPresent;
    boolean secretsInData;
    List<Long> deletedHosts = List.of();
    List<Long> deletedMacroHosts = List.of();
    List<AvailabilityRow> availability = List.of();
    List<HostAvailabilityRow> hostAvailability = List.of();
    List<HistoryRow> history = List.of();
    List<DiscoveryRow> discovery = List.of();
    List<RegistrationRow> registrations = List.of();
    List<HostDataRow> hostData = List.of();
    List<Task> tasks = List.of();
    List<ConfigTable> tables = List.of();
    List<RowProblem> problems = List.of();

    MessageBuilder() {}

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
    public MessageBuilder request(String value) {
        request = Optional.of(value);
        return this;
    }

    /**
     * Sets {@code success} or {@code failed}.
     *
     * @param value the member
     * @return this
     */
    public MessageBuilder response(String value) {
        response = Optional.of(value);
        return this;
    }

    /**
     * Sets why something failed.
     *
     * @param value the member
     * @return this
     */
    public MessageBuilder info(String value) {
        info = Optional.of(value);
        return this;
    }

    /**
     * Sets the proxy's name.
     *
     * @param value the member
     * @return this
     */
    public MessageBuilder host(String value) {
        host = Optional.of(value);
        return this;
    }

    /**
     * Sets the proxy's version, or the server's where it refuses one.
     *
     * @param value the member
     * @return this
     */
    public MessageBuilder version(String value) {
        version = Optional.of(value);
        return this;
    }

    /**
     * Sets the token of the proxy process.
     *
     * @param value the member
     * @return this
     */
    public MessageBuilder session(String value) {
        session = Optional.of(value);
        return this;
    }

    /**
     * Sets whether the proxy may send data.
     *
     * @param value the member
     * @return this
     */
    public MessageBuilder uploadEnabled(boolean value) {
        uploadEnabled = Optional.of(value);
        return this;
    }

    /**
     * Sets the sender's time in seconds since 1970.
     *
     * @param value the member
     * @return this
     */
    public MessageBuilder clock(long value) {
        clock = OptionalLong.of(value);
        return this;
    }

    /**
     * Sets the nanoseconds of the sender's time.
     *
     * @param value the member
     * @return this
     */
    public MessageBuilder ns(int value) {
        ns = OptionalInt.of(value);
        return this;
    }

    /**
     * Sets how long the oldest value has waited, in seconds.
     *
     * @param value the member
     * @return this
     */
    public MessageBuilder proxyDelay(long value) {
        proxyDelay = OptionalLong.of(value);
        return this;
    }

    /**
     * Sets revision of the configuration, from 6.4 on.
     *
     * @param value the member
     * @return this
     */
    public MessageBuilder configRevision(long value) {
        configRevision = OptionalLong.of(value);
        return this;
    }

    /**
     * Sets revision of the map of hosts, from 7.0 on.
     *
     * @param value the member
     * @return this
     */
    public MessageBuilder hostmapRevision(long value) {
        hostmapRevision = OptionalLong.of(value);
        return this;
    }

    /**
     * Sets secrets of a vault as JSON text; never to be logged.
     *
     * @param value the member
     * @return this
     */
    public MessageBuilder macroSecrets(String value) {
        macroSecrets = Optional.of(value);
        return this;
    }

    /**
     * Sets the proxy group as JSON text, from 7.0 on.
     *
     * @param value the member
     * @return this
     */
    public MessageBuilder proxyGroup(String value) {
        proxyGroup = Optional.of(value);
        return this;
    }

    /**
     * Sets a mark of the message.
     *
     * @param value true if there is more to send
     * @return this
     */
    public MessageBuilder more(boolean value) {
        more = value;
        return this;
    }

    /**
     * Sets a mark of the message.
     *
     * @param value true if everything is sent and the rest is to be deleted, from 6.4 on
     * @return this
     */
    public MessageBuilder fullSync(boolean value) {
        fullSync = value;
        return this;
    }

    /**
     * Sets a mark of the message.
     *
     * @param value true if tables stand inside {@code data}
     * @return this
     */
    public MessageBuilder dataPresent(boolean value) {
        dataPresent = value;
        return this;
    }

    /**
     * Sets a mark of the message.
     *
     * @param value true if the secrets of a vault stand inside {@code data}
     * @return this
     */
    public MessageBuilder secretsInData(boolean value) {
        secretsInData = value;
        return this;
    }

    /**
     * Adds to hosts to delete, from 6.4 on.
     *
     * @param value the next one
     * @return this
     */
    public MessageBuilder deletedHost(long value) {
        deletedHosts = with(deletedHosts, value);
        return this;
    }

    /**
     * Adds to hosts without macros from now on, 0 for the global ones, from 6.4 on.
     *
     * @param value the next one
     * @return this
     */
    public MessageBuilder deletedMacroHost(long value) {
        deletedMacroHosts = with(deletedMacroHosts, value);
        return this;
    }

    /**
     * Adds to availability of interfaces.
     *
     * @param value the next one
     * @return this
     */
    public MessageBuilder availability(AvailabilityRow value) {
        availability = with(availability, value);
        return this;
    }

    /**
     * Adds to availability of hosts.
     *
     * @param value the next one
     * @return this
     */
    public MessageBuilder hostAvailability(HostAvailabilityRow value) {
        hostAvailability = with(hostAvailability, value);
        return this;
    }

    /**
     * Adds to values.
     *
     * @param value the next one
     * @return this
     */
    public MessageBuilder history(HistoryRow value) {
        history = with(history, value);
        return this;
    }

    /**
     * Adds to results of network discovery.
     *
     * @param value the next one
     * @return this
     */
    public MessageBuilder discovery(DiscoveryRow value) {
        discovery = with(discovery, value);
        return this;
    }

    /**
     * Adds to announced agents.
     *
     * @param value the next one
     * @return this
     */
    public MessageBuilder registration(RegistrationRow value) {
        registrations = with(registrations, value);
        return this;
    }

    /**
     * Adds to states of active agents.
     *
     * @param value the next one
     * @return this
     */
    public MessageBuilder hostData(HostDataRow value) {
        hostData = with(hostData, value);
        return this;
    }

    /**
     * Adds to tasks and results.
     *
     * @param value the next one
     * @return this
     */
    public MessageBuilder task(Task value) {
        tasks = with(tasks, value);
        return this;
    }

    /**
     * Adds to configuration tables.
     *
     * @param value the next one
     * @return this
     */
    public MessageBuilder table(ConfigTable value) {
        tables = with(tables, value);
        return this;
    }

    /**
     * Adds to rows that could not be taken.
     *
     * @param value the next one
     * @return this
     */
    public MessageBuilder problem(RowProblem value) {
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
    public MessageBuilder other(String name, String json) {
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
