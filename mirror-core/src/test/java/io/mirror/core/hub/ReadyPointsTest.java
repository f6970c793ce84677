package io.mirror.core.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ReadyPointsTest {
    private final PointHub hub = PointHub.create();
    private final PointQueue queue = hub.openQueue(Origin.of("consumer"), QueueOptions.defaults(), () -> {});
    private final ReadyPoints ready = new ReadyPoints();
    private int made;

    private QueuedPoint register() {
        QueuedPoint entry = new QueuedPoint(hub.point("d:p" + made++), queue, false);
        ready.add(entry);
        return entry;
    }

    private void becomePending(QueuedPoint entry) {
        entry.pending = true;
        ready.addLast(entry);
    }

    private void end(QueuedPoint entry) {
        entry.pending = false;
        entry.cancelled = true;
        ready.end(entry);
    }

    private void take(QueuedPoint entry) {
        assertThat(ready.first()).isSameAs(entry);
        ready.takeFirst(entry);
        entry.pending = false;
    }

    @Test
    @Tag("S-MEM-2")
    void numbersAreGivenAgain() {
        QueuedPoint stays = register();
        for (int i = 0; i < 10_000; i++) {
            QueuedPoint entry = register();
            if (i % 2 == 0) {
                becomePending(entry);
            }
            end(entry);
            assertThat(ready.first()).isNull();
        }
        assertThat(ready.numbered()).hasSizeLessThanOrEqualTo(8);
        assertThat(ready.numbered()[stays.number]).isSameAs(stays);
    }

    @Test
    void whatWasTakenOutKeepsItsNumberUntilTheNextGroup() {
        QueuedPoint taken = register();
        becomePending(taken);
        ready.startGroup();
        take(taken);
        end(taken);
        QueuedPoint next = register();
        assertThat(next.number).isNotEqualTo(taken.number);
        assertThat(ready.numbered()[taken.number]).isSameAs(taken);

        ready.startGroup();
        assertThat(register().number).isEqualTo(taken.number);
    }

    @Test
    @Tag("S-MEM-2")
    void aConsumerThatNeverComesBackKeepsNoMoreThanItsGroup() {
        QueuedPoint taken = register();
        becomePending(taken);
        ready.startGroup();
        take(taken);
        end(taken);
        for (int i = 0; i < 10_000; i++) {
            end(register());
        }
        assertThat(ready.numbered()).hasSizeLessThanOrEqualTo(8);
    }

    @Test
    void theOrderIsThatInWhichPointsBecamePending() {
        long seed = Long.getLong("mirror.seed", System.nanoTime());
        Random random = new Random(seed);
        List<QueuedPoint> registered = new ArrayList<>();
        Deque<QueuedPoint> expected = new ArrayDeque<>();
        for (int step = 0; step < 20_000; step++) {
            int what = random.nextInt(10);
            if (what < 2 || registered.isEmpty()) {
                registered.add(register());
            } else if (what < 6) {
                QueuedPoint entry = registered.get(random.nextInt(registered.size()));
                if (!entry.pending) {
                    expected.add(entry);
                }
                becomePending(entry);
            } else if (what == 6) {
                QueuedPoint entry = registered.remove(random.nextInt(registered.size()));
                expected.remove(entry);
                end(entry);
            } else {
                ready.startGroup();
                for (int i = 0; i < 3 && !expected.isEmpty(); i++) {
                    assertThat(ready.first()).as("seed %d step %d", seed, step).isSameAs(expected.peek());
                    take(expected.remove());
                }
            }
            for (QueuedPoint entry : registered) {
                assertThat(ready.numbered()[entry.number])
                        .as("seed %d step %d", seed, step)
                        .isSameAs(entry);
            }
            if (registered.size() > 60) {
                expected.removeAll(registered.subList(0, 50));
                registered.subList(0, 50).forEach(this::end);
                registered.subList(0, 50).clear();
            }
        }
    }
}
