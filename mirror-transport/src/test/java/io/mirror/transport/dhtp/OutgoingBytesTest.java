package io.mirror.transport.dhtp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.codec.dhtp.DhtpLimits;
import io.mirror.core.command.Command;
import io.mirror.core.command.PointMessage;
import io.mirror.core.link.WireName;
import io.mirror.core.point.PointState;
import io.mirror.testkit.Seeds;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whatever was encoded before a flush leaves with it, in its order. */
class OutgoingBytesTest {
    private static final int BURSTS = 20;
    private static final int MOST_LINES = 3_000;

    private record Name(String name, int id) implements WireName {}

    private static String sent(EmbeddedChannel channel) {
        StringBuilder text = new StringBuilder();
        for (ByteBuf bytes = channel.readOutbound(); bytes != null; bytes = channel.readOutbound()) {
            text.append(bytes.toString(StandardCharsets.US_ASCII));
            bytes.release();
        }
        return text.toString();
    }

    private static String line(String name, int value) {
        return "(point \"" + name + "\" 2 " + value + " 100 0 0 1700000000 5 0 192)\n";
    }

    private int batches;
    private final EmbeddedChannel channel = new EmbeddedChannel(new BatchCounter(), new ChannelInboundHandlerAdapter());
    private final OutgoingBytes out = new OutgoingBytes(
            channel.pipeline().context(ChannelInboundHandlerAdapter.class),
            DhtpLimits.DEFAULT,
            new LinkMeter(LinkEvents.NONE, () -> 0),
            () -> {
                throw new AssertionError("overflow");
            });
    private final StringBuilder expected = new StringBuilder();

    @AfterEach
    void release() {
        channel.finishAndReleaseAll();
    }

    private void send(Name name, int value) {
        PointState state = new PointState().integer(value).quality(192).time(1_700_000_000, 5);
        assertThat(out.point(PointMessage.Kind.POINT, name, state)).isTrue();
        expected.append(line(name.name(), value));
    }

    private void expectAllSent() {
        out.flush();
        assertThat(sent(channel).equals(expected.toString())).isTrue();
        expected.setLength(0);
    }

    @Test
    void everyBurstLeavesCompletely() {
        Name[] names = {new Name("d:n", 0), new Name("plant:tank.level", 1)};
        Seeds.forEach(20, seed -> {
            SplittableRandom random = new SplittableRandom(seed);
            for (int burst = 0; burst < BURSTS; burst++) {
                int lines = random.nextInt(MOST_LINES);
                boolean mixed = random.nextInt(4) == 0;
                for (int i = 0; i < lines; i++) {
                    if (mixed && random.nextInt(100) == 0) {
                        assertThat(out.command(new Command.Alive())).isTrue();
                        expected.append("(alive)\n");
                    }
                    send(names[mixed ? random.nextInt(2) : 1], i);
                }
                expectAllSent();
            }
        });
    }

    @Test
    void theLineThatMakesABatchFullLeavesWithIt() {
        for (int burst = 0; burst < 3; burst++) {
            int before = batches;
            for (int i = 0; batches == before; i++) {
                send(new Name("plant:tank.level", 1), i);
            }
            expectAllSent();
            assertThat(batches).isEqualTo(before + 1);
        }
    }

    private final class BatchCounter extends ChannelOutboundHandlerAdapter {
        @Override
        public void write(ChannelHandlerContext context, Object bytes, ChannelPromise promise) {
            batches++;
            context.write(bytes, promise);
        }
    }
}
