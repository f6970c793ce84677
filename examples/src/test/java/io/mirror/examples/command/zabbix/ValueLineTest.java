package io.mirror.examples.command.zabbix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValueLineTest {
    @Test
    void everythingBehindTheNanosecondsIsTheValue() {
        assertThat(ValueLine.parse("web-1 t.text 1700000000 5 a  b \"c\" "))
                .isEqualTo(new ValueLine("web-1", "t.text", 1_700_000_000L, 5, "a  b \"c\" "));
        assertThat(ValueLine.parse("h k 0 0 ")).isEqualTo(new ValueLine("h", "k", 0, 0, ""));
    }

    @Test
    void quotedWordsMayHoldBlanksAndKeysMayHoldThemInBrackets() {
        assertThat(ValueLine.parse("\"my host\" key[\"a b\",c d] 2147483647 999999999 \"x\\ny\\\"\\\\\""))
                .isEqualTo(new ValueLine("my host", "key[\"a b\",c d]", 2_147_483_647L, 999_999_999, "x\ny\"\\"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "h | a key is missing",
                "h k | a clock is missing",
                "h k x 0 v | clock is 0 to 2147483647",
                "h k 2147483648 0 v | clock is 0 to",
                "h k 1 | nanoseconds is missing",
                "h k 1 1000000000 v | ns is 0 to 999999999",
                "h k 1 -1 v | ns is 0 to",
                "h k 1 1 | a value is missing",
                "h k 1 1 \"v\" w | something follows",
                "\"h k 1 1 v | quotation mark has no end"
            })
    void aLineThatLacksSomethingIsRefused(String line, String part) {
        assertThatThrownBy(() -> ValueLine.parse(line))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(part);
    }
}
