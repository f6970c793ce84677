package io.mirror.core.link;

import static io.mirror.core.link.LinkFlag.AUTHORITATIVE;
import static io.mirror.core.link.LinkFlag.NON_AUTHORITATIVE;
import static io.mirror.core.link.LinkFlag.OVERRIDE_TIME;
import static io.mirror.core.link.LinkFlag.READABLE;
import static io.mirror.core.link.LinkFlag.SYNC_RECV;
import static io.mirror.core.link.LinkFlag.SYNC_SEND;
import static io.mirror.core.link.LinkFlag.SYNC_TIME;
import static io.mirror.core.link.LinkFlag.USE_BINARY;
import static io.mirror.core.link.LinkFlag.USE_HTTP_CONNECT;
import static io.mirror.core.link.LinkFlag.USE_PROXY;
import static io.mirror.core.link.LinkFlag.USE_SSL;
import static io.mirror.core.link.LinkFlag.USE_WEBSOCKET;
import static io.mirror.core.link.LinkFlag.WRITABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.mirror.core.command.Command;
import io.mirror.core.command.PointMessage.Kind;
import io.mirror.core.hub.Origin;
import io.mirror.core.point.PointState;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Diode mode, DHTP section 11.4: a slave that sends and takes nothing. */
class DiodeSessionTest {
    private static final LinkOptions DIODE = LinkOptions.builder().diode(true).build();
    private static final long SECOND = 1_000_000_000L;

    private final LinkEnd slave = new LinkEnd(LinkPair.hub(1), "local");
    private final Wire.Names names = new Wire.Names();

    private static LinkConfig config(LinkFlags flags) {
        return LinkConfig.to(ServerAddress.of("gw", 4502))
                .localDomain("local")
                .remoteDomain("plant")
                .flags(flags)
                .heartbeatAndTimeoutMillis(1000, 5000)
                .build();
    }

    private static LinkFlags flags(LinkFlag... flags) {
        return LinkFlags.of(flags);
    }

    private void open(LinkFlags flags) {
        slave.session =
                MirrorSession.slave(slave.hub, config(flags), Origin.of("link"), DIODE, slave.output, slave.events);
        slave.session.opened(0);
        slave.flush(0);
    }

    private List<String> sent() {
        return slave.output.take().stream()
                .map(message -> SlaveOpeningTest.describe(message).replaceAll(" t.*", ""))
                .toList();
    }

    @Test
    void opensWithoutAQuestionAndSendsEverything() {
        slave.point("p").write(5);
        open(flags(READABLE, WRITABLE, SYNC_RECV, NON_AUTHORITATIVE, USE_BINARY));
        assertThat(sent())
                .containsExactly(
                        "acksuccess 0",
                        "domain plant",
                        "heartbeat 0",
                        "timeout 5000",
                        "set_authoritative plant 1",
                        "cwrite plant:p 5 q192");
        assertThat(slave.session.state()).isEqualTo(LinkState.MIRRORING);
        slave.point("p").write(6);
        slave.flush(0);
        assertThat(sent()).containsExactly("cwrite plant:p 6 q192");
    }

    @Test
    @Tag("S-AUTH-8")
    void nothingThatArrivesHasAnEffect() {
        open(flags(READABLE, WRITABLE, SYNC_SEND));
        sent();
        Wire.feed(slave.session, names, new Wire.Sent(new Command.Heartbeat(10)), 0);
        Wire.feed(slave.session, names, new Wire.Sent(new Command.Create("plant:made")), 0);
        PointState state = new PointState().integer(1).quality(192).time(1, 0);
        Wire.feed(slave.session, names, new Wire.SentPoint(Kind.POINT, "plant:p", state), 0);
        for (int i = 0; i < 200; i++) {
            slave.session.malformed("nonsense", 0);
        }
        slave.session.bytesDiscarded(7);
        slave.flush(0);
        assertThat(sent()).isEmpty();
        assertThat(slave.hub.pointCount()).isZero();
        assertThat(slave.events.warnings).isEmpty();
        LinkCounters counters = slave.session.counters();
        assertThat(counters.bytesDiscarded()).isEqualTo(7);
        assertThat(counters.commandsReceived() + counters.pointsReceived() + counters.malformed())
                .isZero();
    }

    @Test
    void silenceIsNoLoss() {
        open(flags(READABLE, WRITABLE, SYNC_SEND));
        sent();
        slave.session.tick(3600 * SECOND);
        assertThat(slave.output.closedBecause).isNull();
        assertThat(sent()).containsExactly("alive");
    }

    static List<Arguments> combinations() {
        LinkFlags sound = flags(READABLE, WRITABLE, SYNC_SEND);
        LinkFlags left = flags(WRITABLE, SYNC_SEND);
        return List.of(
                Arguments.of(sound, left, "", ""),
                Arguments.of(sound.with(NON_AUTHORITATIVE), left.with(NON_AUTHORITATIVE), "", ""),
                Arguments.of(sound.with(AUTHORITATIVE), left, "", ""),
                Arguments.of(sound.without(SYNC_SEND).with(SYNC_TIME), left, "WARNING", "ERROR"),
                Arguments.of(sound.without(SYNC_SEND).with(SYNC_RECV), left, "WARNING", "ERROR"),
                Arguments.of(sound.without(SYNC_SEND), left, "WARNING", "ERROR"),
                Arguments.of(sound.with(USE_BINARY), left, "WARNING", "ERROR"),
                Arguments.of(sound.with(OVERRIDE_TIME), left, "WARNING", "ERROR"),
                Arguments.of(sound.with(USE_SSL), left.with(USE_SSL), "ERROR", "ERROR"),
                Arguments.of(sound.with(USE_WEBSOCKET), left.with(USE_WEBSOCKET), "ERROR", "ERROR"),
                Arguments.of(
                        sound.with(USE_PROXY, USE_HTTP_CONNECT),
                        left.with(USE_PROXY, USE_HTTP_CONNECT),
                        "WARNING ERROR",
                        "ERROR ERROR"),
                Arguments.of(flags(READABLE, SYNC_RECV), flags(SYNC_SEND), "ERROR WARNING", "ERROR ERROR"));
    }

    @ParameterizedTest
    @MethodSource("combinations")
    void flagsAreCheckedTogetherWithTheMode(LinkFlags flags, LinkFlags effective, String lenient, String strict) {
        FlagCheck check = config(flags).check(false, DIODE);
        assertThat(check.effective()).isEqualTo(effective);
        assertThat(severities(check)).isEqualTo(lenient);
        assertThat(severities(config(flags).check(true, DIODE))).isEqualTo(strict);
        assertThat(config(flags).check(false, LinkOptions.defaults()))
                .isEqualTo(config(flags).check(false));
    }

    private static String severities(FlagCheck check) {
        return String.join(
                " ",
                check.findings().stream()
                        .map(finding -> finding.severity().name())
                        .toList());
    }

    @Test
    void renewalIsForDiodesOnly() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LinkOptions.builder().reconnectEveryMillis(1).build());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LinkOptions.builder()
                        .diode(true)
                        .reconnectEveryMillis(-1)
                        .build());
        assertThat(DIODE.reconnectEveryMillis()).isZero();
    }
}
