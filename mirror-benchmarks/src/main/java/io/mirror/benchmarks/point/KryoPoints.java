package io.mirror.benchmarks.point;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.infra.Blackhole;

/** Kryo with a registered class, its streams kept. */
public class KryoPoints extends PointSuite {
    private final Kryo kryo = new Kryo();
    private final Output out = new Output(ROOM);
    private final Input in = new Input();
    private PlainPoint[] points = {};
    private byte[] bytes = {};

    @Override
    protected void prepare() {
        kryo.register(PlainPoint.class);
        points = PlainPoint.all(names, numbers);
        encode();
        bytes = out.toBytes();
    }

    @Benchmark
    @OperationsPerInvocation(POINTS)
    public int encode() {
        out.reset();
        for (PlainPoint point : points) {
            kryo.writeObject(out, point);
        }
        return out.position();
    }

    @Benchmark
    @OperationsPerInvocation(POINTS)
    public void decodeToRecord(Blackhole hole) {
        in.setBuffer(bytes);
        for (int i = 0; i < POINTS; i++) {
            hole.consume(kryo.readObject(in, PlainPoint.class));
        }
    }
}
