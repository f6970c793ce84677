package io.mirror.replica.scsp;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Objects whose content was found damaged, and the search for a good copy in the clusters of the feeds. */
final class Repairs implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Repairs.class.getName());
    private static final int MAX_KNOWN = 1_000;

    private final List<RemoteCluster> remotes;
    private final Set<String> damaged = new TreeSet<>();
    private final Set<String> running = new TreeSet<>();
    private final ExecutorService worker =
            Executors.newSingleThreadExecutor(new DefaultThreadFactory("scsp-repair", true));

    Repairs(List<RemoteCluster> remotes) {
        this.remotes = List.copyOf(remotes);
    }

    /** Takes note of damaged content; every further read that finds it damaged tries again. */
    void found(ObjectInfo info) {
        LOG.log(Level.ERROR, "the content of {0} does not match its seal and is not served", info.key());
        synchronized (damaged) {
            if (damaged.size() < MAX_KNOWN) {
                damaged.add(info.key());
            }
            if (remotes.isEmpty() || worker.isShutdown() || running.size() >= MAX_KNOWN || !running.add(info.key())) {
                return;
            }
        }
        worker.execute(() -> repair(info));
    }

    List<String> damaged() {
        synchronized (damaged) {
            return List.copyOf(damaged);
        }
    }

    private void repair(ObjectInfo info) {
        boolean good = false;
        for (RemoteCluster remote : remotes) {
            try {
                good = good || remote.repair(info);
            } catch (IOException | RuntimeException e) {
                LOG.log(Level.WARNING, "no copy of {0} from another cluster: {1}", info.key(), e);
            }
        }
        LOG.log(
                good ? Level.INFO : Level.WARNING,
                good ? "the content of {0} was repaired" : "there is no good copy of {0}",
                info.key());
        synchronized (damaged) {
            running.remove(info.key());
            if (good) {
                damaged.remove(info.key());
            }
        }
    }

    @Override
    public void close() {
        worker.shutdownNow();
        try {
            worker.awaitTermination(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
