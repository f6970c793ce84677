package io.mirror.codec.sockmux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mirror.core.access.Secret;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Text payloads, with everything a careless or hostile peer may write into them. */
class TextTest {

    private static ByteBuf octets(String latin1) {
        return Unpooled.wrappedBuffer(latin1.getBytes(StandardCharsets.ISO_8859_1));
    }

    @ParameterizedTest
    @CsvSource({
        "14, 14",
        "1, 1",
        "98304, 98304",
        "999999999999999999, 999999999999999999",
        "0, -1",
        "-1, -1",
        "'', -1",
        "' 1', -1",
        "1x, -1",
        "+1, -1",
        "9999999999999999999, -1",
        "4294967296, 4294967296",
        "x, -1",
        "00, -1",
        "007, 7"
    })
    void onlyPositiveNumbersCount(String text, long count) {
        assertThat(MuxText.count(octets(text))).isEqualTo(count);
        assertThat(MuxText.count(octets(text + "\0"))).isEqualTo(count);
        assertThat(MuxText.count(octets(text + "\0" + "99"))).isEqualTo(count);
    }

    @Test
    void textEndsAtTheNulOrThePayload() {
        assertThat(MuxText.read(octets("abc"), 63)).isEqualTo("abc");
        assertThat(MuxText.read(octets("abc\0def"), 63)).isEqualTo("abc");
        assertThat(MuxText.read(octets("a".repeat(500)), 63)).isEqualTo("a".repeat(63));
        assertThat(MuxText.read(octets(""), 63)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:80, 127.0.0.1, 80, 127.0.0.1:80",
        "__1:21013, ::1, 21013, __1:21013",
        "[::1]:7, ::1, 7, __1:7",
        "fe80::1:22, fe80::1, 22, fe80__1:22",
        "2001_db8__5:65535, 2001:db8::5, 65535, 2001_db8__5:65535",
        "my_host_name:9, my_host_name, 9, my_host_name:9",
        "host:0, host, 0, host:0"
    })
    void addressesAreReadInEveryNotation(String word, String host, int port, String written) {
        assertThat(MuxAddress.parse(word)).contains(new MuxAddress(host, port));
        assertThat(new MuxAddress(host, port)).hasToString(written);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":", "host", ":80", "host:", "host:x", "host:65536", "host:999999", "host:-1"})
    void whatIsNoAddressIsNone(String word) {
        assertThat(MuxAddress.parse(word)).isEmpty();
    }

    @Test
    void missingWordsAreEmpty() {
        assertThat(ConnectText.read(octets(""))).contains(new ConnectText("", "", ""));
        assertThat(ConnectText.read(octets("\0"))).contains(new ConnectText("", "", ""));
        assertThat(ConnectText.read(octets("1"))).contains(new ConnectText("1", "", ""));
        assertThat(ConnectText.read(octets("1 a:1\0"))).contains(new ConnectText("1", "a:1", ""));
        assertThat(ConnectText.read(octets("  1   a:1   b:2 c:3 d\0"))).contains(new ConnectText("1", "a:1", "b:2"));
    }

    @Test
    void dataBehindTheTextStaysReadable() {
        ByteBuf payload = octets("1 a:1 b:2\0data\0more");
        assertThat(ConnectText.read(payload)).isPresent();
        assertThat(payload.toString(StandardCharsets.ISO_8859_1)).isEqualTo("data\0more");
        ByteBuf without = octets("1 a:1 b:2");
        assertThat(ConnectText.read(without)).isPresent();
        assertThat(without.isReadable()).isFalse();
    }

    @Test
    void wordsThatAreTooLongOrHaveControlCharactersAreRefused() {
        String longest = "x".repeat(ConnectText.MAX_WORD);
        assertThat(ConnectText.read(octets(longest + " " + longest + " " + longest + "\0")))
                .isPresent();
        assertThat(ConnectText.read(octets("1 x" + longest + " b:2\0"))).isEmpty();
        assertThat(ConnectText.read(octets("1 a\n:1 b:2\0"))).isEmpty();
        assertThat(ConnectText.read(octets("1 a:1 b\u001b[2J\0"))).isEmpty();
        assertThat(ConnectText.read(octets("1 a:1 b\u0085\0"))).isEmpty();
        assertThat(ConnectText.read(octets("y".repeat(16384)))).isEmpty();
    }

    @Test
    void credentialsAreWrittenAsRecorded() {
        ByteBuf out = Unpooled.buffer();
        new MuxEncoder().writeCredentials(out, "alice", Secret.of("wonder"));
        assertThat(ByteBufUtil.hexDump(out)).isEqualTo("030a00ff00ff000f" + "0401616c6963653a776f6e64657200");
    }

    @Test
    void acknowledgementsLookLikeTheExampleInTheProtocolDocument() {
        ByteBuf out = Unpooled.buffer();
        new MuxEncoder().writeText(out, FrameType.SENT, 3, 3, "14");
        assertThat(ByteBufUtil.hexDump(out)).isEqualTo("0346000300030003313400");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 9, 10, 99, 100, 16376, 81912, 4294967295L, Long.MAX_VALUE})
    void aCountIsWrittenAsItsDigits(long count) {
        ByteBuf asText = Unpooled.buffer();
        ByteBuf asCount = Unpooled.buffer(1);
        new MuxEncoder().writeText(asText, FrameType.SENT, 3, 4, Long.toString(count));
        new MuxEncoder().writeCount(asCount, FrameType.SENT, 3, 4, count);
        assertThat(asCount).isEqualTo(asText);
        assertThatThrownBy(() -> new MuxEncoder().writeCount(asCount, FrameType.SENT, 3, 4, -1 - count))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theDecoderSaysHowMuchItNeeds() {
        ByteBuf frame = Unpooled.buffer();
        new MuxEncoder().write(frame, FrameType.SEND, 3, 4, Unpooled.wrappedBuffer(new byte[100]));
        MuxDecoder decoder = new MuxDecoder(false);
        int[] frames = {0};
        for (int length : new int[] {8, 100, 8, 100}) {
            assertThat(decoder.wanted()).isEqualTo(length);
            assertThat(decoder.decode(frame.slice(length == 8 ? 0 : 8, length - 1), (header, payload) -> frames[0]++))
                    .isZero();
            decoder.decode(frame.slice(length == 8 ? 0 : 8, length), (header, payload) -> frames[0]++);
        }
        assertThat(frames[0]).isEqualTo(2);
    }
}
