package io.mirror.core.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.core.command.Command;
import io.mirror.core.hub.Origin;
import io.mirror.core.hub.PointHub;
import io.mirror.core.point.PointValue;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("Heartbeats: a silent peer is dropped, a busy one never, 0 means never (conformance 10)")
class HeartbeatTest {
    private static final long MILLI = 1_000_000L;

    private final PointHub hub = LinkPair.hub(2);
    private final Client client = new Client(hub);

    private static LinkEnd slave(long heartbeat, long timeout) {
        LinkEnd slave = new LinkEnd(LinkPair.hub(1), "local");
        LinkConfig config = LinkConfig.to(ServerAddress.of("gw", 4502))
                .heartbeatAndTimeoutMillis(heartbeat, timeout)
                .build();
        LinkOptions options = LinkOptions.builder().probe(false).build();
        slave.session = MirrorSession.slave(slave.hub, config, Origin.of("x"), options, slave.output, slave.events);
        slave.session.opened(0);
        slave.output.take();
        return slave;
    }

    @Test
    void aSilentPeerIsDroppedAfterTheTimeoutThatWasAskedFor() {
        client.say(new Command.Timeout(5000));
        assertThat(client.master.session.nextTickNanos()).isEqualTo(client.now + 5000 * MILLI);
        client.pass(4_999);
        assertThat(client.master.output.closedBecause).isNull();
        client.pass(1);
        assertThat(client.master.output.closedBecause).contains("5000 ms");

        LinkEnd slave = slave(1000, 5000);
        slave.session.tick(4_999 * MILLI);
        assertThat(slave.output.closedBecause).isNull();
        slave.session.tick(5_000 * MILLI);
        assertThat(slave.output.closedBecause).contains("5000 ms");
    }

    @Test
    void aBusyPeerIsNeverDropped() {
        client.say(new Command.Timeout(5000));
        LinkEnd slave = slave(1000, 5000);
        for (int i = 1; i <= 1000; i++) {
            client.now += 4_999 * MILLI;
            client.master.session.bytesReceived(client.now);
            client.master.session.tick(client.now);
            slave.session.bytesReceived(i * 4_999 * MILLI);
            slave.session.tick(i * 4_999 * MILLI);
        }
        assertThat(client.master.output.closedBecause).isNull();
        assertThat(slave.output.closedBecause).isNull();
    }

    @Test
    void sendingIsNoSignOfLifeOfThePeer() {
        client.say(new Command.Heartbeat(1000));
        client.say(new Command.Timeout(5000));
        client.reportDomain("plant");
        for (long i = 0; i < 5; i++) {
            hub.write("plant:p", PointValue.of(i));
            client.pass(1000);
        }
        assertThat(client.master.output.closedBecause).isNotNull();
    }

    @Test
    void timeoutZeroMeansNever() {
        client.say(new Command.Timeout(5000));
        client.say(new Command.Timeout(0));
        client.pass(1_000_000_000L);
        assertThat(client.master.output.closedBecause).isNull();
        assertThat(client.master.session.nextTickNanos()).isEqualTo(Long.MAX_VALUE);

        LinkEnd slave = slave(0, 0);
        assertThat(slave.session.nextTickNanos()).isEqualTo(Long.MAX_VALUE);
        slave.session.tick(Long.MAX_VALUE / 2);
        assertThat(slave.output.closedBecause).isNull();
        assertThat(slave.output.take()).isEmpty();
    }

    @Test
    void aBeatIsSentWhenNothingElseWas() {
        client.say(new Command.Heartbeat(1000));
        assertThat(client.pass(999)).isEmpty();
        assertThat(client.pass(1)).containsExactly("alive");
        assertThat(client.pass(500)).isEmpty();
        client.say(new Command.Read("plant:nosuch", false));
        assertThat(client.pass(999)).as("the answer was as good as a beat").isEmpty();
        assertThat(client.pass(1)).containsExactly("alive");
        client.reportDomain("plant");
        client.now += 400 * MILLI;
        hub.write("plant:p", PointValue.of(1L));
        assertThat(client.hear()).hasSize(1);
        assertThat(client.pass(999)).as("and so is a point message").isEmpty();
        client.say(new Command.Heartbeat(0));
        assertThat(client.pass(1_000_000)).isEmpty();
    }

    @Test
    void theSlaveBeatsByItselfAndFasterIfAsked() {
        LinkEnd slave = slave(1000, 0);
        assertThat(slave.session.nextTickNanos()).isEqualTo(1000 * MILLI);
        slave.session.tick(1000 * MILLI);
        assertThat(slave.output.take()).extracting(Client::describe).containsExactly("alive");
        slave.session.received(Wire.received(new Command.Heartbeat(200)), 1000 * MILLI);
        assertThat(slave.session.nextTickNanos()).isEqualTo(1200 * MILLI);
        slave.session.received(Wire.received(new Command.Heartbeat(60_000)), 1000 * MILLI);
        assertThat(slave.session.nextTickNanos())
                .as("never slower than configured")
                .isEqualTo(2000 * MILLI);
        slave.session.received(Wire.received(new Command.Heartbeat(0)), 1000 * MILLI);
        assertThat(slave.session.nextTickNanos()).isEqualTo(2000 * MILLI);

        LinkEnd quiet = slave(0, 0);
        quiet.session.received(Wire.received(new Command.Heartbeat(300)), 0);
        assertThat(quiet.session.nextTickNanos()).isEqualTo(300 * MILLI);
    }

    @ParameterizedTest
    @CsvSource({"1, 10", "9, 10", "10, 10", "11, 11", "9223372036854775807, 2147483647"})
    void whatAPeerMayAskForIsBounded(long asked, long granted) {
        client.say(new Command.Heartbeat(asked));
        assertThat(client.master.session.nextTickNanos()).isEqualTo(client.now + granted * MILLI);
        client.say(new Command.Heartbeat(0));
        client.say(new Command.Timeout(asked));
        assertThat(client.master.session.nextTickNanos()).isEqualTo(client.now + granted * MILLI);
        if (asked < granted) {
            assertThat(client.master.events.warnings)
                    .containsExactly(
                            "the client asked for a heartbeat of " + asked + " ms, the shortest is 10 ms",
                            "the client asked for a timeout of " + asked + " ms, the shortest is 10 ms");
        } else {
            assertThat(client.master.events.warnings).isEmpty();
        }
    }

    @Test
    void noBeatIsPiledUponAChannelThatTakesNothing() {
        client.say(new Command.Heartbeat(1000));
        client.master.output.writable = false;
        for (int i = 0; i < 100; i++) {
            assertThat(client.pass(1000)).isEmpty();
        }
        client.master.output.writable = true;
        assertThat(client.pass(1000)).containsExactly("alive");
    }

    @Test
    void tickingTooEarlyOrTooOftenDoesNoHarm() {
        client.say(new Command.Heartbeat(1000));
        for (int i = 0; i < 100; i++) {
            assertThat(client.pass(0)).isEmpty();
        }
        assertThat(client.pass(1000)).hasSize(1);
        assertThat(client.pass(0)).isEmpty();
    }

    @Test
    void twoSidesThatBeatKeepEachOtherAliveForever() {
        LinkPair pair = new LinkPair(LinkFlag.READABLE).open();
        for (int i = 0; i < 10_000; i++) {
            pair.now = Math.min(pair.slave.session.nextTickNanos(), pair.master.session.nextTickNanos());
            pair.slave.session.tick(pair.now);
            pair.master.session.tick(pair.now);
            pair.settle();
        }
        assertThat(pair.slave.output.closedBecause).isNull();
        assertThat(pair.master.output.closedBecause).isNull();
        assertThat(List.of(pair.slave.session.state(), pair.master.session.state()))
                .containsOnly(LinkState.MIRRORING);
        assertThat(pair.now).isGreaterThan(1_000_000 * MILLI);
    }
}
