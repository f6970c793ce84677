package io.mirror.benchmarks.data;

import java.util.SplittableRandom;

/** The kinds of numbers that points carry; how many digits a number has decides what its text costs. */
public enum Values {
    /** Whole numbers below one million. */
    INTEGER {
        @Override
        double draw(SplittableRandom random) {
            return random.nextInt(1_000_000);
        }
    },
    /** What most instruments send: two decimals. */
    DECIMALS2 {
        @Override
        double draw(SplittableRandom random) {
            return random.nextInt(10_000_000) / 100.0;
        }
    },
    /** Numbers that were 32-bit floats once. */
    FLOAT {
        @Override
        double draw(SplittableRandom random) {
            return (float) random.nextDouble(1000);
        }
    },
    /** All 17 digits: the results of computations. */
    DIGITS17 {
        @Override
        double draw(SplittableRandom random) {
            return random.nextDouble(1000);
        }
    };

    abstract double draw(SplittableRandom random);

    /**
     * Draws numbers. The same count gives the same numbers, always.
     *
     * @param count how many
     * @return the numbers
     */
    public double[] draw(int count) {
        SplittableRandom random = new SplittableRandom(20_260_101L + ordinal());
        double[] drawn = new double[count];
        for (int i = 0; i < count; i++) {
            drawn[i] = draw(random);
        }
        return drawn;
    }
}
