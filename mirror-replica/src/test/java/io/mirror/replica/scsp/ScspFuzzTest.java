package io.mirror.replica.scsp;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Any text where a header value, a target, an address, a record or a result is expected: a value or its own error. */
class ScspFuzzTest {
    private static final List<String> WORDS = List.of(
            "/",
            "http://",
            "a:80",
            "?",
            "&",
            "=",
            "%41",
            "%",
            "admin",
            "domain=",
            "bytes=",
            "-",
            "5",
            ",",
            "\"",
            "W/",
            "[",
            "]",
            "[Thu, 18 Apr 2013 15:10:40 GMT]",
            "deletable=no",
            "delete",
            "Remote cluster returned: ",
            "201",
            "Feed-1-Status: 0\r\n",
            "\n",
            "1366297840.592",
            "0123456789abcdef0123456789abcdef",
            "\u00e4",
            "::1");

    @FuzzTest(maxDuration = "60s")
    void anyBytes(byte[] input) {
        check(new String(input, StandardCharsets.ISO_8859_1));
        record(input);
    }

    @Test
    void randomWords() {
        long seed = Long.getLong("mirror.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int i = 0; i < 3_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int words = random.nextInt(8); words > 0; words--) {
                text.append(WORDS.get(random.nextInt(WORDS.size())));
            }
            try {
                check(text.toString());
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed + ": \"" + text + "\"", e);
            }
        }
    }

    @Test
    void recordThatDiffersInOneBitIsNotRead() throws CorruptObjectException {
        ObjectInfo info = info("Lifepoint", "[] deletable=no");
        byte[] good = ObjectRecords.write(info, "content.data");
        assertThat(ObjectRecords.read(good, "file").info()).isEqualTo(info);
        for (int bit = 0; bit < good.length * 8; bit++) {
            byte[] bad = good.clone();
            bad[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(record(bad)).as("bit %d", bit).isFalse();
        }
        for (int length = 0; length < good.length; length++) {
            assertThat(record(java.util.Arrays.copyOf(good, length))).isFalse();
        }
    }

    private static ObjectInfo info(String header, String value) {
        return new ObjectInfo(
                "n/example.com/b/a",
                ObjectKind.NAMED,
                "0".repeat(32),
                1_366_297_840_592L,
                "baker",
                5,
                "0".repeat(64),
                "",
                List.of(new ObjectHeader(header, value)));
    }

    private static boolean record(byte[] octets) {
        try {
            ObjectRecords.read(octets, "file");
            return true;
        } catch (CorruptObjectException e) {
            assertThat(e.getMessage()).contains("file");
            return false;
        }
    }

    private static void check(String text) {
        try {
            RequestTarget target = RequestTarget.parse(text);
            assertThat(target.segments().size()).isLessThanOrEqualTo(2);
            assertThat(target.flag("admin") && target.argument("admin").isEmpty())
                    .isFalse();
        } catch (MalformedHttpException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
        try {
            HostPort address = HostPort.parse(text);
            assertThat(HostPort.parse(address.toString())).isEqualTo(address);
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
        ByteRanges.parse(text, 1_000)
                .ifPresent(ranges -> ranges.forEach(range ->
                        assertThat(range.first()).isBetween(0L, range.last()).isLessThan(1_000)));
        assertThat(Conditions.matches(text, Optional.of("x"))).isNotNull();
        ScspText.parseVersion(text)
                .ifPresent(version -> assertThat(ScspText.parseVersion(ScspText.version(version)))
                        .contains(version));
        assertThat(ScspText.parseDate(text)).isNotNull();
        ScspText.percentDecode(text)
                .ifPresent(decoded -> assertThat(ScspText.percentDecode(ScspText.percentEncode(decoded)))
                        .contains(decoded));
        assertThat(SendResult.judge(200, text, text).outcome()).isNotNull();
        if (text.indexOf('\r') < 0 && text.indexOf('\n') < 0 && text.indexOf('\0') < 0) {
            assertThat(Lifepoints.inForce(info("Lifepoint", text), 0)).isNotNull();
        }
    }
}
