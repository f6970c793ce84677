package io.mirror.replica.zabbix.exchange;

import io.mirror.codec.zabbix.MessageBuilder;
import io.mirror.codec.zabbix.MessageCollector;
import io.mirror.codec.zabbix.MessageListener;
import io.mirror.codec.zabbix.ProxyMessage;
import io.mirror.codec.zabbix.Task;
import io.mirror.codec.zabbix.ZabbixDecodeException;
import io.mirror.codec.zabbix.ZabbixVersion;
import io.mirror.core.point.Excerpt;
import io.mirror.replica.zabbix.exchange.ServerCounts.Count;
import java.util.List;
import java.util.Optional;

/**
 * How a server answers active proxies (sections 6 to 10 and 15). Every connection is a {@link Conversation} of its own.
 * Safe for use by several threads; what one proxy sends is dealt with one message at a time.
 */
public final class TrapperExchange {
    private static final String NO_CONFIGURATION = "there is no configuration for the proxy: ";

    private final ProxyRegistry registry;
    private final ServerHandler handler;
    private final DataIntake intake;
    private final int maxRows;

    /**
     * What goes back on a connection before it is closed.
     *
     * @param message the answer
     * @param compress true to compress it
     * @param tasks tasks that it hands out
     */
    public record Reply(ProxyMessage message, boolean compress, List<Task> tasks) {}

    /**
     * Creates an exchange.
     *
     * @param registry the proxies
     * @param handler the host
     * @param maxRows most rows that a message may have, 1 or more
     */
    public TrapperExchange(ProxyRegistry registry, ServerHandler handler, int maxRows) {
        this.registry = registry;
        this.handler = handler;
        this.maxRows = maxRows;
        intake = new DataIntake(registry, handler);
    }

    /**
     * Begins a conversation for a new connection.
     *
     * @param peer who connects
     * @return the conversation
     */
    public Conversation newConversation(PeerIdentity peer) {
        return new Conversation(peer);
    }

    /** One connection of a proxy. */
    public final class Conversation {
        private final PeerIdentity peer;
        private final MessageCollector collector = new MessageCollector(maxRows);

        private Conversation(PeerIdentity peer) {
            this.peer = peer;
        }

        /**
         * Says how to answer a body that is no message (section 15).
         *
         * @param problem what the decoder says
         * @return the answer, uncompressed; nothing if the connection is closed without one
         */
        public Optional<Reply> malformed(ZabbixDecodeException problem) {
            registry.counts().add(Count.MESSAGES_REFUSED, 1);
            handler.onProblem("", from() + problem.getMessage());
            return switch (problem.reason()) {
                case BAD_JSON, JSON_LIMIT, BAD_MEMBER ->
                    Optional.of(new Reply(ProxyMessage.failed(String.valueOf(problem.getMessage())), false, List.of()));
                default -> Optional.empty();
            };
        }

        private String from() {
            return "message from \"" + peer.address().getHostAddress() + "\": ";
        }

        /**
         * Returns who takes the rows of the request while they arrive.
         *
         * @return the listener
         */
        public MessageListener listener() {
            return collector;
        }

        /**
         * Takes the complete request.
         *
         * @param head the request without its rows
         * @param compressed true if it was compressed
         * @param now the present
         * @return the answer; nothing if the connection is to be closed without one
         */
        public Optional<Reply> onMessage(ProxyMessage head, boolean compressed, Moment now) {
            ProxyMessage message = collector.finish(head);
            String request = message.request().orElse("");
            return switch (request) {
                case ProxyMessage.CONFIG -> config(message, compressed);
                case ProxyMessage.HEARTBEAT -> heartbeat(message, compressed);
                case ProxyMessage.DATA -> data(message, compressed, now);
                default -> {
                    registry.counts().add(Count.REQUESTS_REFUSED, 1);
                    handler.onProblem("", "unknown request \"" + Excerpt.of(request) + "\"");
                    yield Optional.empty();
                }
            };
        }

        /**
         * Takes note that an answer could not be written.
         *
         * @param head the request that was answered
         * @param unsent the answer; its tasks are handed out the next time
         */
        public void notSent(ProxyMessage head, Reply unsent) {
            registry.find(head.host().orElse("")).ifPresent(state -> state.putBack(unsent.tasks()));
        }

        /** Why the sender may not speak for the proxy that it names; nothing if it may. */
        private Optional<String> objection(ProxyMessage message) {
            String name = message.host().orElse("");
            if (name.isEmpty() || name.length() > ProxyOptions.MAX_NAME) {
                return Optional.of("missing name of proxy");
            }
            int bad = ProxyOptions.badCharacter(name);
            if (bad >= 0) {
                return Optional.of("invalid proxy name \"" + Excerpt.of(name) + "\": name contains invalid character '"
                        + Excerpt.of(name.substring(bad, bad + 1)) + "'");
            }
            Optional<ProxyState> state = registry.find(name);
            if (state.isEmpty()) {
                return Optional.of("proxy \"" + name + "\" not found");
            }
            ProxyDefinition proxy = state.get().definition();
            if (!proxy.active()) {
                return Optional.of("proxy \"" + name + "\" is configured for passive mode");
            }
            return objection(proxy);
        }

        private Optional<String> objection(ProxyDefinition proxy) {
            String name = proxy.name();
            if (!proxy.addresses().isEmpty()
                    && proxy.addresses().stream().noneMatch(range -> range.contains(peer.address()))) {
                return Optional.of("connection from \"" + peer.address().getHostAddress()
                        + "\" is not allowed for proxy \"" + name + "\"");
            }
            if (!proxy.accept().contains(peer.kind())) {
                return Optional.of(
                        "connection of type \"" + peer.kind().text() + "\" is not allowed for proxy \"" + name + "\"");
            }
            if (peer.kind() == ConnectionKind.PSK
                    && !proxy.pskIdentity().isEmpty()
                    && !proxy.pskIdentity().equals(peer.pskIdentity())) {
                return Optional.of("proxy \"" + name + "\" is using false PSK identity");
            }
            if (peer.kind() == ConnectionKind.CERTIFICATE) {
                if (!proxy.issuer().isEmpty() && !proxy.issuer().equals(peer.issuer())) {
                    return Optional.of("proxy \"" + name + "\" certificate issuer does not match");
                }
                if (!proxy.subject().isEmpty() && !proxy.subject().equals(peer.subject())) {
                    return Optional.of("proxy \"" + name + "\" certificate subject does not match");
                }
            }
            return Optional.empty();
        }

        private Optional<Reply> refused(
                Count count, ProxyMessage message, String reason, boolean answer, boolean compressed) {
            registry.counts().add(count, 1);
            handler.onProblem(Excerpt.of(message.host().orElse("")), reason);
            return answer
                    ? Optional.of(new Reply(ProxyMessage.failed(reason), compressed, List.of()))
                    : Optional.empty();
        }

        private Optional<Reply> config(ProxyMessage message, boolean compressed) {
            Optional<String> objection = objection(message);
            if (objection.isPresent()) {
                // Daemons close without a word here.
                return refused(Count.PROXIES_REFUSED, message, objection.get(), false, compressed);
            }
            ProxyState state = registry.find(message.host().orElse("")).orElseThrow();
            String name = state.definition().name();
            if (!registry.dialect().atLeast(6, 4)) {
                try {
                    ServerConfiguration tables = handler.configurationOf(name);
                    return Optional.of(
                            new Reply(ConfigurationMessages.full(tables, false).build(), compressed, List.of()));
                } catch (RuntimeException e) {
                    return refused(
                            Count.CONFIGURATIONS_FAILED, message, NO_CONFIGURATION + e.getMessage(), false, compressed);
                }
            }
            ZabbixVersion version = ZabbixVersion.parse(message.version().orElse(""));
            if (!registry.acceptsConfiguration(version)) {
                String info = "proxy and server major versions do not match";
                registry.counts().add(Count.VERSIONS_REFUSED, 1);
                handler.onProblem(name, info);
                ProxyMessage answer = ProxyMessage.builder()
                        .response(ProxyMessage.FAILED)
                        .info(info)
                        .version(registry.version())
                        .build();
                return Optional.of(new Reply(answer, compressed, List.of()));
            }
            if (message.session().isEmpty() || message.configRevision().isEmpty()) {
                String missing = message.session().isEmpty() ? "session" : "config_revision";
                return refused(
                        Count.CONFIGURATIONS_FAILED,
                        message,
                        "cannot find pair with name \"" + missing + "\"",
                        true,
                        compressed);
            }
            try {
                ServerConfiguration tables = handler.configurationOf(name);
                return Optional.of(
                        new Reply(ConfigurationMessages.changed(state, tables, message), compressed, List.of()));
            } catch (RuntimeException e) {
                return refused(
                        Count.CONFIGURATIONS_FAILED, message, NO_CONFIGURATION + e.getMessage(), true, compressed);
            }
        }

        private Optional<Reply> heartbeat(ProxyMessage message, boolean compressed) {
            Optional<String> objection = objection(message);
            if (objection.isPresent()) {
                return refused(Count.PROXIES_REFUSED, message, objection.get(), true, compressed);
            }
            return registry.dialect().atLeast(6, 4)
                    ? Optional.empty()
                    : Optional.of(new Reply(ProxyMessage.success(), compressed, List.of()));
        }

        private Optional<Reply> data(ProxyMessage message, boolean compressed, Moment now) {
            Optional<String> objection = objection(message);
            if (objection.isPresent()) {
                return refused(Count.PROXIES_REFUSED, message, objection.get(), true, compressed);
            }
            ProxyState state = registry.find(message.host().orElse("")).orElseThrow();
            synchronized (state) {
                boolean mark = registry.dialect().atLeast(6, 4) || state.compress();
                state.compress(compressed);
                if (!registry.uploadEnabled() && DataIntake.hasSections(message)) {
                    ProxyMessage busy = ProxyMessage.builder()
                            .uploadEnabled(false)
                            .response(ProxyMessage.FAILED)
                            .build();
                    return Optional.of(new Reply(busy, mark, List.of()));
                }
                DataIntake.Outcome outcome = intake.take(state, message, now);
                if (!outcome.success()) {
                    MessageBuilder failed = ProxyMessage.failedBuilder(outcome.info());
                    if (registry.dialect().atLeast(7, 0) && outcome.info().startsWith("current proxy version")) {
                        failed.uploadEnabled(false);
                    }
                    return Optional.of(new Reply(failed.build(), compressed, List.of()));
                }
                List<Task> tasks = state.takeTasks(now);
                MessageBuilder answer = ProxyMessage.builder()
                        .uploadEnabled(registry.uploadEnabled())
                        .response(ProxyMessage.SUCCESS);
                tasks.forEach(answer::task);
                return Optional.of(new Reply(answer.build(), mark, tasks));
            }
        }
    }
}
