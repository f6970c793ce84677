package io.mirror.benchmarks.point;

import io.mirror.codec.dhtp.DhtpDecoder;
import io.mirror.codec.dhtp.DhtpEncoder;
import io.mirror.codec.dhtp.DhtpLimits;
import io.mirror.core.command.PointMessage;
import io.mirror.core.link.WireName;
import io.mirror.core.point.Point;
import io.mirror.core.point.PointName;
import io.mirror.core.point.PointState;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.infra.Blackhole;

/** Points of this library, as lines and as binary frames. */
public class DhtpPoints extends PointSuite {
    @Param({"text", "bin1"})
    public String encoding = "text";

    private record Name(String name, int id) implements WireName {}

    private final ByteBuf out = Unpooled.directBuffer(ROOM);
    private final ByteBuf in = Unpooled.directBuffer(ROOM);
    private final ByteBuf introduction = Unpooled.directBuffer(ROOM);
    private final Sum sum = new Sum();
    private DhtpEncoder encoder = new DhtpEncoder(DhtpLimits.DEFAULT);
    private DhtpDecoder decoder = new DhtpDecoder(DhtpLimits.DEFAULT);
    private WireName[] wireNames = {};
    private PointName[] pointNames = {};

    @Override
    protected void prepare() {
        encoder = newEncoder();
        decoder = new DhtpDecoder(DhtpLimits.DEFAULT);
        wireNames = new WireName[POINTS];
        pointNames = new PointName[POINTS];
        for (int i = 0; i < POINTS; i++) {
            wireNames[i] = new Name(names[i], i);
            pointNames[i] = PointName.parse(names[i]);
        }
        // Binary frames carry a name once and a handle from then on: the second pass is what a running link sends.
        introduction.clear();
        encodeAll(encoder, introduction);
        decoder.decode(introduction.duplicate(), sum);
        in.clear();
        encodeAll(encoder, in);
    }

    private DhtpEncoder newEncoder() {
        DhtpEncoder fresh = new DhtpEncoder(DhtpLimits.DEFAULT);
        fresh.encoding("bin1".equals(encoding), 1 << 20);
        return fresh;
    }

    private void encodeAll(DhtpEncoder by, ByteBuf target) {
        for (int i = 0; i < POINTS; i++) {
            by.encodePoint(PointMessage.Kind.POINT, wireNames[i], states[i], target);
        }
        by.flush(target);
    }

    @Benchmark
    @OperationsPerInvocation(POINTS)
    public ByteBuf encode() {
        out.clear();
        encodeAll(encoder, out);
        return out;
    }

    @Benchmark
    @OperationsPerInvocation(POINTS)
    public ByteBuf encodeNewNames() {
        out.clear();
        encodeAll(newEncoder(), out);
        return out;
    }

    @Benchmark
    @OperationsPerInvocation(POINTS)
    public double decodeToCallback() {
        decoder.decode(in.readerIndex(0), sum);
        return sum.total;
    }

    @Benchmark
    @OperationsPerInvocation(POINTS)
    public double decodeNewNames() {
        new DhtpDecoder(DhtpLimits.DEFAULT).decode(introduction.readerIndex(0), sum);
        return sum.total;
    }

    @Benchmark
    @OperationsPerInvocation(POINTS)
    public void decodeToRecord(Blackhole hole) {
        decoder.decode(in.readerIndex(0), new Records(pointNames, hole));
    }

    /** Uses every point without keeping any. */
    private static class Sum implements PointsOnly {
        double total;

        @Override
        public void onPoint(PointMessage message) {
            PointState point = message.state();
            total += point.real()
                    + message.nameId()
                    + point.seconds()
                    + point.nanoseconds()
                    + point.quality()
                    + point.confidence()
                    + point.security()
                    + (point.locked() ? 1 : 0)
                    + point.flags();
        }
    }

    /** Makes an immutable point of every message, as the hub's callers get them. */
    private static final class Records extends Sum {
        private final PointName[] names;
        private final Blackhole hole;

        Records(PointName[] names, Blackhole hole) {
            this.names = names;
            this.hole = hole;
        }

        @Override
        public void onPoint(PointMessage message) {
            Point point = message.state().toPoint(names[message.nameId()]);
            hole.consume(point);
        }
    }
}
