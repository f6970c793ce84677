package io.mirror.codec.plio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mirror.codec.Json;
import io.mirror.codec.Seeds;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The recorded values of the original, both ways, and everything it does not write. */
class PlioTest {
    private static final PlioLimits DEEP = new PlioLimits(2500, 1 << 20, 1_000_000);

    private static PlioValue typed(Object json) {
        Map<String, Object> map = Json.map(json);
        if (map.containsKey("num")) {
            return new PlioValue.Numeral(new BigInteger((String) map.get("num")));
        }
        if (map.containsKey("sym")) {
            return PlioValue.symbol((String) map.get("sym"));
        }
        if (map.containsKey("str")) {
            return PlioValue.text((String) map.get("str"));
        }
        if (map.containsKey("ext")) {
            PlioValue value = new PlioValue.External(((Long) map.get("file")).intValue(), (Long) map.get("obj"));
            assertThat(value).hasToString((String) map.get("ext"));
            return value;
        }
        if (map.containsKey("list")) {
            List<PlioValue> items =
                    Json.list(map.get("list")).stream().map(PlioTest::typed).toList();
            PlioValue tail = map.containsKey("tail") ? typed(map.get("tail")) : PlioValue.NIL;
            int cycle = map.containsKey("cycle") ? ((Long) map.get("cycle")).intValue() : -1;
            return items.isEmpty() ? PlioValue.NIL : new PlioValue.Cells(items, tail, cycle);
        }
        assertThat(map).containsKey("nil");
        return PlioValue.NIL;
    }

    static List<PlioValue> read(byte[] bytes, int size, PlioLimits limits) {
        List<PlioValue> values = new ArrayList<>();
        PlioReader reader = new PlioReader(limits, (offset, value) -> values.add(value));
        for (int from = 0; from < bytes.length; from += size) {
            reader.read(Unpooled.wrappedBuffer(bytes, from, Math.min(size, bytes.length - from)));
        }
        reader.end();
        return values;
    }

    private static byte[] write(PlioValue value) {
        ByteBuf out = Unpooled.buffer();
        PlioWriter.write(value, out);
        return ByteBufUtil.getBytes(out);
    }

    @Test
    void everyRecordedValueIsReadAndWrittenAsTheOriginalDoes() {
        List<Object> values =
                Json.list(Json.resource(PlioTest.class, "plio.json").get("values"));
        assertThat(values).hasSize(388);
        for (Object entry : values) {
            Map<String, Object> vector = Json.map(entry);
            byte[] bytes = ByteBufUtil.decodeHexDump((String) vector.get("hex"));
            PlioValue value = typed(vector.get("value"));
            assertThat(ByteBufUtil.hexDump(write(value)))
                    .as("%s", vector.get("text"))
                    .isEqualTo(vector.get("hex"));
            for (int size : new int[] {Math.max(1, bytes.length), 1, 2, 3, 64}) {
                assertThat(read(bytes, size, DEEP))
                        .as("%s in pieces of %d", vector.get("text"), size)
                        .containsExactly(value);
            }
            for (int cut = 1; cut < bytes.length && bytes.length < 2000; cut++) {
                List<PlioValue> got = new ArrayList<>();
                PlioReader reader = new PlioReader(DEEP, (offset, v) -> got.add(v));
                reader.read(Unpooled.wrappedBuffer(bytes, 0, cut));
                assertThatThrownBy(reader::end).isInstanceOf(PlioDecodeException.class);
                reader.read(Unpooled.wrappedBuffer(bytes, cut, bytes.length - cut));
                reader.end();
                assertThat(got).containsExactly(value);
            }
        }
    }

    @Test
    void whatNoEncoderWritesIsReadOrRefusedAsSpecified() {
        for (Object entry :
                Json.list(Json.resource(PlioTest.class, "plio-decode.json").get("items"))) {
            Map<String, Object> vector = Json.map(entry);
            byte[] bytes = ByteBufUtil.decodeHexDump((String) vector.get("hex"));
            String title = (String) vector.get("title");
            String expected = switch (title) {
                case "empty input" -> "[]";
                case "leading zero byte in a number", "many leading zeros" -> "[1]";
                case "negative zero" -> "[0]";
                case "two items in a row" -> "[1, 2]";
                case "list of NIL" -> "[(NIL)]";
                case "dotted NIL" -> "[(1)]";
                case "dot end = circular" -> "[(1 2 . #0)]";
                case "dot begin = circular tail" -> "[(1 2 3 . #1)]";
                case "invalid UTF-8" -> "[\"\uFFFD\uFFFDa\"]";
                case "over-long UTF-8" -> "[\"\uFFFD\uFFFD\"]";
                case "external symbol 1 byte", "external with leading zero byte" -> "[{1}]";
                case "external zero" -> "[{0}]";
                case "T as internal symbol" -> "[T]";
                case "NIL as internal symbol" -> "[NIL]";
                case "chunk lengths smaller than possible (63 + 1 + ...)" ->
                    "[\"" + "a".repeat(63) + "b\"]".replace("]", "");
                default -> "refused";
            };
            String got;
            try {
                List<PlioValue> values = read(bytes, Math.max(1, bytes.length), DEEP);
                if (title.startsWith("list nested")) {
                    assertThat(values).hasSize(1);
                    continue;
                }
                got = values.stream().map(PlioTest::text).toList().toString();
            } catch (PlioDecodeException e) {
                got = "refused";
            }
            if (title.startsWith("chunk")) {
                assertThat(got).as(title).startsWith("[\"aaaa");
            } else {
                assertThat(got).as(title).isEqualTo(expected);
            }
        }
    }

    private static String text(PlioValue value) {
        if (value instanceof PlioValue.Numeral number) {
            return number.value().toString();
        }
        if (value instanceof PlioValue.Symbol symbol) {
            return symbol.name();
        }
        if (value instanceof PlioValue.Text string) {
            return '"' + string.text() + '"';
        }
        if (value instanceof PlioValue.Cells cells) {
            StringBuilder out = new StringBuilder("(");
            cells.items()
                    .forEach(item -> out.append(out.length() > 1 ? " " : "").append(text(item)));
            if (cells.cycle() >= 0) {
                out.append(" . #").append(cells.cycle());
            } else if (cells.tail() != PlioValue.NIL) {
                out.append(" . ").append(text(cells.tail()));
            }
            return out.append(')').toString();
        }
        return value.toString().equals("VALUE") ? "NIL" : value.toString();
    }

    @ParameterizedTest
    @CsvSource({
        "02, a dot that follows no element",
        "03, an end that closes no list",
        "0103, an end that closes no list",
        "010203, a dot that follows no element",
        "0104020202, a dot that follows no element",
        "0961, the data ends inside",
        "0d610062, a name with a NUL byte",
        "27ffffffffffffffffff, more than 58 bits",
    })
    void malformedItemsAreRefused(String hex, String reason) {
        assertThatThrownBy(() -> read(ByteBufUtil.decodeHexDump(hex), 1, DEEP))
                .isInstanceOf(PlioDecodeException.class)
                .hasMessageContaining(reason);
    }

    @Test
    @Tag("S-LEN-8")
    void depthAtomAndItemsAreBounded() {
        PlioLimits small = new PlioLimits(3, 64, 5);
        assertThat(read(new byte[] {1, 1, 1, 0, 3, 3, 3}, 1, small)).hasSize(1);
        assertThatThrownBy(() -> read(new byte[] {1, 1, 1, 1, 0, 3, 3, 3, 3}, 1, small))
                .hasMessageContaining("nested deeper than 3");
        assertThat(read(write(PlioValue.text("a".repeat(64))), 7, small)).hasSize(1);
        assertThatThrownBy(() -> read(write(PlioValue.text("a".repeat(65))), 7, small))
                .hasMessageContaining("longer than 64 bytes");
        assertThat(read(new byte[] {1, 0, 0, 0, 0, 3}, 1, small)).hasSize(1);
        assertThatThrownBy(() -> read(new byte[] {1, 0, 0, 0, 0, 0, 3}, 1, small))
                .hasMessageContaining("more than 5 items");
    }

    @Test
    void tenThousandRandomValuesComeBackAsTheyWere() {
        SplittableRandom random = Seeds.random();
        for (int i = 0; i < 10_000; i++) {
            PlioValue value = randomValue(random, 4);
            byte[] bytes = write(value);
            assertThat(read(bytes, 1 + random.nextInt(bytes.length), PlioLimits.DEFAULT))
                    .as(Seeds.describe())
                    .containsExactly(value);
        }
    }

    private static PlioValue randomValue(SplittableRandom random, int depth) {
        switch (random.nextInt(depth > 0 ? 8 : 5)) {
            case 0 -> {
                return PlioValue.NIL;
            }
            case 1 -> {
                return new PlioValue.Numeral(
                        new BigInteger(random.nextInt(2500), new java.util.Random(random.nextLong()))
                                .multiply(BigInteger.valueOf(random.nextBoolean() ? 1 : -1)));
            }
            case 2 -> {
                return PlioValue.symbol(randomName(random));
            }
            case 3 -> {
                return PlioValue.text(randomName(random));
            }
            case 4 -> {
                return new PlioValue.External(random.nextInt(65536), random.nextLong(1L << 42));
            }
            default -> {
                List<PlioValue> items = new ArrayList<>();
                int count = 1 + random.nextInt(6);
                for (int i = 0; i < count; i++) {
                    items.add(randomValue(random, depth - 1));
                }
                int kind = random.nextInt(3);
                PlioValue tail = kind == 1 ? randomValue(random, 0) : PlioValue.NIL;
                return new PlioValue.Cells(items, tail, kind == 2 ? random.nextInt(count) : -1);
            }
        }
    }

    private static String randomName(SplittableRandom random) {
        int length = 1 + random.nextInt(random.nextInt(10) == 0 ? 900 : 70);
        StringBuilder name = new StringBuilder();
        for (int i = 0; i < length; i++) {
            name.appendCodePoint(random.nextInt(5) == 0 ? 0x1F600 + random.nextInt(64) : 'a' + random.nextInt(26));
        }
        return name.toString();
    }
}
