package io.mirror.transport.dhtp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.codec.dhtp.DhtpLimits;
import io.mirror.core.command.Command;
import io.mirror.core.hub.Origin;
import io.mirror.core.hub.PointHub;
import io.mirror.core.link.LinkOptions;
import io.mirror.core.link.MirrorSession;
import io.mirror.core.link.SessionListener;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A channel whose work is broken off ends, and gives back every buffer that it had. */
class LinkChannelTest {
    private final UnpooledByteBufAllocator memory = new UnpooledByteBufAllocator(false);
    private final List<String> causes = new ArrayList<>();
    private int failures;

    private long nanoTime() {
        if (failures > 0) {
            failures--;
            throw new OutOfMemoryError("as if");
        }
        return 0;
    }

    private final class Owner implements LinkChannel.Owner {
        private final LinkMeter meter = new LinkMeter(LinkEvents.NONE, () -> nanoTime());

        @Override
        public LinkMeter meter() {
            return meter;
        }

        @Override
        public void sessionOpened(LinkChannel channel) {}

        @Override
        public void closed(LinkChannel channel, String cause) {
            causes.add(cause);
        }
    }

    /** Once when bytes arrive, and once more when the end is to be noted. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void givesBackWhatArrivedAndWhatWasNotSent(int timesBrokenOff) {
        LinkChannel link = new LinkChannel(
                output -> MirrorSession.slave(
                        PointHub.create(),
                        Loopback.config(1).build(),
                        Origin.of("link"),
                        LinkOptions.defaults(),
                        output,
                        new SessionListener() {}),
                DhtpLimits.DEFAULT,
                this::nanoTime,
                new Owner());
        EmbeddedChannel channel = new EmbeddedChannel();
        channel.config().setAllocator(memory);
        channel.pipeline().addLast(link);
        channel.releaseOutbound();

        link.send(new Command.Alive());
        assertThat(memory.metric().usedHeapMemory()).isPositive();
        ByteBuf arriving = ByteBufUtil.writeAscii(memory, "(alive)\n");
        failures = timesBrokenOff;
        channel.writeInbound(arriving);

        assertThat(arriving.refCnt()).isZero();
        assertThat(causes).singleElement().asString().contains("as if");
        assertThat(channel.isOpen()).isFalse();
        channel.releaseOutbound();
        assertThat(memory.metric().usedHeapMemory()).isZero();
        assertThat(failures).isZero();
    }
}
