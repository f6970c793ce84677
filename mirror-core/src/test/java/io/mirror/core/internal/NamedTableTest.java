package io.mirror.core.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mirror.core.hub.HubPoint;
import io.mirror.core.hub.Origin;
import io.mirror.core.hub.PointHub;
import io.mirror.core.point.PointName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class NamedTableTest {
    private final PointHub hub = PointHub.create();

    private static Set<String> names(Iterable<HubPoint> points) {
        Set<String> names = new LinkedHashSet<>();
        points.forEach(point ->
                assertThat(names.add(point.name().name())).as("%s twice", point).isTrue());
        return names;
    }

    @Test
    void keepsWhatAMapKeepsInItsOrderWhilePointsComeAndGo() {
        long seed = Long.getLong("mirror.seed", 20_261_121);
        Random random = new Random(seed);
        // Goes through its entries in the order in which they were added, as the table does.
        Map<String, HubPoint> expected = new LinkedHashMap<>();
        for (int i = 0; i < 60_000; i++) {
            String name = "p" + random.nextInt(i < 30_000 ? 5_000 : 50);
            PointName qualified = PointName.of("d", name);
            if (random.nextInt(3) > 0) {
                HubPoint point = hub.point(qualified);
                HubPoint before = expected.put(name, point);
                assertThat(before == null || before == point)
                        .as("seed %d", seed)
                        .isTrue();
            } else {
                assertThat(hub.delete(qualified, Origin.HOST))
                        .as("seed %d", seed)
                        .isEqualTo(expected.remove(name) != null);
            }
            assertThat(hub.find(qualified).orElse(null)).as("seed %d", seed).isSameAs(expected.get(name));
            if (i % 1_000 == 0) {
                assertThat(names(hub.points("d"))).as("seed %d", seed).containsExactlyElementsOf(expected.keySet());
            }
        }
        assertThat(hub.pointCount()).isEqualTo(expected.size());
    }

    @Test
    void goesOnWhilePointsComeAndGo() {
        for (int i = 0; i < 100; i++) {
            hub.point("d:p" + i);
        }
        Iterator<HubPoint> iterator = hub.points("d").iterator();
        HubPoint first = iterator.next();
        for (int i = 100; i < 10_000; i++) {
            hub.point("d:p" + i);
        }
        for (int i = 0; i < 50; i++) {
            hub.delete(PointName.of("d", "p" + i), Origin.HOST);
        }
        Set<String> seen = new HashSet<>(Set.of(first.name().name()));
        iterator.forEachRemaining(point -> seen.add(point.name().name()));
        for (int i = 50; i < 100; i++) {
            assertThat(seen).contains("p" + i);
        }
    }

    @Test
    void whoGoesThroughDoesNotFindWhatWasRemovedEvenIfTheTableGrewMeanwhile() {
        for (int i = 0; i < 4; i++) {
            hub.point("d:p" + i);
        }
        Iterator<HubPoint> iterator = hub.points("d").iterator();
        assertThat(iterator.next().name().name()).isEqualTo("p0");
        hub.point("d:p4");
        hub.delete(PointName.of("d", "p3"), Origin.HOST);
        List<String> seen = new ArrayList<>();
        iterator.forEachRemaining(point -> seen.add(point.name().name()));
        assertThat(seen).containsExactly("p1", "p2");
        assertThatThrownBy(iterator::next).isInstanceOf(NoSuchElementException.class);
    }

    @Test
    void anItemTakesThePlaceOfAnother() {
        NamedTable<PointName> table = new NamedTable<>() {
            @Override
            protected PointName nameOf(PointName item) {
                return item;
            }
        };
        PointName first = PointName.of("d", "p");
        PointName second = PointName.of("d", "p");
        table.add(first);
        table.add(PointName.of("e", "p"));
        table.replace(first, second);
        assertThat(table.size()).isEqualTo(2);
        assertThat(table.find(first)).isSameAs(second);
        assertThat(table.iterator().next()).isSameAs(second);
        assertThat(table.remove(first)).isFalse();
        assertThat(table.remove(second)).isTrue();
        assertThat(table.find(first)).isNull();
        assertThat(table).containsExactly(PointName.of("e", "p"));
    }

    @Test
    void pointsAreFoundWhileOthersAreAdded() throws Exception {
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try {
            hub.point("d:p0");
            Future<?> writer = threads.submit(() -> {
                for (int i = 1; i < 50_000; i++) {
                    hub.point("d:p" + i);
                    hub.delete(PointName.of("d", "p" + (i - 1_000)), Origin.HOST);
                }
            });
            PointName kept = PointName.of("d", "kept");
            HubPoint point = hub.point(kept);
            while (!writer.isDone()) {
                assertThat(hub.find(kept).orElseThrow()).isSameAs(point);
                assertThat(hub.point(kept)).isSameAs(point);
            }
            writer.get();
        } finally {
            threads.shutdownNow();
        }
    }
}
