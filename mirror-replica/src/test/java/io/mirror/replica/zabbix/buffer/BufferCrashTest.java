package io.mirror.replica.zabbix.buffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mirror.codec.zabbix.HistoryRow;
import io.mirror.replica.internal.file.FaultyStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A crash, or a full disk, at every call that changes a file. */
class BufferCrashTest {
    private static final Path DIRECTORY = Path.of("/buffer");
    private static final int VARIANTS = 8;
    private static final long DISK = 64 << 10;

    /** What the world knows of a buffer that may die any time. */
    private static final class World {
        private final TreeMap<Long, HistoryRow> offered = new TreeMap<>();
        private final Set<Long> durable = new HashSet<>();
        private final Set<String> sessions = new HashSet<>();
        private long acknowledged;
        private long acknowledging;
        private long underWay;

        /** Appends, delivers a part, appends more, delivers all but a few; rows of 2 KiB make several files. */
        void live(FaultyStore store, boolean writeThrough) throws IOException {
            DurableHistoryBuffer buffer = open(store, writeThrough ? Duration.ZERO : Duration.ofHours(1));
            sessions.add(buffer.session());
            for (int i = 0; i < 12; i++) {
                append(buffer, i, writeThrough);
            }
            flush(buffer);
            deliver(buffer, 5);
            for (int i = 12; i < 20; i++) {
                append(buffer, i, writeThrough);
            }
            deliver(buffer, 10);
            flush(buffer);
            buffer.close();
        }

        private void append(DurableHistoryBuffer buffer, int i, boolean writeThrough) {
            HistoryRow row = HistoryRow.of(0, i, 1_700_000_000L + i, i, ("" + i).repeat(1000));
            long before = offered.isEmpty() ? 0 : offered.lastKey();
            // A number counts as used from here on, whether the call returns or not.
            underWay = before + 1;
            long id = buffer.append(row);
            assertThat(id).isEqualTo(Math.max(1, underWay));
            offered.put(id, row.withId(id));
            if (writeThrough && !buffer.status().failing()) {
                durable.add(id);
            }
        }

        private void flush(DurableHistoryBuffer buffer) throws IOException {
            buffer.flush();
            durable.addAll(offered.keySet());
        }

        private void deliver(DurableHistoryBuffer buffer, int count) {
            List<HistoryRow> batch = buffer.peek(count, Long.MAX_VALUE);
            acknowledging = batch.get(batch.size() - 1).id();
            buffer.acknowledge(acknowledging);
            acknowledged = acknowledging;
        }

        /** What is there is right, what has to be there is there, and the numbers go on. */
        void verify(FaultyStore store, String when) throws IOException {
            DurableHistoryBuffer buffer = open(store, Duration.ZERO);
            List<HistoryRow> found = buffer.peek(1000, Long.MAX_VALUE);
            long last = acknowledged;
            for (HistoryRow row : found) {
                assertThat(row.id()).as(when).isGreaterThan(last);
                last = row.id();
                // A row whose append never returned may be there, complete.
                if (offered.containsKey(last)) {
                    assertThat(row).as(when).isEqualTo(offered.get(last));
                } else {
                    assertThat(row.value()).as(when).contains(("" + row.itemId()).repeat(1000));
                }
            }
            List<Long> ids = found.stream().map(HistoryRow::id).toList();
            for (long id : durable) {
                if (id > Math.max(acknowledged, acknowledging)) {
                    assertThat(ids).as(when).contains(id);
                }
            }
            assertThat(buffer.size()).as(when).isEqualTo(found.size());
            if (!sessions.isEmpty()) {
                assertThat(sessions).as(when).contains(buffer.session());
            }
            long next = buffer.append(Rows.plain(1));
            assertThat(next).as(when).isGreaterThan(underWay);
            List<HistoryRow> all = buffer.peek(1000, Long.MAX_VALUE);
            assertThat(all).as(when).hasSize(found.size() + 1);
            buffer.acknowledge(next);
            buffer.close();
            DurableHistoryBuffer again = open(store, Duration.ZERO);
            assertThat(again.size()).as(when).isZero();
            assertThat(again.append(Rows.plain(2))).as(when).isEqualTo(next + 1);
        }

        private static DurableHistoryBuffer open(FaultyStore store, Duration age) throws IOException {
            return DurableHistoryBuffer.builder(DIRECTORY)
                    .memoryAge(age)
                    .maxDiskBytes(DISK)
                    .open(store, 0, () -> 0, null);
        }
    }

    @Test
    @Tag("S-FS-4")
    void whatWasCalledDurableIsThereWhereverTheProcessOrThePowerDies() throws IOException {
        for (boolean writeThrough : new boolean[] {true, false}) {
            FaultyStore counted = new FaultyStore();
            new World().live(counted, writeThrough);
            int steps = counted.calls();
            assertThat(steps).isGreaterThan(writeThrough ? 50 : 20);
            for (int call = 0; call <= steps; call++) {
                for (int variant = 0; variant < VARIANTS; variant++) {
                    FaultyStore store = new FaultyStore();
                    World world = new World();
                    store.crashAt(call);
                    try {
                        world.live(store, writeThrough);
                    } catch (FaultyStore.Crash crash) {
                        // What is known up to here counts.
                    }
                    world.verify(
                            store.afterCrash(variant),
                            "write through " + writeThrough + ", call " + call + ", variant " + variant);
                }
            }
        }
    }

    @Test
    @Tag("S-FS-6")
    void aDiskThatIsFullAtAnyCallLosesNothingAndTheBufferRecovers() throws IOException {
        FaultyStore counted = new FaultyStore();
        new World().live(counted, true);
        int steps = counted.calls();
        // The first calls belong to opening, which fails as a whole.
        for (int call = 0; call < steps; call++) {
            FaultyStore store = new FaultyStore();
            store.fullAt(call);
            World world = new World();
            try {
                world.live(store, true);
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("No space left");
                assertThat(world.offered).isEmpty();
                continue;
            }
            world.durable.addAll(world.offered.keySet());
            world.verify(store, "full at call " + call);
        }
    }

    @Test
    void theReserveOfTheDiskIsNotTouched() throws IOException {
        FaultyStore store = new FaultyStore();
        DurableHistoryBuffer buffer =
                DurableHistoryBuffer.builder(DIRECTORY).memoryAge(Duration.ZERO).open(store, 1000, () -> 0, null);
        store.space(1010);
        assertThat(buffer.append(Rows.plain(1))).isPositive();
        assertThat(buffer.status().failing()).isTrue();
        assertThatThrownBy(buffer::flush).isInstanceOf(IOException.class).hasMessageContaining("no room");
        store.space(100_000);
        buffer.flush();
        assertThat(buffer.status().failing()).isFalse();
        assertThat(buffer.status().spilled()).isEqualTo(1);
    }

    @Test
    @Tag("S-FS-5")
    void noFlippedBitIsEverDelivered() throws IOException {
        FaultyStore store = new FaultyStore();
        DurableHistoryBuffer buffer = World.open(store, Duration.ZERO);
        List<HistoryRow> written = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            long id = buffer.append(Rows.plain(i));
            written.add(Rows.plain(i).withId(id));
        }
        Path file = DIRECTORY.resolve(Segment.name(written.get(0).id()));
        byte[] good = store.content(file);
        for (int at = 0; at < good.length; at++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] bad = good.clone();
                bad[at] ^= (byte) (1 << bit);
                FaultyStore damaged = store.afterCrash(1);
                damaged.put(file, bad);
                List<HistoryRow> left = World.open(damaged, Duration.ZERO).peek(100, Long.MAX_VALUE);
                assertThat(left).isEqualTo(written.subList(0, left.size()));
                int untouched = at * written.size() / good.length;
                assertThat(left.size()).isBetween(Math.max(0, untouched - 1), written.size() - 1);
            }
        }
    }

    @Test
    void damageThatAppearsWhileTheBufferRunsIsCountedAndTheRestIsDelivered() throws IOException {
        FaultyStore store = new FaultyStore();
        DurableHistoryBuffer first = World.open(store, Duration.ZERO);
        List<Long> ids = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            ids.add(first.append(HistoryRow.of(0, i, 1, 1, "x".repeat(2000))));
        }
        List<String> files = store.list(DIRECTORY).stream()
                .filter(name -> name.endsWith(Segment.SUFFIX))
                .sorted()
                .toList();
        assertThat(files).hasSizeGreaterThan(3);
        Path second = DIRECTORY.resolve(files.get(1));
        byte[] bad = store.content(second);
        bad[100] ^= 1;
        store.overwrite(second, bad);

        List<HistoryRow> rows = first.peek(100, Long.MAX_VALUE);

        assertThat(first.status().damaged()).isEqualTo(1);
        assertThat(rows).hasSizeBetween(10, 19).hasSize((int) first.size());
        assertThat(rows.get(rows.size() - 1).id()).isEqualTo(ids.get(19));
        first.acknowledge(ids.get(19));
        assertThat(first.size()).isZero();
        assertThat(first.status().diskBytes()).isZero();
    }

    @Test
    void aStateFileThatIsDamagedCostsTheTokenAndNoValue() throws IOException {
        FaultyStore store = new FaultyStore();
        DurableHistoryBuffer buffer = World.open(store, Duration.ZERO);
        long id = buffer.append(Rows.plain(1));
        Path state = DIRECTORY.resolve("state");
        byte[] bad = store.content(state);
        bad[20] ^= 1;
        store.put(state, bad);

        DurableHistoryBuffer again = World.open(store, Duration.ZERO);

        assertThat(again.session()).isNotEqualTo(buffer.session()).hasSize(32);
        assertThat(again.peek(10, 1000)).containsExactly(Rows.plain(1).withId(id));
        assertThat(again.append(Rows.plain(2))).isGreaterThan(id);
        assertThat(again.status().damaged()).isEqualTo(1);
    }
}
