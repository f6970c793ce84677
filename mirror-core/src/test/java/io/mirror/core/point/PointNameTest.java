package io.mirror.core.point;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PointNameTest {
    private static final String HIGH_SURROGATE = Character.toString((char) 0xD83D);
    private static final String LOW_SURROGATE = Character.toString((char) 0xDE00);

    @Test
    void theFirstColonDividesAndTheRestIsTheName() {
        PointName name = PointName.parse("plant:a:b::c");

        assertThat(name.domain()).isEqualTo("plant");
        assertThat(name.name()).isEqualTo("a:b::c");
        assertThat(name).hasToString("plant:a:b::c");
    }

    @Test
    void aNameMayBeginWithAColon() {
        assertThat(PointName.parse("plant::x").name()).isEqualTo(":x");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "plain", ":x", "plant:"})
    void aQualifiedNameNeedsBothParts(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> PointName.parse(text));
    }

    @Test
    void aNameWithoutDomainBelongsToTheDefaultDomain() {
        assertThat(PointName.resolve("tank.level", "plant")).isEqualTo(PointName.of("plant", "tank.level"));
        assertThat(PointName.resolve("other:tank", "plant")).isEqualTo(PointName.of("other", "tank"));
    }

    @Test
    void aDomainMayNotHaveAColon() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PointName.of("a:b", "x"))
                .withMessageContaining("colon");
    }

    @Test
    @Tag("S-LEN-3")
    void aDomainHasAtMost255Bytes() {
        assertThat(PointName.of("d".repeat(255), "x").domain()).hasSize(255);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PointName.of("d".repeat(256), "x"))
                .withMessageContainingAll("256", "255");
    }

    @Test
    @Tag("S-LEN-3")
    void aQualifiedNameHasAtMost4096Bytes() {
        assertThat(PointName.of("d", "n".repeat(4094)).toString()).hasSize(4096);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PointName.of("d", "n".repeat(4095)))
                .withMessageContainingAll("4097", "4096");
    }

    /** One character of one, two, three and four bytes. */
    @ParameterizedTest
    @ValueSource(strings = {"a", "\u00e4", "\u20ac", "\uD83D\uDE00"})
    void limitsCountUtf8Bytes(String character) {
        int bytes = character.getBytes(StandardCharsets.UTF_8).length;
        int fits = 255 / bytes;

        assertThat(PointName.checkDomain(character.repeat(fits))).isEqualTo(fits * bytes);
        assertThatIllegalArgumentException().isThrownBy(() -> PointName.checkDomain(character.repeat(fits + 1)));

        int fitsName = 4094 / bytes;
        assertThat(PointName.of("d", character.repeat(fitsName)).name()).startsWith(character);
        assertThatIllegalArgumentException().isThrownBy(() -> PointName.of("d", character.repeat(fitsName + 1)));
    }

    @Test
    void unpairedSurrogatesAreRefusedWhereverTheyStand() {
        for (String bad : List.of(
                HIGH_SURROGATE,
                LOW_SURROGATE,
                "a" + HIGH_SURROGATE,
                HIGH_SURROGATE + "a",
                LOW_SURROGATE + HIGH_SURROGATE,
                HIGH_SURROGATE + HIGH_SURROGATE + LOW_SURROGATE)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> PointName.of("d", bad))
                    .withMessageContaining("surrogate");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> PointName.of(bad, "n"))
                    .withMessageContaining("surrogate");
        }
        assertThat(PointName.of("d", HIGH_SURROGATE + LOW_SURROGATE).name()).hasSize(2);
    }

    @Test
    void namesAreComparedCaseSensitively() {
        assertThat(PointName.of("d", "Level")).isNotEqualTo(PointName.of("d", "level"));
        assertThat(PointName.of("D", "level")).isNotEqualTo(PointName.of("d", "level"));
        assertThat(PointName.of("d", "level"))
                .isEqualTo(PointName.parse("d:level"))
                .hasSameHashCodeAs(PointName.parse("d:level"));
        assertThat(PointName.of("d", "level")).isNotEqualTo("d:level");
    }

    @Test
    void orderIsByDomainAndThenByName() {
        List<PointName> sorted = List.of(PointName.of("a", "z"), PointName.of("b", "a"), PointName.of("b", "b"));
        assertThat(sorted.stream().sorted()).containsExactlyElementsOf(sorted);
        assertThat(PointName.of("b", "a")).isEqualByComparingTo(PointName.of("b", "a"));
    }

    @Test
    void anotherDomainKeepsTheName() {
        PointName name = PointName.of("local", "a:b");
        assertThat(name.inDomain("plant")).hasToString("plant:a:b");
        assertThat(name.inDomain("local")).isSameAs(name);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PointName.of("d", "n".repeat(4094)).inDomain("dd"));
    }

    @Test
    void errorsQuoteAtMost64BytesEscaped() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PointName.parse("\n" + "x".repeat(10_000)))
                .withMessageNotContaining("\n")
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(200));
    }
}
