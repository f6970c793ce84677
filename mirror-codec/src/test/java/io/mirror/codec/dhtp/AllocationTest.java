package io.mirror.codec.dhtp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.codec.AllocatedBytes;
import io.mirror.codec.Seeds;
import io.mirror.core.command.PointMessage;
import io.mirror.core.command.Received;
import io.mirror.core.link.WireName;
import io.mirror.core.point.PointState;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledDirectByteBuf;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A point with a known name and a numeric value costs no allocation in either direction. */
@Tag("S-MEM-4")
class AllocationTest {
    private static final int POINTS = 500;
    private static final int ROUNDS = 400;

    /** What the measurement itself and the last steps of compilation cost; one byte a point would be 200,000. */
    private static final long NOISE = 20_000;

    private record Name(String name, int id) implements WireName {}

    private static final class Sum implements DhtpListener {
        private double sum;
        private long count;

        @Override
        public void onPoint(PointMessage message) {
            sum += message.state().real() + message.nameId();
            count++;
        }

        @Override
        public void onCommand(Received received) {
            throw new AssertionError(received);
        }

        @Override
        public void onMalformed(DecodeReason reason, long offset, String excerpt) {
            throw new AssertionError(reason + ": " + excerpt);
        }
    }

    @ParameterizedTest
    @CsvSource({"true, 3", "false, 3", "false, 1"})
    void aNumericPointCostsNoAllocation(boolean binary, int kindsOfValues) {
        SplittableRandom random = Seeds.random();
        Name[] names = new Name[POINTS];
        double[] values = new double[POINTS];
        for (int i = 0; i < POINTS; i++) {
            names[i] = new Name("plant:unit" + i + ".value", i);
            values[i] = switch (i % kindsOfValues) {
                case 0 -> Math.rint(random.nextDouble() * 1e5) / 100;
                case 1 -> random.nextDouble();
                default -> Double.longBitsToDouble(random.nextLong() & ~(1L << 62));
            };
        }
        DhtpEncoder encoder = new DhtpEncoder(DhtpLimits.DEFAULT);
        encoder.encoding(binary, 1_000_000);
        DhtpDecoder decoder = new DhtpDecoder(DhtpLimits.DEFAULT);
        // Made by hand: the leak detector of the tests would record every access to an allocated one.
        ByteBuf buffer = new UnpooledDirectByteBuf(UnpooledByteBufAllocator.DEFAULT, 1 << 20, 1 << 24);
        PointState state = new PointState().quality(192).time(1_700_000_000, 250_000_000);
        Sum sum = new Sum();
        long least = Long.MAX_VALUE;
        for (int attempt = 0; attempt < 5 && least > NOISE; attempt++) {
            least = Math.min(least, AllocatedBytes.by(() -> {
                for (int round = 0; round < ROUNDS; round++) {
                    for (int i = 0; i < POINTS; i++) {
                        encoder.encodePoint(PointMessage.Kind.POINT, names[i], state.real(values[i]), buffer);
                    }
                    encoder.flush(buffer);
                    decoder.decode(buffer, sum);
                    buffer.clear();
                }
            }));
        }
        buffer.release();
        assertThat(sum.count).isPositive();
        assertThat(sum.sum).isNotZero();
        assertThat(least).as("bytes for %d points", POINTS * ROUNDS).isLessThanOrEqualTo(NOISE);
    }
}
