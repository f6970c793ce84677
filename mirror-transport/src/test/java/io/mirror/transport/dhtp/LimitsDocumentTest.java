package io.mirror.transport.dhtp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.codec.dhtp.DhtpLimits;
import io.mirror.core.hub.ChangeHistory;
import io.mirror.core.hub.DomainModel;
import io.mirror.core.hub.MemoryBudget;
import io.mirror.core.hub.PeerKnowledge;
import io.mirror.core.hub.PointHub;
import io.mirror.core.hub.QueueOptions;
import io.mirror.core.link.LinkConfig;
import io.mirror.core.link.LinkOptions;
import io.mirror.core.link.MirrorSession;
import io.mirror.core.link.ReconnectPolicy;
import io.mirror.core.point.PointName;
import io.mirror.transport.TlsOptions;
import io.mirror.transport.access.LoginThrottle;
import io.mirror.transport.websocket.WebSocketOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/limits.md} says what the code does. */
class LimitsDocumentTest {
    private static final Path ROOT = Path.of("..");

    private static String document() throws IOException {
        return Files.readString(ROOT.resolve("docs/limits.md"));
    }

    private static String number(long value) {
        return value < 10_000 ? Long.toString(value) : String.format(Locale.ROOT, "%,d", value);
    }

    private static String binary(long bytes) {
        return bytes % (1 << 20) == 0 ? (bytes >> 20) + " MiB" : (bytes >> 10) + " KiB";
    }

    private static String seconds(Duration time) {
        return time.toSeconds() + " s";
    }

    @Test
    void theDefaultsAreThoseOfTheCode() throws IOException {
        ListenerLimits listener = ListenerLimits.defaults();
        LinkOptions link = LinkOptions.defaults();
        DhtpLimits decoder = DhtpLimits.DEFAULT;
        Map<String, String> rows = new LinkedHashMap<>();
        rows.put("connections at a time", number(listener.maxConnections()));
        rows.put("connections of one address before login", number(listener.maxUnauthenticatedPerAddress()));
        rows.put("time to the first byte, and from it to the first message", seconds(listener.firstMessageTimeout()));
        rows.put("least rate before login", listener.minBytesPerSecond() + " bytes/s over 10 s");
        rows.put("login when one is required", link.loginTimeoutMillis() / 1000 + " s");
        rows.put(
                "free wrong logins of an address and user",
                LoginThrottle.FREE_FAILURES + " in " + LoginThrottle.WINDOW_MILLIS / 1000 + " s, then "
                        + LoginThrottle.FIRST_DELAY_MILLIS + " ms doubling to " + LoginThrottle.MAX_DELAY_MILLIS / 1000
                        + " s");
        rows.put(
                "addresses and users whose wrong logins are remembered",
                number(LoginThrottle.MAX_PAIRS) + ", then the one unused for longest is forgotten");
        rows.put("initial transfers at a time", number(MirrorMaster.DEFAULT_MAX_TRANSFERS));
        rows.put("peer that takes nothing and sends nothing", seconds(MirrorMaster.DEFAULT_DEAD_PEER_LIMIT));
        rows.put("connecting", seconds(MirrorSlave.DEFAULT_CONNECT_TIMEOUT));
        rows.put("TLS handshake", seconds(TlsOptions.DEFAULT_HANDSHAKE_TIMEOUT));
        rows.put("WebSocket upgrade", seconds(WebSocketOptions.DEFAULT_UPGRADE_TIMEOUT));
        rows.put("capabilities of the master", link.capsTimeoutMillis() + " ms, then interoperable");
        rows.put("end of a foreign master's transfer", link.syncSettleMillis() + " ms after its last point");
        rows.put("silence", LinkConfig.DEFAULT_TIMEOUT_MILLIS + " ms");
        rows.put("silence over WebSocket", number(LinkConfig.DEFAULT_WEBSOCKET_TIMEOUT_MILLIS) + " ms");
        rows.put(
                "wait otherwise",
                "random, " + ReconnectPolicy.DEFAULT_FIRST.toMillis() + " ms to a bound that doubles from "
                        + 2 * ReconnectPolicy.DEFAULT_FIRST.toMillis() + " ms to "
                        + seconds(ReconnectPolicy.DEFAULT_LONGEST));
        rows.put(
                "failures in a row that make a link `failing`",
                LinkStatus.FAILING_ATTEMPTS + ", and it goes on trying");
        rows.put("points of a hub", number(PointHub.DEFAULT_MAX_POINTS));
        rows.put("old values of one point for a slow peer", number(QueueOptions.DEFAULT_PER_POINT_DEPTH));
        rows.put("old values of all points for a slow peer", number(QueueOptions.DEFAULT_TOTAL_DEPTH));
        rows.put("bytes of text in old values", binary(QueueOptions.DEFAULT_MAX_TEXT_BYTES));
        rows.put(
                "old values and their text of all links of an endpoint",
                binary(MemoryBudget.DEFAULT_BYTES) + ", then the newest of each point alone");
        rows.put("malformed or unknown messages in a minute", link.malformedPerMinute() + ", then the link ends");
        rows.put("new points in a minute", number(link.newNamesPerMinute()));
        rows.put("longest line to a foreign peer", number(link.maxForeignLineBytes()) + " bytes");
        rows.put("longest line to a peer of this library", binary(LinkOptions.NATIVE_LINE_BYTES));
        rows.put("longest line to an embedded server", binary(LinkOptions.EMBEDDED_LINE_BYTES));
        rows.put(
                "model and metadata of a domain",
                number(DomainModel.MAX_ENTRIES) + " entries, " + binary(DomainModel.MAX_CHARS) + " characters");
        rows.put("stamps that count with SYNC_TIME", number(link.maxAheadMillis()) + " ms ahead of the master's clock");
        rows.put("removed points that are remembered for a delta", number(ChangeHistory.REMEMBERED_REMOVALS));
        rows.put("peers whose changes are remembered for a delta", number(PeerKnowledge.MAX_ENTRIES));
        rows.put("fastest beat that a peer may ask for", MirrorSession.MIN_BEAT_MILLIS + " ms");
        rows.put("text line", binary(decoder.maxLineBytes()) + ", then discarded up to its end");
        rows.put("nesting", number(decoder.maxDepth()));
        rows.put("items of a message", number(decoder.maxItems()));
        rows.put("binary frame", binary(decoder.maxFrameBytes()) + ", then the link ends");
        rows.put("names remembered for a connection", number(decoder.maxNames()));
        rows.put("bytes of these names", binary(decoder.maxNameBytes()));
        rows.put("domain", PointName.MAX_DOMAIN_BYTES + " bytes");
        rows.put("name", PointName.MAX_NAME_BYTES + " bytes");
        rows.put("frame", binary(WebSocketOptions.DEFAULT_MAX_FRAME_BYTES));
        rows.put("message", binary(WebSocketOptions.DEFAULT_MAX_MESSAGE_BYTES));
        rows.put("fragments of a message", number(WebSocketOptions.DEFAULT_MAX_FRAGMENTS));
        String document = document();
        rows.forEach((limit, value) -> assertThat(document).contains("\n| " + limit + " | " + value + " | "));
    }

    @Test
    void everyLimitHasADefaultASetterAReportAndATest() throws IOException {
        List<String> rows = document()
                .lines()
                .filter(line -> line.startsWith("| ") && !line.startsWith("| limit |"))
                .toList();
        assertThat(rows).hasSizeGreaterThan(70).allSatisfy(row -> {
            List<String> cells = List.of(row.substring(1, row.length() - 1).split("\\|", -1));
            assertThat(cells).hasSize(5).allSatisfy(cell -> assertThat(cell).isNotBlank());
            assertThat(cells.get(4)).matches(" (`[A-Za-z]+Test`|S-[A-Z]+-[0-9]+) ");
        });
    }

    @Test
    void everyNamedTestExists() throws IOException {
        Set<String> tests = new TreeSet<>();
        Matcher names = Pattern.compile("\\| (`([A-Za-z]+Test)`|(S-[A-Z]+-[0-9]+)) \\|\n")
                .matcher(document());
        while (names.find()) {
            tests.add(names.group(2) == null ? "@Tag(\"" + names.group(3) + "\")" : "class " + names.group(2) + " {");
        }
        assertThat(tests).hasSizeGreaterThan(20);
        StringBuilder sources = new StringBuilder();
        for (String module : new String[] {"mirror-core", "mirror-codec", "mirror-transport"}) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/test/java"))) {
                for (Path file : files.filter(path -> path.toString().endsWith("Test.java"))
                        .toList()) {
                    sources.append(Files.readString(file));
                }
            }
        }
        String all = sources.toString();
        for (String test : tests) {
            assertThat(all.contains(test)).as(test).isTrue();
        }
    }
}
