package io.mirror.core.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.core.point.PointState;
import io.mirror.core.testing.AllocationMeter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class HubWriterTest {
    private final AtomicLong clock = new AtomicLong(1_700_000_000_000_000_000L);
    private final PointHub hub = PointHub.builder().time(clock::incrementAndGet).build();
    private final HubWriter writer = hub.writer();
    private final List<Integer> wakeUps = new ArrayList<>();
    private final List<Double> taken = new ArrayList<>();

    private PointQueue openQueue(int number) {
        PointQueue queue = hub.openQueue(
                Origin.of("consumer " + number),
                QueueOptions.defaults().withDepths(100, 1000),
                () -> wakeUps.add(number));
        queue.addDomainChanges("d");
        return queue;
    }

    private void drain(PointQueue queue) {
        queue.drain((point, state, kind) -> taken.add(state.real()));
    }

    @Test
    void consumersAreWokenOnceAtTheEnd() {
        PointQueue one = openQueue(1);
        openQueue(2);
        for (int i = 0; i < 10; i++) {
            writer.write(hub.point("d:p" + i), i * 0.5);
        }
        assertThat(wakeUps).isEmpty();
        assertThat(hub.read("d:p9").orElseThrow().value().toString()).contains("4.5");

        writer.end();
        assertThat(wakeUps).containsExactly(1, 2);
        writer.end();
        assertThat(wakeUps).hasSize(2);

        drain(one);
        assertThat(taken).hasSize(10);
        writer.write(hub.point("d:p1"), 7.5);
        writer.end();
        assertThat(wakeUps).as("the second still has what it was woken for").containsExactly(1, 2, 1);
    }

    @Test
    @Tag("S-CON-9")
    void aWriterThatIsNotEndedWakesConsumersAfterSomeWrites() {
        PointQueue queue = openQueue(1);
        for (int i = 1; i < HubWriter.MOST_UNTOLD; i++) {
            writer.write(hub.point("d:p"), i);
        }
        assertThat(wakeUps).isEmpty();
        writer.write(hub.point("d:p"), HubWriter.MOST_UNTOLD);
        assertThat(wakeUps).containsExactly(1);
        drain(queue);
        assertThat(taken).hasSize(HubWriter.MOST_UNTOLD);
    }

    @Test
    @Tag("S-CON-9")
    void whatAWriterHasNotToldIsToldByTheNextChangeOfOthers() {
        openQueue(1);
        writer.write(hub.point("d:p"), 1.5);
        hub.point("d:q").write(2.5);
        assertThat(wakeUps).containsExactly(1);
        writer.end();
        assertThat(wakeUps).containsExactly(1);
    }

    @Test
    void moreQueuesThanAreRememberedAreWokenToo() {
        for (int i = 0; i < 100; i++) {
            openQueue(i);
        }
        writer.write(hub.point("d:p"), 1.5);
        writer.end();
        assertThat(wakeUps).hasSize(100).doesNotHaveDuplicates();
    }

    /** As where points are computed from others on the thread that writes these. */
    @Test
    @Tag("S-CON-9")
    void aConsumerMayWriteWithTheWriterThatWakesIt() {
        String[] domains = {"source", "source", "computed", "computed"};
        PointQueue[] queues = new PointQueue[domains.length];
        for (int i = 0; i < domains.length; i++) {
            int number = i;
            queues[i] = hub.openQueue(Origin.of("consumer " + i), QueueOptions.defaults(), () -> {
                wakeUps.add(number);
                queues[number].drain((point, state, kind) -> {
                    if (number == 0) {
                        writer.write(hub.point("computed:p"), 2 * state.real());
                    }
                    return true;
                });
            });
            queues[i].addDomainChanges(domains[i]);
        }
        for (int round = 1; round <= 3; round++) {
            wakeUps.clear();
            writer.write(hub.point("source:p"), round);
            writer.end();
            assertThat(wakeUps).as("round %d", round).containsExactlyInAnyOrder(0, 1, 2, 3);
        }
    }

    @Test
    void whatIsWrittenTogetherHasOneTime() {
        long before = clock.get();
        writer.write(hub.point("d:p"), 1.5);
        writer.write(hub.point("d:q"), 2L);
        assertThat(clock).hasValue(before + 1);
        assertThat(hub.read("d:p").orElseThrow().time())
                .isEqualTo(hub.read("d:q").orElseThrow().time());

        writer.end();
        writer.write(hub.point("d:p"), 2.5);
        assertThat(clock).hasValue(before + 2);
    }

    @Test
    void valuesOfOnePointThatAreWrittenTogetherCanBeToldApartByTime() {
        HubPoint point = hub.point("d:p");
        PointState first = new PointState();
        PointState second = new PointState();
        writer.write(point, 1.5);
        point.read(first);
        writer.write(point, 2.5);
        assertThat(point.read(second).compareTime(first)).isPositive();
    }

    /** The writer's time may be older than what others wrote meanwhile; receivers that order by time must not be misled. */
    @Test
    void aValueIsNotStampedOlderThanTheOneItReplaces() {
        HubPoint point = hub.point("d:p");
        PointState others = new PointState();
        PointState own = new PointState();
        writer.write(hub.point("d:q"), 1.5);
        clock.addAndGet(5_000_000_000L);
        point.write(2.5);
        point.read(others);
        writer.write(point, 3.5);
        assertThat(point.read(own).compareTime(others)).isPositive();
        assertThat(own.real()).isEqualTo(3.5);
    }

    @Test
    void statesAreStoredAsTheyAre() {
        PointQueue queue = openQueue(1);
        PointState state = new PointState().real(9.5).quality(64).time(1_600_000_000L, 5);
        assertThat(writer.store(hub.point("d:p"), state, Origin.of("link"), StoreMode.NORMAL))
                .isEqualTo(StoreResult.SIGNIFICANT);
        writer.end();
        queue.drain((point, stored, kind) -> {
            assertThat(stored.sameContent(state) && stored.sameTime(state)).isTrue();
            taken.add(stored.real());
            return true;
        });
        assertThat(taken).containsExactly(9.5);
    }

    @Test
    @Tag("S-MEM-4")
    void writingAllocatesNothing() {
        HubPoint[] points = new HubPoint[50];
        for (int i = 0; i < points.length; i++) {
            points[i] = hub.point("d:p" + i);
        }
        PointQueue queue = hub.openQueue(Origin.of("link"), QueueOptions.defaults(), () -> {});
        queue.addDomainChanges("d");
        double[] last = new double[1];
        QueueSink sink = (point, state, kind) -> {
            last[0] = state.real();
            return true;
        };
        queue.drain(sink, 32);
        AllocationMeter.assertAllocatesNothing(() -> {
            for (int i = 0; i < 20_000; i++) {
                writer.write(points[i % points.length], i * 0.5);
                if (i % 20 == 19) {
                    writer.end();
                    queue.drain(sink, 32);
                }
            }
        });
        assertThat(last[0]).isEqualTo(9999.5);
    }
}
