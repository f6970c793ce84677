package io.mirror.replica.scsp;

import java.io.IOException;
import java.util.Optional;

/** DELETE of objects and contexts (SCSP section 5.8). */
final class ObjectDeletes {
    private final NodeSettings settings;
    private final ObjectAddresses addresses;
    private final ObjectReads reads;
    private final FeedQueue feeds;

    ObjectDeletes(NodeSettings settings, ObjectAddresses addresses, ObjectReads reads, FeedQueue feeds) {
        this.settings = settings;
        this.addresses = addresses;
        this.reads = reads;
        this.feeds = feeds;
    }

    void delete(Exchange exchange, Optional<String> admin) throws RequestException, IOException {
        String key = addresses.key(exchange);
        if (key.startsWith("c/")) {
            deleteContext(exchange, key);
            return;
        }
        ObjectInfo info;
        try (ObjectStore.StoredObject object = reads.open(exchange, key)) {
            info = object.info();
        }
        Conditions.forWrite(exchange.headers(), Optional.of(info));
        Optional<Lifepoints.Point> life =
                Lifepoints.inForce(info, settings.clock().millis());
        if (admin.isEmpty() && life.isPresent() && !life.get().deletable()) {
            throw new RequestException(403, "DeletionForbidden", "the lifepoint in force forbids the deletion");
        }
        long version = Math.max(settings.clock().millis(), info.version());
        if (!feeds.delete(key, version, () -> settings.store().delete(key, current -> current.equals(info)))) {
            throw ObjectWrites.conflict();
        }
        exchange.answer(200, reads.describe(info, true), "", new byte[0], false);
    }

    private void deleteContext(Exchange exchange, String key) throws RequestException, IOException {
        if (!exchange.target().flag("recursive")) {
            throw new RequestException(400, "RecursiveRequired", "a context is deleted with the argument recursive");
        }
        try (ObjectStore.StoredObject object = reads.open(exchange, key)) {
            String below = key.substring(2) + "/";
            for (String child : settings.store().keys("n/" + below)) {
                deleteBelow(child);
            }
            // Feeds carry objects only.
            for (String bucket : settings.store().keys("c/" + below)) {
                settings.store().delete(bucket, any -> true);
            }
            settings.store().delete(key, any -> true);
            exchange.answer(200, reads.describe(object.info(), true), "", new byte[0], false);
        }
    }

    private void deleteBelow(String key) throws IOException {
        Optional<ObjectInfo> info = settings.store().info(key);
        if (info.isPresent()) {
            long version = Math.max(settings.clock().millis(), info.get().version());
            feeds.delete(key, version, () -> settings.store().delete(key, any -> true));
        }
    }
}
