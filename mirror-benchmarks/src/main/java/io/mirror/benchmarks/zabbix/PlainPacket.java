package io.mirror.benchmarks.zabbix;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.google.gson.annotations.SerializedName;
import io.mirror.codec.zabbix.HistoryRow;
import java.util.ArrayList;
import java.util.List;

/** A history packet as an application would hand it to a general JSON library. */
public final class PlainPacket {
    public String request = "proxy data";
    public String host = "proxy";
    public String session = "0123456789abcdef0123456789abcdef";

    @JsonProperty("history data")
    @SerializedName("history data")
    public List<Row> history = new ArrayList<>();

    public String version = "6.0.14";
    public long clock = 1_760_000_100L;
    public int ns = 1;

    /** A value. */
    public static final class Row {
        public long id;
        public long itemid;
        public long clock;
        public int ns;
        public String value = "";
    }

    static PlainPacket of(List<HistoryRow> rows) {
        PlainPacket packet = new PlainPacket();
        for (HistoryRow row : rows) {
            Row plain = new Row();
            plain.id = row.id();
            plain.itemid = row.itemId();
            plain.clock = row.clock();
            plain.ns = row.ns();
            plain.value = row.value().orElseThrow();
            packet.history.add(plain);
        }
        return packet;
    }
}
