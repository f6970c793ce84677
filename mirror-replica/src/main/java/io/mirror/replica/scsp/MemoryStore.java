package io.mirror.replica.scsp;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** Objects in the heap, for tests and demonstrations. Thread-safe. */
public final class MemoryStore implements ObjectStore {
    private static final class Entry {
        final ObjectInfo info;
        final byte[] content;

        Entry(ObjectInfo info, byte[] content) {
            this.info = info;
            this.content = content;
        }
    }

    private final Map<String, Entry> entries = new ConcurrentHashMap<>();
    private final String volume = ObjectAddresses.newId();
    private final long maxBytes;
    private long bytes;

    /**
     * Makes an empty store.
     *
     * @param maxBytes most bytes of content in all; beyond that writes fail
     */
    public MemoryStore(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    @Override
    public Optional<StoredObject> open(String key) {
        Entry entry = entries.get(key);
        if (entry == null || entry.info.kind() == ObjectKind.DELETED) {
            return Optional.empty();
        }
        return Optional.of(new Reader(entry));
    }

    @Override
    public Optional<ObjectInfo> info(String key) {
        return Optional.ofNullable(entries.get(key)).map(entry -> entry.info);
    }

    @Override
    public Sink begin() {
        return new Buffer();
    }

    @Override
    public synchronized boolean replace(ObjectInfo info, Predicate<Optional<ObjectInfo>> condition) {
        Entry entry = entries.get(info.key());
        if (entry == null || !condition.test(Optional.of(entry.info))) {
            return false;
        }
        entries.put(info.key(), new Entry(info, entry.content));
        return true;
    }

    @Override
    public synchronized boolean delete(String key, Predicate<ObjectInfo> condition) {
        Entry entry = entries.get(key);
        if (entry == null || entry.info.kind() == ObjectKind.DELETED || !condition.test(entry.info)) {
            return false;
        }
        bytes -= entry.content.length;
        if (key.startsWith("u/")) {
            entries.put(key, new Entry(ObjectRecords.deleted(entry.info), new byte[0]));
        } else {
            entries.remove(key);
        }
        return true;
    }

    @Override
    public List<String> keys(String prefix) {
        List<String> keys = new ArrayList<>();
        entries.forEach((key, entry) -> {
            if (key.startsWith(prefix) && entry.info.kind() != ObjectKind.DELETED) {
                keys.add(key);
            }
        });
        return keys;
    }

    @Override
    public synchronized Optional<Space> space() {
        return Optional.of(new Space(maxBytes, maxBytes - bytes));
    }

    @Override
    public Optional<String> volume() {
        return Optional.of(volume);
    }

    @Override
    public void close() {}

    private synchronized boolean put(Entry entry, Predicate<Optional<ObjectInfo>> condition) throws IOException {
        Entry old = entries.get(entry.info.key());
        if (!condition.test(Optional.ofNullable(old).map(any -> any.info))) {
            return false;
        }
        long after = bytes + entry.content.length - (old == null ? 0 : old.content.length);
        if (after > maxBytes) {
            throw new StoreFullException("the store is limited to " + maxBytes + " bytes");
        }
        bytes = after;
        entries.put(entry.info.key(), entry);
        return true;
    }

    private static final class Reader implements StoredObject {
        private final Entry entry;

        Reader(Entry entry) {
            this.entry = entry;
        }

        @Override
        public ObjectInfo info() {
            return entry.info;
        }

        @Override
        public int read(long position, ByteBuffer target) {
            if (position >= entry.content.length) {
                return -1;
            }
            int count = (int) Math.min(target.remaining(), entry.content.length - position);
            target.put(entry.content, (int) position, count);
            return count;
        }

        @Override
        public void close() {}
    }

    private final class Buffer implements Sink {
        private final ByteArrayOutputStream content = new ByteArrayOutputStream();

        @Override
        public void write(ByteBuffer more) throws IOException {
            if (content.size() + (long) more.remaining() > Math.min(maxBytes, Integer.MAX_VALUE - 8)) {
                throw new StoreFullException("the store is limited to " + maxBytes + " bytes");
            }
            byte[] copy = new byte[more.remaining()];
            more.get(copy);
            content.write(copy, 0, copy.length);
        }

        @Override
        public boolean commit(ObjectInfo info, Predicate<Optional<ObjectInfo>> condition) throws IOException {
            return put(new Entry(info, content.toByteArray()), condition);
        }

        @Override
        public void close() {}
    }
}
