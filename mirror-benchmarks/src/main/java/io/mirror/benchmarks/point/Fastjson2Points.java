package io.mirror.benchmarks.point;

import com.alibaba.fastjson2.JSON;
import com.alibaba.fastjson2.JSONB;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/** fastjson2 over JSON and its own binary form. */
public class Fastjson2Points extends PointSuite {
    private PlainPoint[] points = {};
    private byte[] json = {};
    private byte[] jsonb = {};

    @Override
    protected void prepare() {
        points = PlainPoint.all(names, numbers);
        json = JSON.toJSONBytes(points);
        jsonb = JSONB.toBytes(points);
    }

    @Benchmark
    @OperationsPerInvocation(POINTS)
    public byte[] jsonEncode() {
        return JSON.toJSONBytes(points);
    }

    @Benchmark
    @OperationsPerInvocation(POINTS)
    public PlainPoint[] jsonDecode() {
        return JSON.parseObject(json, PlainPoint[].class);
    }

    @Benchmark
    @OperationsPerInvocation(POINTS)
    public byte[] jsonbEncode() {
        return JSONB.toBytes(points);
    }

    @Benchmark
    @OperationsPerInvocation(POINTS)
    public PlainPoint[] jsonbDecode() {
        return JSONB.parseObject(jsonb, PlainPoint[].class);
    }
}
