package io.mirror.core.link;

import static io.mirror.core.link.LinkFlag.AUTHORITATIVE;
import static io.mirror.core.link.LinkFlag.NON_AUTHORITATIVE;
import static io.mirror.core.link.LinkFlag.OVERRIDE_TIME;
import static io.mirror.core.link.LinkFlag.READABLE;
import static io.mirror.core.link.LinkFlag.SYNC_RECV;
import static io.mirror.core.link.LinkFlag.SYNC_SEND;
import static io.mirror.core.link.LinkFlag.SYNC_TIME;
import static io.mirror.core.link.LinkFlag.USE_BINARY;
import static io.mirror.core.link.LinkFlag.USE_HTTP_CONNECT;
import static io.mirror.core.link.LinkFlag.USE_PROXY;
import static io.mirror.core.link.LinkFlag.USE_SSL;
import static io.mirror.core.link.LinkFlag.USE_WEBSOCKET;
import static io.mirror.core.link.LinkFlag.VALIDATE_HOST;
import static io.mirror.core.link.LinkFlag.VALIDATE_SSL;
import static io.mirror.core.link.LinkFlag.WRITABLE;
import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.core.link.FlagCheck.Severity;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("Flags of mirror_master_2, DHTP section 12.1 (conformance 14)")
class FlagCheckTest {
    private static LinkFlags flags(LinkFlag... flags) {
        return LinkFlags.of(flags);
    }

    private static Arguments row(
            String name, LinkFlags configured, LinkFlags effective, String lenient, String strict, String mentions) {
        return Arguments.of(name, configured, effective, lenient, strict, mentions);
    }

    /** Each row of the table of combinations; "-" is no finding. */
    static List<Arguments> combinations() {
        LinkFlags both = flags(READABLE, WRITABLE, SYNC_RECV);
        LinkFlags readOnly = flags(READABLE, SYNC_RECV);
        return List.of(
                row("sound", both, both, "-", "-", ""),
                row(
                        "WRITABLE + OVERRIDE_TIME",
                        both.with(OVERRIDE_TIME),
                        both.with(OVERRIDE_TIME),
                        "WARNING",
                        "ERROR",
                        "OVERRIDE_TIME"),
                row("OVERRIDE_TIME alone", readOnly.with(OVERRIDE_TIME), readOnly.with(OVERRIDE_TIME), "-", "-", ""),
                row(
                        "TIME over RECV",
                        both.with(SYNC_TIME),
                        both.without(SYNC_RECV).with(SYNC_TIME),
                        "WARNING",
                        "ERROR",
                        "SYNC_TIME"),
                row("RECV over SEND", both.with(SYNC_SEND), both, "WARNING", "ERROR", "SYNC_RECV"),
                row(
                        "TIME over all",
                        both.with(SYNC_SEND, SYNC_TIME),
                        both.without(SYNC_RECV).with(SYNC_TIME),
                        "WARNING",
                        "ERROR",
                        "more than one"),
                row(
                        "two authorities",
                        both.with(AUTHORITATIVE, NON_AUTHORITATIVE),
                        both.with(AUTHORITATIVE),
                        "WARNING",
                        "ERROR",
                        "AUTHORITATIVE"),
                row(
                        "SEND without WRITABLE",
                        flags(READABLE, SYNC_SEND),
                        flags(READABLE),
                        "WARNING",
                        "ERROR",
                        "SYNC_SEND"),
                row("TIME without WRITABLE", flags(READABLE, SYNC_TIME), readOnly, "WARNING", "ERROR", "SYNC_TIME"),
                row(
                        "NON_AUTHORITATIVE without WRITABLE",
                        readOnly.with(NON_AUTHORITATIVE),
                        readOnly,
                        "WARNING",
                        "ERROR",
                        "NON_AUTHORITATIVE"),
                row(
                        "no READABLE",
                        flags(WRITABLE, SYNC_SEND),
                        flags(WRITABLE, SYNC_SEND),
                        "WARNING",
                        "ERROR",
                        "READABLE"),
                row("VALIDATE_SSL without USE_SSL", both.with(VALIDATE_SSL), both, "-", "WARNING", "USE_SSL"),
                row("VALIDATE_HOST without USE_SSL", both.with(VALIDATE_HOST), both, "-", "WARNING", "USE_SSL"),
                row(
                        "VALIDATE_HOST without VALIDATE_SSL",
                        both.with(USE_SSL, VALIDATE_HOST),
                        both.with(USE_SSL, VALIDATE_HOST),
                        "WARNING",
                        "ERROR",
                        "chain is not"),
                row("chain only", both.with(USE_SSL, VALIDATE_SSL), both.with(USE_SSL, VALIDATE_SSL), "-", "-", ""),
                row("USE_PROXY without USE_WEBSOCKET", both.with(USE_PROXY), both, "WARNING", "ERROR", "ignored"),
                row(
                        "the same with USE_HTTP_CONNECT",
                        both.with(USE_PROXY, USE_HTTP_CONNECT),
                        both.with(USE_PROXY, USE_HTTP_CONNECT),
                        "WARNING",
                        "ERROR",
                        "CONNECT"),
                row(
                        "USE_HTTP_CONNECT without USE_PROXY",
                        both.with(USE_HTTP_CONNECT),
                        both,
                        "-",
                        "WARNING",
                        "USE_PROXY"),
                row(
                        "proxy for WebSocket",
                        both.with(USE_WEBSOCKET, USE_PROXY, USE_HTTP_CONNECT),
                        both.with(USE_WEBSOCKET, USE_PROXY, USE_HTTP_CONNECT),
                        "-",
                        "-",
                        ""),
                row(
                        "unknown bits",
                        new LinkFlags(both.bits() | 0x0800_0040),
                        new LinkFlags(both.bits() | 0x0800_0040),
                        "WARNING",
                        "ERROR",
                        "0x8000040"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("combinations")
    void theCombinationTableHolds(
            String name, LinkFlags configured, LinkFlags effective, String lenient, String strict, String mentions) {
        check(FlagCheck.of(configured, 1000, 5000, false), effective, lenient, mentions);
        check(FlagCheck.of(configured, 1000, 5000, true), effective, strict, mentions);
    }

    private static void check(FlagCheck check, LinkFlags effective, String severity, String mentions) {
        assertThat(check.effective()).isEqualTo(effective);
        assertThat(check.hasErrors()).isEqualTo("ERROR".equals(severity));
        if ("-".equals(severity)) {
            assertThat(check.findings()).isEmpty();
        } else {
            assertThat(check.findings()).hasSize(1);
            assertThat(check.findings().get(0).severity()).isEqualTo(Severity.valueOf(severity));
            assertThat(check.findings().get(0).text()).contains(mentions);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1000, 1000, true",
        "1000, 999, true",
        "1000, 1001, false",
        "1000, 0, false",
        "0, 0, false",
        "0, 1, false"
    })
    void aTimeoutMustBeGreaterThanTheHeartbeat(long heartbeat, long timeout, boolean error) {
        for (boolean strict : new boolean[] {false, true}) {
            FlagCheck check = FlagCheck.of(flags(READABLE), heartbeat, timeout, strict);
            assertThat(check.hasErrors()).isEqualTo(error);
        }
    }

    @Test
    void severalThingsWrongAreAllFound() {
        LinkFlags flags = flags(SYNC_SEND, SYNC_TIME, AUTHORITATIVE, NON_AUTHORITATIVE, VALIDATE_SSL);
        FlagCheck check = FlagCheck.of(flags, 5000, 1000, true);
        assertThat(check.findings()).hasSize(8);
        assertThat(check.effective().sync()).isEqualTo(SyncKind.RECEIVE);
    }

    /** The table of useful values. */
    @ParameterizedTest
    @CsvSource({
        "303038464, 0x12100000, RECEIVE, MASTER, false, false",
        "305135616, 0x12300000, RECEIVE, MASTER, true, false",
        "305201152, 0x12310000, RECEIVE, MASTER, true, true",
        "556793856, 0x21300000, SEND, SLAVE, true, false",
        "70254592, 0x04300000, TIME, NONE, true, false",
        "305135631, 0x1230000f, RECEIVE, MASTER, true, false"
    })
    void usefulValuesMeanWhatTheTableSays(
            int decimal, String hex, SyncKind sync, Authority authority, boolean writable, boolean binary) {
        LinkFlags flags = new LinkFlags(decimal);
        assertThat(decimal).isEqualTo(Integer.decode(hex));
        assertThat(flags.sync()).isEqualTo(sync);
        assertThat(flags.authority()).isEqualTo(authority);
        assertThat(flags.has(READABLE)).isTrue();
        assertThat(flags.has(WRITABLE)).isEqualTo(writable);
        assertThat(flags.has(USE_BINARY)).isEqualTo(binary);
        assertThat(flags.unknownBits()).isZero();
        assertThat(FlagCheck.of(flags, 1000, 5000, true).findings()).isEmpty();
    }

    @Test
    void theLastUsefulValueIsValidatedSecureWebSocket() {
        assertThat(new LinkFlags(305135631))
                .isEqualTo(flags(
                        USE_SSL,
                        USE_WEBSOCKET,
                        VALIDATE_SSL,
                        VALIDATE_HOST,
                        READABLE,
                        WRITABLE,
                        SYNC_RECV,
                        AUTHORITATIVE));
    }

    @Test
    void noTwoFlagsShareABit() {
        int all = 0;
        for (LinkFlag flag : LinkFlag.values()) {
            assertThat(Integer.bitCount(flag.bit())).isEqualTo(1);
            assertThat(all & flag.bit()).as("%s", flag).isZero();
            all |= flag.bit();
        }
        assertThat(LinkFlag.values()).hasSize(17);
    }

    @Test
    void flagsAreShownAsTheyAreWritten() {
        assertThat(new LinkFlags(0x12100000)).hasToString("0x12100000 (READABLE, SYNC_RECV, AUTHORITATIVE)");
        assertThat(new LinkFlags(0x80100000)).hasToString("0x80100000 (READABLE, 0x80000000)");
        assertThat(flags(READABLE, WRITABLE).without(WRITABLE)).isEqualTo(flags(READABLE));
    }
}
