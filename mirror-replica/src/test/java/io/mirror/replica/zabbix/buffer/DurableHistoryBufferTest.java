package io.mirror.replica.zabbix.buffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mirror.codec.zabbix.HistoryRow;
import io.mirror.replica.internal.file.FaultyStore;
import io.mirror.replica.zabbix.exchange.HistoryBuffer;
import io.mirror.testkit.Seeds;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableHistoryBufferTest {
    private static final Path MEMORY = Path.of("/buffer");

    @TempDir
    Path directory;

    private DurableHistoryBuffer open(Duration age) throws IOException {
        return DurableHistoryBuffer.builder(directory).memoryAge(age).reserve(0).open();
    }

    private static List<String> files(Path where) throws IOException {
        try (Stream<Path> all = Files.list(where)) {
            return all.map(path -> String.valueOf(path.getFileName()))
                    .filter(name -> name.endsWith(Segment.SUFFIX))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void rowsOfEveryKindComeBackUnchangedAfterARestart() {
        Seeds.forEach(5, seed -> {
            Random random = new Random(seed);
            Path where = Files.createTempDirectory(directory, "rows");
            List<HistoryRow> written = new ArrayList<>();
            DurableHistoryBuffer.Builder options =
                    DurableHistoryBuffer.builder(where).reserve(0);
            for (int process = 0; process < 3; process++) {
                try (DurableHistoryBuffer buffer = options.open()) {
                    assertThat(buffer.peek(10_000, Long.MAX_VALUE)).isEqualTo(written);
                    for (int i = 0; i < 200; i++) {
                        HistoryRow row = Rows.random(random);
                        written.add(row.withId(buffer.append(row)));
                    }
                    assertThat(buffer.peek(10_000, Long.MAX_VALUE)).isEqualTo(written);
                    long done = written.get(random.nextInt(written.size())).id();
                    buffer.acknowledge(done);
                    written.removeIf(row -> row.id() <= done);
                    assertThat(buffer.size()).isEqualTo(written.size());
                }
            }
        });
    }

    @Test
    void tokenAndNumbersGoOnAfterARestart() throws IOException {
        String session;
        long last;
        try (DurableHistoryBuffer buffer = open(Duration.ofMinutes(1))) {
            session = buffer.session();
            buffer.append(Rows.plain(1));
            last = buffer.append(Rows.plain(2));
            buffer.acknowledge(last);
        }
        try (DurableHistoryBuffer buffer = open(Duration.ofMinutes(1))) {
            assertThat(buffer.session()).isEqualTo(session);
            assertThat(buffer.size()).isZero();
            assertThat(buffer.append(Rows.plain(3))).isEqualTo(last + 1);
        }
    }

    @Test
    void valuesThatAreDeliveredInTimeNeverTouchTheDisk() throws IOException {
        try (DurableHistoryBuffer buffer = open(Duration.ofMinutes(1))) {
            for (int i = 0; i < 1000; i++) {
                buffer.acknowledge(buffer.append(Rows.plain(i)));
            }
            assertThat(buffer.status()).isEqualTo(new BufferStatus(0, 0, 0, 1000, 0, 0, 0, false));
            assertThat(files(directory)).isEmpty();
        }
        assertThat(files(directory)).isEmpty();
    }

    @Test
    void valuesGoToTheDiskWhenTheyAreOldEnough() throws IOException {
        AtomicLong now = new AtomicLong();
        FaultyStore store = new FaultyStore();
        DurableHistoryBuffer buffer = DurableHistoryBuffer.builder(MEMORY)
                .memoryAge(Duration.ofSeconds(10))
                .open(store, 0, now::get, null);
        buffer.append(Rows.plain(1));
        now.set(TimeUnit.SECONDS.toNanos(6));
        buffer.append(Rows.plain(2));
        now.set(TimeUnit.SECONDS.toNanos(10) - 1);
        buffer.tick();
        assertThat(buffer.status().spilled()).isZero();
        now.set(TimeUnit.SECONDS.toNanos(10));
        buffer.tick();
        assertThat(buffer.status().spilled()).isEqualTo(2);
        assertThat(buffer.status().memoryBytes()).isZero();
        assertThat(buffer.status().diskBytes()).isPositive();
    }

    @Test
    void theTimerOfARealBufferLooksByItself() throws IOException {
        try (DurableHistoryBuffer buffer = open(Duration.ofMillis(20))) {
            buffer.append(Rows.plain(1));
            org.awaitility.Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> buffer.status().spilled() == 1);
        }
    }

    @Test
    void valuesGoToTheDiskWhenTheyTakeTooMuchMemoryAndComeBackInOrder() throws IOException {
        try (DurableHistoryBuffer buffer = DurableHistoryBuffer.builder(directory)
                .memoryBytes(10_000)
                .reserve(0)
                .open()) {
            for (int i = 0; i < 1000; i++) {
                assertThat(buffer.append(Rows.plain(i))).isEqualTo(i + 1);
                assertThat(buffer.status().memoryBytes()).isLessThanOrEqualTo(10_000);
            }
            assertThat(buffer.status().spilled()).isBetween(900L, 999L);
            List<HistoryRow> rows = buffer.peek(1000, Long.MAX_VALUE);
            assertThat(rows).hasSize(1000);
            for (int i = 0; i < 1000; i++) {
                assertThat(rows.get(i)).isEqualTo(Rows.plain(i).withId(i + 1));
            }
        }
    }

    @Test
    void lookingAgainGivesTheSameValuesAndBoundsAreKept() throws IOException {
        try (DurableHistoryBuffer buffer = open(Duration.ZERO)) {
            for (int i = 0; i < 100; i++) {
                buffer.append(Rows.plain(i));
            }
            List<HistoryRow> ten = buffer.peek(10, Long.MAX_VALUE);
            assertThat(ten).hasSize(10);
            assertThat(buffer.peek(10, Long.MAX_VALUE)).isEqualTo(ten);
            assertThat(buffer.peek(100, 500)).hasSizeBetween(2, 20);
            assertThat(buffer.peek(100, 1)).hasSize(1);
            buffer.acknowledge(ten.get(4).id());
            assertThat(buffer.peek(5, Long.MAX_VALUE)).isEqualTo(ten.subList(5, 10));
            assertThat(buffer.size()).isEqualTo(95);
        }
    }

    @Test
    void aFullBufferRefusesNewValuesCountsThemAndKeepsTheOldOnes() throws IOException {
        try (DurableHistoryBuffer buffer = DurableHistoryBuffer.builder(directory)
                .memoryBytes(20_000)
                .maxDiskBytes(64 << 10)
                .reserve(0)
                .open()) {
            long last = 0;
            int taken = 0;
            for (int i = 0; i < 3000; i++) {
                long id = buffer.append(Rows.plain(i));
                if (id > 0) {
                    assertThat(id).isEqualTo(last + 1);
                    last = id;
                    taken++;
                }
            }
            BufferStatus full = buffer.status();
            assertThat(full.dropped())
                    .isEqualTo(3000 - taken)
                    .isEqualTo(buffer.dropped())
                    .isPositive();
            assertThat(full.diskBytes()).isLessThanOrEqualTo(64 << 10);
            assertThat(full.memoryBytes()).isLessThanOrEqualTo(20_000);
            assertThat(full.failing()).isTrue();
            int delivered = 0;
            while (buffer.size() > 0) {
                List<HistoryRow> batch = buffer.peek(100, Long.MAX_VALUE);
                for (HistoryRow row : batch) {
                    assertThat(row).isEqualTo(Rows.plain(delivered).withId(++delivered));
                }
                buffer.acknowledge(batch.get(batch.size() - 1).id());
            }
            assertThat(delivered).isEqualTo(taken);
            assertThat(buffer.append(Rows.plain(1))).isEqualTo(last + 1);
            buffer.flush();
            assertThat(buffer.status().failing()).isFalse();
        }
    }

    @Test
    void aValueThatIsLargerThanTheMemoryIsTakenAloneAndOneBeyondAllMeasureIsRefused() throws IOException {
        try (DurableHistoryBuffer buffer = DurableHistoryBuffer.builder(directory)
                .memoryBytes(4096)
                .reserve(0)
                .open()) {
            HistoryRow large = HistoryRow.of(0, 1, 1, 1, "ä".repeat(2_000_000));
            assertThat(buffer.append(Rows.plain(1))).isEqualTo(1);
            assertThat(buffer.append(large)).isEqualTo(2);
            assertThat(buffer.append(Rows.plain(3))).isEqualTo(3);
            assertThat(buffer.append(HistoryRow.of(0, 1, 1, 1, "x".repeat(8 << 20))))
                    .isZero();
            assertThat(buffer.peek(10, Long.MAX_VALUE))
                    .containsExactly(
                            Rows.plain(1).withId(1),
                            large.withId(2),
                            Rows.plain(3).withId(3));
            assertThat(buffer.dropped()).isEqualTo(1);
        }
    }

    @Test
    void aBacklogDrainsWhileSeveralThreadsGoOnAdding() throws Exception {
        int threads = 3;
        int each = 4000;
        try (DurableHistoryBuffer buffer = DurableHistoryBuffer.builder(directory)
                .memoryBytes(50_000)
                .memoryAge(Duration.ofMillis(50))
                .reserve(0)
                .open()) {
            for (int i = 0; i < 5000; i++) {
                buffer.append(HistoryRow.of(0, 99, 0, i, "backlog"));
            }
            List<Thread> adders = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                int item = t;
                Thread adder = new Thread(() -> {
                    for (int i = 0; i < each; i++) {
                        buffer.append(HistoryRow.of(0, item, 0, i, "live"));
                    }
                });
                adders.add(adder);
                adder.start();
            }
            int[] next = new int[100];
            long last = 0;
            int total = 0;
            while (total < 5000 + threads * each) {
                List<HistoryRow> batch = buffer.peek(777, Long.MAX_VALUE);
                for (HistoryRow row : batch) {
                    assertThat(row.id()).isGreaterThan(last);
                    last = row.id();
                    // Values of one source arrive in their order, none is missing, none is there twice.
                    assertThat(row.ns()).isEqualTo(next[(int) row.itemId()]++);
                }
                total += batch.size();
                buffer.acknowledge(last);
            }
            for (Thread adder : adders) {
                adder.join(30_000);
            }
            assertThat(buffer.size()).isZero();
            assertThat(buffer.dropped()).isZero();
            assertThat(files(directory)).isEmpty();
        }
    }

    @Test
    void oneBufferAtATimeUsesADirectory() throws IOException {
        try (HistoryBuffer first = open(Duration.ZERO)) {
            assertThat(first.size()).isZero();
            assertThatThrownBy(() -> open(Duration.ZERO))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(directory.toString());
        }
        open(Duration.ZERO).close();
    }

    @Test
    void afterCloseNothingIsTakenAndNothingBreaks() throws IOException {
        DurableHistoryBuffer buffer = open(Duration.ZERO);
        buffer.append(Rows.plain(1));
        buffer.close();
        buffer.close();
        assertThat(buffer.append(Rows.plain(2))).isZero();
        assertThat(buffer.peek(1, 1)).isEmpty();
        buffer.acknowledge(5);
        try (DurableHistoryBuffer again = open(Duration.ZERO)) {
            assertThat(again.size()).isEqualTo(1);
        }
    }

    @Test
    void filesOfAnotherFormatAreNotTouched() throws IOException {
        FaultyStore store = new FaultyStore();
        new io.mirror.replica.internal.file.StateFile(store, MEMORY.resolve("state"))
                .write(java.util.Map.of("format", "2"));
        assertThatThrownBy(() -> DurableHistoryBuffer.builder(MEMORY).open(store, 0, () -> 0, null))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("format 2");
    }

    @Test
    void optionsOutOfRangeAreRefused() {
        DurableHistoryBuffer.Builder builder = DurableHistoryBuffer.builder(directory);
        assertThatThrownBy(() -> builder.memoryAge(Duration.ofMillis(-1))).hasMessageContaining("memoryAge");
        assertThatThrownBy(() -> builder.memoryAge(Duration.ofHours(2))).hasMessageContaining("memoryAge");
        assertThatThrownBy(() -> builder.memoryBytes(4095)).hasMessageContaining("4096");
        assertThatThrownBy(() -> builder.maxDiskBytes(65_535)).hasMessageContaining("65536");
        assertThatThrownBy(() -> builder.reserve(-1)).hasMessageContaining("reserve");
    }

    @Test
    void aProcessThatIsKilledLosesNothingThatItCalledDurable() throws Exception {
        long printed = 0;
        String session = "";
        for (int round = 0; round < 3; round++) {
            Process victim = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            BufferVictim.classPath(),
                            BufferVictim.class.getName(),
                            directory.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(victim.getInputStream(), StandardCharsets.UTF_8))) {
                String token = String.valueOf(lines.readLine());
                assertThat(session.isEmpty() || session.equals(token)).isTrue();
                session = token;
                for (int i = 0; i < 50; i++) {
                    long id = Long.parseLong(String.valueOf(lines.readLine()));
                    assertThat(id).isGreaterThan(printed);
                    printed = id;
                }
                // SIGKILL: no hook runs, nothing is closed. (The method of the process itself would close its output.)
                victim.toHandle().destroyForcibly();
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (line.endsWith(";")) {
                        printed = Long.parseLong(line.substring(0, line.length() - 1));
                    }
                }
            } finally {
                victim.destroyForcibly();
                assertThat(victim.waitFor(30, TimeUnit.SECONDS)).isTrue();
            }
        }
        try (DurableHistoryBuffer buffer = open(Duration.ZERO)) {
            List<HistoryRow> rows = buffer.peek(1_000_000, Long.MAX_VALUE);
            assertThat(rows).hasSizeGreaterThanOrEqualTo(150);
            long last = 0;
            for (HistoryRow row : rows) {
                // The victim says in every value which number it expects: one more than before.
                assertThat(row.id()).isGreaterThan(last);
                last = row.id();
                assertThat(row.value()).contains("value of " + row.itemId());
            }
            assertThat(last).isGreaterThanOrEqualTo(printed);
            assertThat(buffer.session()).isEqualTo(session);
            assertThat(buffer.append(Rows.plain(1))).isGreaterThan(last);
        }
    }
}
