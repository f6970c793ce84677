package io.mirror.examples.command.zabbix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mirror.examples.command.zabbix.ItemKey.Unsupported;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ItemKeyTest {
    @Test
    void parametersAreUnquotedAndMayBeEmpty() throws Unsupported {
        assertThat(ItemKey.parse("agent.ping")).isEqualTo(new ItemKey("agent.ping", List.of()));
        assertThat(ItemKey.parse("proc.num[]").parameters()).containsExactly("");
        assertThat(ItemKey.parse("vfs.fs.size[/,pfree]").parameters()).containsExactly("/", "pfree");
    }

    @Test
    void quotedParametersMayHoldAnything() throws Unsupported {
        assertThat(ItemKey.parse("k[\"a,]b\\\"c\", x ,,y]").parameters()).containsExactly("a,]b\"c", "x ", "", "y");
        ItemKey key = ItemKey.parse("k[,b]");
        assertThat(key.parameter(0, "default")).isEqualTo("default");
        assertThat(key.parameter(1, "default")).isEqualTo("b");
        assertThat(key.parameter(2, "default")).isEqualTo("default");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[a]", "a b", "k[", "k[a", "k[a]b", "k[\"a]", "k[\"a\"b]", "ä"})
    void whatIsNoKeyIsRefused(String text) {
        assertThatThrownBy(() -> ItemKey.parse(text))
                .isInstanceOf(Unsupported.class)
                .hasMessage("Invalid item key format.");
    }

    @ParameterizedTest
    @CsvSource({
        "30, 30",
        "1s, 1",
        "5m, 300",
        "2h, 7200",
        "1d, 86400",
        "30s;1-5/9:00, 30",
        "0, 0",
        "2d, 0",
        "1w, 0",
        "{$M}, 0",
        "'', 0",
        "-5, 0",
        "99999999999, 0",
        "s, 0"
    })
    void intervalsAreReadAsTheyAreWritten(String text, long seconds) {
        assertThat(Delay.seconds(text).orElse(0)).isEqualTo(seconds);
    }
}
