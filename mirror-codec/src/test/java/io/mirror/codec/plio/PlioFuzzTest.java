package io.mirror.codec.plio;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Any bytes: the same values however they are cut, the documented exception and no other, a writer that agrees. */
class PlioFuzzTest {
    private static final PlioLimits SMALL = new PlioLimits(8, 128, 100);

    @FuzzTest(maxDuration = "60s")
    void anyBytes(byte[] input) {
        check(input);
    }

    @Test
    void randomBytes() {
        SplittableRandom random = io.mirror.codec.Seeds.random();
        for (int i = 0; i < 20_000; i++) {
            byte[] input = new byte[random.nextInt(60)];
            for (int j = 0; j < input.length; j++) {
                input[j] = (byte) (random.nextBoolean() ? random.nextInt(16) : random.nextInt(256));
            }
            check(input);
        }
    }

    private static void check(byte[] input) {
        List<PlioValue> whole = read(input, Math.max(1, input.length), SMALL);
        assertThat(read(input, 1, SMALL)).isEqualTo(whole);
        assertThat(read(input, 3, SMALL)).isEqualTo(whole);
        ByteBuf out = Unpooled.buffer();
        whole.forEach(value -> PlioWriter.write(value, out));
        // What stands for a byte that is no UTF-8 takes three: what is written may be longer than what was read.
        assertThat(read(ByteBufUtil.getBytes(out), Math.max(1, out.readableBytes()), PlioLimits.DEFAULT))
                .isEqualTo(whole);
    }

    private static List<PlioValue> read(byte[] bytes, int size, PlioLimits limits) {
        List<PlioValue> values = new ArrayList<>();
        try {
            PlioReader reader = new PlioReader(limits, (offset, value) -> values.add(value));
            for (int from = 0; from < bytes.length; from += size) {
                reader.read(Unpooled.wrappedBuffer(bytes, from, Math.min(size, bytes.length - from)));
            }
            reader.end();
        } catch (PlioDecodeException e) {
            assertThat(e.offset()).isBetween(0L, (long) bytes.length);
        }
        return values;
    }
}
