package io.mirror.core.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mirror.core.hub.QueueSink.Delivery;
import io.mirror.core.point.PointFlags;
import io.mirror.core.point.PointName;
import io.mirror.core.point.PointState;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PointQueueTest {
    private final PointHub hub = PointHub.builder().time(() -> 1_000_000_000L).build();
    private final Origin consumer = Origin.of("consumer");
    private int wakeUps;

    private PointQueue open(QueueOptions options) {
        return hub.openQueue(consumer, options, () -> wakeUps++);
    }

    private PointQueue open() {
        return open(QueueOptions.defaults());
    }

    private void write(String name, long value) {
        write(name, value, Origin.HOST);
    }

    private void write(String name, long value, Origin by) {
        hub.point(PointName.of("d", name))
                .store(new PointState().integer(value).quality(192).time(value, 0), by, StoreMode.NORMAL);
    }

    private static String describe(QueuedPoint point, PointState state, Delivery kind) {
        String deleted = (state.flags() & PointFlags.DELETED) != 0 ? " deleted" : "";
        String suffix = kind == Delivery.CHANGE ? "" : " " + kind;
        return point.point().name().name() + "=" + state.value() + deleted + suffix;
    }

    private static List<String> drain(PointQueue queue) {
        List<String> taken = new ArrayList<>();
        boolean empty = queue.drain((point, state, kind) -> taken.add(describe(point, state, kind)));
        assertThat(empty).isTrue();
        assertBalanced(queue);
        return taken;
    }

    private static void assertBalanced(PointQueue queue) {
        QueueCounters c = queue.counters();
        assertThat(c.offered())
                .as("%s", c)
                .isEqualTo(c.delivered() + c.conflated() + c.droppedFull() + c.droppedCancelled() + c.queued());
    }

    @Test
    void pointsLeaveInTheOrderInWhichTheyBecamePending() {
        PointQueue queue = open();
        queue.addDomain("d", true, true);
        write("b", 1);
        write("a", 2);
        write("c", 3);
        write("b", 4);
        assertThat(drain(queue)).containsExactly("b=1", "b=4", "a=2", "c=3");
        write("c", 5);
        write("b", 6);
        assertThat(drain(queue)).containsExactly("c=5", "b=6");
    }

    @Test
    void anOnOffOnBurstArrivesAsThreeChanges() {
        write("lamp", 0);
        PointQueue queue = open();
        queue.addDomainChanges("d");
        write("lamp", 1);
        write("lamp", 2);
        write("lamp", 3);
        assertThat(drain(queue)).containsExactly("lamp=1", "lamp=2", "lamp=3");
    }

    @Test
    void beyondTheDepthTheOldestOfThatPointIsLeftOut() {
        PointQueue queue = open();
        queue.addDomain("d", true, true);
        write("other", 100);
        for (long i = 1; i <= 10; i++) {
            write("p", i);
        }
        assertThat(drain(queue)).containsExactly("other=100", "p=8", "p=9", "p=10");
        assertThat(queue.counters().conflated()).isEqualTo(7);
        assertThat(queue.counters().highWater()).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void depthZeroAndOneBothMeanTheNewestOnly(int depth) {
        PointQueue queue = open(QueueOptions.defaults().withDepths(depth, 10_000));
        queue.addDomain("d", true, true);
        write("p", 1);
        write("p", 2);
        write("p", 3);
        assertThat(drain(queue)).containsExactly("p=3");
        assertThat(queue.counters().conflated()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 5})
    void theTotalDepthNeverCostsTheNewestOfAnyPoint(int total) {
        PointQueue queue = open(QueueOptions.defaults().withDepths(3, total));
        queue.addDomain("d", true, true);
        for (long round = 1; round <= 4; round++) {
            for (String name : List.of("a", "b", "c", "d", "e")) {
                write(name, round);
            }
        }
        assertThat(queue.counters().queued()).isEqualTo(5);
        assertThat(drain(queue)).containsExactly("a=4", "b=4", "c=4", "d=4", "e=4");
        assertThat(queue.counters().droppedFull()).isEqualTo(15);
    }

    @Test
    void theTotalDepthLeavesRoomToThoseWhoCameFirst() {
        PointQueue queue = open(QueueOptions.defaults().withDepths(3, 4));
        queue.addDomain("d", true, true);
        write("a", 1);
        write("a", 2);
        write("a", 3);
        write("b", 1);
        write("b", 2);
        write("b", 3);
        assertThat(drain(queue)).containsExactly("a=1", "a=2", "a=3", "b=3");
        assertThat(queue.counters().droppedFull()).isEqualTo(2);
    }

    @Test
    void aFullQueueStillReplacesTheOldestOfAPointByItsNewest() {
        PointQueue queue = open(QueueOptions.defaults().withDepths(3, 3));
        queue.addDomain("d", true, true);
        write("a", 1);
        write("a", 2);
        write("b", 1);
        write("a", 3);
        assertThat(drain(queue)).containsExactly("a=2", "a=3", "b=1");
    }

    @Test
    void theConsumersOwnChangesAreNotReturned() {
        PointQueue queue = open();
        queue.addDomain("d", true, true);
        write("p", 1, consumer);
        assertThat(drain(queue)).isEmpty();
        assertThat(wakeUps).isZero();
        write("p", 2, Origin.of("another"));
        assertThat(drain(queue)).containsExactly("p=2");
    }

    @Test
    void whatTheConsumerItselfOverwroteIsNotDelivered() {
        PointQueue queue = open();
        queue.addDomain("d", true, true);
        write("p", 1);
        write("p", 2);
        write("p", 3, consumer);
        assertThat(drain(queue)).isEmpty();
        assertThat(queue.counters().conflated()).isEqualTo(2);
    }

    @Test
    void ownChangesAreReturnedAsEchoIfAskedFor() {
        PointQueue queue = open();
        queue.addDomain("d", true, true);
        queue.echo(true);
        write("p", 1, consumer);
        write("q", 1);
        write("p", 2, consumer);
        assertThat(drain(queue)).containsExactly("p=2 ECHO", "q=1");

        write("p", 3, consumer);
        write("p", 4);
        assertThat(drain(queue)).containsExactly("p=3 ECHO", "p=4");
        queue.echo(false);
        write("p", 5, consumer);
        assertThat(drain(queue)).isEmpty();
    }

    @Test
    void onlyStatesMadeByOthersCountAsPending() {
        PointQueue queue = open();
        queue.addDomain("d", true, true);
        queue.echo(true);
        HubPoint point = hub.point("d:p");
        assertThat(queue.isPending(point)).isFalse();

        write("p", 1, consumer);
        assertThat(queue.isPending(point)).as("echo").isFalse();
        write("p", 2);
        assertThat(queue.isPending(point)).isTrue();
        write("p", 3, consumer);
        assertThat(queue.isPending(point)).isFalse();
        drain(queue);

        queue.offerPresent(point);
        assertThat(queue.isPending(point))
                .as("initial, last written by the consumer")
                .isFalse();
        write("p", 4);
        QueuedPoint registration = queue.add(point);
        assertThat(queue.isPending(registration)).isTrue();
        write("p", 5, consumer);
        assertThat(queue.isPending(registration)).isFalse();
        assertThat(drain(queue)).containsExactly("p=5 INITIAL");

        queue.remove(point);
        assertThat(queue.isPending(registration)).isFalse();
        queue.add(point);
        write("p", 6);
        assertThat(queue.isPending(registration))
                .as("through a cancelled registration")
                .isTrue();
        assertThat(queue.isPending(hub.point("d:unregistered-then-created"))).isFalse();
    }

    @Test
    void anOwnChangeOfTheTimeAloneIsOwnToo() {
        write("p", 1);
        PointQueue queue = open();
        QueuedPoint registration = queue.add(hub.point("d:p"));
        assertThat(queue.isPending(registration)).isTrue();
        hub.point("d:p").store(new PointState().integer(1).quality(192).time(99, 0), consumer, StoreMode.NORMAL);
        assertThat(queue.isPending(registration)).isFalse();
        assertThat(drain(queue)).containsExactly("p=1 INITIAL");
    }

    @Test
    void presentPointsArePendingAtOnceAndCounted() {
        write("a", 1);
        write("b", 2);
        PointQueue queue = open();
        assertThat(queue.addDomain("d", true, true)).isEqualTo(2);
        assertThat(drain(queue)).containsExactlyInAnyOrder("a=1 INITIAL", "b=2 INITIAL");
        assertThat(queue.addDomain("d", false, true)).isZero();
        assertThat(drain(queue)).isEmpty();
    }

    @Test
    void aChangeBeforeTheInitialStateWasTakenReplacesIt() {
        write("a", 1);
        PointQueue queue = open();
        queue.addDomain("d", true, true);
        write("a", 2);
        write("a", 3);
        assertThat(drain(queue)).containsExactly("a=3 INITIAL");
        write("a", 4);
        assertThat(drain(queue)).containsExactly("a=4");
    }

    @Test
    void anInitialStateThatIsAskedForWhileAChangeIsPendingIsDeliveredAsInitial() {
        write("a", 1);
        PointQueue queue = open();
        queue.addDomainChanges("d");
        write("a", 2);
        write("a", 3);
        assertThat(queue.addDomain("d", true, true)).isEqualTo(1);
        assertThat(drain(queue)).containsExactly("a=3 INITIAL");
    }

    @Test
    void changesAloneLeaveOutWhatIsPresent() {
        write("a", 1);
        PointQueue queue = open();
        queue.addDomainChanges("d");
        assertThat(drain(queue)).isEmpty();
        write("a", 2);
        write("b", 1);
        assertThat(drain(queue)).containsExactly("a=2", "b=1");
    }

    @Test
    void onceOnlyDeliversOnceAndEndsTheRegistration() {
        write("a", 1);
        PointQueue queue = open();
        assertThat(queue.addDomainOnce("d")).isEqualTo(1);
        write("a", 2);
        assertThat(drain(queue)).containsExactly("a=2 INITIAL");
        write("a", 3);
        write("b", 1);
        assertThat(drain(queue)).isEmpty();
    }

    @Test
    void onceOnlyDoesNotEndARegistrationThatIsThereForGood() {
        write("a", 1);
        PointQueue queue = open();
        queue.addDomain("d", true, true);
        queue.addDomainOnce("d");
        drain(queue);
        write("a", 2);
        assertThat(drain(queue)).containsExactly("a=2");
    }

    @Test
    void aRegistrationForGoodOutlivesOneForOnceOnly() {
        write("a", 1);
        PointQueue queue = open();
        queue.addDomainOnce("d");
        queue.addDomain("d", true, true);
        assertThat(drain(queue)).containsExactly("a=1 INITIAL");
        write("a", 2);
        assertThat(drain(queue)).containsExactly("a=2");
    }

    @Test
    void cancellingDiscardsWhatIsPending() {
        PointQueue queue = open();
        queue.addDomain("d", true, true);
        write("a", 1);
        write("a", 2);
        write("b", 1);
        queue.remove(hub.point("d:a"));
        assertThat(queue.counters().droppedCancelled()).isEqualTo(2);
        write("a", 3);
        assertThat(drain(queue)).containsExactly("b=1");
        queue.add(hub.point("d:a"));
        assertThat(drain(queue)).containsExactly("a=3 INITIAL");

        write("b", 2);
        queue.removeDomain("d");
        write("a", 4);
        write("c", 1);
        assertThat(drain(queue)).isEmpty();
    }

    @Test
    void aClosedQueueIsSilentAndTakesNoRegistrations() {
        PointQueue queue = open();
        queue.addDomain("d", true, true);
        write("a", 1);
        queue.close();
        queue.close();
        write("a", 2);
        write("b", 1);
        assertThat(drain(queue)).isEmpty();
        assertThatIllegalStateException().isThrownBy(() -> queue.add(hub.point("d:a")));
        assertThatIllegalStateException().isThrownBy(() -> queue.addDomain("d", true, true));
        assertThatIllegalStateException().isThrownBy(() -> queue.addDomainOnce("d"));
        assertThatIllegalStateException().isThrownBy(() -> queue.addDomainChanges("d"));
    }

    @Test
    void aSinkThatHasEnoughGoesOnLaterWhereItStopped() {
        PointQueue queue = open();
        queue.addDomain("d", true, true);
        for (long i = 1; i <= 5; i++) {
            write("p" + i, i);
        }
        List<String> taken = new ArrayList<>();
        boolean empty = queue.drain((point, state, kind) -> {
            taken.add(describe(point, state, kind));
            return taken.size() < 2;
        });
        assertThat(empty).isFalse();
        assertThat(taken).containsExactly("p1=1", "p2=2");
        write("p1", 6);
        assertThat(drain(queue)).containsExactly("p3=3", "p4=4", "p5=5", "p1=6");
    }

    /** What is taken out together must come, even if the sink has enough; a text is never followed by others. */
    @Test
    void pointsThatAreTakenOutTogetherAreDeliveredTogether() {
        PointQueue queue = open();
        queue.addDomain("d", true, true);
        for (int i = 1; i <= 6; i++) {
            write("p" + i, i);
        }
        hub.point("d:p2").write("text");
        List<String> taken = new ArrayList<>();
        QueueSink hasEnough = (point, state, kind) -> {
            taken.add(point.point().name().name());
            return false;
        };
        assertThat(queue.drain(hasEnough, 3)).isFalse();
        assertThat(taken).as("until the text").containsExactly("p1", "p2", "p2");
        taken.clear();
        hub.point("d:p4").write("text");
        queue.keepNewest(hub.point("d:p4"));
        assertThat(queue.drain(hasEnough, 4)).isFalse();
        assertThat(taken).as("until the text").containsExactly("p3", "p4");
        taken.clear();
        assertThat(queue.drain(hasEnough, 4)).isTrue();
        assertThat(taken).containsExactly("p5", "p6");
    }

    @Test
    void olderStatesCountAmongThoseThatAreTakenOutTogether() {
        PointQueue queue = open();
        queue.addDomainChanges("d");
        for (String name : List.of("p1", "p2", "p3", "p4")) {
            write(name, 1);
            write(name, 2);
            write(name, 3);
        }
        List<String> taken = new ArrayList<>();
        QueueSink hasEnough = (point, state, kind) -> {
            taken.add(point.point().name().name() + "=" + state.integer());
            return false;
        };
        assertThat(queue.drain(hasEnough, 4)).isFalse();
        assertThat(taken).containsExactly("p1=1", "p1=2", "p1=3", "p2=1", "p2=2", "p2=3");
        taken.clear();
        assertThat(queue.drain(hasEnough, 6)).isTrue();
        assertThat(taken).containsExactly("p3=1", "p3=2", "p3=3", "p4=1", "p4=2", "p4=3");
    }

    @Test
    void aSinkMayWriteWhileOlderStatesWait() {
        PointQueue queue = open();
        queue.addDomainChanges("d");
        for (int value = 1; value <= 3; value++) {
            write("p1", value);
            write("p2", value);
        }
        List<String> taken = new ArrayList<>();
        QueueSink writing = (point, state, kind) -> {
            taken.add(point.point().name().name() + "=" + state.integer());
            if (state.integer() < 100) {
                write("p1", 100 + state.integer());
                write("p3", 200 + state.integer());
            }
            return true;
        };
        assertThat(queue.drain(writing, 6)).isTrue();
        assertThat(taken)
                .containsExactly(
                        "p1=1", "p1=2", "p1=3", "p2=1", "p2=2", "p2=3", "p1=101", "p1=102", "p1=103", "p3=201",
                        "p3=202", "p3=203");
        assertThat(queue.counters().queued()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, PointQueue.MAX_TOGETHER + 1})
    void howManyPointsAreTakenOutTogetherIsLimited(int together) {
        PointQueue queue = open();
        assertThatThrownBy(() -> queue.drain((point, state, kind) -> true, together))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1 to 256")
                .hasMessageContaining(Integer.toString(together));
    }

    @Test
    void aSinkThatStopsAtTheLastPointIsToldThatNothingIsLeft() {
        PointQueue queue = open();
        queue.addDomain("d", true, true);
        write("p", 1);
        wakeUps = 0;
        assertThat(queue.drain((point, state, kind) -> false)).isTrue();
        write("p", 2);
        assertThat(wakeUps).as("so it is woken again").isEqualTo(1);
    }

    @Test
    void theConsumerIsWokenOnceUntilItFindsTheQueueEmpty() {
        PointQueue queue = open();
        queue.addDomain("d", true, true);
        write("a", 1);
        write("b", 1);
        write("a", 2);
        assertThat(wakeUps).isEqualTo(1);
        drain(queue);
        write("b", 2);
        assertThat(wakeUps).isEqualTo(2);
        write("b", 3, consumer);
        drain(queue);
        write("b", 4);
        assertThat(wakeUps).as("after what was pending was taken back").isEqualTo(3);
    }

    @Test
    void theWakeUpMayDrainAtOnce() {
        List<String> taken = new ArrayList<>();
        PointQueue[] queue = new PointQueue[1];
        queue[0] = hub.openQueue(
                consumer,
                QueueOptions.defaults(),
                () -> queue[0].drain((point, state, kind) -> taken.add(describe(point, state, kind))));
        queue[0].addDomain("d", true, true);
        write("a", 1);
        write("a", 2);
        assertThat(taken).containsExactly("a=1", "a=2");
    }

    @Test
    void aRemovedPointIsDeliveredAsDeletedAndItsSuccessorAfterIt() {
        write("a", 1);
        PointQueue queue = open();
        queue.addDomainChanges("d");
        write("a", 2);
        hub.delete(PointName.of("d", "a"), Origin.HOST);
        write("a", 3);
        assertThat(drain(queue)).containsExactly("a=2", "a=2 deleted", "a=3");
        write("a", 4);
        assertThat(drain(queue)).containsExactly("a=4");
    }

    @Test
    void aPointRemovedByTheConsumerIsNotReturned() {
        write("a", 1);
        PointQueue queue = open();
        queue.addDomainChanges("d");
        hub.delete(PointName.of("d", "a"), consumer);
        assertThat(drain(queue)).isEmpty();
    }

    @Test
    void theRegistrationKeepsWhatTheConsumerAttaches() {
        write("a", 1);
        PointQueue queue = open();
        QueuedPoint registration = queue.add(hub.point("d:a"));
        registration.attach("mine");
        queue.drain((point, state, kind) -> {
            assertThat(point).isSameAs(registration);
            assertThat(point.attachment()).isEqualTo("mine");
            return true;
        });
        assertThat(queue.add(hub.point("d:a"))).isSameAs(registration);
    }

    @Test
    void aChangeThatWasBrokenOffDoesNotConfuseWhoReadsBetweenLaterOnes() {
        write("a", 1);
        HubPoint point = hub.point("d:a");
        PointQueue queue = open();
        QueuedPoint entry = queue.add(point);
        drain(queue);
        write("a", 2);
        // As if memory had run out while room was made for a superseded state.
        entry.oldCount = 1;
        entry.oldLast = Integer.MAX_VALUE;
        assertThatThrownBy(() -> write("a", 3)).isInstanceOf(IndexOutOfBoundsException.class);
        entry.oldCount = 0;
        assertThat(point.readBetweenChanges(new PointState())).as("broken off").isFalse();

        PointState read = new PointState();
        for (long value = 4; value < 8; value++) {
            write("a", value);
            assertThat(point.readBetweenChanges(read)).as("state %s", value).isTrue();
            assertThat(read.integer()).isEqualTo(value);
        }
        assertThat(queue.drain((taken, state, kind) -> state.integer() == 7)).isTrue();
    }

    @Test
    void depthsOutOfRangeAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> QueueOptions.defaults().withDepths(-1, 10));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> QueueOptions.defaults().withDepths(1025, 10))
                .withMessageContaining("1024");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> QueueOptions.defaults().withDepths(3, -1));
    }
}
