package io.mirror.replica.journal;

import io.mirror.core.access.Secret;
import io.mirror.transport.TlsContext;
import io.mirror.transport.internal.net.EventLoops;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Delivers journals and blobs to {@code lib/replica.l} behind {@code httpGate}, or to a {@link JournalReceiver} (journal
 * specification sections 7 and 8).
 *
 * <p>Each journal is taken over under the lock of its writers into a durable spool and then cut, so applications never
 * wait for the network; what is in the spool is delivered in order, and repeated without end until it is acknowledged.
 * The sender reacts to changes of the files and looks at them in the interval besides. Safe for use by several threads.
 */
public final class JournalSender implements AutoCloseable {
    private static final Logger LOGGER = System.getLogger("io.mirror.replica.journal");
    private static final int WEAK_KEY = 32;
    private static final long CLOSE_SECONDS = 30;

    private final List<SourceTask> tasks = new ArrayList<>();
    private final Map<SourceTask, ScheduledFuture<?>> scheduled = new HashMap<>();
    private final Set<SourceTask> running = new HashSet<>();
    private final Set<SourceTask> again = new HashSet<>();
    private final CompletableFuture<Void> inactive = new CompletableFuture<>();
    private final EventLoops loops = EventLoops.of(null, "mirror-journal-send", 1);
    private final ScheduledExecutorService workers;
    private final FileWatch watch;
    private boolean closed;

    private JournalSender(Builder builder) throws IOException {
        workers = Executors.newScheduledThreadPool(
                builder.connections, new DefaultThreadFactory("mirror-journal-work", true));
        watch = new FileWatch();
        try {
            Map<JournalTarget, Exchange.Peer> peers = new HashMap<>();
            Map<JournalTarget, PeerOffers> offers = new HashMap<>();
            for (Builder.Delivery delivery : builder.deliveries) {
                Optional<SourceTask.Remote> remote = delivery.target()
                        .map(target -> new SourceTask.Remote(
                                target,
                                peers.computeIfAbsent(target, this::peer),
                                offers.computeIfAbsent(target, each -> new PeerOffers())));
                SourceTask task = new SourceTask(delivery.source(), remote, builder.listener);
                tasks.add(task);
                Runnable changed = () -> changed(task);
                Path directory = delivery.source().journal().toAbsolutePath().getParent();
                if (directory != null) {
                    watch.add(directory, changed);
                }
                for (Path blobs : delivery.source().blobs()) {
                    watch.add(blobs, changed);
                }
            }
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
        tasks.forEach(task -> schedule(task, 0));
        watch.start();
    }

    private Exchange.Peer peer(JournalTarget target) {
        return new Exchange.Peer(
                target.host(),
                target.port(),
                target.tls().map(TlsContext::forConnector),
                target.plaintextSecrets(),
                target.connectTimeout().toMillis(),
                target.answerTimeout().toMillis(),
                loops.group());
    }

    /**
     * Starts to deliver to one place.
     *
     * @param target where to
     * @param sources what; each with a spool of its own
     * @return the sender
     * @throws JournalException if a spool is in use or cannot be opened
     */
    public static JournalSender start(JournalTarget target, JournalSource... sources) {
        Builder builder = builder();
        for (JournalSource source : sources) {
            builder.deliver(source, target);
        }
        return builder.start();
    }

    /**
     * Starts a builder.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    private void changed(SourceTask task) {
        if (task.isEager()) {
            schedule(task, 0);
        }
    }

    /** One turn of a task at a time: a change during a turn leads to another one right behind it. */
    private synchronized void schedule(SourceTask task, long millis) {
        if (closed || task.isEnded()) {
            return;
        }
        if (running.contains(task)) {
            again.add(task);
            return;
        }
        ScheduledFuture<?> waiting = scheduled.remove(task);
        if (waiting != null) {
            waiting.cancel(false);
        }
        scheduled.put(task, workers.schedule(() -> turn(task), millis, TimeUnit.MILLISECONDS));
    }

    private void turn(SourceTask task) {
        synchronized (this) {
            if (closed || !running.add(task)) {
                return;
            }
            again.remove(task);
        }
        // Whatever goes wrong in a way nobody thought of must not turn into a busy loop.
        long delay = task.source().interval().toMillis();
        try {
            delay = task.run();
        } catch (RuntimeException e) {
            LOGGER.log(Level.ERROR, "the delivery of " + task.source() + " failed", e);
        } finally {
            synchronized (this) {
                running.remove(task);
                boolean soon = again.remove(task) && task.isEager();
                schedule(task, soon ? 0 : Math.max(0, delay));
            }
        }
        if (tasks.stream().allMatch(SourceTask::isEnded)) {
            inactive.complete(null);
        }
    }

    /**
     * Looks at everything now that waits for its time: journals, blobs, pieces whose last attempt failed, and what an
     * operator removed from the directory {@code aside} of a spool, or moved back from there.
     */
    public void retryNow() {
        tasks.forEach(task -> schedule(task, 0));
    }

    /**
     * Returns what happened so far.
     *
     * @return the sums over all journals, of times the longest
     */
    public SenderStatus status() {
        return tasks.stream()
                .map(SourceTask::status)
                .reduce(SenderStatus::plus)
                .orElseGet(() -> new SenderCounters().status());
    }

    /**
     * Returns what happened with one journal.
     *
     * @param journal the journal as configured
     * @return its status
     * @throws JournalException if this sender does not deliver it
     */
    public SenderStatus status(Path journal) {
        return task(journal).status();
    }

    /**
     * Returns the proofs of the last deliveries of one journal, which are kept in its spool.
     *
     * @param journal the journal as configured
     * @return up to 1,000 receipts, the newest last
     * @throws JournalException if this sender does not deliver it
     */
    public List<DeliveryReceipt> receipts(Path journal) {
        return task(journal).receipts();
    }

    private SourceTask task(Path journal) {
        return tasks.stream()
                .filter(task -> task.source().journal().equals(journal))
                .findFirst()
                .orElseThrow(() -> new JournalException(journal + " is not delivered by this sender"));
    }

    /**
     * Tells what keeps the journals and blobs from being delivered.
     *
     * @return the problems of the last attempts
     */
    public List<String> problems() {
        return tasks.stream().flatMap(task -> task.problems().stream()).toList();
    }

    /**
     * Tells when there is nothing more to do: every journal has a time of inactivity, and it has passed for all.
     *
     * @return completes then; never if a journal has no such time
     */
    public CompletionStage<Void> inactive() {
        return inactive.minimalCompletionStage();
    }

    /** Gives up transfers under way and ends all threads; what is not acknowledged stays in the spool. */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        tasks.forEach(SourceTask::stop);
        workers.shutdownNow();
        try {
            watch.close();
            workers.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
            loops.close();
            for (SourceTask task : tasks) {
                task.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new JournalException("a spool cannot be closed", e);
        }
    }

    /** Collects what to deliver. Not safe for use by several threads. */
    public static final class Builder {
        private final List<Delivery> deliveries = new ArrayList<>();
        private SenderListener listener = SenderListener.NONE;
        private int connections = 4;

        private record Delivery(JournalSource source, Optional<JournalTarget> target) {}

        private Builder() {}

        /**
         * Adds a journal.
         *
         * @param source what
         * @param target where to
         * @return this builder
         */
        public Builder deliver(JournalSource source, JournalTarget target) {
            deliveries.add(new Delivery(source, Optional.of(target)));
            return this;
        }

        /**
         * Adds a journal that is copied to its mirror directories and sent nowhere.
         *
         * @param source what; with a mirror directory
         * @return this builder
         * @throws JournalException if the source has no mirror directory
         */
        public Builder mirrorOnly(JournalSource source) {
            if (source.mirrors().isEmpty()) {
                throw new JournalException(source + " has no mirror directory, and nobody to be sent to");
            }
            deliveries.add(new Delivery(source, Optional.empty()));
            return this;
        }

        /**
         * Sets who hears what happens.
         *
         * @param value the listener; none by default
         * @return this builder
         */
        public Builder listener(SenderListener value) {
            listener = value;
            return this;
        }

        /**
         * Sets the number of connections at a time; journals take turns.
         *
         * @param value at least 1; 4 by default
         * @return this builder
         */
        public Builder connections(int value) {
            connections = value;
            return this;
        }

        /**
         * Opens the spools and starts.
         *
         * @return the sender
         * @throws JournalException if there is nothing to deliver, or a spool is in use or cannot be opened
         */
        public JournalSender start() {
            if (deliveries.isEmpty() || connections < 1) {
                throw new JournalException(
                        "a sender needs a journal and a connection, not " + deliveries.size() + " and " + connections);
            }
            try {
                Set<Secret> keys = new LinkedHashSet<>();
                for (Delivery delivery : deliveries) {
                    if (delivery.target().isPresent()) {
                        keys.add(keyOf(delivery.target().get()));
                    }
                }
                keys.forEach(Builder::warnOfWeakKey);
                return new JournalSender(this);
            } catch (IOException e) {
                throw new JournalException("the sender cannot start: " + e.getMessage(), e);
            }
        }

        private static Secret keyOf(JournalTarget target) throws IOException {
            return target.keyFile().isPresent() ? new KeyFile(target.keyFile().get()).secret() : target.key();
        }

        private static void warnOfWeakKey(Secret key) {
            char[] characters = key.copyChars();
            if (characters.length < WEAK_KEY) {
                LOGGER.log(
                        Level.WARNING,
                        "the replication key has {0} characters, fewer than {1}: it can be guessed",
                        characters.length,
                        WEAK_KEY);
            }
            Arrays.fill(characters, '\0');
        }
    }
}
