package io.mirror.replica.journal;

import io.mirror.core.access.Secret;
import io.mirror.replica.internal.file.FileStore;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** A route of a receiver that runs. */
final class ActiveRoute implements AutoCloseable {
    private static final Logger LOGGER = System.getLogger("io.mirror.replica.journal");

    private static final long RETRY_SECONDS = 1;

    private final JournalRoute config;
    private final Inbox inbox;
    private final ScheduledExecutorService applier;
    private final ReceiverCounters counters;
    private final AtomicBoolean scheduled = new AtomicBoolean();

    ActiveRoute(
            JournalRoute config,
            FileStore store,
            long reserve,
            ScheduledExecutorService applier,
            ReceiverCounters counters)
            throws IOException {
        this.config = config;
        this.applier = applier;
        this.counters = counters;
        inbox = new Inbox(store, config.inbox(), reserve);
    }

    JournalRoute config() {
        return config;
    }

    Inbox inbox() {
        return inbox;
    }

    ReceiverCounters counters() {
        return counters;
    }

    /** Compares digests of equal length with all keys, whichever fits. */
    boolean accepts(byte[] key) {
        byte[] got = RouteStore.sha256().digest(key);
        boolean good = false;
        for (Secret secret : config.keys()) {
            byte[] utf8 = secret.copyUtf8();
            byte[] expected = RouteStore.sha256().digest(utf8);
            Arrays.fill(utf8, (byte) 0);
            good |= MessageDigest.isEqual(got, expected);
        }
        return good;
    }

    void applyLater() {
        if (scheduled.compareAndSet(false, true)) {
            applier.execute(this::applyNow);
        }
    }

    private void applyNow() {
        scheduled.set(false);
        try {
            inbox.applyAll(config.handler());
            if (!inbox.stopped().isEmpty()) {
                LOGGER.log(Level.ERROR, "route {0} stopped: {1}", config.path(), inbox.stopped());
            }
        } catch (IOException e) {
            failed("what was received cannot be applied now", e);
            if (!applier.isShutdown()) {
                applier.schedule(this::applyLater, RETRY_SECONDS, TimeUnit.SECONDS);
            }
        }
    }

    void failed(String what, IOException cause) {
        LOGGER.log(Level.ERROR, "route {0}: {1}: {2}", config.path(), what, cause.getMessage());
    }

    @Override
    public void close() throws IOException {
        inbox.close();
    }
}
