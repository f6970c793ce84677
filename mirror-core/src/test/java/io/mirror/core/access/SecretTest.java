package io.mirror.core.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretTest {
    @Test
    void aSecretDoesNotShowItself() {
        Secret secret = Secret.of("hunter2");
        assertThat(secret).hasToString("Secret(***)").isNotInstanceOf(Serializable.class);
        assertThat(Credentials.of("ops", "hunter2").toString()).contains("ops").doesNotContain("hunter2");
        assertThat(secret).isNotEqualTo(Secret.of("hunter2"));
    }

    @Test
    void copiesAreIndependent() {
        char[] given = {'a', 'b'};
        Secret secret = Secret.of(given);
        given[0] = 'x';
        char[] copy = secret.copyChars();
        copy[1] = 'y';
        assertThat(secret.copyChars()).containsExactly('a', 'b');
    }

    @Test
    void aClosedSecretIsWipedAndRefusesEverything() {
        Secret secret = Secret.of("abc");
        secret.close();
        secret.close();
        assertThatIllegalStateException().isThrownBy(secret::copyChars);
        assertThatIllegalStateException().isThrownBy(secret::copyUtf8);
        assertThatIllegalStateException().isThrownBy(secret::isEmpty);
        assertThatIllegalStateException().isThrownBy(() -> secret.matches(Secret.of("abc")));
        assertThatIllegalStateException().isThrownBy(() -> Secret.of("abc").matches(secret));
        assertThat(secret).hasToString("Secret(***)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "p\u00e4ssw\u00f6rd\"\\ x", "\u20ac\uD83D\uDE00", "\u0000"})
    void theUtf8FormIsExact(String text) {
        assertThat(Secret.of(text).copyUtf8()).isEqualTo(text.getBytes(StandardCharsets.UTF_8));
        assertThat(Secret.of(text).isEmpty()).isEqualTo(text.isEmpty());
        assertThat(Secret.of(text).matches(Secret.of(text.toCharArray()))).isTrue();
        assertThat(Secret.of(text).matches(Secret.of(text + "x"))).isFalse();
    }

    @Test
    void theMd5FormOfOldClientsIsRecognised() {
        assertThat(Secret.of("secret").matchesMd5Hex(Secret.of("5ebe2294ecd0e0f08eab7690d2a6ee69")))
                .isTrue();
        assertThat(Secret.of("secret").matchesMd5Hex(Secret.of("5EBE2294ECD0E0F08EAB7690D2A6EE69")))
                .isFalse();
        assertThat(Secret.of("secret").matchesMd5Hex(Secret.of("secret"))).isFalse();
    }
}
