package io.mirror.core.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.core.hub.QueueSink.Delivery;
import io.mirror.core.point.PointState;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Plays random changes, registrations and drains on a queue and on a plain description of what it should do. */
class PointQueueModelTest {
    private static final int POINTS = 4;

    private record Item(long value, Delivery kind) {}

    /** What is pending for one point, oldest first, and whether it has its place in the order. */
    private static final class ModelPoint {
        final List<Item> pending = new ArrayList<>();
        boolean registered = true;
        boolean placed;
        long value;
    }

    /** The rules of DHTP section 11.2 without any economy. */
    private static final class Model {
        final ModelPoint[] points = new ModelPoint[POINTS];
        final List<Integer> order = new ArrayList<>();
        final int depth;
        final int total;
        boolean echo;
        long offered;
        long conflated;
        long droppedFull;
        long droppedCancelled;
        long delivered;

        Model(int perPointDepth, int totalDepth) {
            depth = Math.max(1, perPointDepth);
            total = totalDepth;
            for (int i = 0; i < POINTS; i++) {
                points[i] = new ModelPoint();
            }
        }

        long queued() {
            long queued = 0;
            for (ModelPoint point : points) {
                queued += point.pending.size();
            }
            return queued;
        }

        void change(int index, long value, boolean own) {
            ModelPoint point = points[index];
            point.value = value;
            if (!point.registered) {
                return;
            }
            Item newest = point.pending.isEmpty() ? null : point.pending.get(point.pending.size() - 1);
            boolean initial = newest != null && newest.kind() == Delivery.INITIAL;
            if (own && !initial) {
                conflated += point.pending.size();
                point.pending.clear();
                if (!echo) {
                    return;
                }
            }
            offered++;
            if (initial) {
                conflated++;
                point.pending.set(point.pending.size() - 1, new Item(value, Delivery.INITIAL));
                return;
            }
            boolean first = point.pending.isEmpty();
            boolean full = !first && point.pending.size() < depth && queued() >= total;
            point.pending.add(new Item(value, own ? Delivery.ECHO : Delivery.CHANGE));
            if (full) {
                droppedFull++;
                point.pending.remove(0);
            } else if (point.pending.size() > depth) {
                conflated++;
                point.pending.remove(0);
            }
            place(index);
        }

        void offerPresent(int index) {
            ModelPoint point = points[index];
            if (!point.registered) {
                return;
            }
            if (point.pending.isEmpty()) {
                offered++;
            } else {
                conflated += point.pending.size() - 1;
                point.pending.clear();
            }
            point.pending.add(new Item(point.value, Delivery.INITIAL));
            place(index);
        }

        private void place(int index) {
            if (!points[index].placed) {
                points[index].placed = true;
                order.add(index);
            }
        }

        void cancel(int index) {
            ModelPoint point = points[index];
            if (point.registered) {
                point.registered = false;
                droppedCancelled += point.pending.size();
                point.pending.clear();
                // A new registration has no place yet.
                point.placed = false;
                order.remove(Integer.valueOf(index));
            }
        }

        void register(int index) {
            points[index].registered = true;
            offerPresent(index);
        }

        /**
         * Takes whole points, until there are none or so many items were taken; looks at that only when those were taken
         * that leave together.
         */
        List<String> drain(int enough, int together) {
            List<String> taken = new ArrayList<>();
            forgetPlacesOfNothing();
            while (!order.isEmpty() && taken.size() < enough) {
                int before = taken.size();
                while (taken.size() - before < together && !order.isEmpty()) {
                    int index = order.remove(0);
                    ModelPoint point = points[index];
                    point.placed = false;
                    for (Item item : point.pending) {
                        taken.add(index + "=" + item.value() + " " + item.kind());
                        delivered++;
                    }
                    point.pending.clear();
                    forgetPlacesOfNothing();
                }
            }
            return taken;
        }

        /** What was taken back keeps its place until the order is looked at. */
        private void forgetPlacesOfNothing() {
            while (!order.isEmpty() && points[order.get(0)].pending.isEmpty()) {
                points[order.remove(0)].placed = false;
            }
        }
    }

    @Test
    void theQueueDoesWhatItsDescriptionSays() {
        long seed = Long.getLong("mirror.seed", System.nanoTime());
        Random seeds = new Random(seed);
        for (int run = 0; run < 300; run++) {
            play(new Random(seeds.nextLong()), "seed " + seed + " run " + run);
        }
    }

    private static void play(Random random, String label) {
        int depth = random.nextInt(5);
        int total = random.nextInt(12);
        PointHub hub = PointHub.builder().time(() -> 1L).build();
        Origin own = Origin.of("own");
        int[] wakeUps = {0};
        PointQueue queue = hub.openQueue(own, QueueOptions.defaults().withDepths(depth, total), () -> wakeUps[0]++);
        Model model = new Model(depth, total);
        HubPoint[] points = new HubPoint[POINTS];
        for (int i = 0; i < POINTS; i++) {
            points[i] = hub.point("d:" + i);
        }
        queue.addDomainChanges("d");
        for (int step = 0; step < 300; step++) {
            int index = random.nextInt(POINTS);
            int what = random.nextInt(100);
            boolean empty = model.queued() == 0;
            int wokenBefore = wakeUps[0];
            if (what < 70) {
                boolean byOwn = what < 15;
                points[index].store(
                        new PointState().integer(step).time(step + 1L, 0), byOwn ? own : Origin.HOST, StoreMode.NORMAL);
                model.change(index, step, byOwn);
            } else if (what < 80) {
                boolean all = random.nextBoolean();
                int enough = all ? Integer.MAX_VALUE : 1 + random.nextInt(4);
                int together = 1 + random.nextInt(6);
                List<String> taken = new ArrayList<>();
                QueueSink sink = (point, state, kind) -> {
                    taken.add(point.point().name().name() + "=" + state.integer() + " " + kind);
                    return taken.size() < enough;
                };
                boolean done = queue.drain(sink, together);
                assertThat(taken).as("%s step %d", label, step).isEqualTo(model.drain(enough, together));
                assertThat(done).as("%s step %d", label, step).isEqualTo(model.queued() == 0);
            } else if (what < 85) {
                queue.offerPresent(points[index]);
                model.offerPresent(index);
            } else if (what < 90) {
                queue.remove(points[index]);
                model.cancel(index);
            } else if (what < 97) {
                queue.add(points[index]);
                model.register(index);
            } else {
                model.echo = random.nextBoolean();
                queue.echo(model.echo);
            }
            QueueCounters counters = queue.counters();
            assertThat(new long[] {
                        counters.offered(),
                        counters.delivered(),
                        counters.conflated(),
                        counters.droppedFull(),
                        counters.droppedCancelled(),
                        counters.queued()
                    })
                    .as("%s step %d, depth %d total %d", label, step, depth, total)
                    .containsExactly(
                            model.offered,
                            model.delivered,
                            model.conflated,
                            model.droppedFull,
                            model.droppedCancelled,
                            model.queued());
            assertThat(counters.offered())
                    .isEqualTo(counters.delivered()
                            + counters.conflated()
                            + counters.droppedFull()
                            + counters.droppedCancelled()
                            + counters.queued());
            assertThat(wakeUps[0] - wokenBefore)
                    .as("wake-ups %s step %d", label, step)
                    .isLessThanOrEqualTo(1);
            if (!empty && wakeUps[0] > wokenBefore) {
                assertThat(what)
                        .as("woken although not empty: %s step %d", label, step)
                        .isLessThan(0);
            }
        }
    }
}
