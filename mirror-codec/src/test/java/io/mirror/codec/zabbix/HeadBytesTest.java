package io.mirror.codec.zabbix;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.codec.Seeds;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A usual packet of history is read without a JSON parser: nobody may notice. */
class HeadBytesTest {
    private static final ZabbixCodec CODEC = new ZabbixCodec(ZabbixLimits.DEFAULT.withMaxStringChars(40));
    private static final String[] TEXTS = {"request", "session", "version", "host"};
    private static final String[] NUMBERS = {"clock", "ns", "more"};
    private static final String[] ODD_NAMES = {
        "", "hosts", "\\u0068ost", "n", "proxy_delay", "response", "x", "history data", "tasks", "data", "é"
    };
    private static final String[] USUAL_TEXTS = {"", "proxy data", "6.0.14", "0123456789abcdef0123456789abcdef"};
    private static final String[] USUAL_NUMBERS = {"0", "1", "\"12\"", "\"007\"", "1760000100", "123456789012345678"};
    private static final String[] ODD_VALUES = {
        "-1",
        "01",
        "1.5",
        "1e3",
        "9999999999999999999",
        "null",
        "true",
        "[]",
        "{}",
        "[{\"itemid\":1}]",
        "nul",
        "1a",
        "\"",
        "\"a\\n\"",
        "\"ä\"",
        "\"\\x\"",
        "\"\u0001\"",
        "\"\"\"",
        "",
        "5]",
        "\"a\"]",
        "\"" + "x".repeat(41) + "\""
    };
    private static final String[] ROWS = {
        "", "{\"itemid\":1}", "{\"itemid\":1,\"value\":\"a\"},{\"itemid\":2}", " {\"itemid\":1} ", "{\"itemid\":1},",
        "{\"itemid\":1},{\"x\":[],\"itemid\":2}", "{\"x\":[],\"itemid\":2},{\"itemid\":3}", "{}", "7", "{\"itemid\":[}"
    };

    private static <T> T any(SplittableRandom random, T[] choices) {
        return choices[random.nextInt(choices.length)];
    }

    private static String member(SplittableRandom random, int oddness) {
        boolean text = random.nextBoolean();
        String name = any(random, random.nextInt(100) < oddness ? ODD_NAMES : text ? TEXTS : NUMBERS);
        String usual = text ? "\"" + any(random, USUAL_TEXTS) + "\"" : any(random, USUAL_NUMBERS);
        String value = random.nextInt(100) < oddness ? any(random, ODD_VALUES) : usual;
        String blank = random.nextInt(100) < oddness ? " " : "";
        return blank + "\"" + name + "\":" + blank + value;
    }

    private static String message(SplittableRandom random, int oddness) {
        StringBuilder text = new StringBuilder("{");
        for (int i = random.nextInt(5); i > 0; i--) {
            text.append(member(random, oddness)).append(',');
        }
        String rows = any(random, oddness == 0 ? Arrays.copyOf(ROWS, 3) : ROWS);
        text.append("\"history data\":[").append(rows).append(']');
        for (int i = random.nextInt(4); i > 0; i--) {
            text.append(',').append(member(random, oddness));
        }
        return text + "}"
                + (random.nextInt(100) < oddness ? any(random, new String[] {" ", "\n", "\0", "x", "}"}) : "");
    }

    /** What is read of a body: rows, head, and how it ended. */
    private static List<String> read(byte[] body, int shift, IntUnaryOperator piece) {
        byte[] frame = ByteBuffer.allocate(13 + body.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put("ZBXD\u0001".getBytes(StandardCharsets.US_ASCII))
                .putInt(body.length)
                .putInt(0)
                .put(body)
                .array();
        List<String> lines = new ArrayList<>();
        MessageListener rows = new MessageListener() {
            @Override
            public void onHistory(HistoryRow row) {
                lines.add(row.toString());
            }

            @Override
            public void onRowProblem(RowProblem problem) {
                lines.add(problem.toString());
            }
        };
        try (MessageDecoder decoder = CODEC.newDecoder(rows)) {
            String end;
            try {
                int from = 0;
                while (from < frame.length) {
                    int length = Math.min(Math.max(1, piece.applyAsInt(from)), frame.length - from);
                    decoder.decode(Unpooled.wrappedBuffer(frame, from, length));
                    from += length;
                }
                end = "complete";
            } catch (ZabbixDecodeException e) {
                end = e.reason() + " " + (e.offset() - shift) + " " + e.detail();
            }
            ProxyMessage head = decoder.head();
            lines.add(String.join(
                    " ",
                    head.request() + " " + head.session() + " " + head.version() + " " + head.host(),
                    head.more() + " " + head.clock() + " " + head.ns() + " " + head.proxyDelay(),
                    head.response() + " " + head.other() + " " + head.dataPresent()));
            lines.add(end);
        }
        return lines;
    }

    /** A blank behind the first brace makes a message unusual. */
    private static List<String> byParser(byte[] body) {
        byte[] unusual = new byte[body.length + 1];
        unusual[0] = body[0];
        unusual[1] = ' ';
        System.arraycopy(body, 1, unusual, 2, body.length - 1);
        return read(unusual, 1, from -> Integer.MAX_VALUE);
    }

    /** How far a broken message was read, and what is said of it, depends on how its input is cut. */
    private static List<String> inPieces(List<String> whole) {
        int rows = whole.size() - 2;
        String end = whole.get(rows + 1);
        List<String> result = new ArrayList<>(whole.subList(0, rows));
        result.addAll(end.equals("complete") ? whole.subList(rows, rows + 2) : List.of(end.split(" ", 2)[0]));
        return result;
    }

    private static void agrees(byte[] body, SplittableRandom random) {
        List<String> expected = byParser(body);
        String shown = Seeds.describe() + ": " + new String(body, StandardCharsets.UTF_8);
        assertThat(read(body, 0, from -> Integer.MAX_VALUE)).as(shown).isEqualTo(expected);
        List<String> cut = inPieces(expected);
        assertThat(inPieces(read(body, 0, from -> 1))).as(shown).isEqualTo(cut);
        // The frame's header, and then all of the body but for an end of some length.
        int last = random.nextInt(1, 60);
        assertThat(inPieces(read(body, 0, from -> from == 0 ? 13 + body.length - last : last)))
                .as(shown)
                .isEqualTo(cut);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 20})
    void whatIsReadWithoutTheParserIsWhatTheParserReads(int oddness) {
        SplittableRandom random = Seeds.random();
        for (int i = 0; i < 500; i++) {
            agrees(message(random, oddness).getBytes(StandardCharsets.UTF_8), random);
        }
    }

    @Test
    void damagedMessagesAreRefusedWhereTheParserRefusesThem() {
        SplittableRandom random = Seeds.random();
        byte[] damage = "\"\\{}[]:,0-. \n\u0001".getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < 1_000; i++) {
            byte[] body = message(random, 1).getBytes(StandardCharsets.UTF_8);
            int at = random.nextInt(1, body.length);
            if (random.nextBoolean()) {
                body[at] = any(random, new Byte[] {damage[random.nextInt(damage.length)], (byte) random.nextInt(128)});
            } else {
                body = Arrays.copyOf(body, at);
            }
            agrees(body, random);
        }
    }

    @Test
    void aUsualMessageIsReadCutAnywhere() {
        String usual = "{\"request\":\"proxy data\",\"host\":\"p\",\"session\":\"0123\",\"history data\":["
                + "{\"id\":1,\"itemid\":12,\"clock\":1760000000,\"ns\":123456789,\"value\":\"1.25\"},"
                + "{\"id\":2,\"itemid\":345,\"clock\":1760000001,\"ns\":7,\"value\":\"\"}"
                + "],\"more\":1,\"version\":\"6.0.14\",\"clock\":1760000100,\"ns\":1}";
        byte[] body = usual.getBytes(StandardCharsets.UTF_8);
        List<String> expected = byParser(body);
        assertThat(expected).hasSize(4).last().isEqualTo("complete");
        for (int first = 1; first < 13 + body.length; first++) {
            int length = first;
            assertThat(read(body, 0, from -> from == 0 ? length : body.length)).isEqualTo(expected);
        }
    }
}
