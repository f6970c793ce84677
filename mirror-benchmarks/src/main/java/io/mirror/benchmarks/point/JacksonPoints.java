package io.mirror.benchmarks.point;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.smile.SmileFactory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.infra.Blackhole;

/** Jackson over JSON, CBOR and Smile, by its streams and by data binding. */
public class JacksonPoints extends PointSuite {
    private static final SerializableString NAME = new SerializedString("name");
    private static final SerializableString VALUE = new SerializedString("value");
    private static final SerializableString QUALITY_NAME = new SerializedString("quality");
    private static final SerializableString SECONDS_NAME = new SerializedString("seconds");
    private static final SerializableString NANOSECONDS = new SerializedString("nanoseconds");

    @Param({"json", "cbor", "smile"})
    public String format = "json";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream(ROOM);
    private PlainPoint[] points = {};
    private JsonFactory factory = new JsonFactory();
    private ObjectReader reader = new ObjectMapper().reader();
    private ObjectWriter writer = new ObjectMapper().writer();
    private byte[] in = {};

    @Override
    protected void prepare() {
        factory = switch (format) {
            case "cbor" -> new CBORFactory();
            case "smile" -> new SmileFactory();
            // The fastest it offers, so that the comparison is with its best.
            default ->
                JsonFactory.builder()
                        .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
                        .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
                        .build();
        };
        ObjectMapper mapper = new ObjectMapper(factory);
        reader = mapper.readerFor(PlainPoint[].class);
        writer = mapper.writerFor(PlainPoint[].class);
        points = PlainPoint.all(names, numbers);
        try {
            streamEncode();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        in = out.toByteArray();
    }

    @Benchmark
    @OperationsPerInvocation(POINTS)
    public int streamEncode() throws IOException {
        out.reset();
        try (JsonGenerator json = factory.createGenerator(out)) {
            json.writeStartArray();
            for (int i = 0; i < POINTS; i++) {
                json.writeStartObject();
                json.writeFieldName(NAME);
                json.writeString(names[i]);
                json.writeFieldName(VALUE);
                json.writeNumber(numbers[i]);
                json.writeFieldName(QUALITY_NAME);
                json.writeNumber(QUALITY);
                json.writeFieldName(SECONDS_NAME);
                json.writeNumber(SECONDS);
                json.writeFieldName(NANOSECONDS);
                json.writeNumber(nanoseconds(i));
                json.writeEndObject();
            }
            json.writeEndArray();
        }
        return out.size();
    }

    @Benchmark
    @OperationsPerInvocation(POINTS)
    public double streamDecode(Blackhole hole) throws IOException {
        double total = 0;
        try (JsonParser json = factory.createParser(in)) {
            json.nextToken();
            while (json.nextToken() == JsonToken.START_OBJECT) {
                for (String field = json.nextFieldName(); field != null; field = json.nextFieldName()) {
                    json.nextToken();
                    switch (field) {
                        case "name" -> hole.consume(json.getText());
                        case "value" -> total += json.getDoubleValue();
                        case "seconds" -> total += json.getLongValue();
                        default -> total += json.getIntValue();
                    }
                }
            }
        }
        return total;
    }

    @Benchmark
    @OperationsPerInvocation(POINTS)
    public int bindEncode() throws IOException {
        out.reset();
        writer.writeValue(out, points);
        return out.size();
    }

    @Benchmark
    @OperationsPerInvocation(POINTS)
    public PlainPoint[] bindDecode() throws IOException {
        return reader.readValue(in);
    }
}
