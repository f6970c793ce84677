package io.mirror.core.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.core.hub.Origin;
import io.mirror.core.hub.StoreMode;
import io.mirror.core.point.PointState;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** How two states are ordered that were made without knowing of each other, and how chasing states are stopped. */
class StateOrderTest {
    private static PointState state(long value, long seconds) {
        return new PointState().integer(value).quality(192).time(seconds, 0);
    }

    @Test
    void aPointThatNobodyWroteIsOlderThanAnything() {
        PointState unwritten = new PointState();
        PointState beforeTheEpoch = state(1, -1_000_000);
        PointState unstamped = state(1, 0);
        assertThat(Age.isUnwritten(unwritten)).isTrue();
        assertThat(Age.isUnwritten(unstamped)).isFalse();
        assertThat(Age.isUnwritten(new PointState().quality(8))).isFalse();
        assertThat(Age.compare(unwritten, beforeTheEpoch)).isNegative();
        assertThat(Age.compare(beforeTheEpoch, unstamped)).isNegative();
        assertThat(Age.compare(unwritten, new PointState())).isZero();
        assertThat(Age.compare(state(1, 5).time(5, 1), state(1, 5))).isPositive();
    }

    @Test
    void everythingButTheTimeIsInTheRank() {
        PointState base = state(1, 5);
        List<Consumer<PointState>> changes = List.of(
                s -> s.integer(2),
                s -> s.real(1),
                s -> s.string("1"),
                s -> s.noValue(),
                s -> s.quality(191),
                s -> s.confidence(1),
                s -> s.security(1),
                s -> s.locked(true),
                s -> s.flags(0x800));
        Set<Long> ranks = new HashSet<>();
        ranks.add(StateOrder.rank(base));
        for (Consumer<PointState> change : changes) {
            PointState other = new PointState().copyFrom(base);
            change.accept(other);
            ranks.add(StateOrder.rank(other));
        }
        assertThat(ranks).hasSize(changes.size() + 1);
        assertThat(StateOrder.rank(state(1, 99))).isEqualTo(StateOrder.rank(base));
        assertThat(StateOrder.fingerprint(state(1, 99))).isNotEqualTo(StateOrder.fingerprint(base));
        assertThat(StateOrder.rank(new PointState().copyFrom(base).flags(1)))
                .as("bits that do not travel")
                .isEqualTo(StateOrder.rank(base));
    }

    @Test
    void bothWaysOfAskingGiveOneAnswer() {
        List<PointState> states =
                List.of(state(1, 5), state(2, 5), state(1, 6), state(1, 9).quality(8), new PointState(), state(1, 0));
        for (PointState one : states) {
            for (PointState other : states) {
                assertThat(Integer.signum(StateOrder.compareUnrelated(one, other)))
                        .isEqualTo(-Integer.signum(StateOrder.compareUnrelated(other, one)));
            }
        }
        assertThat(StateOrder.compareUnrelated(state(1, 9).quality(8), state(1, 5)))
                .as("a mark gives way to any state")
                .isNegative();
    }

    @Test
    void onlyTheSameOlderStatesComingBackAgainAndAgainRaiseTheGuard() {
        LoopGuard guard = new LoopGuard();
        for (int i = 0; i < 1000; i++) {
            guard.setBack(state(i, -i), 0);
        }
        assertThat(guard.isGuarding(0)).as("ever new states").isFalse();
        for (int i = 0; i < 1000; i++) {
            guard.setBack(state(1, 1), 0);
        }
        assertThat(guard.isGuarding(0)).as("one state that does not change").isFalse();
        for (int i = 0; i < LoopGuard.MAX_RETURNS; i++) {
            assertThat(guard.isGuarding(i)).isFalse();
            guard.advanced();
            guard.setBack(state(1, 1), i);
        }
        assertThat(guard.isGuarding(100)).isTrue();
        assertThat(guard.isGuarding(9_000_000_000L)).isTrue();
        assertThat(guard.isGuarding(11_000_000_000L)).isFalse();
    }

    @Test
    void returnsThatAreFarApartAreNoLoop() {
        LoopGuard guard = new LoopGuard();
        for (int i = 0; i < 100; i++) {
            guard.advanced();
            guard.setBack(state(1, 1), i * 60_000_000_000L);
            assertThat(guard.isGuarding(i * 60_000_000_000L)).isFalse();
        }
    }

    @Test
    void behindTheGuardOnlyNewerStatesAreTakenAndThePeerIsToldThePresentOne() {
        LinkPair pair = new LinkPair(LinkFlag.READABLE, LinkFlag.WRITABLE).open();
        for (int i = 0; i < 40; i++) {
            pair.slave.write("p", 1, 20);
            pair.settle();
            pair.slave.point("p").store(state(2, 10), Origin.HOST, StoreMode.NORMAL);
            pair.settle();
        }
        assertThat(pair.master.contents(true)).containsEntry("p", "1 q192 t1970-01-01T00:00:20Z");
        assertThat(pair.slave.contents(true)).isEqualTo(pair.master.contents(true));
        pair.slave.write("p", 3, 30);
        pair.settle();
        assertThat(pair.master.contents(false)).containsEntry("p", "3 q192");
        pair.now += 61_000_000_000L;
        pair.slave.point("p").store(state(2, 10), Origin.HOST, StoreMode.NORMAL);
        pair.settle();
        assertThat(pair.master.contents(false))
                .as("later it may be set back again")
                .containsEntry("p", "2 q192");
    }

    @Test
    void messagesSentAreHiddenByLaterOnesThatAreNewerAndForgottenWhenAcknowledged() {
        SentChanges sent = new SentChanges();
        assertThat(sent.yieldTo(state(1, 1), 0, true, false)).isTrue();
        sent.sent(1, state(1, 30), false);
        sent.sent(2, state(2, 20), false);
        sent.sent(3, state(3, 10), false);
        assertThat(sent.earlierCount()).isEqualTo(2);
        assertThat(sent.yieldTo(state(9, 25), 0, true, false))
                .as("one is newer")
                .isFalse();
        assertThat(sent.yieldTo(state(9, 15), 1, true, false)).isFalse();
        assertThat(sent.yieldTo(state(9, 15), 2, true, false)).isTrue();
        assertThat(sent.isSettled(2)).as("what was overruled no longer counts").isTrue();

        sent.sent(4, state(1, 30), false);
        sent.sent(5, state(2, 20), false);
        sent.sent(6, state(3, 40), false);
        assertThat(sent.earlierCount()).isZero();
        assertThat(sent.isSettled(5)).isFalse();
        assertThat(sent.isSettled(6)).isTrue();
    }

    @Test
    void atTheSameTimeTheMastersInitialStateIsPreferredAndThenTheContentDecides() {
        for (long value = 1; value < 10; value++) {
            SentChanges atSlave = new SentChanges();
            atSlave.sent(1, state(value, 10), false);
            assertThat(atSlave.yieldTo(state(5, 10), 0, true, true)).isTrue();
            SentChanges atMaster = new SentChanges();
            atMaster.sent(1, state(5, 10), true);
            assertThat(atMaster.yieldTo(state(value, 10), 0, false, false)).isFalse();
        }
        SentChanges one = new SentChanges();
        SentChanges other = new SentChanges();
        one.sent(1, state(1, 10), false);
        other.sent(1, state(2, 10), false);
        assertThat(one.yieldTo(state(2, 10), 0, true, false))
                .as("otherwise one of two contents wins at both ends")
                .isNotEqualTo(other.yieldTo(state(1, 10), 0, false, false));
    }
}
