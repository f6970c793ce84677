package io.mirror.replica.zabbix.exchange;

import io.mirror.codec.zabbix.MessageBuilder;
import io.mirror.codec.zabbix.MessageCollector;
import io.mirror.codec.zabbix.MessageListener;
import io.mirror.codec.zabbix.ProxyMessage;
import io.mirror.core.point.Excerpt;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What an active proxy asks its server, and when (sections 6 to 11).
 *
 * <p>Ask {@link #next} for requests, carry each out on a connection of its own, and tell what came of it by
 * {@link Request#answered} or {@link Request#failed}. Configuration, heartbeat and data go their own ways side by side;
 * of each kind one request is under way at most. Belongs to one thread.
 */
public final class ActiveProxyExchange {
    private static final int MAX_ANSWER_ROWS = 10_000;

    private final ProxyOptions options;
    private final ProxyOutbox outbox;
    private final ConfigurationIntake.Place configuration;
    private final ProxyEvents events;
    private final TaskDesk tasks;
    private final Loop config = new Loop();
    private final Loop heartbeat = new Loop();
    private final Loop data = new Loop();
    private boolean uploadEnabled = true;
    private final Revisions revisions;

    /** One of the three things that go on. */
    private static final class Loop {
        private boolean started;
        private boolean busy;
        private long at;

        boolean isDue(Moment now) {
            return !busy && (!started || now.nanoTime() - at >= 0);
        }

        void begin() {
            started = true;
            busy = true;
        }

        void again(Moment now, Duration pause) {
            busy = false;
            at = now.nanoTime() + pause.toNanos();
        }
    }

    /** A request to be carried out. */
    public abstract static class Request {
        private final ProxyMessage message;
        private final MessageListener listener;

        Request(ProxyMessage message, MessageListener listener) {
            this.message = message;
            this.listener = listener;
        }

        /**
         * Returns what to send.
         *
         * @return the message
         */
        public ProxyMessage message() {
            return message;
        }

        /**
         * Returns who takes the rows of the answer while they arrive.
         *
         * @return the listener
         */
        public MessageListener listener() {
            return listener;
        }

        /**
         * Takes the answer.
         *
         * @param head the answer without its rows
         * @param now the present
         */
        public abstract void answered(ProxyMessage head, Moment now);

        /**
         * Takes note that there is no answer.
         *
         * @param reason why
         * @param now the present
         */
        public abstract void failed(String reason, Moment now);
    }

    /**
     * Creates an exchange.
     *
     * @param options how the proxy presents itself
     * @param outbox what it has to send
     * @param configuration takes its configuration
     * @param executor carries out commands, if the host wants any carried out
     * @param events hears what happens
     */
    public ActiveProxyExchange(
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
     * Returns the requests that are due.
     *
     * @param now the present
     * @return none to three requests
     */
    public List<Request> next(Moment now) {
        List<Request> due = new ArrayList<>(3);
        if (config.isDue(now)) {
            config.begin();
            due.add(configRequest());
        }
        if (usesHeartbeats() && heartbeat.isDue(now)) {
            heartbeat.begin();
            due.add(heartbeatRequest());
        }
        if (data.isDue(now)) {
            data.begin();
            due.add(dataRequest(now));
        }
        return due;
    }

    /**
     * Tells when {@link #next} has something again.
     *
     * @param now the present
     * @return nanoseconds from now, 0 if it has something already; at most an hour
     */
    public long nanosToWait(Moment now) {
        long wait = Duration.ofHours(1).toNanos();
        for (Loop loop : List.of(config, heartbeat, data)) {
            if (!loop.busy && (loop != heartbeat || usesHeartbeats())) {
                wait = Math.min(wait, loop.started ? Math.max(0, loop.at - now.nanoTime()) : 0);
            }
        }
        return wait;
    }

    private boolean usesHeartbeats() {
        return !options.heartbeatPeriod().isZero() && !options.dialect().atLeast(6, 4);
    }

    private MessageBuilder request(String name) {
        return ProxyMessage.builder().request(name).host(options.name()).version(options.version());
    }

    private Request configRequest() {
        MessageBuilder message = revisions.addTo(request(ProxyMessage.CONFIG), outbox.session());
        ConfigurationIntake intake = new ConfigurationIntake(configuration);
        return new Request(message.build(), intake) {
            @Override
            public void answered(ProxyMessage head, Moment now) {
                if (head.response().isPresent()) {
                    failed(refusal(head), now);
                    return;
                }
                try {
                    intake.commit(head);
                    revisions.applied(head);
                } catch (RuntimeException e) {
                    revisions.failed();
                    failed("the configuration cannot be applied: " + e.getMessage(), now);
                    return;
                }
                config.again(now, options.configurationPeriod());
            }

            @Override
            public void failed(String reason, Moment now) {
                intake.abort(reason);
                config.again(now, options.configurationRetry());
                events.onFailure(ProxyMessage.CONFIG, reason);
            }
        };
    }

    private Request heartbeatRequest() {
        return new Request(request(ProxyMessage.HEARTBEAT).build(), new MessageListener() {}) {
            @Override
            public void answered(ProxyMessage head, Moment now) {
                if (head.isSuccess()) {
                    heartbeat.again(now, options.heartbeatPeriod());
                } else {
                    failed(refusal(head), now);
                }
            }

            @Override
            public void failed(String reason, Moment now) {
                heartbeat.again(now, options.heartbeatPeriod());
                events.onFailure(ProxyMessage.HEARTBEAT, reason);
            }
        };
    }

    private static String refusal(ProxyMessage answer) {
        return "the server refuses: " + answer.info().map(Excerpt::of).orElse("no reason given");
    }

    private Request dataRequest(Moment now) {
        tasks.collect(now);
        ProxyOutbox.Batch batch = uploadEnabled
                ? outbox.batch(options.maxRows(), options.maxChars())
                : outbox.resultBatch(options.maxRows());
        MessageBuilder message = request(ProxyMessage.DATA)
                .session(outbox.session())
                .clock(now.clock())
                .ns(now.ns());
        batch.addTo(message);
        if (!batch.history().isEmpty()) {
            long delay = now.clock() - batch.history().get(0).clock();
            message.proxyDelay(batch.more() ? Math.max(0, delay) : 0);
        }
        MessageCollector answer = new MessageCollector(MAX_ANSWER_ROWS);
        return new Request(message.build(), answer) {
            @Override
            public void answered(ProxyMessage head, Moment time) {
                dataAnswered(batch, answer.finish(head), time);
            }

            @Override
            public void failed(String reason, Moment time) {
                data.again(time, options.dataPeriod());
                events.onFailure(ProxyMessage.DATA, reason);
            }
        };
    }

    private void dataAnswered(ProxyOutbox.Batch batch, ProxyMessage answer, Moment now) {
        Optional<Boolean> upload = answer.uploadEnabled();
        if (upload.isPresent() && upload.get() != uploadEnabled) {
            uploadEnabled = upload.get();
            events.onUpload(uploadEnabled);
        }
        if (!answer.isSuccess()) {
            data.again(now, options.dataPeriod());
            tasks.accept(answer.tasks(), now);
            // Uploads switched off are no failure, only a reason to wait.
            if (uploadEnabled) {
                events.onFailure(ProxyMessage.DATA, refusal(answer));
            }
            return;
        }
        outbox.acknowledge(batch);
        if (!batch.history().isEmpty()) {
            events.onDelivered(batch.history().size());
        }
        data.again(now, batch.more() && uploadEnabled ? Duration.ZERO : options.dataPeriod());
        tasks.accept(answer.tasks(), now);
    }

    /**
     * Tells whether the server wants data.
     *
     * @return false while it has switched uploads off (section 10)
     */
    public boolean uploadEnabled() {
        return uploadEnabled;
    }
}
