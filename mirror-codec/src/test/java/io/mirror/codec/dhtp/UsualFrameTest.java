package io.mirror.codec.dhtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.mirror.codec.Seeds;
import io.mirror.core.command.PointMessage;
import io.mirror.core.point.PointState;
import io.netty.buffer.ByteBuf;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Frames of the usual form are read on a shorter way, which must come to the same as the general one. */
class UsualFrameTest {
    private static final int FRAMES = Integer.getInteger("mirror.usualFrames", 1_000);
    private static final byte[] DEFINITION = Wire.hex("01 B1 01 01 37 00 00 00 01 00 C0 00 64 00 00 00"
            + "00 F1 53 65 00 00 00 00 80 B2 E6 0E 00 00 00 00 07 00 00 00 08 00 00 00 03 00 00 00"
            + "64 3A 6E 00 00 00 00 00 A0 45 40");
    private static final byte[] USUAL = Wire.hex("01 B1 01 01 34 00 00 00 01 00 C0 00 64 00 00 00"
            + "00 F1 53 65 00 00 00 00 80 B2 E6 0E 01 00 00 80 07 00 00 00 08 00 00 00 00 00 00 00"
            + "00 00 00 00 00 A0 45 40");

    private static boolean isUsual(byte[] frame) {
        PointNames names = new PointNames(DhtpLimits.DEFAULT, new SecureRandom());
        names.accept(Wire.utf8("d:n"), 0, 3);
        HandleTable handles = new HandleTable(1);
        handles.put(7, names.id());
        ByteBuf in = Wire.direct(frame);
        boolean usual = in.getLongLE(0) == UsualFrameReader.BEGIN
                && new UsualFrameReader(names, handles, new PointMessage()).read(in, 0);
        in.release();
        return usual;
    }

    /** What a reader says that has only the general way. */
    private static List<String> general(byte[] input) {
        List<String> log = new ArrayList<>();
        ByteBuf in = Wire.direct(input);
        try {
            new MessageReader(DhtpLimits.DEFAULT).read(in, new MessageReader.Listener() {
                @Override
                public void onText(long offset, Expression expression) {
                    log.add("TEXT " + expression);
                }

                @Override
                public void onFrame(long offset, BinaryFrame frame) {
                    PointState state = new PointState().value(frame.value());
                    log.add(frame.kind() + " " + frame.name() + " #0 " + state.type() + " " + state.value() + " conf="
                            + frame.confidence() + " sec=" + frame.security() + " locked=" + frame.locked() + " t="
                            + frame.seconds() + "." + frame.nanoseconds() + " flags=" + (int) frame.flags() + " q="
                            + frame.quality());
                }

                @Override
                public void onMalformed(DecodeReason reason, long offset, String excerpt) {
                    log.add("MALFORMED " + reason + " at " + offset + ": " + excerpt);
                }
            });
        } catch (DhtpDecodeException e) {
            log.add("STREAM " + e.reason() + " at " + e.offset());
        }
        in.release();
        return log;
    }

    @Test
    void theUsualFrameIsReadOnTheShortWay() {
        assertThat(isUsual(USUAL)).isTrue();
        assertThat(Events.of(Wire.join(DEFINITION, USUAL, USUAL)))
                .isEqualTo(general(Wire.join(DEFINITION, USUAL, USUAL)))
                .hasSize(3)
                .last()
                .isEqualTo("POINT d:n #0 REAL 43.25 conf=100 sec=0 locked=false t=1700000000.250000000"
                        + " flags=-2147483647 q=192");
    }

    @Test
    void eachByteOfAFrameCounts() {
        for (int at = 0; at < USUAL.length; at++) {
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                byte[] frame = USUAL.clone();
                frame[at] ^= (byte) (1 << bit);
                byte[] input = Wire.join(DEFINITION, frame, USUAL);
                assertThat(Events.once(input, DhtpLimits.DEFAULT))
                        .as("byte %d, bit %d", at, bit)
                        .isEqualTo(general(input));
            }
        }
    }

    @Test
    void bothWaysComeToTheSame() {
        SplittableRandom random = Seeds.random();
        for (int i = 0; i < FRAMES; i++) {
            byte[] frame = USUAL.clone();
            for (int change = random.nextInt(1, 4); change > 0; change--) {
                frame[random.nextInt(frame.length)] = (byte) (random.nextBoolean() ? 0 : random.nextInt());
            }
            byte[] input = Wire.join(DEFINITION, frame, USUAL, frame, USUAL);
            assertThat(Events.once(input, DhtpLimits.DEFAULT))
                    .as(Seeds::describe)
                    .isEqualTo(general(input));
        }
    }

    @Test
    void aListenerThatWantsNoMoreIsGivenOneFrameAtATime() {
        Events events = new Events() {
            @Override
            public boolean wantsMore() {
                return false;
            }
        };
        DhtpDecoder decoder = new DhtpDecoder(DhtpLimits.DEFAULT);
        ByteBuf in = Wire.direct(Wire.join(DEFINITION, USUAL, USUAL));
        for (int left = 2; left >= 0; left--) {
            assertThat(decoder.decode(in, events)).isEqualTo(1);
            assertThat(in.readableBytes()).isEqualTo(left * USUAL.length);
        }
        assertThat(decoder.bytesConsumed()).isEqualTo(in.writerIndex());
        in.release();
    }

    @Test
    void afterAListenerThatThrewTheNextFrameIsRead() {
        int[] points = {0};
        Events events = new Events() {
            @Override
            public void onPoint(PointMessage message) {
                points[0]++;
                if (points[0] == 2) {
                    throw new IllegalStateException("as if");
                }
            }
        };
        DhtpDecoder decoder = new DhtpDecoder(DhtpLimits.DEFAULT);
        ByteBuf in = Wire.direct(Wire.join(DEFINITION, USUAL, USUAL));
        assertThatIllegalStateException().isThrownBy(() -> decoder.decode(in, events));
        assertThat(in.readableBytes()).isEqualTo(USUAL.length);
        assertThat(decoder.bytesConsumed()).isEqualTo(in.readerIndex());

        assertThat(decoder.decode(in, events)).isEqualTo(1);
        assertThat(points[0]).isEqualTo(3);
        assertThat(decoder.bytesConsumed()).isEqualTo(in.writerIndex());
        in.release();
    }
}
