package io.mirror.replica.scsp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mirror.replica.scsp.ObjectRecords.Stored;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a store keeps content, and what it remembers of its records. */
class DirectoryStoreTest {
    private static final String KEY = "n/example.com/photos/a";

    @TempDir
    Path data;

    @Test
    void contentOfEveryLengthIsThereAfterAReopening() throws IOException {
        int[] lengths = {0, 1, 65_535, 65_536, 65_537, 1 << 20};
        try (DirectoryStore store = DirectoryStore.open(data)) {
            for (int length : lengths) {
                write(store, KEY + length, content(length), length, 1_000);
                assertThat(read(store, KEY + length)).isEqualTo(content(length));
            }
        }
        // Only content above 64 KiB has a file of its own.
        assertThat(StoredFiles.contents(data)).isEqualTo(2);
        try (DirectoryStore store = DirectoryStore.open(data)) {
            for (int length : lengths) {
                assertThat(read(store, KEY + length)).isEqualTo(content(length));
            }
        }
    }

    @Test
    void replacementsAndDeletionsLeaveNoContentBehind() throws IOException {
        try (DirectoryStore store = DirectoryStore.open(data)) {
            for (int length : new int[] {10, 100_000, 200_000, 20, 100_000}) {
                write(store, KEY, content(length), 1, length);
                assertThat(read(store, KEY)).isEqualTo(content(length));
                assertThat(StoredFiles.contents(data)).isEqualTo(length > 65_536 ? 1 : 0);
            }
            assertThat(store.delete(KEY, any -> true)).isTrue();
            assertThat(StoredFiles.contents(data)).isZero();
            assertThat(store.open(KEY)).isEmpty();
            assertThat(store.info(KEY)).isEmpty();
            write(store, "u/0", content(10), 1, 1);
            assertThat(store.delete("u/0", any -> true)).isTrue();
            assertThat(store.open("u/0")).isEmpty();
            assertThat(store.info("u/0").orElseThrow().kind()).isEqualTo(ObjectKind.DELETED);
        }
    }

    @Test
    void whatIsReadStaysAsItWasOpened() throws IOException {
        try (DirectoryStore store = DirectoryStore.open(data)) {
            for (int length : new int[] {1_000, 100_000}) {
                write(store, KEY, content(length), 1, 1);
                try (ObjectStore.StoredObject open = store.open(KEY).orElseThrow()) {
                    write(store, KEY, content(length + 1), 2, 1);
                    assertThat(read(open)).isEqualTo(content(length));
                }
            }
        }
    }

    @Test
    void newHeadersKeepTheContent() throws IOException {
        try (DirectoryStore store = DirectoryStore.open(data)) {
            for (int length : new int[] {1_000, 100_000}) {
                ObjectInfo old = write(store, KEY, content(length), 1, 1);
                ObjectInfo changed = new ObjectInfo(
                        KEY,
                        old.kind(),
                        old.etag(),
                        2,
                        "dr",
                        length,
                        old.sha256(),
                        "",
                        List.of(new ObjectHeader("X-A-Meta", "b".repeat(10_000))));
                assertThat(store.replace(changed, any -> false)).isFalse();
                assertThat(store.replace(changed, any -> true)).isTrue();
                assertThat(store.info(KEY)).contains(changed);
                assertThat(read(store, KEY)).isEqualTo(content(length));
            }
        }
    }

    @Test
    void recordThatIsDamagedWhileTheStoreIsOpenIsFoundByTheNextReader() throws IOException {
        try (DirectoryStore store = DirectoryStore.open(data)) {
            write(store, KEY, content(100), 1, 1);
            assertThat(read(store, KEY)).isEqualTo(content(100));
            Path record = StoredFiles.record(data, KEY);
            byte[] octets = Files.readAllBytes(record);
            octets[100] ^= 1;
            Files.write(record, octets);
            assertThatThrownBy(() -> read(store, KEY))
                    .isInstanceOf(CorruptObjectException.class)
                    .hasMessageContaining(record.getFileName().toString());
        }
    }

    @Test
    void readersNeverGoBackToAnOlderVersion() throws Exception {
        AtomicLong committed = new AtomicLong(1);
        ExecutorService readers = Executors.newFixedThreadPool(2);
        try (DirectoryStore store = DirectoryStore.open(data)) {
            write(store, KEY, content(1), 1, 1);
            List<Future<?>> running = List.of(
                    readers.submit(() -> follow(store, committed)), readers.submit(() -> follow(store, committed)));
            for (int version = 2; version <= 60; version++) {
                // Short and long content in turn.
                write(store, KEY, content(version % 2 == 0 ? 10 : 70_000), version, 1);
                committed.set(version);
            }
            committed.set(Long.MAX_VALUE);
            for (Future<?> one : running) {
                one.get();
            }
        } finally {
            readers.shutdownNow();
        }
    }

    private static Object follow(DirectoryStore store, AtomicLong committed) throws IOException {
        for (long least = committed.get(); least < Long.MAX_VALUE; least = committed.get()) {
            assertThat(store.info(KEY).orElseThrow().version()).isGreaterThanOrEqualTo(least);
            try (ObjectStore.StoredObject open = store.open(KEY).orElseThrow()) {
                assertThat(open.info().version()).isGreaterThanOrEqualTo(least);
                assertThat(ObjectContent.digest(open, "SHA-256"))
                        .isEqualTo(open.info().sha256());
            }
        }
        return committed;
    }

    @Test
    void rememberedRecordsAreBounded() {
        RecordCache cache = new RecordCache(100_000);
        for (int i = 0; i < 1_000; i++) {
            cache.changed(KEY + i, Optional.of(new Stored(info(KEY + i, new byte[i], i, i), "", 500)));
            cache.changed("x".repeat(i), Optional.empty());
            assertThat(cache.octets()).isLessThanOrEqualTo(100_000);
        }
        assertThat(cache.get(KEY + 999)).isNotNull();
        assertThat(cache.get(KEY + 1)).isNull();
        cache.changed("y".repeat(1 << 20), Optional.empty());
        assertThat(cache.octets()).isZero();
    }

    @Test
    void recordThatWasReadBeforeAChangeIsNotRemembered() {
        RecordCache cache = new RecordCache(100_000);
        Stored old = new Stored(info(KEY, new byte[1], 1, 1), "", 500);
        Stored changed = new Stored(info(KEY, new byte[1], 2, 1), "", 500);
        long mark = cache.changes();
        cache.changed(KEY, Optional.of(changed));
        cache.read(KEY, Optional.of(old), mark);
        assertThat(cache.get(KEY))
                .isNotNull()
                .extracting(RecordCache.Known::stored)
                .isEqualTo(Optional.of(changed));
        mark = cache.changes();
        cache.forget(KEY);
        cache.read(KEY, Optional.of(old), mark);
        assertThat(cache.get(KEY)).isNull();
        cache.read(KEY, Optional.of(old), cache.changes());
        assertThat(cache.get(KEY)).isNotNull();
    }

    @Test
    void spaceIsThatOfTheDisk() throws IOException {
        try (DirectoryStore store = DirectoryStore.open(data)) {
            ObjectStore.Space space = store.space().orElseThrow();
            assertThat(space.capacity()).isEqualTo(Files.getFileStore(data).getTotalSpace());
            assertThat(space.available()).isBetween(0L, space.capacity());
        }
        MemoryStore memory = new MemoryStore(1_000);
        write(memory, KEY, content(400), 1, 1);
        assertThat(memory.space()).contains(new ObjectStore.Space(1_000, 600));
    }

    private static byte[] content(int length) {
        byte[] octets = new byte[length];
        new Random(length).nextBytes(octets);
        return octets;
    }

    private static ObjectInfo info(String key, byte[] content, long version, int tag) {
        return new ObjectInfo(
                key,
                ObjectKind.NAMED,
                HexFormat.of().toHexDigits((long) tag).repeat(2),
                version,
                "baker",
                content.length,
                HexFormat.of().formatHex(ObjectRecords.Hashes.of("SHA-256").digest(content)),
                "",
                List.of(new ObjectHeader("Content-Type", "text/plain")));
    }

    private static ObjectInfo write(ObjectStore store, String key, byte[] content, long version, int tag)
            throws IOException {
        ObjectInfo info = info(key, content, version, tag);
        try (ObjectStore.Sink sink = store.begin()) {
            for (int at = 0; at < content.length; at += 30_000) {
                sink.write(ByteBuffer.wrap(Arrays.copyOfRange(content, at, Math.min(content.length, at + 30_000))));
            }
            assertThat(sink.commit(info, any -> true)).isTrue();
        }
        return info;
    }

    private static byte[] read(ObjectStore store, String key) throws IOException {
        try (ObjectStore.StoredObject open = store.open(key).orElseThrow()) {
            return read(open);
        }
    }

    private static byte[] read(ObjectStore.StoredObject open) throws IOException {
        ByteBuffer content = ByteBuffer.allocate((int) open.info().length());
        assertThat(ObjectContent.readFully(open, 0, content)).isEqualTo(content.capacity());
        return content.array();
    }
}
