package io.mirror.benchmarks.zabbix;

import com.alibaba.fastjson2.JSON;
import com.alibaba.fastjson2.annotation.JSONField;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.gson.Gson;
import io.mirror.codec.zabbix.HistoryRow;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.infra.Blackhole;

/** The same packets by JSON libraries. They read and write bodies only: the 13 bytes before them come for nothing. */
public class JsonLibraries extends HistorySuite {
    private final JsonFactory factory = new JsonFactory();
    private final ObjectMapper mapper = new ObjectMapper();
    private final Gson gson = new Gson();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private PlainPacket packet = new PlainPacket();
    private byte[] body = {};

    /** Tells fastjson2 the one name that is not that of a Java field. */
    public abstract static class Fastjson2Names {
        @JSONField(name = "history data")
        public Object history = "";
    }

    @Override
    protected void prepare(byte[] frame) {
        body = Arrays.copyOfRange(frame, HEADER, frame.length);
        packet = PlainPacket.of(history);
        JSON.mixIn(PlainPacket.class, Fastjson2Names.class);
    }

    @Benchmark
    public byte[] databindWrite() throws IOException {
        return mapper.writeValueAsBytes(packet);
    }

    @Benchmark
    public PlainPacket databindRead() throws IOException {
        return mapper.readValue(body, PlainPacket.class);
    }

    @Benchmark
    public byte[] fastjson2Write() {
        return JSON.toJSONBytes(packet);
    }

    @Benchmark
    public PlainPacket fastjson2Read() {
        return JSON.parseObject(body, PlainPacket.class);
    }

    @Benchmark
    public byte[] gsonWrite() {
        return gson.toJson(packet).getBytes(StandardCharsets.UTF_8);
    }

    @Benchmark
    public PlainPacket gsonRead() {
        return gson.fromJson(new String(body, StandardCharsets.UTF_8), PlainPacket.class);
    }

    @Benchmark
    public int streamWrite() throws IOException {
        out.reset();
        try (JsonGenerator json = factory.createGenerator(out)) {
            json.writeStartObject();
            json.writeStringField("request", packet.request);
            json.writeStringField("host", packet.host);
            json.writeStringField("session", packet.session);
            json.writeArrayFieldStart("history data");
            for (HistoryRow row : history) {
                json.writeStartObject();
                json.writeNumberField("id", row.id());
                json.writeNumberField("itemid", row.itemId());
                json.writeNumberField("clock", row.clock());
                json.writeNumberField("ns", row.ns());
                json.writeStringField("value", row.value().orElseThrow());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeStringField("version", packet.version);
            json.writeNumberField("clock", packet.clock);
            json.writeNumberField("ns", packet.ns);
            json.writeEndObject();
        }
        return out.size();
    }

    @Benchmark
    public long streamRead(Blackhole hole) throws IOException {
        long sum = 0;
        try (JsonParser json = factory.createParser(body)) {
            for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
                if (token == JsonToken.VALUE_NUMBER_INT) {
                    sum += json.getLongValue();
                } else if (token == JsonToken.VALUE_STRING) {
                    hole.consume(json.getText());
                }
            }
        }
        return sum;
    }
}
