package io.mirror.core.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.core.point.Point;
import io.mirror.core.point.PointFlags;
import io.mirror.core.point.PointName;
import io.mirror.core.point.PointState;
import io.mirror.core.point.PointValue;
import io.mirror.core.point.Quality;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class SubscriptionTest {
    private static final PointName P = PointName.of("d", "p");

    private final PointHub hub = PointHub.builder().time(() -> 1_000_000_000L).build();
    private final List<String> heard = new ArrayList<>();
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final Executor byHand = tasks::add;

    private void hear(Point point) {
        boolean deleted = (point.flags() & PointFlags.DELETED) != 0;
        heard.add(point.name().name() + "=" + point.value() + (deleted ? " deleted" : ""));
    }

    private void runTasks() {
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
    }

    private List<String> takeHeard() {
        List<String> taken = new ArrayList<>(heard);
        heard.clear();
        return taken;
    }

    @Test
    void aPointIsReportedAsItIsAndAsItChanges() {
        hub.point(P).write(1L);
        try (Subscription subscription = hub.subscribe(Selection.point(P), Runnable::run, this::hear)) {
            assertThat(takeHeard()).containsExactly("p=1");
            hub.point(P).write(2L);
            hub.point(P).write(2L);
            hub.write("d:other", PointValue.of(9L));
            assertThat(takeHeard()).containsExactly("p=2");
            assertThat(subscription.counters().delivered()).isEqualTo(2);
        }
        hub.point(P).write(3L);
        assertThat(heard).isEmpty();
    }

    @Test
    void aSubscribedPointIsCreated() {
        hub.subscribe(Selection.point(P), Runnable::run, this::hear);
        assertThat(hub.find(P)).isPresent();
        assertThat(takeHeard()).containsExactly("p=");
    }

    @Test
    void aDomainIsReportedWithPresentAndFuturePoints() {
        hub.write("d:a", PointValue.of(1L));
        hub.subscribe(Selection.domain("d"), Runnable::run, this::hear);
        assertThat(takeHeard()).containsExactly("a=1");

        hub.point("d:b");
        assertThat(heard).as("a point that is only created").isEmpty();
        hub.write("d:b", PointValue.of(2L));
        hub.write("other:b", PointValue.of(2L));
        assertThat(takeHeard()).containsExactly("b=2");
    }

    @Test
    void futurePointsAloneLeaveOutThosePresent() {
        hub.write("d:a", PointValue.of(1L));
        hub.subscribe(Selection.futurePoints("d"), Runnable::run, this::hear);
        hub.write("d:a", PointValue.of(2L));
        hub.write("d:b", PointValue.of(3L));
        hub.write("d:b", PointValue.of(4L));
        assertThat(heard).containsExactly("b=3", "b=4");
    }

    @Test
    void presentPointsAloneLeaveOutThoseCreatedLater() {
        hub.write("d:a", PointValue.of(1L));
        hub.subscribe(new Selection.WholeDomain("d", true, false), Runnable::run, this::hear);
        hub.write("d:a", PointValue.of(2L));
        hub.write("d:b", PointValue.of(3L));
        assertThat(heard).containsExactly("a=1", "a=2");
    }

    @Test
    void aPointOfSomeoneElseIsReportedWithQualityAndTime() {
        List<Point> points = new ArrayList<>();
        hub.subscribe(Selection.domain("d"), Runnable::run, points::add);
        PointState state = new PointState().real(1.5).quality(8).time(77, 5).confidence(1);
        hub.point(P).store(state, Origin.of("link"), StoreMode.NORMAL);
        assertThat(points).containsExactly(state.toPoint(P));
        assertThat(points.get(0).quality()).isEqualTo(Quality.NOT_CONNECTED);
    }

    @Test
    void insignificantAndOldChangesAreReportedAsTheOptionsSay() {
        QueueOptions all = QueueOptions.defaults().withInsignificant(true);
        QueueOptions noOld = QueueOptions.defaults().withDropOld(true);
        List<String> everything = new ArrayList<>();
        List<String> newer = new ArrayList<>();
        HubPoint point = hub.point(P);
        hub.subscribe(Selection.domain("d"), Runnable::run, this::hear);
        hub.subscribe(Selection.domain("d"), all, Runnable::run, p -> everything.add(p.time() + ""));
        Subscription old = hub.subscribe(Selection.domain("d"), noOld, Runnable::run, p -> newer.add(p.value() + ""));
        heard.clear();
        everything.clear();
        newer.clear();

        point.store(new PointState().integer(1).time(10, 0), Origin.HOST, StoreMode.NORMAL);
        point.store(new PointState().integer(1).time(11, 0), Origin.HOST, StoreMode.NORMAL);
        point.store(new PointState().integer(2).time(9, 0), Origin.HOST, StoreMode.NORMAL);

        assertThat(heard).containsExactly("p=1", "p=2");
        assertThat(everything).hasSize(3);
        assertThat(newer).containsExactly("1");
        assertThat(old.counters().suppressed()).isEqualTo(2);
    }

    @Test
    void deletionIsReportedOnce() {
        hub.point(P).write(1L);
        hub.subscribe(Selection.domain("d"), Runnable::run, this::hear);
        takeHeard();
        hub.delete(P, Origin.HOST);
        assertThat(takeHeard()).containsExactly("p=1 deleted");
        hub.point(P).write(2L);
        assertThat(takeHeard()).containsExactly("p=2");
    }

    @Test
    void aPointDeletedAndCreatedAgainIsReportedInThatOrder() {
        hub.point(P).write(1L);
        hub.subscribe(Selection.domain("d"), byHand, this::hear);
        runTasks();
        takeHeard();
        hub.delete(P, Origin.HOST);
        hub.point(P).write(2L);
        runTasks();
        assertThat(heard).containsExactly("p=1 deleted", "p=2");
    }

    @Test
    void oneTaskIsHandedToTheExecutorHoweverManyChangesWait() {
        hub.subscribe(Selection.domain("d"), byHand, this::hear);
        for (long i = 0; i < 100; i++) {
            hub.write("d:p" + i % 10, PointValue.of(i));
        }
        assertThat(tasks).hasSize(1);
        assertThat(heard).isEmpty();
        runTasks();
        assertThat(heard).hasSize(30).contains("p0=70", "p0=80", "p0=90");

        hub.point(P).write(1L);
        assertThat(tasks).as("and one more for what comes later").hasSize(1);
    }

    @Test
    void aListenerThatThrowsHearsTheNextChangesAndHurtsNobody() {
        List<Throwable> reported = new ArrayList<>();
        Thread thread = Thread.currentThread();
        Thread.UncaughtExceptionHandler before = thread.getUncaughtExceptionHandler();
        thread.setUncaughtExceptionHandler((t, e) -> reported.add(e));
        try {
            hub.subscribe(Selection.domain("d"), Runnable::run, point -> {
                hear(point);
                throw new IllegalStateException("listener");
            });
            hub.subscribe(Selection.domain("d"), Runnable::run, point -> {
                hear(point);
                throw new NoClassDefFoundError("listener");
            });
            hub.subscribe(Selection.domain("d"), Runnable::run, this::hear);
            hub.point(P).write(1L);
            hub.point(P).write(2L);
        } finally {
            thread.setUncaughtExceptionHandler(before);
        }
        assertThat(heard).containsExactly("p=1", "p=1", "p=1", "p=2", "p=2", "p=2");
        assertThat(reported).hasSize(4).allMatch(e -> "listener".equals(e.getMessage()));
    }

    @Test
    void anExecutorThatRefusesHurtsNobodyAndIsAskedAgain() {
        List<Throwable> reported = new ArrayList<>();
        Thread thread = Thread.currentThread();
        Thread.UncaughtExceptionHandler before = thread.getUncaughtExceptionHandler();
        thread.setUncaughtExceptionHandler((t, e) -> reported.add(e));
        boolean[] refuse = {true};
        List<String> other = new ArrayList<>();
        try {
            hub.subscribe(
                    Selection.domain("d"),
                    task -> {
                        if (refuse[0]) {
                            throw new RejectedExecutionException("busy");
                        }
                        task.run();
                    },
                    this::hear);
            hub.subscribe(
                    Selection.domain("d"),
                    Runnable::run,
                    p -> other.add(p.value().toString()));
            assertThat(hub.point(P).write(1L)).isEqualTo(StoreResult.SIGNIFICANT);
            refuse[0] = false;
            hub.point(P).write(2L);
        } finally {
            thread.setUncaughtExceptionHandler(before);
        }
        assertThat(other).containsExactly("1", "2");
        assertThat(heard).containsExactly("p=1", "p=2");
        assertThat(reported).hasSize(1);
    }

    @Test
    void aListenerMayWriteAndIsNotCalledWithinItsOwnCall() {
        int[] depth = {0};
        hub.subscribe(Selection.domain("d"), Runnable::run, point -> {
            assertThat(depth[0]).isZero();
            depth[0]++;
            hear(point);
            if (point.value() instanceof PointValue.IntegerValue value && value.number() < 5) {
                hub.point(P).write(value.number() + 1);
            }
            depth[0]--;
        });
        hub.point(P).write(1L);
        assertThat(heard).containsExactly("p=1", "p=2", "p=3", "p=4", "p=5");
    }

    @Test
    void aListenerMayCloseItsSubscription() {
        Subscription[] subscription = new Subscription[1];
        hub.write("d:a", PointValue.of(1L));
        hub.write("d:b", PointValue.of(1L));
        subscription[0] = hub.subscribe(Selection.domain("d"), byHand, point -> {
            hear(point);
            subscription[0].close();
        });
        runTasks();
        hub.write("d:c", PointValue.of(1L));
        runTasks();
        assertThat(heard).hasSize(1);
    }
}
