package io.mirror.replica.zabbix.buffer;

import io.mirror.codec.zabbix.HistoryRow;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Rows of every kind. */
final class Rows {
    private Rows() {}

    static HistoryRow plain(int n) {
        return HistoryRow.of(0, 1000 + n, 1_700_000_000L + n, n % 1_000_000_000, "value " + n);
    }

    static HistoryRow random(Random random) {
        String text = random.ints(random.nextInt(40), 0, 0x2000)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        return new HistoryRow(
                0,
                random.nextLong(),
                random.nextInt(4) == 0 ? HistoryRow.ABSENT : random.nextInt(Integer.MAX_VALUE),
                random.nextInt(4) == 0 ? HistoryRow.ABSENT : random.nextInt(1_000_000_000),
                random.nextInt(5) == 0 ? Optional.empty() : Optional.of(text),
                random.nextInt(5) == 0,
                random.nextInt(3) == 0
                        ? Optional.of(
                                new HistoryRow.LogEntry(random.nextInt(), text, random.nextInt(), random.nextLong()))
                        : Optional.empty(),
                random.nextInt(3) == 0
                        ? Optional.of(new HistoryRow.LogPosition(random.nextLong(), random.nextInt()))
                        : Optional.empty(),
                random.nextInt(3) == 0 ? Map.of("x", "1", "a \"b\"", text) : Map.of());
    }
}
