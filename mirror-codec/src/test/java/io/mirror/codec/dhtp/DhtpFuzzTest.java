package io.mirror.codec.dhtp;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;

/** Any bytes: no failure but the documented one, the same result however the input is cut, a writer that agrees. */
@Tag("S-LEN-12")
class DhtpFuzzTest {
    private static final DhtpLimits SMALL = new DhtpLimits(256, 4, 32, 128, 8, 64);

    @FuzzTest(maxDuration = "30s")
    void anyInputGivesTheSameMessagesHoweverItIsCut(byte[] input) {
        check(input);
    }

    static void check(byte[] input) {
        List<String> whole = Events.inPieces(input, SMALL, Math.max(input.length, 1));
        for (int size : new int[] {1, 2, 7, 64}) {
            assertThat(Events.inPieces(input, SMALL, size))
                    .as("pieces of %d", size)
                    .isEqualTo(whole);
        }
        checkWriter(input);
    }

    private static void checkWriter(byte[] input) {
        List<Expression> expressions = new ArrayList<>();
        read(Wire.heap(input), expressions);
        for (ExpressionWriter.Style style : ExpressionWriter.Style.values()) {
            ByteBuf out = Unpooled.buffer();
            ExpressionWriter writer = new ExpressionWriter(style, 1_000_000);
            for (Expression expression : expressions) {
                assertThat(writer.write(expression, out)).isTrue();
            }
            List<Expression> again = new ArrayList<>();
            read(out, again);
            assertThat(again).isEqualTo(expressions);
        }
    }

    private static void read(ByteBuf in, List<Expression> expressions) {
        try {
            new MessageReader(DhtpLimits.DEFAULT).read(in, new MessageReader.Listener() {
                @Override
                public void onText(long offset, Expression expression) {
                    expressions.add(expression);
                }

                @Override
                public void onFrame(long offset, BinaryFrame frame) {
                    assertThat(frame.name()).isNotEmpty();
                }

                @Override
                public void onMalformed(DecodeReason reason, long offset, String excerpt) {
                    assertThat(reason.scope()).isNotEqualTo(DecodeReason.Scope.STREAM);
                }
            });
        } catch (DhtpDecodeException e) {
            assertThat(e.reason().scope()).isEqualTo(DecodeReason.Scope.STREAM);
        }
        in.release();
    }
}
