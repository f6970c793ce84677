package io.mirror.core.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.core.command.Command;
import io.mirror.core.point.Timestamp;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The item {@code time} of {@code mirror_caps}. */
@Tag("S-DAT-2")
class PeerClockTest {
    private static final String TIME = "time=1700000000.000000000";
    private final List<Timestamp> heard = new ArrayList<>();
    private final FakeOutput output = new FakeOutput();

    private MirrorSession master() {
        MirrorSession master = MirrorSession.master(
                LinkPair.hub(1),
                io.mirror.core.access.ConnectionAccess.withoutUsers(io.mirror.core.access.Permissions.all()),
                io.mirror.core.hub.Origin.of("slave"),
                LinkOptions.builder().maxAheadMillis(1500).build(),
                output,
                new SessionListener() {
                    @Override
                    public void peerTime(Timestamp time) {
                        heard.add(time);
                    }
                });
        master.opened(0);
        return master;
    }

    private List<String> answerTo(String item) {
        MirrorSession master = master();
        Command caps = new Command.MirrorCaps(1, "peer", List.of("sync", item));
        master.received(Wire.received(caps), 0);
        return output.take().stream()
                .map(message -> ((Wire.Sent) message).command())
                .filter(Command.MirrorCaps.class::isInstance)
                .flatMap(command -> ((Command.MirrorCaps) command).items().stream())
                .filter(answer -> answer.startsWith(PeerClock.ITEM))
                .toList();
    }

    @Test
    void theMasterAnswersWithItsTimeAndTheLimit() {
        assertThat(answerTo("time=1600000000.000000007")).containsExactly(TIME + "/1500");
        assertThat(heard).containsExactly(new Timestamp(1_600_000_000, 7));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "time",
                "time=",
                "time=5",
                "time=5.5",
                "time=.000000000",
                "time=x.000000000",
                "time=5.0000000000",
                "time=5.-00000001",
                "time=99999999999999999999.000000000",
                "time=9223372036854775807.000000000",
                "time=-9223372036854775808.000000000",
                "time=0000000000000000000000000000000000000000000000000000000000005.000000000"
            })
    void whatCannotBeReadIsNotAnswered(String item) {
        assertThat(answerTo(item)).isEmpty();
        assertThat(heard).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {TIME, TIME + "/", TIME + "/-1", TIME + "/x", TIME + "/2147483648", "time=1.5/300000", "sync"})
    void anAnswerThatCannotBeReadSetsNoLimit(String item) {
        LinkPair pair = new LinkPair(LinkFlag.READABLE, LinkFlag.WRITABLE, LinkFlag.SYNC_TIME).connect();
        pair.slave.session.opened(pair.now);
        pair.slave.session.received(
                Wire.received(new Command.MirrorCaps(1, "master", List.of("sync", item))), pair.now);
        assertThat(pair.slave.session.clock.isLimiting()).isFalse();
        assertThat(pair.slave.output.closedBecause).isNull();
    }

    @Test
    void onlyALinkThatIsSynchronizedByTimeAsks() {
        for (LinkFlag sync : List.of(LinkFlag.SYNC_RECV, LinkFlag.SYNC_SEND, LinkFlag.SYNC_TIME)) {
            LinkPair pair = new LinkPair(LinkFlag.READABLE, LinkFlag.WRITABLE, sync).open();
            assertThat(pair.slave.session.clock.isLimiting()).isEqualTo(sync == LinkFlag.SYNC_TIME);
            assertThat(pair.master.session.clock.isLimiting()).isEqualTo(sync == LinkFlag.SYNC_TIME);
        }
    }
}
