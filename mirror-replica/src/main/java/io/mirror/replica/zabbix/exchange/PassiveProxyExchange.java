package io.mirror.replica.zabbix.exchange;

import io.mirror.codec.zabbix.MessageBuilder;
import io.mirror.codec.zabbix.MessageCollector;
import io.mirror.codec.zabbix.MessageListener;
import io.mirror.codec.zabbix.ProxyMessage;
import io.mirror.core.point.Excerpt;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a passive proxy answers its server (sections 6, 8.2 and 9). One instance serves a proxy; each connection is a
 * {@link Conversation} of its own. Belongs to one thread.
 */
public final class PassiveProxyExchange {
    private static final int MAX_ANSWER_ROWS = 10_000;

    private final ProxyOptions options;
    private final ProxyOutbox outbox;
    private final ConfigurationIntake.Place configuration;
    private final ProxyEvents events;
    private final TaskDesk tasks;
    private final Revisions revisions;
    private @Nullable Conversation polling;

    /**
     * Creates an exchange.
     *
     * @param options how the proxy presents itself
     * @param outbox what it has to send
     * @param configuration takes its configuration
     * @param executor carries out commands, if the host wants any carried out
     * @param events hears what happens
     */
    public PassiveProxyExchange(
            ProxyOptions options,
            ProxyOutbox outbox,
            ConfigurationListener configuration,
            Optional<CommandExecutor> executor,
            ProxyEvents events) {
        this.options = options;
        this.outbox = outbox;
        this.configuration = new ConfigurationIntake.Place(configuration);
        this.events = events;
        revisions = new Revisions(options.dialect());
        tasks = new TaskDesk(outbox, executor, events);
    }

    /**
     * Begins a conversation for a new connection.
     *
     * @return the conversation
     */
    public Conversation newConversation() {
        return new Conversation();
    }

    /** One connection of the server. */
    public final class Conversation {
        private final ConfigurationIntake intake = new ConfigurationIntake(configuration);
        private @Nullable MessageCollector acknowledgement;
        private ProxyOutbox.@Nullable Batch batch;
        private boolean awaitsConfiguration;
        private boolean ended;

        private Conversation() {}

        /**
         * Returns who takes the rows of the next message while they arrive.
         *
         * @return the listener
         */
        public MessageListener listener() {
            MessageCollector collector = acknowledgement;
            return collector != null ? collector : intake;
        }

        /**
         * Takes a complete message.
         *
         * @param head the message without its rows
         * @param now the present
         * @return what to answer; nothing if the connection is to be closed
         */
        public Optional<ProxyMessage> onMessage(ProxyMessage head, Moment now) {
            if (acknowledgement != null) {
                acknowledged(acknowledgement.finish(head), now);
                return Optional.empty();
            }
            if (awaitsConfiguration) {
                ended = true;
                return Optional.of(apply(head));
            }
            String request = head.request().orElse("");
            return switch (request) {
                case ProxyMessage.CONFIG -> configure(head);
                case ProxyMessage.DATA -> poll(true, now);
                case ProxyMessage.TASKS -> poll(false, now);
                default -> {
                    ended = true;
                    yield Optional.empty();
                }
            };
        }

        /**
         * Tells whether another message is awaited after the answer.
         *
         * @return false if the connection is to be closed once the answer is out
         */
        public boolean awaitsMore() {
            return !ended;
        }

        /**
         * Tells whether this is the beginning of the connection.
         *
         * @return true until the first message has been answered
         */
        public boolean awaitsRequest() {
            return !ended && acknowledgement == null && !awaitsConfiguration;
        }

        private Optional<ProxyMessage> configure(ProxyMessage head) {
            if (revisions.inUse()) {
                awaitsConfiguration = true;
                MessageBuilder known = ProxyMessage.builder().version(options.version());
                return Optional.of(revisions.addTo(known, outbox.session()).build());
            }
            ended = true;
            if (!head.dataPresent()) {
                return Optional.of(refused("cannot find pair with name \"data\""));
            }
            return Optional.of(apply(head));
        }

        private ProxyMessage refused(String info) {
            intake.abort(info);
            return ProxyMessage.builder()
                    .response(ProxyMessage.FAILED)
                    .info(info)
                    .version(options.version())
                    .build();
        }

        private ProxyMessage apply(ProxyMessage head) {
            try {
                intake.commit(head);
                revisions.applied(head);
            } catch (RuntimeException e) {
                revisions.failed();
                events.onFailure(ProxyMessage.CONFIG, "the configuration cannot be applied: " + e.getMessage());
                return refused("cannot apply the configuration: " + Excerpt.of(String.valueOf(e.getMessage())));
            }
            return ProxyMessage.builder()
                    .response(ProxyMessage.SUCCESS)
                    .version(options.version())
                    .build();
        }

        private Optional<ProxyMessage> poll(boolean withData, Moment now) {
            if (polling != null) {
                // Two polls at once would send the same rows twice; the server comes again.
                ended = true;
                return Optional.empty();
            }
            polling = this;
            tasks.collect(now);
            ProxyOutbox.Batch contents = withData
                    ? outbox.batch(options.maxRows(), options.maxChars())
                    : outbox.resultBatch(options.maxRows());
            batch = contents;
            acknowledgement = new MessageCollector(MAX_ANSWER_ROWS);
            MessageBuilder answer = ProxyMessage.builder()
                    .version(options.version())
                    .clock(now.clock())
                    .ns(now.ns());
            if (withData) {
                answer.session(outbox.session());
            }
            contents.addTo(answer);
            if (!contents.history().isEmpty() && contents.more()) {
                answer.proxyDelay(
                        Math.max(0, now.clock() - contents.history().get(0).clock()));
            }
            return Optional.of(answer.build());
        }

        private void acknowledged(ProxyMessage answer, Moment now) {
            ProxyOutbox.Batch sent = batch;
            ended = true;
            release();
            if (!answer.isSuccess() || sent == null) {
                events.onFailure(
                        ProxyMessage.DATA,
                        "the server does not acknowledge: "
                                + answer.info().map(Excerpt::of).orElse("no reason given"));
                return;
            }
            outbox.acknowledge(sent);
            if (!sent.history().isEmpty()) {
                events.onDelivered(sent.history().size());
            }
            tasks.accept(answer.tasks(), now);
        }

        private void release() {
            if (polling == this) {
                polling = null;
            }
            batch = null;
        }

        /**
         * Takes the end of the connection, whatever the reason.
         *
         * @param reason why it ended
         */
        public void closed(String reason) {
            boolean unacknowledged = polling == this;
            release();
            intake.abort(reason);
            if (unacknowledged && !ended) {
                events.onFailure(ProxyMessage.DATA, "no acknowledgement: " + reason);
            }
            ended = true;
        }
    }
}
