package io.mirror.core.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.mirror.core.access.Credentials;
import io.mirror.core.command.Command;
import io.mirror.core.command.Command.MirrorSync.Phase;
import io.mirror.core.command.PointMessage.Kind;
import io.mirror.core.command.StatusCode;
import io.mirror.core.hub.Origin;
import io.mirror.core.point.PointName;
import io.mirror.core.point.PointState;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The slave's side of DHTP sections 8 and 9, against a peer that the test plays. */
class SlaveOpeningTest {
    private static final long MILLI = 1_000_000L;
    private static final long START = -5_000 * MILLI;
    private static final String MASTER_ID = new UUID(9, 9).toString();
    private static final List<String> ALL = List.of("bin1", "sync", "echo", "del");

    private final LinkEnd slave = new LinkEnd(LinkPair.hub(1), "local");
    private final Wire.Names names = new Wire.Names();
    private long now = START;

    private LinkConfig.Builder config(int flags) {
        return LinkConfig.to(ServerAddress.of("gw", 4502))
                .localDomain("local")
                .remoteDomain("plant")
                .flags(new LinkFlags(flags))
                .heartbeatAndTimeoutMillis(1000, 5000);
    }

    private void open(LinkConfig config, LinkOptions options) {
        open(config, Origin.of("link"), options);
    }

    private void open(LinkConfig config, Origin origin, LinkOptions options) {
        slave.session = MirrorSession.slave(slave.hub, config, origin, options, slave.output, slave.events);
        slave.session.opened(now);
    }

    private void open(int flags) {
        open(config(flags).build(), LinkOptions.defaults());
    }

    private void receive(Command command) {
        Wire.feed(slave.session, names, new Wire.Sent(command), now);
        slave.session.batchEnd(now);
    }

    private void receivePoint(String name, long value, long seconds) {
        PointState state = new PointState().integer(value).quality(192).time(seconds, 0);
        Wire.feed(slave.session, names, new Wire.SentPoint(Kind.POINT, name, state), now);
        slave.session.batchEnd(now);
    }

    private void flush() {
        slave.flush(now);
    }

    private void tick(long millisLater) {
        now += millisLater * MILLI;
        slave.session.tick(now);
    }

    private List<String> sent() {
        return slave.output.take().stream().map(SlaveOpeningTest::describe).toList();
    }

    static String describe(Wire.Message message) {
        if (message instanceof Wire.SentPoint point) {
            return point.toString();
        }
        Command command = ((Wire.Sent) message).command();
        return (Wire.received(command).keyword() + " "
                        + String.join(" ", Wire.received(command).arguments()))
                .trim();
    }

    private static final String CAPS = "mirror_caps 1 00000000-0000-0000-0000-000000000001 bin1 sync echo del";
    private static final String READ_ONLY_CAPS = CAPS + " delta digest";

    @Test
    void theOpeningHasTheDocumentedOrder() {
        open(config(0x12100000).credentials(Credentials.of("ops", "pw")).build(), LinkOptions.defaults());
        assertThat(sent())
                .containsExactly(
                        "acksuccess 0",
                        "auth ops ***",
                        "domain plant",
                        "heartbeat 1000",
                        "timeout 5000",
                        READ_ONLY_CAPS);
        assertThat(slave.session.state()).isEqualTo(LinkState.OPEN);
        assertThat(slave.session.mode()).isEqualTo(LinkMode.UNKNOWN);
        assertThat(slave.output.binary).isFalse();
        assertThat(slave.output.maxLineBytes).isEqualTo(1_000_000);
        assertThatIllegalStateException().isThrownBy(() -> slave.session.opened(now));
    }

    /** A deadline on every operation: beats alone do not keep a link in the opening for ever. */
    @Test
    @Tag("S-CON-7")
    void aMasterThatBeatsAndNeverOpensIsLeft() {
        open(0x12100000);
        receive(new Command.MirrorCaps(1, MASTER_ID, ALL));
        for (int i = 0; i < 9; i++) {
            tick(1000);
            receive(new Command.Alive());
            assertThat(slave.output.closedBecause).isNull();
        }
        tick(1000);
        assertThat(slave.output.closedBecause).isEqualTo("the master did not open the native session within 10000 ms");
    }

    @Test
    @Tag("S-CON-7")
    void aMasterThatOpensAndNeverSaysWhatItHasIsLeft() {
        open(0x12100000);
        receive(new Command.MirrorCaps(1, MASTER_ID, List.of("sync", "delta")));
        tick(4000);
        receive(new Command.Success("mirror_open", List.of("plant")));
        assertThat(slave.session.nextTickNanos()).isLessThanOrEqualTo(now + 10_000 * MILLI);
        for (int i = 0; i < 9; i++) {
            tick(1000);
            receive(new Command.Alive());
        }
        assertThat(slave.output.closedBecause).isNull();
        tick(1000);
        assertThat(slave.output.closedBecause).contains("did not open the native session");
    }

    @Test
    void thePasswordReachesTheOutputAndNothingElse() {
        open(config(0x12100000).credentials(Credentials.of("ops", "pw")).build(), LinkOptions.defaults());
        Command.Auth auth = slave.output.take().stream()
                .map(message -> ((Wire.Sent) message).command())
                .filter(Command.Auth.class::isInstance)
                .map(Command.Auth.class::cast)
                .findFirst()
                .orElseThrow();
        assertThat(auth.password().copyChars()).containsExactly('p', 'w');
        assertThat(auth.toString()).doesNotContain("pw");
    }

    @Test
    void aMasterThatDoesNotKnowCapabilitiesIsUsedByDocumentedCommandsAlone() {
        open(0x12310000);
        sent();
        receive(new Command.Failure(13, "mirror_caps", List.of("1"), true, "Unknown command"));
        assertThat(sent()).containsExactly("report_domain plant 7");
        assertThat(slave.session.mode()).isEqualTo(LinkMode.INTEROPERABLE);
        assertThat(slave.session.state()).isEqualTo(LinkState.MIRRORING);
        assertThat(slave.output.binary).as("no binary frames to a foreign peer").isFalse();
        assertThat(slave.events.information).anyMatch(text -> text.contains("text"));

        receivePoint("plant:tank.level", 43, 1_700_000_000);
        receivePoint("pump.on", 1, 1_700_000_000);
        assertThat(slave.contents(false)).containsEntry("tank.level", "43 q192").containsEntry("pump.on", "1 q192");

        slave.write("pump.on", 0, 1_700_000_100);
        flush();
        assertThat(sent()).containsExactly("cwrite plant:pump.on 0 q192 t1700000100");

        receive(new Command.Alive());
        assertThat(sent()).isEmpty();
    }

    @Test
    void aMasterThatSaysNothingToCapabilitiesIsTakenAsForeignAfterASecond() {
        open(0x12300000);
        sent();
        assertThat(slave.session.nextTickNanos()).isEqualTo(START + 1000 * MILLI);
        tick(999);
        assertThat(slave.session.mode()).isEqualTo(LinkMode.UNKNOWN);
        tick(1);
        assertThat(slave.session.mode()).isEqualTo(LinkMode.INTEROPERABLE);
        assertThat(sent()).containsExactly("alive", "report_domain plant 7");
    }

    @Test
    void aMasterThatAnswersLateIsWaitedForOnTheNextConnection() {
        Origin link = Origin.of("link");
        open(config(0x12300000).build(), link, LinkOptions.defaults());
        tick(1000);
        sent();
        receive(new Command.MirrorCaps(1, MASTER_ID, List.of("bin1", "news")));
        assertThat(slave.output.closedBecause).as("not of this library").isNull();
        receive(new Command.MirrorCaps(1, MASTER_ID, ALL));
        assertThat(slave.session.mode()).as("as the master sees it").isEqualTo(LinkMode.INTEROPERABLE);
        assertThat(slave.output.closedBecause).contains("more than 1000 ms");
        assertThat(sent()).isEmpty();
        slave.session.closed("closed", now);

        slave.output.closedBecause = null;
        open(config(0x12300000).heartbeatAndTimeoutMillis(1000, 60_000).build(), link, LinkOptions.defaults());
        tick(9_000);
        assertThat(slave.session.mode()).isEqualTo(LinkMode.UNKNOWN);
        sent();
        receive(new Command.MirrorCaps(1, MASTER_ID, ALL));
        assertThat(sent()).containsExactly("mirror_open plant 305135616");
    }

    @Test
    void aMasterThatIsAlwaysLateIsUsedAsAForeignOne() {
        Origin link = Origin.of("link");
        link.peer(MASTER_ID);
        open(config(0x12300000).heartbeatAndTimeoutMillis(1000, 60_000).build(), link, LinkOptions.defaults());
        tick(9_999);
        assertThat(slave.session.mode()).isEqualTo(LinkMode.UNKNOWN);
        tick(1);
        assertThat(slave.session.mode()).isEqualTo(LinkMode.INTEROPERABLE);
        receive(new Command.MirrorCaps(1, MASTER_ID, ALL));
        assertThat(slave.output.closedBecause).isNull();
    }

    @Test
    void aPeerWithoutTheSyncCapabilityIsForeign() {
        open(0x12300000);
        sent();
        receive(new Command.MirrorCaps(1, MASTER_ID, List.of("bin1", "news")));
        assertThat(slave.session.mode()).isEqualTo(LinkMode.INTEROPERABLE);
        assertThat(sent()).containsExactly("report_domain plant 7");
    }

    @Test
    void theProbeCanBeSuppressed() {
        open(config(0x12300000).build(), LinkOptions.builder().probe(false).build());
        assertThat(sent())
                .containsExactly(
                        "acksuccess 0", "domain plant", "heartbeat 1000", "timeout 5000", "report_domain plant 7");
    }

    @Test
    void anEmbeddedServerIsNotProbedAndGetsShortLines() {
        open(0x12320000);
        assertThat(sent()).noneMatch(line -> line.startsWith("mirror_caps")).contains("report_domain plant 7");
        assertThat(slave.output.maxLineBytes).isEqualTo(64 * 1024);
    }

    @Test
    void theNativeSessionFollowsTheTranscript() {
        open(70254592);
        slave.write("mine", 5, 20);
        assertThat(sent()).last().isEqualTo(CAPS + " ack delta digest time=1700000000.000000000");

        receive(new Command.MirrorCaps(1, MASTER_ID, ALL));
        assertThat(sent()).containsExactly("mirror_open plant 70254592");
        receive(new Command.Success("mirror_open", List.of("plant")));
        assertThat(sent()).containsExactly("report_domain plant 7", "mirror_sync plant begin 1");
        assertThat(slave.session.mode()).isEqualTo(LinkMode.NATIVE);
        assertThat(slave.session.state()).isEqualTo(LinkState.SYNCING);
        receive(new Command.MirrorSync("plant", Phase.BEGIN, 2));
        receivePoint("plant:a", 1, 10);
        receivePoint("plant:b", 2, 10);
        receive(new Command.MirrorSync("plant", Phase.END, 2));
        flush();
        assertThat(sent()).containsExactly("point plant:mine 5 q192 t20", "mirror_sync plant end 1");
        assertThat(slave.session.state()).isEqualTo(LinkState.MIRRORING);
        assertThat(slave.contents(false)).hasSize(3);
        assertThat(slave.output.maxLineBytes).isEqualTo(16 * 1024 * 1024);
    }

    @Test
    void aNativeSessionThatReceivesRegistersAndHoldsBackItsChangesUntilTheTransferEnded() {
        slave.write("old", 1, 1);
        open(0x12310000);
        sent();
        receive(new Command.MirrorCaps(1, MASTER_ID, ALL));
        receive(new Command.Success("mirror_open", List.of("plant")));
        assertThat(sent())
                .containsExactly("mirror_open plant 305201152", "set_authoritative plant 0", "report_domain plant 7");
        assertThat(slave.output.binary).isTrue();
        receive(new Command.MirrorSync("plant", Phase.BEGIN, 1));
        slave.write("p", 1, 50);
        flush();
        assertThat(sent()).isEmpty();
        receivePoint("plant:q", 2, 10);
        receive(new Command.MirrorSync("plant", Phase.END, 1));
        assertThat(slave.output.flushRequested).isTrue();
        flush();
        assertThat(sent()).containsExactly("point plant:p 1 q192 t50");
        assertThat(slave.session.state()).isEqualTo(LinkState.MIRRORING);
    }

    @Test
    void aNativeSessionThatSendsRegistersAfterItsTransfer() {
        slave.write("a", 1, 1);
        slave.write("b", 2, 2);
        open(556793856);
        sent();
        receive(new Command.MirrorCaps(1, MASTER_ID, ALL));
        receive(new Command.Success("mirror_open", List.of("plant")));
        flush();
        List<String> sent = sent();
        assertThat(sent)
                .startsWith("mirror_open plant 556793856", "set_authoritative plant 1", "mirror_sync plant begin 2")
                .endsWith("mirror_sync plant end 2", "report_domain plant 7")
                .contains("point plant:a 1 q192 t1", "point plant:b 2 q192 t2")
                .hasSize(7);
        receive(new Command.MirrorSync("plant", Phase.BEGIN, 0));
        receive(new Command.MirrorSync("plant", Phase.END, 0));
        assertThat(slave.session.state()).isEqualTo(LinkState.MIRRORING);
    }

    @Test
    void binaryIsUsedOnlyIfConfiguredAndUnderstood() {
        open(0x12310000);
        receive(new Command.MirrorCaps(1, MASTER_ID, List.of("sync", "echo")));
        receive(new Command.Success("mirror_open", List.of("plant")));
        assertThat(slave.session.mode()).isEqualTo(LinkMode.NATIVE);
        assertThat(slave.output.binary).isFalse();
    }

    @Test
    void aConnectionThatLeadsBackToTheHubItselfIsClosed() {
        open(0x12300000);
        receive(new Command.MirrorCaps(1, slave.hub.id().toString(), ALL));
        assertThat(slave.output.closedBecause).contains("this hub itself");
    }

    @Test
    void theLoopBackIsFoundByBothSides() {
        LinkPair pair = new LinkPair(LinkFlags.of(LinkFlag.READABLE), slave.hub, slave.hub);
        pair.open();
        assertThat(pair.slave.output.closedBecause).contains("this hub itself");
        assertThat(pair.master.output.closedBecause).contains("this hub itself");
    }

    @Test
    void aRefusedLoginClosesAndNamesTheUserWithoutThePassword() {
        open(config(0x12300000).credentials(Credentials.of("ops", "pw1234")).build(), LinkOptions.defaults());
        receive(Command.Failure.of(StatusCode.NOT_ALLOWED, "auth", List.of("ops", "***"), "Login refused"));
        assertThat(slave.output.closedBecause)
                .contains("ops", "Login refused", "-23")
                .doesNotContain("pw1234");
        assertThat(sent()).isNotEmpty();
        slave.write("p", 1, 1);
        flush();
        assertThat(sent()).as("nothing is sent once closed").isEmpty();
    }

    @Test
    void aRefusedDomainClosesAndNamesIt() {
        for (String keyword : List.of("mirror_open", "report_domain")) {
            LinkEnd end = new LinkEnd(LinkPair.hub(1), "local");
            end.session = MirrorSession.slave(
                    end.hub,
                    config(0x12300000).build(),
                    Origin.of("x"),
                    LinkOptions.defaults(),
                    end.output,
                    end.events);
            end.session.opened(now);
            Command failure =
                    Command.Failure.of(StatusCode.NO_DOMAIN, keyword, List.of("plant"), "Domain does not exist");
            end.session.received(Wire.received(failure), now);
            assertThat(end.output.closedBecause).contains(keyword, "plant", "Domain does not exist", "-27");
        }
    }

    @Test
    void otherRefusalsAreReportedAndTheLinkGoesOn() {
        open(0x12300000);
        receive(Command.Failure.of(StatusCode.LOCKED, "cwrite", List.of("plant:p\nq"), "Point is locked"));
        assertThat(slave.output.closedBecause).isNull();
        assertThat(slave.events.warnings).hasSize(1);
        assertThat(slave.events.warnings.get(0))
                .contains("cwrite", "Point is locked")
                .doesNotContain("\n");
    }

    @Test
    void repliesNeverProvokeReplies() {
        open(0x12300000);
        sent();
        receive(new Command.Success("nonsense", List.of()));
        receive(new Command.Failure(11, "", List.of(), false, ""));
        receive(new Command.Alive());
        assertThat(sent()).isEmpty();
    }

    @Test
    void onlyTheMastersDomainIsTakenIn() {
        open(0x12300000);
        receive(new Command.Failure(13, "mirror_caps", List.of(), false, ""));
        sent();
        receivePoint("other:p", 1, 1);
        receivePoint("plant:" + "n".repeat(5000), 1, 1);
        assertThat(slave.hub.pointCount()).isZero();
        assertThat(slave.session.counters().unexpected()).isEqualTo(2);
        assertThat(sent()).as("the master is not answered for each of them").isEmpty();
        assertThat(slave.hub.find(PointName.of("other", "p"))).isEmpty();
    }

    @Test
    void aSlaveTakesNoLoginAndAnswersCommandsOfTheMaster() {
        open(0x12300000);
        receive(new Command.Failure(13, "mirror_caps", List.of(), false, ""));
        sent();
        receive(new Command.Auth("x", io.mirror.core.access.Secret.of("y")));
        receive(new Command.Read("plant:nosuch", false));
        receive(new Command.Unknown("show_data"));
        receive(new Command.Timeout(1));
        receive(new Command.SetAuthoritative("plant", true));
        List<Wire.Message> replies = slave.output.take();
        assertThat(replies)
                .extracting(message -> ((Command.Failure) ((Wire.Sent) message).command()).number())
                .containsExactly(23L, 9L, 13L);
    }

    @Test
    void marksWithoutANativeSessionAreRefused() {
        open(0x12300000);
        receive(new Command.Failure(13, "mirror_caps", List.of(), false, ""));
        sent();
        receive(new Command.MirrorSync("plant", Phase.END, 1));
        assertThat(sent()).hasSize(1);
    }

    @Test
    void valuesThatAForeignPeerCannotTakeAreAdapted() {
        open(0x12300000);
        receive(new Command.Failure(13, "mirror_caps", List.of(), false, ""));
        sent();
        slave.point("big").write(5_000_000_000L);
        slave.point("small").write(-2_147_483_648L);
        slave.point("nan").write(Double.NaN);
        slave.point("infinite").write(Double.NEGATIVE_INFINITY);
        slave.point("n".repeat(2000)).write(1L);
        flush();
        assertThat(sent().stream().map(s -> s.replaceAll(" t.*", "")))
                .containsExactly(
                        "cwrite plant:big 5.0E9 q192",
                        "cwrite plant:small -2147483648 q192",
                        "cwrite plant:nan 0.0 q0",
                        "cwrite plant:infinite 0.0 q0");
        assertThat(slave.session.counters().notSendable()).isEqualTo(1);
        assertThat(slave.hub.point("local:nan").read().quality().code()).isEqualTo(192);
    }

    @Test
    void valuesAreNotAdaptedIfTheOptionsSaySo() {
        open(
                config(0x12300000).build(),
                LinkOptions.builder()
                        .probe(false)
                        .int64(true)
                        .nonFiniteAsBad(false)
                        .build());
        sent();
        slave.point("big").write(5_000_000_000L);
        slave.point("nan").write(Double.NaN);
        flush();
        assertThat(sent().stream().map(s -> s.replaceAll(" t.*", "")))
                .containsExactly("cwrite plant:big 5000000000 q192", "cwrite plant:nan NaN q192");
    }

    @Test
    void whatTheOutputCannotTakeIsCountedAndTheLinkGoesOn() {
        open(config(0x12300000).build(), LinkOptions.builder().probe(false).build());
        sent();
        slave.output.maxPointChars = 100;
        slave.point("long").write("x".repeat(101));
        slave.point("short").write("x");
        flush();
        assertThat(sent()).hasSize(1);
        assertThat(slave.session.counters().notSendable()).isEqualTo(1);
        assertThat(slave.events.warnings).hasSize(1);
    }

    @Test
    void closingEndsEverything() {
        open(0x12300000);
        slave.session.closed("cut", now);
        slave.session.closed("again", now);
        assertThat(slave.session.state()).isEqualTo(LinkState.CLOSED);
        assertThat(slave.session.nextTickNanos()).isEqualTo(Long.MAX_VALUE);
        sent();
        slave.session.tick(now + 1_000_000 * MILLI);
        slave.session.malformed("x", now);
        receive(new Command.Heartbeat(10));
        receivePoint("plant:p", 1, 1);
        flush();
        assertThat(sent()).isEmpty();
        assertThat(slave.hub.pointCount()).isZero();
        assertThat(slave.events.states).containsExactly(LinkState.OPEN, LinkState.CLOSED);
    }
}
