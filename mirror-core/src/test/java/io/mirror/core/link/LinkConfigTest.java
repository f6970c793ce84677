package io.mirror.core.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.mirror.core.access.Credentials;
import io.mirror.core.hub.QueueOptions;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinkConfigTest {
    private static LinkConfig.Builder builder() {
        return LinkConfig.to(ServerAddress.of("gateway", 4502));
    }

    @Test
    @Tag("S-WS-4")
    void webSocketsBeatMoreRarelyUnlessTheHostSaysOtherwise() {
        LinkConfig plain = builder().build();
        LinkConfig webSocket =
                builder().flags(LinkFlag.READABLE, LinkFlag.USE_WEBSOCKET).build();
        LinkConfig chosen = webSocket.extend().heartbeatAndTimeoutMillis(7, 8).build();
        assertThat(plain.heartbeatMillis()).isEqualTo(1000);
        assertThat(plain.timeoutMillis()).isEqualTo(5000);
        assertThat(webSocket.heartbeatMillis()).isEqualTo(10_000);
        assertThat(webSocket.timeoutMillis()).isEqualTo(30_000);
        assertThat(chosen.heartbeatMillis()).isEqualTo(7);
        assertThat(chosen.timeoutMillis()).isEqualTo(8);
    }

    @Test
    void theDefaultsAreThoseOfTheDocument() {
        LinkConfig config = builder().build();
        assertThat(config.heartbeatMillis()).isEqualTo(1000);
        assertThat(config.timeoutMillis()).isEqualTo(5000);
        assertThat(config.retryDelayMillis()).isEqualTo(5000);
        assertThat(config.localDomain()).isEqualTo("default");
        assertThat(config.remoteDomain()).isEqualTo("default");
        assertThat(config.flags()).isEqualTo(LinkFlags.of(LinkFlag.READABLE, LinkFlag.SYNC_RECV));
        assertThat(config.check(true).findings()).isEmpty();
        assertThat(config.secondary()).isEmpty();
        assertThat(config.credentials()).isEmpty();
        assertThat(config.proxy()).isEmpty();
    }

    @Test
    void aCopyHasEverythingOfTheOriginal() {
        LinkConfig config = builder()
                .secondary(new ServerAddress("other", "dhtp"))
                .flags(LinkFlag.WRITABLE)
                .localDomain("l")
                .remoteDomain("r")
                .heartbeatAndTimeoutMillis(7, 8)
                .retryDelayMillis(9)
                .credentials(Credentials.of("ops", "pw"))
                .proxy(new ProxySettings(ServerAddress.of("proxy", 3128), Optional.empty()))
                .build();
        LinkConfig copy = config.extend().build();
        assertThat(copy).usingRecursiveComparison().isEqualTo(config);
        assertThat(config.extend().domain("d").build().remoteDomain()).isEqualTo("d");
    }

    @Test
    void noPasswordIsShown() {
        LinkConfig config =
                builder().credentials(Credentials.of("ops", "s3cr3t")).build();
        assertThat(config.toString()).contains("gateway:4502").doesNotContain("s3cr3t");
        assertThat(config.credentials().orElseThrow().toString()).doesNotContain("s3cr3t");
    }

    @Test
    void domainsAndTimesOutOfRangeAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().localDomain("").build());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().remoteDomain("a:b").build());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().domain("d".repeat(256)).build())
                .withMessageContaining("255");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().heartbeatAndTimeoutMillis(-1, 0).build())
                .withMessageContaining("heartbeat");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> builder().heartbeatAndTimeoutMillis(0, 1L << 31).build())
                .withMessageContaining("timeout");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().retryDelayMillis(-1).build())
                .withMessageContaining("retry delay");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a\nb", "\u007f"})
    void addressesWithBlanksOrControlCharactersAreRefused(String part) {
        assertThatIllegalArgumentException().isThrownBy(() -> new ServerAddress(part, "1"));
        assertThatIllegalArgumentException().isThrownBy(() -> new ServerAddress("h", part));
    }

    @Test
    void portsOutOfRangeAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> ServerAddress.of("h", -1));
        assertThatIllegalArgumentException().isThrownBy(() -> ServerAddress.of("h", 65536));
        assertThat(ServerAddress.of("::1", 4502)).hasToString("[::1]:4502");
        assertThat(new ServerAddress("h", "dhtp")).hasToString("h:dhtp");
    }

    @Test
    void linkOptionsAreCheckedWhenBuilt() {
        assertThat(LinkOptions.defaults().queue()).isEqualTo(QueueOptions.defaults());
        assertThat(LinkOptions.defaults().malformedPerMinute()).isEqualTo(100);
        assertThat(LinkOptions.defaults().newNamesPerMinute()).isEqualTo(100_000);
        assertThat(LinkOptions.defaults().maxForeignLineBytes()).isEqualTo(1_000_000);
        assertThat(LinkOptions.defaults().loginTimeoutMillis()).isEqualTo(10_000);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LinkOptions.builder().capsTimeoutMillis(-1).build());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LinkOptions.builder().syncSettleMillis(-1).build());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LinkOptions.builder().maxForeignLineBytes(100).build());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LinkOptions.builder().malformedPerMinute(-1).build());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LinkOptions.builder().newNamesPerMinute(-1).build());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LinkOptions.builder().loginTimeoutMillis(-1).build());
        LinkOptions all = LinkOptions.builder()
                .queue(QueueOptions.defaults().withEcho(true))
                .probe(false)
                .int64(true)
                .nonFiniteAsBad(false)
                .maxForeignLineBytes(2048)
                .build();
        assertThat(all.queue().echo()).isTrue();
        assertThat(all.probe()).isFalse();
        assertThat(all.int64()).isTrue();
        assertThat(all.nonFiniteAsBad()).isFalse();
        assertThat(all.maxForeignLineBytes()).isEqualTo(2048);
    }
}
