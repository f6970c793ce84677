package io.mirror.replica.journal;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The blobs of one journal: one that fails waits for its own time and keeps no other (specification BL-4). */
final class BlobQueue {
    private static final Logger LOGGER = System.getLogger("io.mirror.replica.journal");

    private final JournalSource source;
    private final List<BlobFolder> folders;
    private final Optional<Courier> courier;
    private final MirrorFolders mirrors;
    private final SenderCounters counters;
    private final SenderListener listener;
    private final Map<Path, Failed> failed = new HashMap<>();

    private static final class Failed {
        private final AttemptSchedule schedule;
        private long notBefore;
        private String problem = "";

        Failed(AttemptSchedule schedule) {
            this.schedule = schedule;
        }
    }

    /** A link and the folder it was found in. */
    record Waiting(BlobFolder folder, BlobFolder.Link link) {}

    /** Without courier blobs are linked in the mirror directories only. */
    BlobQueue(
            JournalSource source,
            Optional<Courier> courier,
            MirrorFolders mirrors,
            SenderCounters counters,
            SenderListener listener) {
        this.source = source;
        this.courier = courier;
        this.mirrors = mirrors;
        this.counters = counters;
        this.listener = listener;
        this.folders = source.blobs().stream()
                .map(directory -> new BlobFolder(directory, source.blobRoots()))
                .toList();
    }

    /** Returns the links that are there now: whatever they belong to is in the journal, or was before. */
    List<Waiting> waiting() throws IOException {
        List<Waiting> found = new ArrayList<>();
        Set<Path> files = new HashSet<>();
        for (BlobFolder folder : folders) {
            for (BlobFolder.Link link : folder.waiting()) {
                found.add(new Waiting(folder, link));
                files.add(link.file());
            }
        }
        failed.keySet().retainAll(files);
        return found;
    }

    /** Sends what may be sent now and returns how many were attempted. */
    int deliver(List<Waiting> waiting, long now) throws ConnectFailedException {
        int attempts = 0;
        for (Waiting blob : waiting) {
            Failed before = failed.get(blob.link().file());
            if (before != null && before.notBefore - now > 0) {
                continue;
            }
            attempts++;
            try {
                long length = Files.size(blob.link().file());
                deliver(blob.folder(), blob.link());
                failed.remove(blob.link().file());
                listener.onBlobDelivered(source, blob.link().path(), length);
            } catch (ConnectFailedException e) {
                throw e;
            } catch (IOException e) {
                failed(blob.link().file(), e, now);
            }
        }
        return attempts;
    }

    private void deliver(BlobFolder folder, BlobFolder.Link link) throws IOException {
        try (BlobFolder.Open open = folder.open(link)) {
            mirrors.link(folder, link);
            if (courier.isEmpty()) {
                folder.delivered(link, open);
                counters.blobs.increment();
            }
        }
        if (courier.isPresent()) {
            courier.get().deliver(folder, link);
        }
    }

    private void failed(Path file, IOException failure, long now) {
        Failed state = failed.computeIfAbsent(
                file,
                path -> new Failed(new AttemptSchedule(
                        source.interval().toMillis(),
                        source.longestBackoff().toMillis(),
                        source.longestBackoff().compareTo(source.interval()) <= 0,
                        path.hashCode())));
        state.notBefore = now + state.schedule.failed(false) * 1_000_000L;
        state.problem = String.valueOf(failure.getMessage());
        counters.failures.increment();
        LOGGER.log(Level.WARNING, "blob {0}: {1}", file, state.problem);
        listener.onProblem(source, file, state.problem);
    }

    /** What keeps blobs from being delivered, empty if nothing does. */
    String problem() {
        return failed.values().stream()
                .findAny()
                .map(state -> state.problem + (failed.size() > 1 ? " (one of " + failed.size() + " blobs)" : ""))
                .orElse("");
    }
}
