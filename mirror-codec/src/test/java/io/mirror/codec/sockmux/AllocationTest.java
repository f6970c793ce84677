package io.mirror.codec.sockmux;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.codec.AllocatedBytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledHeapByteBuf;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Data and its acknowledgement cost no allocation in either direction. */
@Tag("S-MEM-4")
class AllocationTest {
    private static final int FRAMES = 500;
    private static final int ROUNDS = 400;

    /** What the measurement itself and the last steps of compilation cost; one byte a frame would be 400,000. */
    private static final long NOISE = 20_000;

    private static final class Sum implements FrameListener {
        private long octets;
        private long acknowledged;

        @Override
        public void onFrame(FrameHeader header, ByteBuf payload) {
            if (header.type() == FrameType.SENT) {
                acknowledged += MuxText.count(payload);
            } else {
                octets += payload.readableBytes() + payload.getByte(payload.readerIndex());
            }
        }
    }

    @Test
    void dataAndItsAcknowledgementCostNoAllocation() {
        // Made by hand: the leak detector of the tests would record every access to an allocated one.
        // And on the heap: to fill a direct buffer Netty itself makes a view of the other one where it has no Unsafe.
        ByteBuf data = new UnpooledHeapByteBuf(UnpooledByteBufAllocator.DEFAULT, 1024, 1024);
        data.writeZero(1024);
        ByteBuf buffer = new UnpooledHeapByteBuf(UnpooledByteBufAllocator.DEFAULT, 1 << 20, 1 << 24);
        MuxEncoder encoder = new MuxEncoder();
        MuxDecoder decoder = new MuxDecoder(false);
        Sum sum = new Sum();
        long least = Long.MAX_VALUE;
        int attempts = 0;
        while (attempts < 5 && least > NOISE) {
            attempts++;
            least = Math.min(least, AllocatedBytes.by(() -> {
                for (int round = 0; round < ROUNDS; round++) {
                    for (int i = 0; i < FRAMES; i++) {
                        encoder.write(buffer, FrameType.SEND, i, i + 1, data, 1 + i);
                        encoder.writeCount(buffer, FrameType.SENT, i, i + 1, 1 + i);
                    }
                    decoder.decode(buffer, sum);
                    buffer.clear();
                }
            }));
        }
        buffer.release();
        data.release();
        assertThat(sum.octets)
                .isEqualTo(sum.acknowledged)
                .isEqualTo((long) attempts * ROUNDS * FRAMES * (FRAMES + 1) / 2);
        assertThat(least).as("bytes for %d frames", 2 * FRAMES * ROUNDS).isLessThanOrEqualTo(NOISE);
    }
}
