package io.mirror.benchmarks.growth;

/** How much of the heap is in use by what is reachable. */
final class Heap {
    private static final int COLLECTIONS = 4;

    private Heap() {}

    static long used() {
        Runtime runtime = Runtime.getRuntime();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }
}
