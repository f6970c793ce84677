package io.mirror.benchmarks.data;

import io.mirror.codec.zabbix.HistoryRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Values as a Zabbix proxy sends them: mostly numbers, now and then a line of text. */
public final class HistoryPacket {
    private HistoryPacket() {}

    /**
     * Makes the rows of a packet. The same count gives the same rows, always.
     *
     * @param count how many
     * @return the rows
     */
    public static List<HistoryRow> rows(int count) {
        double[] decimals = Values.DECIMALS2.draw(count);
        List<HistoryRow> rows = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            String value =
                    i % 10 == 9 ? "interface eth" + i % 4 + " is up" : String.format(Locale.ROOT, "%.2f", decimals[i]);
            rows.add(
                    HistoryRow.of(i + 1, 23_000 + i % 500, 1_760_000_000L + i / 100, i * 7_919 % 1_000_000_000, value));
        }
        return rows;
    }
}
