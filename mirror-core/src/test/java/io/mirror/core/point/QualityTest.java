package io.mirror.core.point;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QualityTest {
    /** The table of DHTP section 4.4. */
    @ParameterizedTest
    @CsvSource({
        "0, Bad",
        "4, Config Error",
        "8, Not Connected",
        "12, Device Failure",
        "16, Sensor Failure",
        "20, Last Known",
        "24, Comm Failure",
        "28, Out of Service",
        "32, Initializing",
        "64, Uncertain",
        "68, Last Usable",
        "80, Sensor Calibration",
        "84, EGU Exceeded",
        "88, Sub-Normal",
        "192, Good",
        "216, Local Override"
    })
    void namedCodesHaveTheirWords(int code, String label) {
        assertThat(Quality.of(code).label()).isEqualTo(label);
        assertThat(Quality.of(code)).hasToString(label);
        assertThat(Quality.of(code | 0x03).label()).as("with limit bits").isEqualTo(label);
    }

    @Test
    void constantsHaveTheDocumentedCodes() {
        assertThat(Quality.NOT_CONNECTED.code()).isEqualTo(8);
        assertThat(Quality.GOOD.code()).isEqualTo(192);
        assertThat(Quality.WAITING_FOR_INITIAL_DATA.code()).isEqualTo(0x20);
        assertThat(Quality.LOCAL_OVERRIDE.code()).isEqualTo(216);
        assertThat(Quality.SUB_NORMAL.code()).isEqualTo(88);
    }

    @Test
    void everyCodeIsClassifiedByItsMainBits() {
        for (int code = 0; code <= 0xFFFF; code++) {
            Quality quality = Quality.of(code);
            int main = code & 0xC0;
            assertThat(quality.isGood()).isEqualTo(main == 0xC0);
            assertThat(quality.isUncertain()).isEqualTo(main == 0x40);
            assertThat(quality.isBad()).isEqualTo(main == 0);
        }
    }

    @Test
    void allSixteenBitsAreKept() {
        assertThat(Quality.of(0xABC3).code()).isEqualTo(0xABC3);
        assertThat(Quality.of(0xFF).label()).isEqualTo("0xff");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0x10000, Integer.MIN_VALUE, Integer.MAX_VALUE})
    void codesBeyondSixteenBitsAreRefused(int code) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Quality(code))
                .withMessageContaining(Integer.toString(code));
        assertThatIllegalArgumentException().isThrownBy(() -> Quality.of(code));
    }

    @Test
    void orderIsByCode() {
        assertThat(Quality.BAD).isLessThan(Quality.GOOD);
    }
}
