package io.mirror.core.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.core.point.PointState;
import io.mirror.core.testing.AllocationMeter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What happens with every update must not make work for the garbage collector. */
@Tag("S-MEM-4")
class HotPathAllocationTest {
    private static final int UPDATES = 20_000;

    private final PointHub hub =
            PointHub.builder().time(() -> 1_700_000_000_000_000_000L).build();
    private final PointState seen = new PointState();

    private boolean take(QueuedPoint point, PointState state, QueueSink.Delivery kind) {
        seen.copyFrom(state);
        return true;
    }

    @Test
    void updatesOfNumbersThatAreQueuedAndDrainedAllocateNothing() {
        HubPoint point = hub.point("d:p");
        PointQueue queue = hub.openQueue(Origin.of("link"), QueueOptions.defaults(), () -> {});
        queue.addDomain("d", true, true);
        QueueSink sink = this::take;

        AllocationMeter.assertAllocatesNothing(() -> {
            for (int i = 0; i < UPDATES; i++) {
                point.write(i * 0.5);
                queue.drain(sink);
                point.write((long) i);
                queue.drain(sink);
            }
        });
        assertThat(seen.integer()).isEqualTo(UPDATES - 1);
    }

    @Test
    void burstsThatAreConflatedAllocateNothing() {
        HubPoint[] points = new HubPoint[50];
        for (int i = 0; i < points.length; i++) {
            points[i] = hub.point("d:p" + i);
        }
        PointQueue queue =
                hub.openQueue(Origin.of("link"), QueueOptions.defaults().withDepths(3, 100), () -> {});
        queue.addDomain("d", true, true);
        QueueSink sink = this::take;
        PointState state = new PointState();
        Origin other = Origin.of("other link");

        AllocationMeter.assertAllocatesNothing(() -> {
            for (int i = 0; i < UPDATES; i++) {
                state.real(i).quality(192).time(i, 0);
                points[i % 7 == 0 ? 0 : i % points.length].store(state, other, StoreMode.NORMAL);
                if (i % 500 == 0) {
                    queue.drain(sink);
                }
            }
            queue.drain(sink);
        });
        assertThat(queue.counters().conflated()).isPositive();
        assertThat(queue.counters().droppedFull()).isPositive();
    }

    @Test
    void readingIntoAStateAllocatesNothing() {
        HubPoint point = hub.point("d:p");
        point.write(1.5);
        AllocationMeter.assertAllocatesNothing(() -> {
            for (int i = 0; i < UPDATES; i++) {
                point.read(seen);
            }
        });
        assertThat(seen.real()).isEqualTo(1.5);
    }
}
