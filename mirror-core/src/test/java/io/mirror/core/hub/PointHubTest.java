package io.mirror.core.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.mirror.core.point.Point;
import io.mirror.core.point.PointFlags;
import io.mirror.core.point.PointName;
import io.mirror.core.point.PointState;
import io.mirror.core.point.PointValue;
import io.mirror.core.point.Quality;
import io.mirror.core.point.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class PointHubTest {
    private static final PointName LEVEL = PointName.of("plant", "tank.level");

    private final AtomicLong clock = new AtomicLong(1_700_000_000_000_000_000L);
    private final PointHub hub = PointHub.builder().time(clock::get).build();

    private static PointState state(long value, long seconds) {
        return new PointState().integer(value).quality(192).time(seconds, 0);
    }

    @Test
    void aPointIsCreatedByItsFirstUse() {
        assertThat(hub.find(LEVEL)).isEmpty();
        assertThat(hub.hasDomain("plant")).isFalse();

        HubPoint point = hub.point("plant:tank.level");

        assertThat(point.read()).isEqualTo(new Point(LEVEL, PointValue.none(), Quality.BAD, Timestamp.UNSTAMPED));
        assertThat(point.isWritten()).isFalse();
        assertThat(hub.point(LEVEL)).isSameAs(point);
        assertThat(hub.find(LEVEL)).containsSame(point);
        assertThat(hub.pointCount()).isEqualTo(1);
        assertThat(hub.hasDomain("plant")).isTrue();
    }

    @Test
    void namesThatCannotBeAreRefusedEverywhere() {
        assertThatIllegalArgumentException().isThrownBy(() -> hub.point("nodomain"));
        assertThatIllegalArgumentException().isThrownBy(() -> hub.read("nodomain"));
        assertThatIllegalArgumentException().isThrownBy(() -> hub.write(":x", PointValue.of(1L)));
        assertThatIllegalArgumentException().isThrownBy(() -> Selection.domain("a:b"));
        assertThat(hub.domains()).isEmpty();
    }

    @Test
    void aWriteOfTheHostIsGoodAndStampedWithTheHubsTime() {
        HubPoint point = hub.point(LEVEL);
        assertThat(point.write(43.25)).isEqualTo(StoreResult.SIGNIFICANT);
        assertThat(point.read())
                .isEqualTo(new Point(LEVEL, PointValue.of(43.25), Quality.GOOD, new Timestamp(1_700_000_000, 0)));

        clock.addAndGet(1);
        assertThat(point.write(5L)).isEqualTo(StoreResult.SIGNIFICANT);
        assertThat(point.read().value()).isEqualTo(PointValue.of(5L));
        assertThat(point.read().time()).isEqualTo(new Timestamp(1_700_000_000, 1));
        assertThat(point.write("text")).isEqualTo(StoreResult.SIGNIFICANT);
        assertThat(hub.write("plant:tank.level", PointValue.of(true))).isEqualTo(StoreResult.SIGNIFICANT);
        assertThat(hub.read("plant:tank.level").orElseThrow().value()).isEqualTo(PointValue.of(1L));
        assertThat(point.origin()).isSameAs(Origin.HOST);
        assertThat(point.isWritten()).isTrue();
    }

    @Test
    void aPointKeepsItsOtherAttributesWhenTheHostWritesAValue() {
        Point full =
                new Point(LEVEL, PointValue.of(1L), Quality.BAD, new Timestamp(1, 0), 50, 7, true, PointFlags.HIDDEN);
        assertThat(hub.write(full)).isEqualTo(StoreResult.SIGNIFICANT);
        assertThat(hub.read("plant:tank.level")).contains(full);

        hub.point(LEVEL).write(2L);

        Point now = hub.point(LEVEL).read();
        assertThat(now.security()).isEqualTo(7);
        assertThat(now.locked()).isTrue();
        assertThat(now.flags()).isEqualTo(PointFlags.HIDDEN);
        assertThat(now.confidence()).isEqualTo(50);
        assertThat(now.quality()).isEqualTo(Quality.GOOD);
    }

    @Test
    void significanceFollowsTheRules() {
        HubPoint point = hub.point(LEVEL);
        assertThat(point.store(state(1, 10), Origin.HOST, StoreMode.NORMAL)).isEqualTo(StoreResult.SIGNIFICANT);
        assertThat(point.store(state(1, 10), Origin.HOST, StoreMode.NORMAL)).isEqualTo(StoreResult.UNCHANGED);
        assertThat(point.store(state(1, 11), Origin.HOST, StoreMode.NORMAL)).isEqualTo(StoreResult.INSIGNIFICANT);
        assertThat(point.read().time().seconds())
                .as("an insignificant change is stored")
                .isEqualTo(11);
        assertThat(point.store(state(1, 9), Origin.HOST, StoreMode.NORMAL)).isEqualTo(StoreResult.INSIGNIFICANT);
        assertThat(point.store(state(1, 9).quality(0), Origin.HOST, StoreMode.NORMAL))
                .isEqualTo(StoreResult.SIGNIFICANT);
        assertThat(point.store(state(1, 9).quality(0).locked(true), Origin.HOST, StoreMode.NORMAL))
                .isEqualTo(StoreResult.SIGNIFICANT);
        assertThat(point.store(state(1, 9).quality(0).locked(true).security(1), Origin.HOST, StoreMode.NORMAL))
                .isEqualTo(StoreResult.SIGNIFICANT);
        assertThat(point.store(
                        state(1, 9).quality(0).locked(true).security(1).confidence(3), Origin.HOST, StoreMode.NORMAL))
                .isEqualTo(StoreResult.SIGNIFICANT);
        assertThat(StoreResult.SIGNIFICANT.isChange()).isTrue();
        assertThat(StoreResult.INSIGNIFICANT.isChange()).isTrue();
        assertThat(StoreResult.UNCHANGED.isChange()).isFalse();
        assertThat(StoreResult.REMOVED.isChange()).isFalse();
    }

    @Test
    void theFirstWriteOfAPointIsSignificantEvenIfItSaysNothingNew() {
        HubPoint point = hub.point(LEVEL);
        assertThat(point.store(new PointState().time(5, 0), Origin.HOST, StoreMode.NORMAL))
                .isEqualTo(StoreResult.SIGNIFICANT);
    }

    @Test
    void theStateOfAPointThatNobodyWroteIsNotStamped() {
        HubPoint point = hub.point(LEVEL);
        assertThat(point.store(new PointState(), Origin.of("link"), StoreMode.NORMAL))
                .isEqualTo(StoreResult.SIGNIFICANT);
        assertThat(point.read().time().isUnstamped()).isTrue();
        assertThat(point.store(new PointState(), Origin.of("link"), StoreMode.NORMAL))
                .as("again, as in a cycle of links")
                .isEqualTo(StoreResult.UNCHANGED);
    }

    @Test
    void aForcedChangeIsReportedEvenIfNothingChanged() {
        HubPoint point = hub.point(LEVEL);
        point.store(state(1, 10), Origin.HOST, StoreMode.NORMAL);
        assertThat(point.store(state(1, 10), Origin.HOST, StoreMode.FORCED)).isEqualTo(StoreResult.SIGNIFICANT);
        assertThat(point.store(state(1, 5), Origin.HOST, StoreMode.FORCED)).isEqualTo(StoreResult.SIGNIFICANT);
        assertThat(point.read().time().seconds()).isEqualTo(5);
    }

    @Test
    void aRestampedChangeGetsTheHubsTimeAndTimeAloneIsNoChange() {
        HubPoint point = hub.point(LEVEL);
        assertThat(point.store(state(1, 10), Origin.HOST, StoreMode.RESTAMPED)).isEqualTo(StoreResult.SIGNIFICANT);
        assertThat(point.read().time().seconds()).isEqualTo(1_700_000_000);

        clock.addAndGet(1_000_000_000);
        Origin other = Origin.of("link");
        assertThat(point.store(state(1, 99), other, StoreMode.RESTAMPED)).isEqualTo(StoreResult.UNCHANGED);
        assertThat(point.read().time().seconds()).isEqualTo(1_700_000_000);
        assertThat(point.origin()).as("but the link vouches for it now").isSameAs(other);

        assertThat(point.store(state(2, 99), other, StoreMode.RESTAMPED)).isEqualTo(StoreResult.SIGNIFICANT);
        assertThat(point.read().time().seconds()).isEqualTo(1_700_000_001);
    }

    @Test
    void changesThatAreNotStampedGetTheHubsTimeUnlessSwitchedOff() {
        hub.point(LEVEL).store(state(1, 0), Origin.HOST, StoreMode.NORMAL);
        assertThat(hub.point(LEVEL).read().time().seconds()).isEqualTo(1_700_000_000);

        PointHub plain = PointHub.builder().autoTimestamp(false).build();
        plain.point(LEVEL).store(state(1, 0), Origin.HOST, StoreMode.NORMAL);
        assertThat(plain.point(LEVEL).read().time().isUnstamped()).isTrue();
    }

    @Test
    void theStateGivenIsNeitherChangedNorKept() {
        PointState given = state(1, 0);
        HubPoint point = hub.point(LEVEL);
        point.store(given, Origin.HOST, StoreMode.NORMAL);
        assertThat(given.isUnstamped()).isTrue();
        given.integer(99);
        assertThat(point.read().value()).isEqualTo(PointValue.of(1L));
        PointState read = point.read(new PointState());
        read.integer(77);
        assertThat(point.read().value()).isEqualTo(PointValue.of(1L));
    }

    @Test
    void aModificationIsStoredOnlyIfItSaysSo() {
        HubPoint point = hub.point(LEVEL);
        point.write(1L);
        assertThat(point.modify(s -> {
                    s.integer(s.integer() + 41);
                    return true;
                }))
                .isEqualTo(StoreResult.SIGNIFICANT);
        assertThat(point.modify(s -> {
                    s.integer(0);
                    return false;
                }))
                .isEqualTo(StoreResult.UNCHANGED);
        assertThat(point.read().value()).isEqualTo(PointValue.of(42L));
    }

    @Test
    void aModificationMayWriteAnotherPoint() {
        HubPoint point = hub.point(LEVEL);
        HubPoint other = hub.point("plant:other");
        point.modify(s -> {
            s.integer(1).quality(192);
            other.write(2L);
            return true;
        });
        assertThat(point.read().value()).isEqualTo(PointValue.of(1L));
        assertThat(other.read().value()).isEqualTo(PointValue.of(2L));
    }

    @Test
    void aSnapshotHasThePointsOfOneDomain() {
        hub.write("a:1", PointValue.of(1L));
        hub.write("a:2", PointValue.of(2L));
        hub.write("b:1", PointValue.of(3L));

        List<Point> snapshot = hub.snapshot("a");
        hub.write("a:1", PointValue.of(100L));

        assertThat(snapshot).extracting(p -> p.name() + "=" + p.value()).containsExactlyInAnyOrder("a:1=1", "a:2=2");
        assertThat(hub.snapshot("nosuch")).isEmpty();
        assertThat(hub.points("nosuch")).isEmpty();
        assertThat(hub.points("b")).hasSize(1);
        assertThat(hub.domains()).containsExactly("a", "b");
        assertThat(hub.hasDomain("nosuch")).as("reading creates nothing").isFalse();
    }

    @Test
    void aFullHubRefusesNewPointsAndKeepsTheOldOnes() {
        PointHub small = PointHub.builder().maxPoints(2).build();
        small.write("a:1", PointValue.of(1L));
        small.write("b:1", PointValue.of(1L));
        assertThatExceptionOfType(HubFullException.class)
                .isThrownBy(() -> small.write("a:2", PointValue.of(1L)))
                .withMessageContainingAll("a:2", "2 points");
        assertThat(small.pointCount()).isEqualTo(2);
        assertThat(small.write("a:1", PointValue.of(2L))).isEqualTo(StoreResult.SIGNIFICANT);

        assertThat(small.delete(PointName.of("b", "1"), Origin.HOST)).isTrue();
        assertThat(small.write("a:2", PointValue.of(1L))).isEqualTo(StoreResult.SIGNIFICANT);
        assertThatIllegalArgumentException().isThrownBy(() -> PointHub.builder().maxPoints(0));
    }

    @Test
    void aDeletedPointIsGoneAndItsHandleDoesNothing() {
        HubPoint point = hub.point(LEVEL);
        point.write(1L);

        assertThat(hub.delete(LEVEL, Origin.HOST)).isTrue();
        assertThat(hub.delete(LEVEL, Origin.HOST)).isFalse();
        assertThat(hub.delete(PointName.of("nosuch", "x"), Origin.HOST)).isFalse();

        assertThat(point.isRemoved()).isTrue();
        assertThat(point.write(2L)).isEqualTo(StoreResult.REMOVED);
        assertThat(point.store(state(3, 3), Origin.HOST, StoreMode.FORCED)).isEqualTo(StoreResult.REMOVED);
        assertThat(point.markNotConnected(Origin.HOST)).isEqualTo(StoreResult.UNCHANGED);
        assertThat(hub.find(LEVEL)).isEmpty();
        assertThat(hub.pointCount()).isZero();

        HubPoint again = hub.point(LEVEL);
        assertThat(again).isNotSameAs(point);
        assertThat(again.isWritten()).isFalse();
    }

    @Test
    void aRemovalIsStampedSoThatItIsNewerThanWhatItRemoves() {
        PointQueue queue = hub.openQueue(Origin.of("link"), QueueOptions.defaults(), () -> {});
        queue.addDomain("plant", true, true);
        hub.point(LEVEL).store(state(1, 5), Origin.HOST, StoreMode.NORMAL);
        queue.drain((point, state, kind) -> true);
        hub.delete(LEVEL, Origin.HOST);
        List<Timestamp> times = new ArrayList<>();
        queue.drain((point, state, kind) -> times.add(state.time()));
        assertThat(times).containsExactly(new Timestamp(1_700_000_000, 0));
    }

    @Test
    void whatWasBroughtByALinkThatIsLostAsWellNobodyCanConfirm() {
        HubPoint point = hub.point("d:p");
        Origin bringer = Origin.of("bringer");
        bringer.peer("uuid");
        Origin lost = Origin.of("lost before");
        point.store(new PointState().integer(1).quality(192).time(10, 0), bringer, StoreMode.NORMAL);
        assertThat(point.markedPeer()).isEmpty();
        point.markNotConnected(lost);
        bringer.peer("its successor");
        assertThat(point.markedPeer()).isEqualTo("uuid");
        point.markNotConnected(lost);
        assertThat(point.isMarkedNotConnected()).isTrue();
        assertThat(point.markNotConnected(bringer)).isEqualTo(StoreResult.UNCHANGED);
        assertThat(point.isMarkedNotConnected()).isFalse();
        assertThat(point.confirm(lost)).isEqualTo(StoreResult.UNCHANGED);
        assertThat(point.read().quality()).isEqualTo(Quality.NOT_CONNECTED);
    }

    @Test
    void aLostAuthorityKeepsTheValueAndNeverTurnsBackTheTime() {
        Origin link = Origin.of("link");
        HubPoint point = hub.point(LEVEL);
        point.store(state(7, 5), link, StoreMode.NORMAL);

        assertThat(point.markNotConnected(link)).isEqualTo(StoreResult.SIGNIFICANT);

        assertThat(point.read())
                .isEqualTo(new Point(LEVEL, PointValue.of(7L), Quality.NOT_CONNECTED, new Timestamp(1_700_000_000, 0)));
        assertThat(point.isMarkedNotConnected()).isTrue();
        assertThat(point.markNotConnected(link)).isEqualTo(StoreResult.UNCHANGED);
        point.write(8L);
        assertThat(point.isMarkedNotConnected()).isFalse();

        point.store(state(9, 1_800_000_000), link, StoreMode.NORMAL);
        point.markNotConnected(link);
        assertThat(point.read().time().seconds())
                .as("the value's time is ahead of the clock")
                .isEqualTo(1_800_000_000);
    }

    @Test
    void attributesAreKeptWithThePoint() {
        HubPoint point = hub.point(LEVEL);
        assertThat(point.attributes()).isEqualTo(PointAttributes.DEFAULT);
        point.attributes(PointAttributes.DEFAULT.withAccess(true, false).withCanonical(CanonicalType.I2, false));
        assertThat(point.attributes()).isEqualTo(new PointAttributes(true, false, CanonicalType.I2, false));
    }

    @Test
    void hubsHaveDifferentIdentitiesUnlessOneIsGiven() {
        assertThat(PointHub.create().id()).isNotEqualTo(PointHub.create().id());
        assertThat(PointHub.builder().id(hub.id()).build().id()).isEqualTo(hub.id());
    }

    @Test
    void aHostMayBringItsClock() {
        Clock fixed = Clock.fixed(Instant.parse("2030-01-01T00:00:00.000000001Z"), ZoneOffset.UTC);
        PointHub other = PointHub.builder().time(TimeSource.of(fixed)).build();
        other.write("a:b", PointValue.of(1L));
        assertThat(other.read("a:b").orElseThrow().time().toInstant()).isEqualTo(fixed.instant());
        assertThat(TimeSource.system().epochNanos()).isGreaterThan(1_700_000_000_000_000_000L);
    }

    /**
     * A bin of names with equal hash codes that is searched one by one costs thousands of times what ordinary names cost.
     */
    @Test
    @Tag("S-DAT-6")
    void namesWithEqualHashCodesCostLittleMoreThanOthers() {
        List<String> names = namesWithEqualHashCodes(17);
        assertThat(names).hasSizeGreaterThan(100_000).doesNotHaveDuplicates();
        assertThat(names.stream().mapToInt(String::hashCode).distinct()).hasSize(1);
        List<String> ordinary = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            ordinary.add("ordinary name with as many characters " + i);
        }

        long usual = fastest(ordinary);
        long flooded = fastest(names.subList(0, 100_000));

        assertThat((double) flooded / usual).isLessThan(50);
    }

    private static long fastest(List<String> names) {
        long fastest = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            long start = System.nanoTime();
            insert(names);
            fastest = Math.min(fastest, System.nanoTime() - start);
        }
        return fastest;
    }

    private static void insert(List<String> names) {
        PointHub hub = PointHub.create();
        PointQueue queue = hub.openQueue(Origin.of("link"), QueueOptions.defaults(), () -> {});
        queue.addDomain("d", true, true);
        for (String name : names) {
            hub.point(PointName.of("d", name)).write(1L);
        }
        assertThat(hub.pointCount()).isEqualTo(names.size());
        assertThat(queue.counters().queued()).isEqualTo(names.size());
    }

    @Test
    void listsWhatIsMarkedNotConnectedNow() {
        PointHub hub = PointHub.create();
        assertThat(hub.markedPoints("d")).isEmpty();
        HubPoint marked = hub.point("d:marked");
        HubPoint confirmed = hub.point("d:confirmed");
        HubPoint untouched = hub.point("d:untouched");
        for (HubPoint point : List.of(marked, confirmed, untouched)) {
            point.write(1L);
        }
        assertThat(hub.markedPoints("d")).isEmpty();
        Origin link = Origin.of("link");
        marked.markNotConnected(link);
        confirmed.markNotConnected(link);
        confirmed.confirm(link);
        assertThat(hub.markedPoints("d")).containsExactly(marked);
        hub.delete(marked.name(), Origin.HOST);
        assertThat(hub.markedPoints("d")).isEmpty();
    }

    @Test
    void countsRemovals() {
        PointHub hub = PointHub.create();
        HubPoint point = hub.point("d:a");
        long before = hub.removals();
        hub.delete(PointName.of("d", "b"), Origin.HOST);
        assertThat(hub.removals()).isEqualTo(before);
        hub.delete(point.name(), Origin.HOST);
        assertThat(hub.removals()).isGreaterThan(before);
    }

    /** "Aa" and "BB" have the same hash code, and so have all texts made of as many of them. */
    private static List<String> namesWithEqualHashCodes(int pairs) {
        List<String> names = List.of("");
        for (int i = 0; i < pairs; i++) {
            List<String> longer = new ArrayList<>(names.size() * 2);
            for (String name : names) {
                longer.add(name + "Aa");
                longer.add(name + "BB");
            }
            names = longer;
        }
        return names;
    }
}
