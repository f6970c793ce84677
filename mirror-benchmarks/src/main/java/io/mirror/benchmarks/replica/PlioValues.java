package io.mirror.benchmarks.replica;

import io.mirror.codec.plio.PlioLimits;
import io.mirror.codec.plio.PlioReader;
import io.mirror.codec.plio.PlioValue;
import io.mirror.codec.plio.PlioWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** Entries of a journal, each a list of a number and a text: PLIO, Java serialization, and plain length-prefixed fields. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class PlioValues {
    private static final int ENTRIES = 1000;

    /** An entry as Java would keep it. */
    public record Entry(long number, String text) implements Serializable {}

    private final List<Entry> entries = new ArrayList<>();
    private final List<PlioValue> values = new ArrayList<>();
    private final ByteBuf out = Unpooled.directBuffer(128 * ENTRIES);
    private ByteBuf plio = Unpooled.EMPTY_BUFFER;
    private byte[] serialized = {};
    private byte[] prefixed = {};

    @Setup
    public void fill() throws IOException {
        SplittableRandom random = new SplittableRandom(20_260_104L);
        for (int i = 0; i < ENTRIES; i++) {
            Entry entry = new Entry(random.nextLong(1L << 40), "customer " + random.nextInt(100_000) + " of the north");
            entries.add(entry);
            values.add(new PlioValue.Cells(
                    List.of(PlioValue.number(entry.number()), PlioValue.text(entry.text())), PlioValue.NIL, -1));
        }
        plio = Unpooled.copiedBuffer(plioWrite());
        serialized = javaWrite();
        prefixed = prefixedWrite();
    }

    @Benchmark
    @OperationsPerInvocation(ENTRIES)
    public ByteBuf plioWrite() {
        out.clear();
        for (PlioValue value : values) {
            PlioWriter.write(value, out);
        }
        return out;
    }

    @Benchmark
    @OperationsPerInvocation(ENTRIES)
    public void plioRead(Blackhole hole) {
        PlioReader reader = new PlioReader(PlioLimits.DEFAULT, (offset, value) -> hole.consume(value));
        reader.read(plio.readerIndex(0));
        reader.end();
    }

    @Benchmark
    @OperationsPerInvocation(ENTRIES)
    public byte[] javaWrite() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream objects = new ObjectOutputStream(bytes)) {
            for (Entry entry : entries) {
                objects.writeObject(entry);
            }
        }
        return bytes.toByteArray();
    }

    @Benchmark
    @OperationsPerInvocation(ENTRIES)
    public void javaRead(Blackhole hole) throws IOException, ClassNotFoundException {
        try (ObjectInputStream objects = new ObjectInputStream(new ByteArrayInputStream(serialized))) {
            for (int i = 0; i < ENTRIES; i++) {
                hole.consume(objects.readObject());
            }
        }
    }

    @Benchmark
    @OperationsPerInvocation(ENTRIES)
    public byte[] prefixedWrite() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream data = new DataOutputStream(bytes);
        for (Entry entry : entries) {
            byte[] text = entry.text().getBytes(StandardCharsets.UTF_8);
            data.writeLong(entry.number());
            data.writeInt(text.length);
            data.write(text);
        }
        return bytes.toByteArray();
    }

    @Benchmark
    @OperationsPerInvocation(ENTRIES)
    public void prefixedRead(Blackhole hole) throws IOException {
        DataInputStream data = new DataInputStream(new ByteArrayInputStream(prefixed));
        for (int i = 0; i < ENTRIES; i++) {
            long number = data.readLong();
            hole.consume(new Entry(number, new String(data.readNBytes(data.readInt()), StandardCharsets.UTF_8)));
        }
    }
}
