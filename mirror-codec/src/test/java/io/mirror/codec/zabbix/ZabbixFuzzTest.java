package io.mirror.codec.zabbix;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.mirror.codec.zabbix.ZabbixDecodeException.Reason;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.stream.Stream;

/** Any bytes: no failure but the documented one, the same rows however they are cut, and those that the parser reads. */
class ZabbixFuzzTest {
    private static final int FLAGS_AT = 4;
    private static final int COMPRESSED = 2;
    private static final List<String> REASONS =
            Stream.of(Reason.values()).map(Reason::toString).toList();

    @FuzzTest(maxDuration = "10s")
    void rowsAreReadAsTheParserReadsThem(byte[] rows) {
        List<String> expected = Reading.byParser(rows);
        assertThat(Reading.of(rows)).isEqualTo(expected);
        for (int size : new int[] {1, 2, 7, 64}) {
            assertThat(Reading.inPieces(rows, from -> size)).isEqualTo(Reading.withoutOffset(expected));
        }
    }

    @FuzzTest(maxDuration = "10s")
    void anyStreamIsAMessageOrRefused(byte[] stream) {
        String whole = outcome(stream, Math.max(1, stream.length));
        for (int size : new int[] {1, 2, 7, 64}) {
            String cut = outcome(stream, size);
            if (isCompressed(stream) && REASONS.contains(whole)) {
                // What was inflated before the damage may be refused before it, for another reason.
                assertThat(cut).isIn(REASONS);
            } else {
                assertThat(cut).isEqualTo(whole);
            }
        }
    }

    private static boolean isCompressed(byte[] stream) {
        return stream.length > FLAGS_AT && (stream[FLAGS_AT] & COMPRESSED) != 0;
    }

    private static String outcome(byte[] stream, int size) {
        MessageCollector rows = new MessageCollector(1_000);
        try (MessageDecoder decoder = new ZabbixCodec(ZabbixLimits.DEFAULT).newDecoder(rows)) {
            boolean complete = false;
            for (int from = 0; from < stream.length && !complete; from += size) {
                complete = decoder.decode(Unpooled.wrappedBuffer(stream, from, Math.min(size, stream.length - from)));
            }
            decoder.end();
            return complete ? rows.finish(decoder.head()).toString() : "incomplete";
        } catch (ZabbixDecodeException e) {
            return e.reason().toString();
        }
    }
}
