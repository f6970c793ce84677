package io.mirror.replica.zabbix.exchange;

import io.mirror.codec.zabbix.MessageBuilder;
import io.mirror.codec.zabbix.MessageCollector;
import io.mirror.codec.zabbix.MessageListener;
import io.mirror.codec.zabbix.ProxyMessage;
import io.mirror.codec.zabbix.Task;
import io.mirror.codec.zabbix.ZabbixVersion;
import io.mirror.core.point.Excerpt;
import io.mirror.replica.zabbix.exchange.ServerCounts.Count;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a server polls one passive proxy (sections 6, 8.2 and 11). One poll is under way at a time. Belongs to one
 * thread.
 */
public final class PollerExchange {
    private static final Duration TASKS_PERIOD = Duration.ofSeconds(1);
    private static final Duration MORE_PERIOD = Duration.ofMillis(1);
    private static final Duration MAX_RETRY = Duration.ofSeconds(10);

    private final ProxyRegistry registry;
    private final ServerHandler handler;
    private final DataIntake intake;
    private final ProxyState state;
    private final int maxRows;
    private boolean busy;
    private boolean started;
    private long configAt;
    private long dataAt;
    private long tasksAt;

    /**
     * Creates an exchange.
     *
     * @param registry the proxies
     * @param proxy name of a passive proxy in the registry
     * @param handler the host
     * @param maxRows most rows that a message may have, 1 or more
     */
    public PollerExchange(ProxyRegistry registry, String proxy, ServerHandler handler, int maxRows) {
        this.registry = registry;
        this.handler = handler;
        this.maxRows = maxRows;
        state = registry.find(proxy)
                .orElseThrow(() -> new IllegalArgumentException("proxy \"" + Excerpt.of(proxy) + "\" is not known"));
        intake = new DataIntake(registry, handler);
    }

    /**
     * Returns the proxy as it is defined now.
     *
     * @return the definition
     */
    public ProxyDefinition proxy() {
        return state.definition();
    }

    /**
     * Returns the poll that is due.
     *
     * @param now the present
     * @return a poll, nothing if none is due or one is under way
     */
    public Optional<Poll> next(Moment now) {
        if (busy) {
            return Optional.empty();
        }
        if (!started) {
            started = true;
            configAt = now.nanoTime();
            dataAt = now.nanoTime();
            tasksAt = now.nanoTime();
        }
        Poll poll = null;
        if (now.nanoTime() - configAt >= 0) {
            poll = new Poll(ProxyMessage.CONFIG);
        } else if (registry.uploadEnabled() && now.nanoTime() - dataAt >= 0) {
            poll = new Poll(ProxyMessage.DATA);
        } else if (now.nanoTime() - tasksAt >= 0) {
            poll = new Poll(ProxyMessage.TASKS);
        }
        busy = poll != null;
        return Optional.ofNullable(poll);
    }

    /**
     * Tells when {@link #next} has something again.
     *
     * @param now the present
     * @return nanoseconds from now, 0 if it has something already; at most a second
     */
    public long nanosToWait(Moment now) {
        if (!started) {
            return 0;
        }
        long wait = Math.min(configAt - now.nanoTime(), tasksAt - now.nanoTime());
        if (registry.uploadEnabled()) {
            wait = Math.min(wait, dataAt - now.nanoTime());
        }
        return Math.max(0, Math.min(wait, TASKS_PERIOD.toNanos()));
    }

    /** One connection to the proxy. */
    public final class Poll {
        private final String kind;
        private MessageCollector answer = new MessageCollector(maxRows);
        private @Nullable ProxyMessage toProcess;
        private List<Task> tasks = List.of();
        private boolean configurationSent;
        private boolean ended;

        private Poll(String kind) {
            this.kind = kind;
        }

        /**
         * Returns the first message.
         *
         * @return the request
         */
        public ProxyMessage request() {
            if (kind.equals(ProxyMessage.CONFIG) && !registry.dialect().atLeast(6, 4)) {
                ServerConfiguration configuration =
                        handler.configurationOf(state.definition().name());
                configurationSent = true;
                return ConfigurationMessages.full(configuration, true)
                        .request(kind)
                        .build();
            }
            return ProxyMessage.builder().request(kind).build();
        }

        /**
         * Tells whether the next message to the proxy is compressed.
         *
         * @return true if it is
         */
        public boolean compress() {
            if (registry.dialect().atLeast(6, 4)) {
                return !kind.equals(ProxyMessage.CONFIG) || configurationSent;
            }
            return state.compress();
        }

        /**
         * Returns who takes the rows of the next answer while they arrive.
         *
         * @return the listener
         */
        public MessageListener listener() {
            return answer;
        }

        /**
         * Takes an answer.
         *
         * @param head the answer without its rows
         * @param compressed true if it was compressed
         * @param now the present
         * @return what to send next; nothing if the connection is done
         */
        public Optional<ProxyMessage> onAnswer(ProxyMessage head, boolean compressed, Moment now) {
            ProxyMessage message = answer.finish(head);
            answer = new MessageCollector(maxRows);
            if (kind.equals(ProxyMessage.CONFIG)) {
                return configAnswered(message, compressed, now);
            }
            if (compressed) {
                state.compress(true);
            }
            // The acknowledgement says only that the answer arrived, and it must leave before the answer is looked at:
            // the proxy waits for it no longer than a few seconds.
            toProcess = message;
            tasks = state.takeTasks(now);
            MessageBuilder acknowledgement = ProxyMessage.builder().response(ProxyMessage.SUCCESS);
            tasks.forEach(acknowledgement::task);
            return Optional.of(acknowledgement.build());
        }

        private Optional<ProxyMessage> configAnswered(ProxyMessage message, boolean compressed, Moment now) {
            if (message.response().isEmpty() && registry.dialect().atLeast(6, 4) && !configurationSent) {
                configurationSent = true;
                ZabbixVersion version = ZabbixVersion.parse(message.version().orElse(""));
                if (!registry.acceptsConfiguration(version)) {
                    failed("proxy and server major versions do not match", now);
                    return Optional.empty();
                }
                ServerConfiguration configuration =
                        handler.configurationOf(state.definition().name());
                return Optional.of(ConfigurationMessages.changed(state, configuration, message));
            }
            state.compress(compressed);
            if (message.isSuccess()) {
                finish(now, state.definition().configurationPeriod());
            } else {
                registry.counts().add(Count.CONFIGURATIONS_FAILED, 1);
                handler.onProblem(
                        state.definition().name(),
                        kind + ": the proxy does not take its configuration: "
                                + message.info().map(Excerpt::of).orElse("no reason given"));
                finish(now, state.definition().configurationPeriod());
            }
            return Optional.empty();
        }

        /**
         * Takes note that the acknowledgement has left, and deals with what was acknowledged.
         *
         * @param now the present
         */
        public void acknowledged(Moment now) {
            ProxyMessage message = toProcess;
            toProcess = null;
            if (message == null || ended) {
                return;
            }
            synchronized (state) {
                intake.take(state, message, now);
            }
            finish(now, message.more() ? MORE_PERIOD : state.definition().dataPeriod());
        }

        /**
         * Takes note that the connection failed.
         *
         * @param reason why
         * @param now the present
         */
        public void failed(String reason, Moment now) {
            if (ended) {
                return;
            }
            state.putBack(tasks);
            tasks = List.of();
            toProcess = null;
            registry.counts().add(Count.POLLS_FAILED, 1);
            handler.onProblem(state.definition().name(), kind + ": " + reason);
            Duration period = state.definition().configurationPeriod();
            if (!kind.equals(ProxyMessage.CONFIG)) {
                period = state.definition().dataPeriod();
            } else if (period.compareTo(MAX_RETRY) > 0) {
                // A proxy that was away shall not be without its configuration for an hour.
                period = MAX_RETRY;
            }
            finish(now, period);
        }

        private void finish(Moment now, Duration pause) {
            ended = true;
            busy = false;
            long at = now.nanoTime() + pause.toNanos();
            long tasksNext = now.nanoTime() + TASKS_PERIOD.toNanos();
            if (kind.equals(ProxyMessage.CONFIG)) {
                configAt = at;
            } else if (kind.equals(ProxyMessage.DATA)) {
                dataAt = at;
                tasksAt = tasksNext;
            } else {
                tasksAt = tasksNext;
            }
        }
    }
}
