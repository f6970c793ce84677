package io.mirror.replica.journal;

import io.mirror.core.access.Secret;
import io.mirror.replica.internal.file.DirectoryLock;
import io.mirror.replica.internal.file.FileStore;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/** A route of a receiver that runs, with the one thread that applies what it receives. */
final class ActiveRoute implements AutoCloseable {
    private static final Logger LOGGER = System.getLogger("io.mirror.replica.journal");

    private static final long RETRY_SECONDS = 1;
    private static final long ANSWER_SECONDS = 300;
    private static final long CLOSE_SECONDS = 10;

    private final JournalRoute config;
    private final DirectoryLock lock;
    private final Inbox inbox;
    private final ScheduledExecutorService applier;
    private final ReceiverReport report;
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final Set<String> blobsUnderWay = new HashSet<>();

    ActiveRoute(JournalRoute config, FileStore store, long reserve, ReceiverReport report) throws IOException {
        this.config = config;
        this.report = report;
        lock = DirectoryLock.take(config.inbox(), "receiver");
        try {
            inbox = new Inbox(store, config.inbox(), reserve);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
        applier = Executors.newSingleThreadScheduledExecutor(new DefaultThreadFactory("mirror-journal-apply", true));
    }

    JournalRoute config() {
        return config;
    }

    Inbox inbox() {
        return inbox;
    }

    ReceiverReport report() {
        return report;
    }

    /** Compares digests of equal length with all keys, whichever fits. */
    boolean accepts(byte[] key) {
        byte[] got = RouteStore.sha256().digest(key);
        boolean good = false;
        for (Secret secret : config.keys()) {
            good |= isEqual(secret, got);
        }
        for (KeyFile file : config.keyFiles()) {
            try {
                good |= isEqual(file.secret(), got);
            } catch (IOException e) {
                failed("a key file cannot be read", e);
            }
        }
        return good;
    }

    private static boolean isEqual(Secret secret, byte[] digest) {
        byte[] utf8 = secret.copyUtf8();
        byte[] expected = RouteStore.sha256().digest(utf8);
        Arrays.fill(utf8, (byte) 0);
        return MessageDigest.isEqual(digest, expected);
    }

    /** Tells whether no other connection is storing the blob, and claims it. */
    synchronized boolean claimBlob(String path) {
        return blobsUnderWay.add(path);
    }

    synchronized void releaseBlob(String path) {
        blobsUnderWay.remove(path);
    }

    /** Why nothing is accepted now, empty if all is well; looks whether an operator has decided meanwhile. */
    String refusal() {
        if (inbox.stopped().isEmpty()) {
            return "";
        }
        try {
            if (inbox.recheck()) {
                applyLater();
            }
        } catch (IOException e) {
            failed("the directory of what is set aside cannot be read", e);
        }
        return inbox.stopped();
    }

    void applyLater() {
        if (scheduled.compareAndSet(false, true)) {
            try {
                applier.execute(this::applyNow);
            } catch (RejectedExecutionException e) {
                LOGGER.log(Level.DEBUG, "route {0}: closed, what waits is applied at the next start", config.path());
            }
        }
    }

    private void applyNow() {
        scheduled.set(false);
        try {
            inbox.applyAll(config.handler());
            if (!inbox.stopped().isEmpty()) {
                report.problem(config.path(), inbox.stopped() + "; nothing is accepted until it is gone from there");
            }
        } catch (IOException e) {
            failed("what was received cannot be applied now", e);
            if (!applier.isShutdown()) {
                applier.schedule(this::applyLater, RETRY_SECONDS, TimeUnit.SECONDS);
            }
        }
    }

    /** Applies everything up to a piece before it is answered. */
    void applyNowAndWait(long number) throws IOException {
        try {
            applier.submit(this::applyNow).get(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a piece was applied", e);
        } catch (ExecutionException | TimeoutException | RejectedExecutionException e) {
            throw new IOException("piece " + number + " was not applied within " + ANSWER_SECONDS + " s", e);
        }
        if (!inbox.isApplied(number)) {
            throw new IOException("piece " + number + " could not be applied");
        }
    }

    void failed(String what, IOException cause) {
        report.problem(config.path(), what + ": " + FileProblem.of(cause));
    }

    @Override
    public void close() throws IOException {
        applier.shutdown();
        try {
            applier.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        inbox.close();
        lock.close();
    }
}
