package io.mirror.core.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.core.point.PointState;
import io.mirror.core.point.PointValue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a consumer costs that does not take its changes (DHTP section 11.2). */
@Tag("S-MEM-1")
class QueueMemoryTest {
    private static final int POINTS = 100_000;
    private static final int UPDATES = 10_000_000;

    private final PointHub hub = PointHub.create();

    private static long usedBytes() {
        Runtime runtime = Runtime.getRuntime();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }

    private List<HubPoint> points(int count) {
        List<HubPoint> points = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            HubPoint point = hub.point("plant:p" + i);
            point.write(i);
            points.add(point);
        }
        return points;
    }

    @Test
    void aConsumerThatIsGoneForLongCostsNoMoreThanItsBoundAndGetsEveryNewestValue() {
        List<HubPoint> points = points(POINTS);
        long before = usedBytes();
        PointQueue queue = hub.openQueue(Origin.of("slow"), QueueOptions.defaults(), () -> {});
        queue.addDomain("plant", true, true);
        for (int i = 0; i < UPDATES; i++) {
            points.get(i % POINTS).write((long) i);
        }
        long used = usedBytes() - before;
        assertThat(used).isLessThanOrEqualTo(queue.memoryBound());
        QueueCounters stopped = queue.counters();
        assertThat(stopped.queued()).isLessThanOrEqualTo(POINTS + QueueOptions.DEFAULT_TOTAL_DEPTH);

        long[] newest = new long[POINTS];
        queue.drain((point, state, kind) -> {
            newest[Integer.parseInt(point.point().name().name().substring(1))] = state.integer();
            return true;
        });
        for (int i = 0; i < POINTS; i++) {
            assertThat(newest[i]).isEqualTo(UPDATES - POINTS + i);
        }
        QueueCounters end = queue.counters();
        assertThat(end.offered()).isEqualTo(end.delivered() + end.conflated() + end.droppedFull());
    }

    @Test
    void supersededTextIsBoundedByItsBytes() {
        List<HubPoint> points = points(100);
        PointQueue queue =
                hub.openQueue(Origin.of("slow"), QueueOptions.defaults().withMaxTextBytes(20_000), () -> {});
        queue.addDomainChanges("plant");
        for (int round = 0; round < 3; round++) {
            for (HubPoint point : points) {
                point.write(PointValue.of("x".repeat(1000) + round));
            }
        }
        QueueCounters counters = queue.counters();
        assertThat(counters.droppedFull()).isEqualTo(2 * 100 - 9);
        List<String> delivered = new ArrayList<>();
        queue.drain((point, state, kind) -> delivered.add(state.string()));
        assertThat(delivered).hasSize(109);
        for (int round = 0; round < 2; round++) {
            points.get(0).write(PointValue.of("y".repeat(1000) + round));
        }
        assertThat(queue.counters().queued()).as("the budget is free again").isEqualTo(2);
    }

    @Test
    void placesGrowByHalfWithWhatWaitsAtOnce() {
        HubPoint point = points(1).get(0);
        MemoryBudget budget = MemoryBudget.of(1 << 20);
        PointQueue queue =
                hub.openQueue(Origin.of("slow"), QueueOptions.defaults().withDepths(64, 1000), () -> {}, budget);
        queue.addDomainChanges("plant");
        for (long i = 1; i <= 4; i++) {
            point.write(i);
        }
        assertThat(budget.used())
                .as("three places, and one for what comes next")
                .isEqualTo(4 * 80);
        for (long i = 5; i <= 100; i++) {
            point.write(i);
        }
        assertThat(budget.used()).as("63 wait, for whom 60 places were too few").isEqualTo(90 * 80);
        List<Long> delivered = new ArrayList<>();
        queue.drain((entry, state, kind) -> delivered.add(state.integer()));
        assertThat(delivered)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(37, 100).boxed().toList());
        queue.close();
        assertThat(budget.used()).isZero();
    }

    @Test
    void theTextOfAStateThatIsLeftOutForANewerOneIsGivenBack() {
        HubPoint point = points(1).get(0);
        MemoryBudget budget = MemoryBudget.of(1 << 20);
        PointQueue queue = hub.openQueue(Origin.of("slow"), QueueOptions.defaults(), () -> {}, budget);
        queue.addDomainChanges("plant");
        for (int i = 0; i < 10; i++) {
            point.write(PointValue.of("x".repeat(99) + i));
        }
        assertThat(budget.used()).as("two states older than the newest").isEqualTo(4 * 80 + 2 * 200);
    }

    @Test
    void aClosedQueueTakesNothingOfTheBudgetForOneWhoRegistersTooLate() {
        HubPoint point = points(1).get(0);
        MemoryBudget budget = MemoryBudget.of(1 << 20);
        PointQueue queue = hub.openQueue(Origin.of("slow"), QueueOptions.defaults(), () -> {}, budget);
        queue.close();
        // As a thread does that was let in before and has not yet seen that the queue is closed.
        point.register(queue, false);
        for (long i = 1; i <= 3; i++) {
            point.write(i);
        }
        assertThat(queue.counters().droppedFull()).isEqualTo(2);
        queue.remove(point);
        assertThat(budget.used()).isZero();
    }

    @Test
    void theTextOfADroppedStateIsNotKept() {
        HubPoint point = points(1).get(0);
        PointQueue queue =
                hub.openQueue(Origin.of("slow"), QueueOptions.defaults().withDepths(64, 3), () -> {});
        queue.addDomainChanges("plant");
        WeakReference<String> dropped = writeText(point);
        for (int i = 0; i < 3; i++) {
            point.write(PointValue.of("later " + i));
        }
        awaitForgotten(dropped);
        List<String> delivered = new ArrayList<>();
        queue.drain((entry, state, kind) -> delivered.add(state.string()));
        assertThat(delivered).containsExactly("later 0", "later 1", "later 2");
    }

    @Test
    void aRegistrationThatEndedIsNotKept() {
        PointQueue queue = hub.openQueue(Origin.of("slow"), QueueOptions.defaults(), () -> {});
        List<HubPoint> points = points(40);
        List<WeakReference<QueuedPoint>> ended = new ArrayList<>();
        for (HubPoint point : points) {
            ended.add(new WeakReference<>(queue.add(point)));
        }
        points.subList(0, 20).forEach(queue::remove);
        queue.drain((entry, state, kind) -> true);
        points.subList(20, 40).forEach(queue::remove);
        for (WeakReference<QueuedPoint> registration : ended) {
            awaitForgotten(registration);
        }
        for (HubPoint point : points) {
            queue.add(point);
        }
        List<Long> delivered = new ArrayList<>();
        queue.drain((entry, state, kind) -> delivered.add(state.integer()));
        assertThat(delivered)
                .containsExactlyElementsOf(LongStream.range(0, 40).boxed().toList());
    }

    private static WeakReference<String> writeText(HubPoint point) {
        String text = "x".repeat(1000) + point;
        point.write(PointValue.of(text));
        return new WeakReference<>(text);
    }

    private static void awaitForgotten(WeakReference<?> reference) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (reference.get() != null && System.nanoTime() < end) {
            System.gc();
            Thread.onSpinWait();
        }
        assertThat(reference.get()).isNull();
    }

    @Test
    void supersededValuesAreKeptOfTheChosenClassesOnly() {
        PointQueue queue = hub.openQueue(
                Origin.of("slow"),
                QueueOptions.defaults().withSuperseded(EnumSet.of(ValueClass.BOOLEAN, ValueClass.REAL)),
                () -> {});
        queue.addDomainChanges("plant");
        HubPoint flag = hub.point("plant:flag");
        flag.attributes(PointAttributes.DEFAULT.withCanonical(CanonicalType.BOOL, false));
        HubPoint count = hub.point("plant:count");
        HubPoint level = hub.point("plant:level");
        HubPoint note = hub.point("plant:note");
        for (int i = 1; i <= 3; i++) {
            flag.write((long) (i % 2));
            count.write((long) i);
            level.write(i + 0.5);
            note.write("note " + i);
        }
        List<String> delivered = new ArrayList<>();
        queue.drain((point, state, kind) -> delivered.add(text(point, state)));
        assertThat(delivered)
                .containsExactly(
                        "flag 1", "flag 0", "flag 1", "count 3", "level 1.5", "level 2.5", "level 3.5", "note note 3");
    }

    @Test
    void queuesThatShareABudgetStayWithinItAndDeliverEveryNewestState() {
        List<HubPoint> points = points(100);
        MemoryBudget budget = MemoryBudget.of(20_000);
        QueueOptions options = QueueOptions.defaults();
        List<PointQueue> queues = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            PointQueue queue = hub.openQueue(Origin.of("slow " + i), options, () -> {}, budget);
            queue.addDomainChanges("plant");
            assertThat(queue.memoryBound()).isEqualTo(100 * 128 + 20_000);
            queues.add(queue);
        }
        for (int round = 0; round < 10; round++) {
            for (HubPoint point : points) {
                point.write(PointValue.of("x".repeat(round) + round));
                assertThat(budget.used()).isBetween(0L, 20_000L);
            }
        }
        assertThat(budget.used()).isGreaterThan(19_000);
        for (PointQueue queue : queues) {
            assertThat(queue.counters().droppedFull()).isPositive();
            List<String> newest = new ArrayList<>();
            queue.drain((point, state, kind) -> {
                if (state.string().endsWith("9")) {
                    newest.add(point.point().name().name());
                }
                return true;
            });
            assertThat(newest).doesNotHaveDuplicates().hasSize(100);
            QueueCounters books = queue.counters();
            assertThat(books.offered()).isEqualTo(books.delivered() + books.conflated() + books.droppedFull());
        }
        queues.forEach(PointQueue::close);
        assertThat(budget.used()).isZero();
    }

    @Test
    void whatWasReservedIsGivenBackWhateverBecomesOfIt() {
        long chosen = Long.getLong("mirror.seed", 0);
        for (long seed = chosen == 0 ? 1 : chosen; seed <= (chosen == 0 ? 50 : chosen); seed++) {
            MemoryBudget budget = useAtRandom(seed);
            assertThat(budget.used()).as("seed %d", seed).isZero();
        }
    }

    private static MemoryBudget useAtRandom(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        PointHub plant = PointHub.create();
        MemoryBudget budget = MemoryBudget.of(random.nextInt(5_000));
        List<PointQueue> queues = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            queues.add(openAtRandom(plant, budget, random));
        }
        for (int i = 0; i < 500; i++) {
            HubPoint point = plant.point("plant:p" + random.nextInt(10));
            int chosen = random.nextInt(3);
            PointQueue queue = queues.get(chosen);
            switch (random.nextInt(12)) {
                case 0 -> {
                    if (drainAtRandom(queue, random)) {
                        queues.set(chosen, openAtRandom(plant, budget, random));
                    }
                }
                case 1 -> queue.remove(point);
                case 2 -> queue.add(point);
                case 3 -> queue.keepNewest(point);
                case 4 -> plant.delete(point.name(), Origin.HOST);
                case 5 -> point.write((long) i);
                default -> point.write(PointValue.of("x".repeat(random.nextInt(50)) + i));
            }
            assertThat(budget.used()).as("seed %d", seed).isBetween(0L, budget.limit());
        }
        queues.forEach(PointQueue::close);
        return budget;
    }

    private static PointQueue openAtRandom(PointHub plant, MemoryBudget budget, SplittableRandom random) {
        QueueOptions options = QueueOptions.defaults().withDepths(random.nextInt(5), random.nextInt(30));
        PointQueue queue = plant.openQueue(Origin.of("q"), options, () -> {}, budget);
        queue.addDomain("plant", true, true);
        return queue;
    }

    /** To a sink that has enough, fails, writes or closes the queue now and then; returns true if it was closed. */
    private static boolean drainAtRandom(PointQueue queue, SplittableRandom random) {
        boolean[] closed = {false};
        QueueSink sink = (entry, state, kind) -> {
            switch (random.nextInt(100)) {
                case 0, 1, 2 -> throw new IllegalStateException("as if");
                case 3 -> {
                    queue.close();
                    closed[0] = true;
                }
                default -> {
                    if (random.nextInt(5) == 0) {
                        entry.point().write(PointValue.of("w".repeat(random.nextInt(50)) + random.nextLong()));
                    }
                }
            }
            return random.nextInt(3) > 0;
        };
        try {
            queue.drain(sink, 1 + random.nextInt(5));
        } catch (IllegalStateException expected) {
            assertThat(expected).hasMessage("as if");
        }
        return closed[0];
    }

    private static String text(QueuedPoint point, PointState state) {
        return point.point().name().name() + " " + state.value();
    }
}
