package io.mirror.core.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.core.metrics.Metric;
import io.mirror.core.metrics.Metrics;
import io.mirror.core.point.PointName;
import io.mirror.core.point.PointValue;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class HubCountersTest {
    private final PointHub hub = PointHub.create();

    @Test
    void pointsDomainsAndChangesAreCounted() {
        hub.point("a:x").write(1);
        hub.point("a:x").write(2);
        hub.point("b:y").write("text");
        hub.point("b:never written");
        hub.delete(PointName.parse("b:y"), Origin.HOST);
        HubCounters counters = hub.counters();
        assertThat(counters.points()).isEqualTo(2);
        assertThat(counters.domains()).isEqualTo(2);
        assertThat(counters.changes()).as("three writes and a removal").isEqualTo(4);
        assertThat(counters.queues()).isZero();
    }

    @Test
    void changesAreCountedBeforeAndAfterTheyAreNumbered() {
        hub.point("a:x").write(1);
        hub.point("b:y").write(1);
        assertThat(hub.history("a").number()).isZero();
        hub.point("a:x").write(2);
        hub.point("a:x").write(3);
        hub.point("b:y").write(2);
        assertThat(hub.history("a").number()).isEqualTo(2);
        assertThat(hub.counters().changes()).isEqualTo(5);
    }

    @Test
    @Tag("S-MEM-2")
    void theBooksOfAllQueuesBalanceAlsoWhenSomeAreClosed() {
        PointQueue kept = hub.openQueue(Origin.of("kept"), QueueOptions.defaults(), () -> {});
        kept.addDomain("a", true, true);
        try (PointQueue gone = hub.openQueue(Origin.of("gone"), QueueOptions.defaults(), () -> {})) {
            gone.addDomain("a", true, true);
            for (int i = 0; i < 10; i++) {
                hub.point("a:x").write(i);
            }
            assertThat(hub.counters().queues()).isEqualTo(2);
            gone.drain((point, state, delivery) -> true);
            hub.point("a:x").write(10);
        }
        HubCounters counters = hub.counters();
        QueueCounters books = counters.queue();
        assertThat(counters.queues()).isEqualTo(1);
        assertThat(books.offered()).as("11 changes for each of two").isEqualTo(22);
        assertThat(books.offered())
                .isEqualTo(books.delivered()
                        + books.conflated()
                        + books.droppedFull()
                        + books.droppedCancelled()
                        + books.queued());
        assertThat(books.delivered()).isEqualTo(3);
        assertThat(books.droppedCancelled()).isEqualTo(1);
        assertThat(books.queued()).isEqualTo(3);
        kept.close();
        kept.close();
        assertThat(hub.counters().queue().queued()).isZero();
        assertThat(hub.counters().queue().offered()).isEqualTo(22);
    }

    @Test
    void metricsShowTheCounters() {
        hub.point("a:x").write(1);
        Metrics metrics = hub.metrics();
        Map<String, PointValue> values = metrics.snapshot().entrySet().stream()
                .collect(Collectors.toMap(entry -> entry.getKey().name(), Map.Entry::getValue));
        assertThat(metrics.subject()).isEqualTo("hub");
        assertThat(values)
                .containsEntry("points", PointValue.of(1))
                .containsEntry("changes", PointValue.of(1))
                .containsEntry("queue.offered", PointValue.of(0))
                .hasSize(12);
        assertThat(metrics.metrics()).extracting(Metric::description).allMatch(text -> text.endsWith("."));
    }
}
