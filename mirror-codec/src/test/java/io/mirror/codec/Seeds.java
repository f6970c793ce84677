package io.mirror.codec;

import java.util.SplittableRandom;

/** The seed of every random test: printed when a test fails, settable with {@code -Dmirror.seed=N}. */
public final class Seeds {
    private static final long DEFAULT = 20261121;

    private Seeds() {}

    public static long seed() {
        return Long.getLong("mirror.seed", DEFAULT);
    }

    public static SplittableRandom random() {
        return new SplittableRandom(seed());
    }

    public static String describe() {
        return "repeat with -Dmirror.seed=" + seed();
    }
}
