package io.mirror.replica.scsp;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Compares the objects here with those at the destination of a feed, one after the other (SCSP section 9.4). */
final class FeedAudits implements AutoCloseable {
    private static final int MAX_WAITING = 16;
    private static final int MAX_EXAMPLES = 100;

    private final ObjectStore store;
    private final FeedQueue feeds;
    private final ThreadPoolExecutor worker = new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MAX_WAITING),
            new DefaultThreadFactory("scsp-audit", true));

    FeedAudits(ObjectStore store, FeedQueue feeds) {
        this.store = store;
        this.feeds = feeds;
    }

    CompletionStage<FeedAudit> audit(FeedLane lane, double share) {
        Run run = new Run(lane, share);
        worker.execute(run);
        return run.result;
    }

    @Override
    public void close() {
        worker.shutdownNow().forEach(waiting -> ((Run) waiting).result.cancel(false));
        try {
            worker.awaitTermination(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** One comparison. */
    private final class Run implements Runnable {
        private final CompletableFuture<FeedAudit> result = new CompletableFuture<>();
        private final FeedLane lane;
        private final double share;
        private long compared;
        private long equal;
        private long newer;
        private long missing;
        private long older;
        private long different;
        private long failed;
        private final List<String> examples = new ArrayList<>();

        Run(FeedLane lane, double share) {
            this.lane = lane;
            this.share = share;
        }

        @Override
        public void run() {
            try {
                result.complete(compare());
            } catch (Throwable e) {
                // Whoever waits has to hear of any end, be it a fault of the host's store.
                result.completeExceptionally(e);
            }
        }

        private FeedAudit compare() throws IOException {
            for (String prefix : List.of("u/", "n/")) {
                store.visitKeys(prefix, this::visit);
            }
            return new FeedAudit(lane.feed.id(), compared, equal, newer, missing, older, different, failed, examples);
        }

        private void visit(String key) throws IOException {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException("the node ends");
            }
            // A share of 1 is all of them: the random number is below 1.
            if (ThreadLocalRandom.current().nextDouble() >= share
                    || !lane.feed.domains().admitsKey(key)
                    || feeds.isPending(lane, key)) {
                return;
            }
            Optional<ObjectInfo> before = store.info(key);
            if (before.isEmpty() || before.get().kind() == ObjectKind.DELETED) {
                return;
            }
            try {
                RemoteObject there = lane.remote.head(before.get());
                // What was changed in the meantime is the business of the feed.
                if (store.info(key).equals(before) && !feeds.isPending(lane, key)) {
                    compared++;
                    judge(before.get(), there);
                }
            } catch (InterruptedIOException e) {
                throw e;
            } catch (IOException e) {
                compared++;
                failed++;
            }
        }

        private void judge(ObjectInfo info, RemoteObject there) {
            boolean mutable = info.kind() != ObjectKind.IMMUTABLE;
            // Without its domain or bucket it is not there either.
            if (there.status() == 404 || there.status() == 412) {
                missing++;
                feeds.force(lane.feed, info.key());
            } else if (!there.exists()) {
                failed++;
                return;
            } else if (mutable && there.version() < info.version()) {
                older++;
                feeds.force(lane.feed, info.key());
            } else if (there.hasContentOf(info, info.md5())) {
                equal++;
                return;
            } else if (mutable && there.version() > info.version()) {
                newer++;
                return;
            } else {
                different++;
            }
            if (examples.size() < MAX_EXAMPLES) {
                examples.add(info.key());
            }
        }
    }
}
