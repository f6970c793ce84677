package io.mirror.codec.dhtp;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.mirror.core.access.Credentials;
import io.mirror.core.link.LinkConfig;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Tag;

/** Any configuration file: no failure but the documented one, and what was read of a link is read again when written. */
@Tag("S-LEN-12")
class ConfigurationFuzzTest {
    @FuzzTest(maxDuration = "30s")
    void anyTextIsReadOrRefusedWithItsLine(byte[] input) {
        String text = new String(input, StandardCharsets.UTF_8);
        List<ConfigurationFile.Entry> entries;
        try {
            entries = ConfigurationFile.read(text);
        } catch (ConfigurationException e) {
            assertThat(e.getMessage()).startsWith("line ");
            return;
        }
        int lines = 1 + (int) text.chars().filter(c -> c == '\n').count();
        for (ConfigurationFile.Entry entry : entries) {
            assertThat(entry.line()).isBetween(1, lines);
            assertThat(again(entry.expression()).expression()).isEqualTo(entry.expression());
            if (LinkLines.isLink(entry.expression().command())) {
                checkLink(entry);
            }
        }
    }

    private static void checkLink(ConfigurationFile.Entry entry) {
        LinkConfig config;
        try {
            config = LinkLines.read(entry);
        } catch (ConfigurationException e) {
            assertThat(e.getMessage()).startsWith("line " + entry.line());
            return;
        }
        config.check(false);
        config.check(true);
        assertThat(describe(LinkLines.read(again(LinkLines.master(config))))).isEqualTo(describe(config));
    }

    private static ConfigurationFile.Entry again(Expression expression) {
        List<ConfigurationFile.Entry> entries = ConfigurationFile.read(ExpressionWriter.toText(expression));
        assertThat(entries).hasSize(1);
        return entries.get(0);
    }

    /** Everything but the passwords, which are written with a random beginning. */
    private static String describe(LinkConfig config) {
        return String.join(
                " ",
                config.primary().toString(),
                config.secondary().toString(),
                config.localDomain(),
                config.remoteDomain(),
                Integer.toHexString(config.flags().bits()),
                config.heartbeatMillis() + "/" + config.timeoutMillis() + "/" + config.retryDelayMillis(),
                config.credentials().map(Credentials::user).toString(),
                config.proxy().map(proxy -> proxy.address().toString()).toString());
    }
}
