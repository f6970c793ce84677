package io.mirror.benchmarks.zabbix;

import io.mirror.codec.zabbix.HistoryRow;
import io.mirror.codec.zabbix.HistoryView;
import io.mirror.codec.zabbix.MessageBuilder;
import io.mirror.codec.zabbix.MessageDecoder;
import io.mirror.codec.zabbix.MessageListener;
import io.mirror.codec.zabbix.ProxyMessage;
import io.mirror.codec.zabbix.ZabbixCodec;
import io.mirror.codec.zabbix.ZabbixLimits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.infra.Blackhole;

/** History packets of this library: frame and JSON, rows handed out while the bytes are read. */
public class ZabbixHistory extends HistorySuite {
    private static final ZabbixCodec CODEC = new ZabbixCodec(ZabbixLimits.DEFAULT);

    private ByteBuf out = Unpooled.EMPTY_BUFFER;
    private ByteBuf in = Unpooled.EMPTY_BUFFER;
    private ProxyMessage message = message(List.of());
    private long sum;

    private static ProxyMessage message(List<HistoryRow> rows) {
        MessageBuilder message = ProxyMessage.builder()
                .request("proxy data")
                .host("proxy")
                .session("0123456789abcdef0123456789abcdef")
                .version("6.0.14")
                .clock(1_760_000_100L)
                .ns(1);
        rows.forEach(message::history);
        return message.build();
    }

    static byte[] frame(List<HistoryRow> rows) {
        ByteBuf frame = Unpooled.buffer();
        CODEC.encode(message(rows), false, frame);
        return ByteBufUtil.getBytes(frame);
    }

    @Override
    protected void prepare(byte[] frame) {
        message = message(history);
        in = Unpooled.directBuffer(frame.length).writeBytes(frame);
        out = Unpooled.directBuffer(frame.length);
    }

    @Benchmark
    public ByteBuf write() {
        CODEC.encode(message, false, out.clear());
        return out;
    }

    @Benchmark
    public long readToRow(Blackhole hole) {
        return read(new MessageListener() {
            @Override
            public void onHistory(HistoryRow row) {
                hole.consume(row);
                sum += row.itemId() + row.ns();
            }
        });
    }

    @Benchmark
    public long readToView(Blackhole hole) {
        return read(new MessageListener() {
            @Override
            public void onHistory(HistoryView row) {
                hole.consume(row.value());
                sum += row.itemId() + row.ns();
            }
        });
    }

    @Benchmark
    public long readToBytes() {
        return read(new MessageListener() {
            @Override
            public void onHistory(HistoryView row) {
                row.writeValue(out.clear());
                sum += row.itemId() + row.ns() + out.getByte(0);
            }
        });
    }

    private long read(MessageListener rows) {
        try (MessageDecoder decoder = CODEC.newDecoder(rows)) {
            decoder.decode(in.readerIndex(0));
            decoder.end();
        }
        return sum;
    }
}
