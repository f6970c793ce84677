package io.mirror.core.point;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("S-DAT-7")
class ExcerptTest {
    /** Twenty ways to forge or deface a log line, by the numbers of their characters. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "a 0a b",
                "a 0d b",
                "a 0d 0a b",
                "00",
                "07",
                "08 08 08",
                "09",
                "0b",
                "0c",
                "1b 5b 32 4a",
                "7f",
                "85",
                "9b 33 31 6d",
                "2028",
                "2029",
                "202e a b",
                "200b",
                "feff",
                "d800",
                "dc00 d800"
            })
    void charactersThatForgeLogLinesAreEscaped(String codes) {
        StringBuilder hostile = new StringBuilder();
        for (String code : codes.split(" ")) {
            hostile.append((char) Integer.parseInt(code, 16));
        }

        String excerpt = Excerpt.of(hostile);

        excerpt.chars().forEach(c -> assertThat(isVisible(c)).as("U+%04x", c).isTrue());
        assertThat(excerpt).contains("\\u");
    }

    private static boolean isVisible(int c) {
        int type = Character.getType(c);
        return c >= 0x20
                && type != Character.CONTROL
                && type != Character.FORMAT
                && type != Character.LINE_SEPARATOR
                && type != Character.PARAGRAPH_SEPARATOR
                && type != Character.SURROGATE;
    }

    @Test
    void harmlessTextIsKept() {
        assertThat(Excerpt.of("tank.level = 43.25 m\u00b3, \u20ac")).isEqualTo("tank.level = 43.25 m\u00b3, \u20ac");
        assertThat(Excerpt.of("")).isEmpty();
    }

    @Test
    void escapesNameTheCharacter() {
        assertThat(Excerpt.of("a\nb\u2028")).isEqualTo("a\\u000ab\\u2028");
    }

    @Test
    void atMost64BytesAreKept() {
        assertThat(Excerpt.of("x".repeat(64))).isEqualTo("x".repeat(64));
        assertThat(Excerpt.of("x".repeat(65))).isEqualTo("x".repeat(64) + "...");
        assertThat(Excerpt.of("\u00e4".repeat(64))).isEqualTo("\u00e4".repeat(32) + "...");
        assertThat(Excerpt.of("\u20ac".repeat(64))).isEqualTo("\u20ac".repeat(21) + "...");
        String kept = Excerpt.of("x" + "\u00e4".repeat(64)).replace("...", "");
        assertThat(kept.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(64);
    }
}
