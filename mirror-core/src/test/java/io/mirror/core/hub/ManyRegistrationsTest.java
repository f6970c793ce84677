package io.mirror.core.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A point that changes is offered to each of its queues once, however many they are. */
class ManyRegistrationsTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 7, 8, 9, 31, 32, 33, 40, 100})
    void everyQueueGetsEveryStateInOrder(int queues) {
        PointHub hub = PointHub.create();
        HubPoint point = hub.point("plant:p");
        List<PointQueue> all = new ArrayList<>();
        for (int i = 0; i < queues; i++) {
            PointQueue queue = hub.openQueue(Origin.of("queue " + i), QueueOptions.defaults(), () -> {});
            queue.addDomainChanges("plant");
            all.add(queue);
        }
        long next = 1;
        for (int round = 0; round < 3; round++) {
            long first = next;
            for (int i = 0; i < QueueOptions.DEFAULT_PER_POINT_DEPTH; i++) {
                point.write(next++);
            }
            List<Long> expected = new ArrayList<>();
            for (long value = first; value < next; value++) {
                expected.add(value);
            }
            for (PointQueue queue : all) {
                List<Long> taken = new ArrayList<>();
                queue.drain((entry, state, delivery) -> taken.add(state.integer()));
                assertThat(taken).isEqualTo(expected);
            }
        }
    }
}
