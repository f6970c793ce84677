package io.mirror.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.core.hub.HubPoint;
import io.mirror.core.hub.StoreMode;
import io.mirror.core.link.LinkFlag;
import io.mirror.core.link.LinkOptions;
import io.mirror.core.link.VerifyReport;
import io.mirror.core.point.PointState;
import io.mirror.testkit.Differences;
import io.mirror.testkit.SimulatedHub;
import io.mirror.testkit.SimulatedLink;
import io.mirror.testkit.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a link costs that mirrors a million points and was away for a while. */
class BigDomainTest {
    private static final int MANY_POINTS = 1_000_000;
    private static final int SOME_POINTS = 50_000;
    private static final int CHANGED = 100;
    private static final int MOST_BYTES = 32 * 1024;
    private static final int MOST_BYTES_OF_COMPARISON = 64 * 1024;

    private final Simulation simulation = new Simulation(1);
    private final SimulatedHub slave = simulation.hub("slave");
    private final SimulatedHub master = simulation.hub("master");

    @AfterEach
    void end() {
        simulation.close();
    }

    private static String name(int number) {
        return String.format("%s:unit%03d.tank.level%06d", Nets.DOMAIN, number % 1000, number);
    }

    private SimulatedLink mirrored(int points, LinkFlag sync, boolean delta) {
        for (int i = 0; i < points; i++) {
            master.point(name(i)).write(i * 0.25);
        }
        LinkOptions options =
                LinkOptions.builder().delta(delta).newNamesPerMinute(points).build();
        SimulatedLink link = simulation
                .link(slave, master, Nets.config(Nets.bothWays(sync, LinkFlag.AUTHORITATIVE, LinkFlag.USE_BINARY)))
                .options(options)
                .start();
        simulation.settle();
        simulation.run(Duration.ofSeconds(5));
        assertThat(slave.hub().pointCount()).isEqualTo(points);
        return link;
    }

    /** Cuts the link, changes points on both sides, lets the link come back, and returns what that cost. */
    private long bytesOfReturn(SimulatedLink link) {
        int points = Math.toIntExact(master.hub().pointCount());
        link.block(true);
        link.cut();
        simulation.run(Duration.ofSeconds(1));
        for (int i = 0; i < CHANGED; i++) {
            (i % 2 == 0 ? master : slave).point(name(i * 1009 % points)).write(i + 0.5);
        }
        long before = link.bytes();
        link.block(false);
        simulation.settle();
        assertThat(link.isMirroring()).isTrue();
        Differences.between(slave, Nets.DOMAIN, master, Nets.DOMAIN).throwIfAny();
        return link.bytes() - before;
    }

    @Test
    void ofAMillionPointsOnlyWhatChangedCrossesTheLink() {
        SimulatedLink link = mirrored(MANY_POINTS, LinkFlag.SYNC_RECV, true);
        assertThat(bytesOfReturn(link)).isLessThanOrEqualTo(MOST_BYTES);
        requireOneDifferenceToBeFoundAndRepaired(link);
    }

    private void requireOneDifferenceToBeFoundAndRepaired(SimulatedLink link) {
        HubPoint wrong = slave.point(name(4711));
        // As if the master had written it, so that the link passes nothing on.
        wrong.store(wrong.read(new PointState()).real(-1), wrong.origin(), StoreMode.NORMAL);
        simulation.settle();
        assertThat(wrong.read().value())
                .isNotEqualTo(master.point(name(4711)).read().value());
        long before = link.bytes();
        List<VerifyReport> reports = new ArrayList<>();
        link.verify(reports::add);
        simulation.settle();
        assertThat(reports)
                .containsExactly(new VerifyReport(
                        MANY_POINTS, 1, 0, 0, 1, List.of(wrong.name().name()), true));
        assertThat(link.bytes() - before).isLessThanOrEqualTo(MOST_BYTES_OF_COMPARISON);
        Differences.between(slave, Nets.DOMAIN, master, Nets.DOMAIN).throwIfAny();
    }

    @ParameterizedTest
    @EnumSource(names = {"SYNC_SEND", "SYNC_RECV", "SYNC_TIME"})
    void afterABreakOnlyWhatChangedCrossesTheLink(LinkFlag sync) {
        SimulatedLink link = mirrored(SOME_POINTS, sync, true);
        assertThat(bytesOfReturn(link)).isLessThanOrEqualTo(MOST_BYTES);
    }

    @Test
    void withoutTheCapabilityEverythingCrossesTheLinkAgain() {
        SimulatedLink link = mirrored(SOME_POINTS, LinkFlag.SYNC_RECV, false);
        assertThat(bytesOfReturn(link)).isGreaterThan(50L * SOME_POINTS);
    }
}
