package io.mirror.core.point;

import java.security.SecureRandom;

/** The hash of names, with a secret seed in each process, so that nobody can choose names that collide (S-DAT-6). */
final class NameHash {
    private static final long SEED;
    private static final long FACTOR;

    static {
        SecureRandom random = new SecureRandom();
        SEED = random.nextLong();
        FACTOR = random.nextLong() | 1;
    }

    private NameHash() {}

    static int of(String domain, String name) {
        long hash = mix(mix(SEED, domain), name);
        return (int) (hash ^ hash >>> Integer.SIZE);
    }

    private static long mix(long before, String text) {
        int length = text.length();
        long hash = before + length;
        int at = 0;
        for (; length - at >= 4; at += 4) {
            long word = text.charAt(at)
                    | (long) text.charAt(at + 1) << 16
                    | (long) text.charAt(at + 2) << 32
                    | (long) text.charAt(at + 3) << 48;
            hash = mix(hash, word);
        }
        long tail = 0;
        for (; at < length; at++) {
            tail = tail << 16 | text.charAt(at);
        }
        return mix(hash, tail);
    }

    /** Both halves of a product of two secret-dependent numbers: differences in the input spread over all bits. */
    private static long mix(long hash, long word) {
        long left = hash ^ word;
        long right = FACTOR ^ Long.rotateLeft(word, 32);
        return left * right ^ Math.multiplyHigh(left, right) ^ hash;
    }
}
