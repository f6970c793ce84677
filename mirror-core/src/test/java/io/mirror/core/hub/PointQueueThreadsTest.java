package io.mirror.core.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.core.point.PointName;
import io.mirror.core.point.PointState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PointQueueThreadsTest {
    private static final int PRODUCERS = 4;
    private static final int POINTS_EACH = 5;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final PointHub hub = PointHub.create();
    private final long seed = Long.getLong("mirror.seed", System.nanoTime());

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    private static PointState state(long value) {
        return new PointState().integer(value).quality(192).time(value + 1, 0);
    }

    private static void assertBalanced(QueueCounters c) {
        assertThat(c.offered())
                .as("%s", c)
                .isEqualTo(c.delivered() + c.conflated() + c.droppedFull() + c.droppedCancelled() + c.queued());
    }

    /** Each producer writes rising numbers to its own points, most of them for the host, some for the consumer. */
    private Callable<Map<String, Long>> producer(int number, int writes, Origin consumer) {
        return () -> {
            Random random = new Random(seed + number);
            Map<String, Long> last = new HashMap<>();
            for (int i = 1; i <= writes; i++) {
                String name = number + "-" + random.nextInt(POINTS_EACH);
                boolean own = random.nextInt(10) == 0;
                hub.point(PointName.of("d", name)).store(state(i), own ? consumer : Origin.HOST, StoreMode.NORMAL);
                last.put(name, own ? -i : (long) i);
            }
            return last;
        };
    }

    /** A state whose parts all follow from one number. */
    private static PointState coherent(PointState into, long i) {
        into.quality((int) (i % 60_000)).confidence((int) (i % 100)).time(i, (int) i);
        return i % 2 == 0 ? into.integer(i) : into.string(Long.toString(i));
    }

    @Test
    @Tag("S-MEM-2")
    void statesAreTakenWholeWhileTheyAreReplaced() throws Exception {
        HubPoint point = hub.point("d:p");
        PointQueue queue = hub.openQueue(Origin.of("consumer"), QueueOptions.defaults(), () -> {});
        queue.addDomainChanges("d");
        long writes = 200_000;
        Future<?> producer = threads.submit(() -> {
            PointState next = new PointState();
            for (long i = 1; i <= writes; i++) {
                point.store(coherent(next, i), Origin.HOST, StoreMode.NORMAL);
            }
        });
        PointState expected = new PointState();
        long[] last = new long[1];
        while (last[0] < writes) {
            queue.drain((entry, state, kind) -> {
                coherent(expected, state.seconds());
                assertThat(state.sameContent(expected) && state.sameTime(expected))
                        .as("%s", state)
                        .isTrue();
                assertThat(state.seconds()).isGreaterThan(last[0]);
                last[0] = state.seconds();
                return true;
            });
        }
        producer.get();
        assertBalanced(queue.counters());
    }

    @Test
    @Tag("S-MEM-2")
    void everyPointsNewestStateArrivesNoWakeUpIsLostAndTheBooksBalance() throws Exception {
        Origin consumer = Origin.of("consumer");
        Semaphore wakeUps = new Semaphore(0);
        PointQueue queue = hub.openQueue(consumer, QueueOptions.defaults().withDepths(3, 20), wakeUps::release);
        queue.addDomain("d", true, true);
        List<Future<Map<String, Long>>> producers = new ArrayList<>();
        for (int i = 0; i < PRODUCERS; i++) {
            producers.add(threads.submit(producer(i, 20_000, consumer)));
        }
        AtomicBoolean watching = new AtomicBoolean(true);
        Future<?> auditor = threads.submit(() -> {
            while (watching.get()) {
                assertBalanced(queue.counters());
            }
        });

        Map<String, Long> arrived = new HashMap<>();
        AtomicBoolean done = new AtomicBoolean();
        Future<?> drainer = threads.submit(() -> {
            while (!done.get() || wakeUps.availablePermits() > 0) {
                if (wakeUps.tryAcquire(10, TimeUnit.MILLISECONDS)) {
                    queue.drain(
                            (point, state, kind) -> {
                                String name = point.point().name().name();
                                Long before = arrived.put(name, state.integer());
                                assertThat(before == null || before < state.integer())
                                        .as("seed %d: %s after %s at %s", seed, state.integer(), before, name)
                                        .isTrue();
                                return true;
                            },
                            8);
                }
            }
            return null;
        });
        Map<String, Long> written = new HashMap<>();
        for (Future<Map<String, Long>> producer : producers) {
            written.putAll(producer.get());
        }
        done.set(true);
        drainer.get();
        watching.set(false);
        auditor.get();

        assertThat(queue.counters().queued())
                .as("seed %d: pending without a wake-up", seed)
                .isZero();
        assertBalanced(queue.counters());
        written.forEach((name, value) -> {
            if (value > 0) {
                assertThat(arrived.get(name)).as("seed %d: %s", seed, name).isEqualTo(value);
            }
        });
    }

    /** One write, one wake-up, one drain, as close together as threads get; a lost wake-up would stop this for good. */
    @Test
    @Tag("S-CON-9")
    void noWakeUpIsLostWhenWritingAndDrainingMeet() throws Exception {
        Semaphore wakeUps = new Semaphore(0);
        PointQueue queue = hub.openQueue(Origin.of("consumer"), QueueOptions.defaults(), wakeUps::release);
        queue.addDomain("d", true, true);
        int rounds = 50_000;
        Semaphore arrived = new Semaphore(0);
        Future<?> consumer = threads.submit(() -> {
            long last = 0;
            while (last < rounds) {
                if (!wakeUps.tryAcquire(20, TimeUnit.SECONDS)) {
                    throw new AssertionError("no wake-up after " + last + ": " + queue.counters());
                }
                long[] newest = {last};
                queue.drain((point, state, kind) -> {
                    newest[0] = state.integer();
                    return true;
                });
                last = newest[0];
                arrived.release();
            }
            return null;
        });
        HubPoint point = hub.point("d:p");
        for (int i = 1; i <= rounds; i++) {
            point.store(state(i), Origin.HOST, StoreMode.NORMAL);
            if (i % 3 == 0) {
                arrived.tryAcquire();
            }
        }
        consumer.get();
    }

    @Test
    void registeringWhilePointsAreCreatedAndWrittenMissesNone() throws Exception {
        for (int round = 0; round < 50; round++) {
            String domain = "r" + round;
            Map<String, Long> arrived = new ConcurrentHashMap<>();
            Map<String, Integer> initials = new ConcurrentHashMap<>();
            PointQueue queue = hub.openQueue(Origin.of("consumer"), QueueOptions.defaults(), () -> {});
            Future<?> writer = threads.submit(() -> {
                for (int i = 0; i < 200; i++) {
                    hub.point(PointName.of(domain, "p" + i % 50)).store(state(i), Origin.HOST, StoreMode.NORMAL);
                }
            });
            int counted = queue.addDomain(domain, true, true);
            writer.get();
            queue.drain((point, state, kind) -> {
                String name = point.point().name().name();
                arrived.put(name, state.integer());
                if (kind == QueueSink.Delivery.INITIAL) {
                    initials.merge(name, 1, Integer::sum);
                }
                return true;
            });
            for (int i = 150; i < 200; i++) {
                assertThat(arrived.get("p" + i % 50)).as("round %d", round).isEqualTo(i);
            }
            assertThat(initials)
                    .as("each point that was counted is delivered as initial once")
                    .hasSize(counted);
            assertThat(initials.values()).allMatch(times -> times == 1);
            queue.close();
        }
    }

    @Test
    void cancellingAndDeletingWhileOthersWriteAndDrainKeepsTheBooks() throws Exception {
        PointQueue queue =
                hub.openQueue(Origin.of("consumer"), QueueOptions.defaults().withDepths(3, 10), () -> {});
        queue.addDomain("d", true, true);
        AtomicBoolean running = new AtomicBoolean(true);
        List<Future<?>> workers = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            int number = i;
            workers.add(threads.submit(
                    () -> producer(number, 20_000, Origin.of("x")).call()));
        }
        workers.add(threads.submit(() -> {
            Random random = new Random(seed);
            while (running.get()) {
                PointName name = PointName.of("d", random.nextInt(2) + "-" + random.nextInt(POINTS_EACH));
                switch (random.nextInt(4)) {
                    case 0 -> hub.delete(name, Origin.HOST);
                    case 1 -> queue.remove(hub.point(name));
                    case 2 -> queue.add(hub.point(name));
                    default -> {
                        queue.removeDomain("d");
                        queue.addDomain("d", true, true);
                    }
                }
                assertBalanced(queue.counters());
            }
        }));
        while (!workers.get(0).isDone() || !workers.get(1).isDone()) {
            queue.drain((point, state, kind) -> true, 4);
            assertBalanced(queue.counters());
        }
        running.set(false);
        for (Future<?> worker : workers) {
            worker.get();
        }
        queue.drain((point, state, kind) -> true);
        assertThat(queue.counters().queued()).isZero();
        queue.close();
        assertBalanced(queue.counters());
    }
}
