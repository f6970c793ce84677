package io.mirror.replica.zabbix.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mirror.codec.zabbix.ConfigTable;
import io.mirror.codec.zabbix.ZabbixDecodeException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused when an endpoint is configured, and what values fit which item. */
class ZabbixSettingsTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "a/b", "ä", "tab\t"})
    void refusesNamesThatNoProxyMayHave(String name) {
        assertThatThrownBy(() -> ProxyOptions.of(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("a proxy name has ");
        assertThatThrownBy(() -> ProxyDefinition.active(name, ConnectionKind.PSK))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void takesTheLongestName() {
        assertThat(ProxyOptions.of("a. -_Z9".repeat(18) + "ab").name()).hasSize(128);
        assertThatThrownBy(() -> ProxyOptions.of("a".repeat(129))).hasMessage("a proxy name has 1 to 128 characters");
    }

    @Test
    void refusesOptionsOutOfRange() {
        ProxyOptions good = ProxyOptions.of("P");
        Duration second = Duration.ofSeconds(1);
        assertThatThrownBy(() -> good.withVersion("new")).hasMessage("version has the form 6.0.14, not new");
        assertThatThrownBy(() -> good.withPeriods(Duration.ZERO, second, second))
                .hasMessageContaining("positive");
        assertThatThrownBy(() -> good.withPeriods(second, second.negated(), second))
                .hasMessageContaining("positive");
        assertThatThrownBy(() -> good.withPeriods(second, second, Duration.ZERO))
                .hasMessageContaining("positive");
        assertThatThrownBy(() -> good.withBatch(0, 1)).hasMessage("maxRows and maxChars are at least 1");
        assertThatThrownBy(() -> good.withBatch(1, 0)).hasMessage("maxRows and maxChars are at least 1");
        assertThat(good.withPeriods(second, Duration.ZERO, second).configurationRetry())
                .isEqualTo(second);
        assertThat(good.withVersion("7.0.1").dialect().atLeast(7, 0)).isTrue();
    }

    @Test
    void refusesDefinitionsOutOfRange() {
        assertThatThrownBy(() -> ProxyDefinition.passive("P", "", 1, ConnectionKind.PSK))
                .hasMessage("passive proxy \"P\" needs an address");
        ProxyDefinition good = ProxyDefinition.passive("P", "127.0.0.1", 1, ConnectionKind.PSK);
        assertThatThrownBy(() -> good.withPeriods(Duration.ZERO, Duration.ofSeconds(1)))
                .hasMessage("periods of proxy \"P\" must be positive");
        assertThatThrownBy(() -> good.withPeriods(Duration.ofSeconds(1), Duration.ofSeconds(-1)))
                .hasMessage("periods of proxy \"P\" must be positive");
        assertThatThrownBy(() -> ProxyDefinition.passive("P", "127.0.0.1", 65_536, ConnectionKind.PSK))
                .hasMessage("port of proxy \"P\" is 1 to 65535, not 65536");
        assertThat(good.withPeriods(Duration.ofSeconds(5), Duration.ofSeconds(2))
                        .dataPeriod())
                .isEqualTo(Duration.ofSeconds(2));
    }

    @ParameterizedTest
    @CsvSource({
        "FLOAT,1.5,true",
        "FLOAT,-1e3,true",
        "FLOAT,' 7 ',true",
        "FLOAT,0x10,false",
        "FLOAT,1f,false",
        "FLOAT,NaN,false",
        "FLOAT,1e999,false",
        "FLOAT,.,false",
        "FLOAT,'',false",
        "UNSIGNED,18446744073709551615,true",
        "UNSIGNED,18446744073709551616,false",
        "UNSIGNED,1.9,true",
        "UNSIGNED,1.9.1,false",
        "UNSIGNED,.5,false",
        "UNSIGNED,-1,false",
        "UNSIGNED,'',false",
        "TEXT,'',true",
        "CHARACTER,x,true",
        "LOG,line,true"
    })
    void knowsWhichValuesFit(ValueType type, String value, boolean fits) {
        assertThat(type.objection(value).isEmpty()).isEqualTo(fits);
    }

    @Test
    void boundsTheNumbersItReads() {
        assertThat(ValueType.UNSIGNED.objection("0".repeat(100_000))).isPresent();
        assertThat(ValueType.FLOAT.objection("1".repeat(100_000)))
                .hasValueSatisfying(text -> assertThat(text).hasSizeLessThan(300));
        assertThat(ValueType.ofCode(3)).isEqualTo(ValueType.UNSIGNED);
        assertThatThrownBy(() -> ValueType.ofCode(5)).hasMessage("no value type has the code 5");
    }

    @Test
    void makesTheTablesThatAProxyNeeds() {
        List<ConfigTable> tables = new ConfigurationTables()
                .host(1, "h", 2, "10.0.0.1", 10050)
                .agentItem(3, 1, 2, "agent.ping", ValueType.UNSIGNED, "10s")
                .trapperItem(4, 1, "t", ValueType.TEXT)
                .build();

        assertThat(tables)
                .extracting(ConfigTable::name)
                .containsExactly(
                        "globalmacro",
                        "hosts",
                        "interface",
                        "items",
                        "item_rtdata",
                        "hstgrp",
                        "config",
                        "config_autoreg_tls");
        ConfigTable items = tables.get(3);
        assertThat(items.rows().get(0).text("delay")).contains("10s");
        assertThat(items.rows().get(1).text("interfaceid")).isEmpty();
        assertThat(items.rows().get(1).number("value_type")).hasValue(4);
    }

    @Test
    void readsTablesFromJson() {
        List<ConfigTable> tables = ConfigurationTables.parse(
                "{\"hosts\":{\"fields\":[\"hostid\",\"host\"],\"data\":[[1,\"a\"],[2,null]]}}"
                        .getBytes(StandardCharsets.UTF_8),
                10);
        assertThat(tables).hasSize(1);
        assertThat(tables.get(0).rows().get(1).text("host")).isEmpty();
        assertThatThrownBy(() -> ConfigurationTables.parse("[]".getBytes(StandardCharsets.UTF_8), 10))
                .isInstanceOf(ZabbixDecodeException.class);
        assertThatThrownBy(() -> ConfigurationTables.parse(
                        "{\"a\":{\"fields\":[\"b\"],\"data\":[[1],[2]]}}".getBytes(StandardCharsets.UTF_8), 1))
                .isInstanceOf(ZabbixDecodeException.class);
        assertThat(ServerConfiguration.of(tables)).hasToString("ServerConfiguration[1 tables, revision 1]");
    }
}
