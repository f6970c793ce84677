package io.mirror.codec.zabbix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every recorded frame, both directions, however it is cut. */
class VectorTest {
    /** Frames that are well formed, but whose body is no message. */
    private static final Set<String> BAD_BODIES = Set.of(
            "active-json-broken",
            "active-json-not-object",
            "active-json-trailing-garbage",
            "active-json-whitespace",
            "frame-bomb-honest",
            "poll-badjson");

    private static final ZabbixCodec CODEC = new ZabbixCodec(ZabbixLimits.DEFAULT);

    static Stream<Vectors.Step> good() throws IOException {
        return Vectors.all().stream().filter(Vectors.Step::decodes);
    }

    static Stream<Vectors.Step> messages() throws IOException {
        return good().filter(step -> !(step.isRequest() && BAD_BODIES.contains(step.id())) && step.json() != null);
    }

    static Stream<Vectors.Step> bad() throws IOException {
        return Vectors.all().stream().filter(step -> !step.decodes());
    }

    @Test
    void theVectorsAreThere() throws IOException {
        assertThat(Vectors.all()).hasSizeGreaterThan(260);
        assertThat(bad()).hasSizeGreaterThanOrEqualTo(13);
    }

    @ParameterizedTest
    @MethodSource("good")
    void everyFrameGivesItsBodyHoweverItIsCut(Vectors.Step step) {
        byte[] frame = step.frame();
        byte[] expected = step.json() == null ? body(frame, frame.length) : step.json();
        assertThat(body(frame, frame.length)).isEqualTo(expected);
        assertThat(body(frame, 1)).isEqualTo(expected);
        for (int cut = 1; cut < frame.length; cut += frame.length > 2_000 ? 37 : 1) {
            FrameDecoder decoder = new FrameDecoder(ZabbixLimits.DEFAULT);
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            FrameDecoder.BodySink sink = (bytes, from, to) -> body.write(bytes, from, to - from);
            assertThat(decoder.decode(Unpooled.wrappedBuffer(frame, 0, cut), sink))
                    .isFalse();
            assertThat(decoder.decode(Unpooled.wrappedBuffer(frame, cut, frame.length - cut), sink))
                    .isTrue();
            assertThat(body.toByteArray()).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @MethodSource("messages")
    void everyMessageIsReadAndWrittenAsTheSameTree(Vectors.Step step) throws IOException {
        ProxyMessage message = decode(step.frame(), step.frame().length);
        Object expected = Trees.canonical(Trees.parse(step.json()));
        for (int size : new int[] {1, 2, 3, 7, 99}) {
            assertThat(tree(decode(step.frame(), size))).isEqualTo(tree(message));
        }
        if (message.problems().isEmpty()) {
            assertThat(tree(message)).isEqualTo(expected);
        }
        for (boolean compress : new boolean[] {false, true}) {
            ByteBuf out = Unpooled.buffer();
            CODEC.encode(message, compress, out);
            byte[] bytes = new byte[out.readableBytes()];
            out.readBytes(bytes);
            assertThat(tree(decode(bytes, bytes.length))).isEqualTo(tree(message));
        }
    }

    @ParameterizedTest
    @MethodSource("good")
    void everyBodyGoesThroughAllFormsOfTheFrame(Vectors.Step step) {
        byte[] body = body(step.frame(), step.frame().length);
        for (int flags : new int[] {1, 3, 5, 7}) {
            if (flags != 1 && flags != 5 && body.length == 0) {
                continue;
            }
            ByteBuf out = Unpooled.buffer();
            FrameEncoder.encode(Unpooled.wrappedBuffer(body), flags, out);
            byte[] bytes = new byte[out.readableBytes()];
            out.readBytes(bytes);
            assertThat(body(bytes, 13)).isEqualTo(body);
        }
    }

    @ParameterizedTest
    @MethodSource("bad")
    @Tag("S-LEN-5")
    void everyMalformedFrameIsRefusedHoweverItIsCut(Vectors.Step step) {
        for (int size : new int[] {step.frame().length, 1, 7}) {
            assertThatThrownBy(() -> oneFrame(step.frame(), size)).isInstanceOf(ZabbixDecodeException.class);
        }
    }

    @ParameterizedTest
    @MethodSource("badBodies")
    void everyBodyThatIsNoMessageIsRefused(Vectors.Step step) {
        assertThatThrownBy(() -> decode(step.frame(), step.frame().length)).isInstanceOf(ZabbixDecodeException.class);
        assertThatThrownBy(() -> decode(step.frame(), 1)).isInstanceOf(ZabbixDecodeException.class);
    }

    static Stream<Vectors.Step> badBodies() throws IOException {
        return good().filter(step -> step.isRequest() && BAD_BODIES.contains(step.id()));
    }

    private static void oneFrame(byte[] bytes, int size) {
        FrameDecoder decoder = new FrameDecoder(ZabbixLimits.DEFAULT);
        boolean complete = false;
        for (int from = 0; from < bytes.length; from += size) {
            ByteBuf in = Unpooled.wrappedBuffer(bytes, from, Math.min(size, bytes.length - from));
            complete = decoder.decode(in, (body, start, end) -> {});
            if (complete && (in.isReadable() || from + size < bytes.length)) {
                throw new ZabbixDecodeException(ZabbixDecodeException.Reason.TRAILING_BYTES, from, "");
            }
        }
        decoder.end();
        assertThat(complete).isTrue();
    }

    private static byte[] body(byte[] frame, int size) {
        FrameDecoder decoder = new FrameDecoder(ZabbixLimits.DEFAULT);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        boolean complete = false;
        for (int from = 0; from < frame.length; from += size) {
            assertThat(complete).isFalse();
            complete = decoder.decode(
                    Unpooled.wrappedBuffer(frame, from, Math.min(size, frame.length - from)),
                    (bytes, start, end) -> body.write(bytes, start, end - start));
        }
        assertThat(complete).isTrue();
        return body.toByteArray();
    }

    static ProxyMessage decode(byte[] frame, int size) {
        MessageCollector rows = new MessageCollector(100_000);
        try (MessageDecoder decoder = CODEC.newDecoder(rows)) {
            boolean complete = false;
            for (int from = 0; from < frame.length; from += size) {
                complete = decoder.decode(Unpooled.wrappedBuffer(frame, from, Math.min(size, frame.length - from)));
            }
            assertThat(complete).isTrue();
            return rows.finish(decoder.head());
        }
    }

    static Object tree(ProxyMessage message) throws IOException {
        ByteBuf out = Unpooled.buffer();
        CODEC.encode(message, false, out);
        byte[] body = new byte[out.readableBytes() - 13];
        out.getBytes(13, body);
        return Trees.canonical(Trees.parse(body));
    }

    @Test
    void membersStandInTheOrderOfTheDaemons() throws IOException {
        List<String> verbatim = List.of(
                "real-active-config",
                "real-active-data-history-one",
                "real-active-data-history-unsupported",
                "real-active-data-discovery",
                "real-active-data-autoregistration",
                "real-active-tasks-handed-out",
                "real-active-tasks-results",
                "real-active-task-item-test",
                "real-passive-config",
                "active-err-data-passive-proxy",
                "active-config-rich",
                "c64-active-config-full",
                "c64-active-config-incremental",
                "c64-passive-config",
                "c50-active-data-host-availability");
        int compared = 0;
        for (Vectors.Step step : messages().toList()) {
            if (verbatim.contains(step.id())) {
                ByteBuf out = Unpooled.buffer();
                CODEC.encode(decode(step.frame(), step.frame().length), false, out);
                assertThat(out.toString(13, out.readableBytes() - 13, java.nio.charset.StandardCharsets.UTF_8))
                        .as(step.toString())
                        .isEqualTo(new String(step.json(), java.nio.charset.StandardCharsets.UTF_8));
                compared++;
            }
        }
        assertThat(compared).isEqualTo(32);
    }
}
