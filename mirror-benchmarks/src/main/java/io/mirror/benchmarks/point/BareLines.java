package io.mirror.benchmarks.point;

import io.mirror.benchmarks.data.Names;
import io.mirror.benchmarks.data.Values;
import io.mirror.codec.dhtp.DhtpEncoder;
import io.mirror.codec.dhtp.DhtpLimits;
import io.mirror.codec.internal.number.DigitWords;
import io.mirror.codec.internal.number.NumberWriter;
import io.mirror.core.command.PointMessage;
import io.mirror.core.link.WireName;
import io.mirror.core.point.PointState;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The least that a line of text costs, as a limit for {@link DhtpPoints}: the same lines, but every one has the shape that is
 * expected, the names come in the expected order, all is in one array, and what is not so ends the run. Numbers are
 * converted as the codec does it.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class BareLines {
    private static final int POINTS = 1000;
    private static final int ROOM = 512 * POINTS;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long BEGIN = word("(point \"");
    private static final int QUOTE_REAL = (int) word("\" 1     ");
    private static final long DEFAULTS = word(" 100 0 0");
    private static final long SECONDS_BEGIN = word(" 1760000");
    private static final int SECONDS_END = (int) word("000     ");
    private static final long END = word(" 0 192)\n");
    private static final double[] POWERS = {1, 10, 100, 1000, 1e4, 1e5, 1e6, 1e7};

    private record Name(String name, int id) implements WireName {}

    private final PointState[] states = new PointState[POINTS];
    private final byte[][] names = new byte[POINTS][];
    private final byte[] out = new byte[ROOM];
    private byte[] lines = {};

    private static long word(String eight) {
        return (long) LONGS.get(eight.getBytes(StandardCharsets.US_ASCII), 0);
    }

    /** Makes the lines with the codec. */
    @Setup(Level.Trial)
    public void prepare() {
        String[] drawn = Names.draw(POINTS);
        double[] numbers = Values.DECIMALS2.draw(POINTS);
        DhtpEncoder encoder = new DhtpEncoder(DhtpLimits.DEFAULT);
        ByteBuf written = Unpooled.buffer(ROOM);
        for (int i = 0; i < POINTS; i++) {
            names[i] = drawn[i].getBytes(StandardCharsets.US_ASCII);
            // Without decimals a line would have another shape.
            double number = numbers[i] == Math.rint(numbers[i]) ? numbers[i] + 0.25 : numbers[i];
            states[i] = new PointState()
                    .real(number)
                    .quality(PointSuite.QUALITY)
                    .time(PointSuite.SECONDS, PointSuite.nanoseconds(i));
            encoder.encodePoint(PointMessage.Kind.POINT, new Name(drawn[i], i), states[i], written);
        }
        encoder.flush(written);
        lines = ByteBufUtil.getBytes(written);
        if (!Arrays.equals(lines, 0, lines.length, out, 0, encode())) {
            throw new IllegalStateException("the codec writes other lines");
        }
        decode();
    }

    @Benchmark
    @OperationsPerInvocation(POINTS)
    public int encode() {
        byte[] to = out;
        int at = 0;
        for (int i = 0; i < POINTS; i++) {
            byte[] name = names[i];
            PointState state = states[i];
            int last = name.length - Long.BYTES;
            LONGS.set(to, at, BEGIN);
            at += Long.BYTES;
            // Names have 16 to 32 bytes: four words, which share some.
            LONGS.set(to, at, (long) LONGS.get(name, 0));
            LONGS.set(to, at + 8, (long) LONGS.get(name, 8));
            LONGS.set(to, at + last - 8, (long) LONGS.get(name, last - 8));
            LONGS.set(to, at + last, (long) LONGS.get(name, last));
            at += name.length;
            INTS.set(to, at, QUOTE_REAL);
            at += Integer.BYTES;
            long thousandths = DigitWords.thousandths(state.real());
            long digits = DigitWords.eight((int) thousandths);
            int zeros = DigitWords.leadingZerosBeforePoint(digits);
            LONGS.set(to, at, DigitWords.text(digits) >>> zeros * Byte.SIZE);
            at += DigitWords.DIGITS_BEFORE_POINT - zeros;
            INTS.set(to, at, DigitWords.pointAndDecimals(digits));
            at += DigitWords.lengthFromPoint(digits);
            LONGS.set(to, at, DEFAULTS);
            LONGS.set(to, at + 8, SECONDS_BEGIN);
            INTS.set(to, at + 16, SECONDS_END);
            at = NumberWriter.writeEight(state.nanoseconds(), to, at + 20);
            LONGS.set(to, at, END);
            at += Long.BYTES;
        }
        return at;
    }

    @Benchmark
    @OperationsPerInvocation(POINTS)
    public double decode() {
        byte[] from = lines;
        double total = 0;
        int at = 0;
        for (int i = 0; i < POINTS; i++) {
            byte[] name = names[i];
            int last = name.length - Long.BYTES;
            long different = (long) LONGS.get(from, at) ^ BEGIN;
            at += Long.BYTES;
            different |= ((long) LONGS.get(from, at) ^ (long) LONGS.get(name, 0))
                    | ((long) LONGS.get(from, at + 8) ^ (long) LONGS.get(name, 8))
                    | ((long) LONGS.get(from, at + last - 8) ^ (long) LONGS.get(name, last - 8))
                    | ((long) LONGS.get(from, at + last) ^ (long) LONGS.get(name, last));
            at += name.length;
            different |= (int) INTS.get(from, at) ^ QUOTE_REAL;
            at += Integer.BYTES;
            // The digits in one word, with the point taken out.
            long beforePoint = (long) LONGS.get(from, at);
            int whole = DigitWords.countDigits(beforePoint);
            long others = -1L << whole * Byte.SIZE;
            long joined = (beforePoint & ~others) | ((long) LONGS.get(from, at + 1) & others);
            int digits = DigitWords.countDigits(joined);
            double number = DigitWords.value(joined, digits) / POWERS[digits - whole];
            at += digits + 1;
            different |= ((long) LONGS.get(from, at) ^ DEFAULTS)
                    | ((long) LONGS.get(from, at + 8) ^ SECONDS_BEGIN)
                    | ((int) INTS.get(from, at + 16) ^ SECONDS_END);
            at += 20;
            long fraction = (long) LONGS.get(from, at);
            int fractionDigits = DigitWords.countDigits(fraction);
            int nanoseconds = DigitWords.value(fraction, fractionDigits);
            at += fractionDigits;
            different |= (long) LONGS.get(from, at) ^ END;
            at += Long.BYTES;
            if (different != 0) {
                throw new IllegalStateException("line " + i + " has another shape");
            }
            total += number + i + PointSuite.SECONDS + nanoseconds + PointSuite.QUALITY;
        }
        return total;
    }
}
