package io.mirror.codec.dhtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mirror.core.access.Secret;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Obfuscated passwords (DHTP section 12.3). */
class PasswordObfuscationTest {
    private static final byte[] NONCE = {0, 1, 2, 3, 4, 5, 6, 7};

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '|',
            value = {
                "secret, {mm1}AAECAwQFBgcHOh32LWw",
                "|p\u00E4ssw\u00F6rd\"\\ x|, {mm1}AAECAwQFBgcEnNr3O29_qNgwYkS9BA"
            })
    void vectorsOfTheSpecification(String password, String text) {
        assertThat(PasswordObfuscation.hide(Secret.of(password), NONCE)).isEqualTo(text);
        assertThat(PasswordObfuscation.reveal(text).matches(Secret.of(password)))
                .isTrue();
    }

    @Test
    void aPasswordLongerThanOneDigestUsesTheFollowingBlocks() {
        String password = "0123456789".repeat(10);
        String text =
                "{mm1}AAECAwQFBgdEbky3fC2KKZJtcCmvTy6NyKK-3rMg5Ouc9EQdRCBcpHTZDvwAKQYpImQcZVO8_TBPDeJFxyT5YpQoXDbM0e5wUd8"
                        + "Wbi3GyN3q-Plj-VLxDua0skgKqQkAz0NtTNno4-3DYMf2";
        assertThat(PasswordObfuscation.hide(Secret.of(password), NONCE)).isEqualTo(text);
        assertThat(PasswordObfuscation.reveal(text).matches(Secret.of(password)))
                .isTrue();
    }

    @Test
    void everyLengthComesBackAndLooksDifferentEveryTime() {
        for (int length = 0; length < 100; length++) {
            Secret password = Secret.of("\u20AC".repeat(length));
            String text = PasswordObfuscation.hide(password);
            assertThat(text).startsWith("{mm1}").doesNotContain("=");
            assertThat(PasswordObfuscation.isHidden(text)).isTrue();
            assertThat(PasswordObfuscation.reveal(text).matches(password)).isTrue();
            assertThat(PasswordObfuscation.hide(password)).isNotEqualTo(text);
        }
    }

    @Test
    void textWithoutThePrefixIsAPlainPassword() {
        assertThat(PasswordObfuscation.isHidden("{mm2}x")).isFalse();
        assertThat(PasswordObfuscation.reveal("{mm2}x").matches(Secret.of("{mm2}x")))
                .isTrue();
        assertThat(PasswordObfuscation.reveal("").isEmpty()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{mm1}", "{mm1}AAECAwQFBg", "{mm1}AAEC AwQF", "{mm1}AAECAwQFBgcHOh32LW+", "{mm1}AAECAwQFBgf_"})
    @Tag("S-SEC-1")
    void damagedTextIsRefusedWithoutShowingIt(String text) {
        assertThatThrownBy(() -> PasswordObfuscation.reveal(text))
                .isInstanceOfSatisfying(
                        DhtpDecodeException.class, e -> assertThat(e.reason()).isEqualTo(DecodeReason.BAD_OBFUSCATION))
                .hasMessageNotContaining("AAEC");
    }

    @Test
    void aChangedTextThatIsNoUtf8IsRefused() {
        String text = PasswordObfuscation.hide(Secret.of("secret"), NONCE);
        int refused = 0;
        for (char c : "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".toCharArray()) {
            try {
                PasswordObfuscation.reveal(text.substring(0, 15) + c + text.substring(16))
                        .close();
            } catch (DhtpDecodeException e) {
                assertThat(e.reason()).isEqualTo(DecodeReason.BAD_OBFUSCATION);
                refused++;
            }
        }
        assertThat(refused).isPositive();
    }
}
