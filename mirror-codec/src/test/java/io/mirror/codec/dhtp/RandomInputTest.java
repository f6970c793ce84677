package io.mirror.codec.dhtp;

import io.mirror.codec.Seeds;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Damaged messages and token soup, the same on every run for the same seed. */
class RandomInputTest {
    private static final byte[][] PIECES = {
        Wire.utf8("(point "),
        Wire.utf8("(echo a 2 1"),
        Wire.utf8("(cwrite \"d:n\" 1 2.5 100 0 0 1 2 0 192)"),
        Wire.utf8("plant:x "),
        Wire.utf8("\"q \\\" \\n\""),
        Wire.utf8(" 1 43.25 "),
        Wire.utf8("100 0 0 0 0 0 192"),
        Wire.utf8("(error \"-9: (read a:b(c)): x\")"),
        Wire.utf8("(set_meta \"d:n\" 3 (eu \"m\"))"),
        Wire.utf8("("),
        Wire.utf8(")"),
        Wire.utf8("\""),
        Wire.utf8("\\"),
        Wire.utf8("\n"),
        Wire.utf8("\r"),
        Wire.utf8(" "),
        Wire.latin1("\u00E4\u00FF\u0001\u00B1"),
        Wire.hex("01 B1 01 01 37 00 00 00 01 00 C0 00 64 00 00 00 00 F1 53 65 00 00 00 00 80 B2 E6 0E 00 00 00 00"
                + "07 00 00 00 08 00 00 00 03 00 00 00 64 3A 6E 00 00 00 00 00 A0 45 40"),
        Wire.hex("01 B1 01 02 34 00 00 00 02 00 C0 00 64 00 00 00 01 F1 53 65 00 00 00 00 00 00 00 00 00 00 00 00"
                + "07 00 00 00 08 00 00 00 00 00 00 00 FB FF FF FF FF FF FF FF")
    };

    @Test
    void tokenSoupGivesTheSameMessagesHoweverItIsCut() {
        SplittableRandom random = Seeds.random();
        for (int i = 0; i < 4000; i++) {
            byte[] input = {};
            int pieces = 1 + random.nextInt(24);
            for (int p = 0; p < pieces; p++) {
                input = Wire.join(input, PIECES[random.nextInt(PIECES.length)]);
            }
            int damages = random.nextInt(3);
            for (int d = 0; d < damages; d++) {
                input[random.nextInt(input.length)] = (byte) random.nextInt(256);
            }
            checkWithSeed(input);
            checkWithSeed(Arrays.copyOf(input, random.nextInt(input.length)));
        }
    }

    private static void checkWithSeed(byte[] input) {
        try {
            DhtpFuzzTest.check(input);
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(Seeds.describe() + ", input " + Excerpts.of(input, 0, input.length), e);
        }
    }
}
