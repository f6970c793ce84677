package io.mirror.testkit;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * Runs random tests with seeds. A failure names its seed, and {@code -Dmirror.seed=N} runs that one again and no other, and
 * says how long that took and how much processor time the process used meanwhile.
 */
public final class Seeds {
    /** The system property that chooses one seed. */
    public static final String PROPERTY = "mirror.seed";

    private Seeds() {}

    /** A test that depends on a seed. */
    @FunctionalInterface
    public interface SeededTest {
        /**
         * Runs once.
         *
         * @param seed the seed
         * @throws Exception if the test fails
         */
        void run(long seed) throws Exception;
    }

    /**
     * Runs a test with the seeds 1 to {@code count}, or with the chosen seed alone.
     *
     * @param count how many seeds
     * @param test the test
     * @throws AssertionError if the test fails; the message names the seed and how to repeat it
     */
    public static void forEach(int count, SeededTest test) {
        Long chosen = Long.getLong(PROPERTY);
        if (chosen != null) {
            runAlone(chosen, test);
            return;
        }
        for (long seed = 1; seed <= count; seed++) {
            run(seed, test);
        }
    }

    private static void runAlone(long seed, SeededTest test) {
        Optional<Duration> used = processorTime();
        long started = System.nanoTime();
        try {
            run(seed, test);
        } finally {
            double seconds = (System.nanoTime() - started) / 1e9;
            Optional<Duration> usedNow = processorTime();
            String processor = used.isPresent() && usedNow.isPresent()
                    ? String.format(
                            Locale.ROOT,
                            ", %.2f s of processor time",
                            usedNow.get().minus(used.get()).toMillis() / 1e3)
                    : "";
            System.out.printf(Locale.ROOT, "seed %d took %.3f s%s%n", seed, seconds, processor);
        }
    }

    private static Optional<Duration> processorTime() {
        return ProcessHandle.current().info().totalCpuDuration();
    }

    private static void run(long seed, SeededTest test) {
        try {
            test.run(seed);
        } catch (Exception | AssertionError e) {
            throw new AssertionError(
                    "failed with seed " + seed + ", repeat with -D" + PROPERTY + "=" + seed + ": " + e.getMessage(), e);
        }
    }
}
