package io.mirror.examples.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {

    @ParameterizedTest
    @CsvSource({
        "gateway, gateway:4502",
        "gateway:4600, gateway:4600",
        "192.0.2.7:1, 192.0.2.7:1",
        "[2001:db8::1]:65535, [2001:db8::1]:65535",
        "[::1], [::1]:4502",
        "tls://gateway, tls://gateway:4503",
        "tls://[::1], tls://[::1]:4503",
        "tls://gateway:4502, tls://gateway:4502",
        "ws://gateway, ws://gateway:80",
        "wss://gateway/, wss://gateway:443",
        "ws://[::1]:81/mirror?x=y, ws://[::1]:81/mirror?x=y"
    })
    void readsEveryForm(String text, String shown) {
        assertThat(Address.parse(text)).hasToString(shown);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":4502",
                "gateway:",
                "gateway:0",
                "gateway:65536",
                "gateway:http",
                "gateway:-1",
                "::1",
                "[::1",
                "[::1]4502",
                "[]:4502",
                "http://gateway",
                "tls://",
                "gate way",
                "tls://tls://gateway",
                "gateway/mirror",
                "ws://gateway/a b",
                "wss:///mirror"
            })
    void refusesEverythingElse(String text) {
        assertThatThrownBy(() -> Address.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"" + text + "\"")
                .hasMessageContaining("write host, host:port or [v6-address]:port");
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1:0, 127.0.0.1:0", "tls://[::]:4503, tls://[::]:4503", "ws://[::]:0/m, ws://[::]:0/m"})
    void listenersMayUseAnyFreePort(String text, String shown) {
        assertThat(new ListenAddress.Converter().convert(text)).hasToString(shown);
    }
}
