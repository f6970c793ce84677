package io.mirror.codec.dhtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mirror.core.access.Credentials;
import io.mirror.core.access.Secret;
import io.mirror.core.link.LinkConfig;
import io.mirror.core.link.LinkFlag;
import io.mirror.core.link.LinkFlags;
import io.mirror.core.link.ProxySettings;
import io.mirror.core.link.ServerAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Configuration files and link lines (DHTP sections 5.4 and 12). */
class ConfigurationTest {
    private static final String LINK =
            "(mirror_master_2 plant-gw 4502 0x12300000 local plant 1000 5000 mirror" + " \"{mm1}AAECAwQFBgcHOh32LWw\")";
    private static final String CONVERTED = "(master plant-gw 4502 \"\" \"\" local plant mirror"
            + " \"{mm1}AAECAwQFBgcHOh32LWw\" 305135616 5000 1000 5000 \"\" \"\" \"\" \"\")";

    private static ConfigurationFile.Entry only(String text) {
        List<ConfigurationFile.Entry> entries = ConfigurationFile.read(text);
        assertThat(entries).hasSize(1);
        return entries.get(0);
    }

    private static LinkConfig link(String text) {
        return LinkLines.read(only(text));
    }

    @Test
    void readsExpressionsWithCommentsAndLineNumbers() {
        List<ConfigurationFile.Entry> entries = ConfigurationFile.read("; a comment (with \"parts\r\n"
                + "(tcp_service 4502) ; behind\r\n"
                + "\n"
                + "(create_domain a;b\n"
                + ") (create_domain \"a;b\")(create_domain a\\;b)\n"
                + "(set ; name\n"
                + "  \"type.pointqueuedepth\" ; \"value\n"
                + "  (1\n2)) ;");
        assertThat(entries).extracting(ConfigurationFile.Entry::line).containsExactly(2, 4, 5, 5, 6);
        assertThat(entries)
                .extracting(entry -> ExpressionWriter.toText(entry.expression()))
                .containsExactly(
                        "(tcp_service 4502)",
                        "(create_domain a)",
                        "(create_domain \"a;b\")",
                        "(create_domain \"a;b\")",
                        "(set type.pointqueuedepth (1 2))");
        assertThat(ConfigurationFile.read("")).isEmpty();
        assertThat(ConfigurationFile.read(" \n;x")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "(a)~~(b~(c)~ | 3 | not closed before the end of the file",
                "(a)~(b))~ | 2 | closing parenthesis without",
                "(a)~~  hello (b) | 3 | text outside of parentheses",
                "(a)~(b \"c~d\") | 2 | quoted text is not closed",
                "(a)~(b \"c | 2 | quoted text is not closed",
                "(a ~\"x\\~\") | 2 | quoted text is not closed"
            })
    void errorsNameTheLine(String text, int line, String problem) {
        assertThatThrownBy(() -> ConfigurationFile.read(text.replace('~', '\n')))
                .isInstanceOfSatisfying(
                        ConfigurationException.class, e -> assertThat(e.line()).isEqualTo(line))
                .hasMessageStartingWith("line " + line + ": ")
                .hasMessageContaining(problem);
    }

    @Test
    @Tag("S-LEN-3")
    void nestingAndItemsAreLimited() {
        assertThatThrownBy(() -> ConfigurationFile.read("\n" + "(".repeat(33) + ")".repeat(33)))
                .hasMessage("line 2: lists are nested deeper than the limit");
        assertThatThrownBy(() -> ConfigurationFile.read("(a" + "\nb".repeat(10_000) + ")"))
                .hasMessage("line 10001: expression has more items than the limit");
    }

    @Test
    void readsTheLinkOfTheSpecification() {
        LinkConfig link = link(LINK);
        assertThat(link.primary()).isEqualTo(new ServerAddress("plant-gw", "4502"));
        assertThat(link.secondary()).isEmpty();
        assertThat(link.flags().bits()).isEqualTo(0x1230_0000);
        assertThat(link.localDomain()).isEqualTo("local");
        assertThat(link.remoteDomain()).isEqualTo("plant");
        assertThat(link.heartbeatMillis()).isEqualTo(1000);
        assertThat(link.timeoutMillis()).isEqualTo(5000);
        assertThat(link.credentials()).map(Credentials::user).contains("mirror");
        assertThat(link.credentials().orElseThrow().password().matches(Secret.of("secret")))
                .isTrue();
    }

    @Test
    @DisplayName("mirror_master_2 to master keeps heartbeat and timeout apart (conformance 17)")
    void convertsTheLinkOfTheSpecificationWithoutMixingUpTheTimes() {
        Expression converted = LinkLines.toMaster(only(LINK).expression());
        assertThat(ExpressionWriter.toText(converted)).isEqualTo(CONVERTED);
        LinkConfig link = link(CONVERTED);
        assertThat(link.heartbeatMillis()).isEqualTo(1000);
        assertThat(link.timeoutMillis()).isEqualTo(5000);
        assertThat(link.retryDelayMillis()).isEqualTo(5000);
    }

    @Test
    void convertsALinkWithoutCredentials() {
        Expression converted = LinkLines.toMaster(
                only("(mirror_master_2 h 4502 70254592 l r 10 20)").expression());
        assertThat(ExpressionWriter.toText(converted))
                .isEqualTo("(master h 4502 \"\" \"\" l r \"\" \"\" 70254592 20 10 5000 \"\" \"\" \"\" \"\")");
    }

    @Test
    @Tag("S-SEC-2")
    void aPlainPasswordIsObfuscatedOnTheWayOut() {
        String plain = "(mirror_master_2 h 4502 70254592 l r 10 20 u geheim)";
        String converted =
                ExpressionWriter.toText(LinkLines.toMaster(only(plain).expression()));
        assertThat(converted).doesNotContain("geheim").contains(" u \"{mm1}");
        assertThat(link(converted).credentials().orElseThrow().password().matches(Secret.of("geheim")))
                .isTrue();
        String rewritten = ExpressionWriter.toText(LinkLines.mirrorMaster2(link(plain)));
        assertThat(rewritten)
                .doesNotContain("geheim")
                .startsWith("(mirror_master_2 h 4502 0x4300000 l r 10 20 u \"{mm1}");
        assertThat(only(plain)).hasToString("Entry[line 1, mirror_master_2]");
    }

    @Test
    void everythingOfALinkComesBackFromMaster() {
        LinkConfig link = LinkConfig.to(new ServerAddress("a", "1"))
                .secondary(new ServerAddress("fe80::1", "dhtp"))
                .localDomain("l o")
                .remoteDomain("r")
                .flags(new LinkFlags(0xF230_000F))
                .heartbeatAndTimeoutMillis(11, 22)
                .retryDelayMillis(33)
                .credentials(Credentials.of("Org/u", "p \"w"))
                .proxy(new ProxySettings(new ServerAddress("p", "3128"), Optional.of(Credentials.of("x", "y"))))
                .build();
        String text = ExpressionWriter.toText(LinkLines.master(link));
        LinkConfig read = link(text);
        assertThat(read).hasToString(link.toString());
        assertThat(read.secondary()).contains(new ServerAddress("fe80::1", "dhtp"));
        assertThat(read.flags()).isEqualTo(link.flags());
        assertThat(read.retryDelayMillis()).isEqualTo(33);
        assertThat(read.heartbeatMillis()).isEqualTo(11);
        assertThat(read.timeoutMillis()).isEqualTo(22);
        assertThat(read.credentials().orElseThrow().password().matches(Secret.of("p \"w")))
                .isTrue();
        ProxySettings proxy = read.proxy().orElseThrow();
        assertThat(proxy.address()).isEqualTo(new ServerAddress("p", "3128"));
        assertThat(proxy.credentials().orElseThrow().user()).isEqualTo("x");
    }

    @Test
    void commandsFromTheNetworkUseTheSameReader() {
        LinkConfig link = LinkLines.read("mirror_master_2", List.of("h", "4502", "1", "l", "r", "0", "0"));
        assertThat(link.flags().has(LinkFlag.USE_SSL)).isTrue();
        assertThat(link.credentials()).isEmpty();
        assertThatThrownBy(() -> LinkLines.read("mirror_master_2", List.of("h")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("mirror_master_2 has 1 arguments");
        assertThat(LinkLines.isLink("mirror_master")).isFalse();
        assertThatThrownBy(() -> LinkLines.read("alive", List.of())).hasMessage("\"alive\" does not describe a link");
    }

    @ParameterizedTest
    @CsvSource({
        "'', 4502, 1, l, r, 1, 2, host is empty",
        "h, '', 1, l, r, 1, 2, 'host \"h\" has no port'",
        "h, 0, 1, l, r, 1, 2, 'port of host must be 1 to 65535 or the name of a service, was \"0\"'",
        "h, 65536, 1, l, r, 1, 2, 'port of host must be 1 to 65535 or the name of a service, was \"65536\"'",
        "h, 'a b', 1, l, r, 1, 2, 'port is empty or has a blank or control character: \"a b\"'",
        "h, 4502, x, l, r, 1, 2, 'flags must be a 32-bit number, decimal or 0x and hexadecimal, was \"x\"'",
        "h, 4502, 0x123456789, l, r, 1, 2, 'flags must be a 32-bit number'",
        "h, 4502, 1, '', r, 1, 2, domain name is empty",
        "h, 4502, 1, l, r:x, 1, 2, domain name has a colon",
        "h, 4502, 1, l, r, -1, 2, 'heartbeat must be milliseconds, 0 to 2147483647, was \"-1\"'",
        "h, 4502, 1, l, r, 1, 2s, 'timeout must be milliseconds, 0 to 2147483647, was \"2s\"'",
        "h, 4502, 1, l, r, 1, 2147483648, 'timeout must be milliseconds'"
    })
    void badArgumentsNameTheLineAndTheArgument(
            String host,
            String port,
            String flags,
            String local,
            String remote,
            String beat,
            String timeout,
            String text) {
        Expression line = Expression.of("mirror_master_2", host, port, flags, local, remote, beat, timeout);
        assertThatThrownBy(() -> LinkLines.read(new ConfigurationFile.Entry(12, line)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("line 12: mirror_master_2: ")
                .hasMessageContaining(text);
    }

    @Test
    void aDamagedPasswordAsksForANewOne() {
        assertThatThrownBy(() -> link("(mirror_master_2 h 4502 1 l r 1 2 u {mm1}x)"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("line 1: mirror_master_2: password: ")
                .hasMessageEndingWith("enter the password again")
                .hasMessageNotContaining("{mm1}x");
    }

    @Test
    void wrongArgumentCountsSayWhatIsExpected() {
        assertThatThrownBy(() -> link("(mirror_master_2 h 4502 1 l r 1 2 u)"))
                .hasMessageContaining("mirror_master_2 has 8 arguments; it takes host port flags");
        assertThatThrownBy(() -> link("(master h 4502)")).hasMessageContaining("master has 2 arguments; it takes 16");
    }
}
