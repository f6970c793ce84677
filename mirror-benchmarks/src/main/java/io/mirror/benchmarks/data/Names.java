package io.mirror.benchmarks.data;

import java.util.SplittableRandom;

/** Point names as plants have them: 20 to 30 bytes, all different, in no order. */
public final class Names {
    private static final String[] AREAS = {"mill", "kiln", "dryer", "press", "stack", "pond"};
    private static final String[] UNITS = {"pump", "valve", "motor", "fan", "tank", "oven"};
    private static final String[] QUANTITIES = {"speed", "flow", "level", "temp", "press", "power", "state"};

    private Names() {}

    /**
     * Draws names. The same count gives the same names, always.
     *
     * @param count how many, at most 1,000,000
     * @return the names, in domain {@code plant}
     */
    public static String[] draw(int count) {
        SplittableRandom random = new SplittableRandom(20_260_102L);
        String[] names = new String[count];
        for (int i = 0; i < count; i++) {
            // The number makes names differ; multiplying by a prime puts neighbours far apart.
            int number = (int) (i * 7_919L % 1_000_003L);
            names[i] = "plant:" + pick(AREAS, random) + "." + pick(UNITS, random) + number + "."
                    + pick(QUANTITIES, random);
        }
        return names;
    }

    private static String pick(String[] from, SplittableRandom random) {
        return from[random.nextInt(from.length)];
    }
}
