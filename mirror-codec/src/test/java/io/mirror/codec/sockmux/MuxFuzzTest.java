package io.mirror.codec.sockmux;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Any octets: no failure but the documented one, the same frames however they are cut, an encoder that agrees. */
class MuxFuzzTest {

    @FuzzTest(maxDuration = "30s")
    void anyInputGivesTheSameFramesHoweverItIsCut(byte[] input) {
        List<String> whole = events(input, Math.max(1, input.length));
        for (int size : new int[] {1, 2, 7, 64}) {
            assertThat(events(input, size)).isEqualTo(whole);
        }
    }

    private static List<String> events(byte[] input, int size) {
        List<String> events = new ArrayList<>();
        MuxDecoder decoder = new MuxDecoder(false);
        MuxEncoder encoder = new MuxEncoder();
        ByteBuf buffer = Unpooled.buffer();
        ByteBuf again = Unpooled.buffer();
        try {
            for (int from = 0; from < input.length; from += size) {
                buffer.writeBytes(input, from, Math.min(size, input.length - from));
                decoder.decode(buffer, (header, payload) -> {
                    events.add(header + " " + ByteBufUtil.hexDump(payload));
                    if (header.version() == FrameHeader.VERSION) {
                        encoder.write(again, header.type(), header.said(), header.raid(), payload);
                        int at = (int) header.offset();
                        int to = at + FrameHeader.LENGTH + header.length();
                        assertThat(ByteBufUtil.getBytes(again)).isEqualTo(Arrays.copyOfRange(input, at, to));
                        again.clear();
                    }
                    MuxText.count(payload);
                    KeyOffer.read(payload);
                    ConnectText.read(payload).ifPresent(text -> {
                        text.remoteAddress();
                        text.localAddress();
                    });
                });
            }
        } catch (MuxDecodeException e) {
            events.add(e.getMessage());
        } finally {
            buffer.release();
            again.release();
        }
        return events;
    }
}
