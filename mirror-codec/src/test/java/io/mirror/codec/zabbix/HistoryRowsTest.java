package io.mirror.codec.zabbix;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.codec.Seeds;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows of history are read beside the JSON parser, and written beside its generator: nobody may notice. */
class HistoryRowsTest {
    private static final ZabbixCodec CODEC = new ZabbixCodec(ZabbixLimits.DEFAULT);
    private static final String[] NAMES = {
        "id",
        "itemid",
        "itemid",
        "clock",
        "ns",
        "value",
        "value",
        "state",
        "timestamp",
        "source",
        "severity",
        "eventid",
        "lastlogsize",
        "mtime"
    };
    private static final String[] ODD_NAMES = {"", "i", "idd", "item", "clocks", "valu\\u0065", "lastlogsiz", "é", "x"};
    private static final String[] NUMBERS = {
        "0", "1", "7", "42", "1234567", "12345678", "999999999", "1760000000", "2147483647", "123456789012345678"
    };
    private static final String[] ODD_VALUES = {
        "-1", "-0", "00", "01", "1.5", "1e3", "1000000000", "2147483648", "9999999999999999999", "18446744073709551615",
        "18446744073709551616", "\"12\"", "\"0012\"", "\"\"", "\" 1\"", "\"1x\"", "\"-5\"", "null", "true", "false",
        "[]", "{}", "[{\"a\":[1,\"b\"]}]", "nul", "1a", "\"", "'1'", ""
    };
    private static final String[] TEXTS = {
        "",
        "7",
        "1.25",
        "interface eth0 is up",
        "äöü €",
        "𝄞 clef",
        "\\\"quoted\\\"",
        "a\\\\b\\/c\\b\\f\\n\\r\\t",
        "\\u0041\\u00e4\\u20AC\\ud834\\udd1e",
        "\\ud834",
        "\u007f",
        "seven77",
        "eight888",
        "nine99999"
    };
    private static final String[] ODD_TEXTS = {"\\x", "\\u12", "\\u12g4", "\\", "\n", "\u0001", "\ufffd", "\\u٣٣٣٣"};

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void agrees(byte[] rows) {
        List<String> expected = Reading.byParser(rows);
        String shown = new String(rows, StandardCharsets.ISO_8859_1);
        assertThat(Reading.of(rows)).as(shown).isEqualTo(expected);
        assertThat(Reading.inPieces(rows, from -> 1))
                .as("in bytes: %s", shown)
                .isEqualTo(Reading.withoutOffset(expected));
    }

    private static <T> T any(SplittableRandom random, T[] choices) {
        return choices[random.nextInt(choices.length)];
    }

    private static String member(SplittableRandom random, int oddness) {
        boolean oddName = random.nextInt(100) < oddness;
        String name = any(random, oddName ? ODD_NAMES : NAMES);
        String value;
        if (random.nextInt(100) < oddness) {
            value = any(random, ODD_VALUES);
        } else if (name.equals("value") || name.equals("source")) {
            value = "\"" + any(random, random.nextInt(100) < oddness ? ODD_TEXTS : TEXTS) + "\"";
        } else {
            value = any(random, NUMBERS);
        }
        String blank = random.nextInt(100) < oddness ? any(random, new String[] {" ", "\n", "\t\r", "\u00a0"}) : "";
        return blank + "\"" + name + "\"" + blank + ":" + value;
    }

    private static String row(SplittableRandom random, int oddness) {
        List<String> members = new ArrayList<>();
        int count = random.nextInt(1, 8);
        for (int i = 0; i < count; i++) {
            members.add(member(random, oddness));
        }
        members.add(random.nextInt(members.size() + 1), "\"itemid\":" + random.nextInt(100_000));
        return "{" + String.join(",", members) + "}";
    }

    private static byte[] rows(SplittableRandom random, int oddness) {
        StringBuilder rows = new StringBuilder();
        int count = random.nextInt(1, 6);
        for (int i = 0; i < count; i++) {
            rows.append(
                    i == 0
                            ? ""
                            : random.nextInt(100) < oddness ? any(random, new String[] {" , ", ",,", "", "]"}) : ",");
            rows.append(row(random, oddness));
        }
        return bytes(rows.toString());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 15})
    void whatIsReadBesideTheParserIsWhatTheParserReads(int oddness) {
        SplittableRandom random = Seeds.random();
        for (int i = 0; i < 1_000; i++) {
            byte[] rows = rows(random, oddness);
            List<String> expected = Reading.byParser(rows);
            String shown = Seeds.describe() + ": " + new String(rows, StandardCharsets.UTF_8);
            assertThat(Reading.of(rows)).as(shown).isEqualTo(expected);
            assertThat(Reading.inPieces(rows, from -> 1)).as(shown).isEqualTo(Reading.withoutOffset(expected));
            assertThat(Reading.inPieces(rows, from -> random.nextInt(1, 60)))
                    .as(shown)
                    .isEqualTo(Reading.withoutOffset(expected));
        }
    }

    @Test
    void damagedRowsAreRefusedWhereTheParserRefusesThem() {
        SplittableRandom random = Seeds.random();
        byte[] damage = bytes("\"\\{}[]:,0-. \n\u0001\u00ff");
        for (int i = 0; i < 2_000; i++) {
            byte[] rows = rows(random, 1);
            int at = random.nextInt(rows.length);
            if (random.nextBoolean()) {
                rows[at] = random.nextBoolean() ? damage[random.nextInt(damage.length)] : (byte) random.nextInt();
            } else {
                byte[] shorter = Arrays.copyOf(rows, rows.length - 1);
                System.arraycopy(rows, at + 1, shorter, at, shorter.length - at);
                rows = shorter;
            }
            byte[] damaged = rows;
            List<String> expected = Reading.byParser(damaged);
            String shown = Seeds.describe() + ": " + new String(damaged, StandardCharsets.ISO_8859_1);
            assertThat(Reading.of(damaged)).as(shown).isEqualTo(expected);
            assertThat(Reading.inPieces(damaged, from -> random.nextInt(1, 60)))
                    .as(shown)
                    .isEqualTo(Reading.withoutOffset(expected));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{\"itemid\":1}",
                " {\"itemid\":1} , {\"itemid\":2} ",
                "{\"itemid\":1},",
                "{\"itemid\":1}, ]",
                "{\"itemid\":1}{\"itemid\":2}",
                "{\"itemid\":1}]",
                "{\"itemid\":1},3",
                "{\"itemid\":1},[",
                "{}",
                "{,}",
                "{\"itemid\":1,}",
                "{\"itemid\":1},{\"a\":1}",
                ",",
                "3",
                "null",
                "{\"itemid\":1,\"itemid\":2}",
                "{\"itemid\":1,\"clock\":5,\"clock\":\"x\"}",
                "{\"itemid\":1,\"x\":1,\"x\":2}",
                "{\"clock\":{},\"clock\":6,\"itemid\":1}"
            })
    void theEndsOfRowsAgree(String rows) {
        agrees(bytes(rows));
    }

    @Test
    void clocksAgreeWhateverTheRowBeforeHad() {
        String[] clocks = {
            "1760000000",
            "1760000001",
            "1770000000",
            "176000000",
            "17600000000",
            "2147483647",
            "2147483648",
            "\"1760000000\"",
            "\"17600000\"",
            "1760000000.",
            "1760000000 ",
            "1760000000\"",
            "0000000000",
            "\0".repeat(10),
            "\0".repeat(11)
        };
        for (String first : clocks) {
            for (String second : clocks) {
                agrees(bytes("{\"itemid\":1,\"clock\":" + first + ",\"ns\":1},{\"itemid\":2,\"clock\":" + second
                        + ",\"value\":\"\"},{\"itemid\":3,\"clock\":" + second + "}"));
            }
        }
    }

    @Test
    void textsOfEveryLengthAgreeWhateverStandsInThem() {
        for (int length = 0; length < 40; length++) {
            for (String special : new String[] {"x", "\\n", "ä", "\u0001", "\\q", "\"", "𝄞"}) {
                for (int at = 0; at <= length; at++) {
                    String text = "a".repeat(at) + special + "b".repeat(length - at);
                    agrees(bytes("{\"itemid\":1,\"value\":\"" + text + "\"},{\"itemid\":2}"));
                }
            }
        }
    }

    @Test
    void bytesThatAreNoUtf8AreJudgedByTheParser() {
        byte[][] bad = {
            {(byte) 0x80},
            {(byte) 0xC3},
            {(byte) 0xC3, 'x'},
            {(byte) 0xED, (byte) 0xA0, (byte) 0x80},
            {(byte) 0xF5, (byte) 0x80, (byte) 0x80, (byte) 0x80},
            {(byte) 0xC0, (byte) 0xAF},
            {(byte) 0xFF}
        };
        for (byte[] each : bad) {
            ByteArrayOutputStream rows = new ByteArrayOutputStream();
            rows.writeBytes(bytes("{\"itemid\":1,\"value\":\"v"));
            rows.writeBytes(each);
            rows.writeBytes(bytes("w\"}"));
            agrees(rows.toByteArray());
        }
    }

    @Test
    @Tag("S-LEN-6")
    void longTextsAgreeUpToTheLimitAndBeyond() {
        for (int length : new int[] {4_000, 4_060, 4_096, 4_200, 9_999, 10_000, 10_001, 20_000}) {
            String row = "{\"itemid\":1,\"value\":\"" + "v".repeat(length) + "\"}";
            byte[] rows = bytes("{\"itemid\":7}," + row + ",{\"itemid\":8}");
            List<String> expected = Reading.byParser(rows);
            assertThat(expected).hasSize(length > 10_000 ? 2 : 4);
            for (int piece : new int[] {1, 1_000, 4_095, 4_096, 4_097, 40_000}) {
                assertThat(Reading.inPieces(rows, from -> piece))
                        .as("%s in pieces of %s", length, piece)
                        .isEqualTo(Reading.withoutOffset(expected));
            }
        }
    }

    @Test
    void aViewGivesWhatTheRowHas() {
        List<String> seen = new ArrayList<>();
        HistoryRow row = new HistoryRow(
                5,
                6,
                7,
                8,
                Optional.of("text"),
                true,
                Optional.of(new HistoryRow.LogEntry(1, "source", 2, 3)),
                Optional.of(new HistoryRow.LogPosition(9, 10)),
                Map.of());
        ByteBuf frame = Unpooled.buffer();
        CODEC.encode(
                ProxyMessage.builder()
                        .history(row)
                        .history(HistoryRow.of(0, 9, 1, 2, ""))
                        .build(),
                false,
                frame);
        CODEC.newDecoder(new MessageListener() {
                    @Override
                    public void onHistory(HistoryView view) {
                        seen.add(view.id() + " " + view.itemId() + " " + view.clock() + " " + view.ns() + " "
                                + view.hasValue() + " " + view.value() + " " + view.unsupported() + " " + view.log()
                                + " " + view.position());
                        assertThat(view.value()).isSameAs(view.value());
                        assertThat(view.toRow().itemId()).isEqualTo(view.itemId());
                    }

                    @Override
                    public void onHistory(HistoryRow kept) {
                        throw new AssertionError("the view was taken already");
                    }
                })
                .decode(frame);
        assertThat(seen)
                .containsExactly(
                        "5 6 7 8 true text true " + row.log() + " " + row.position(),
                        "0 9 1 2 true  false Optional.empty Optional.empty");
    }

    @Test
    void aValueIsWrittenAsTheBytesOfItsText() {
        List<String> values = List.of("43.25", "", "zw\u00f6lf \"\\ \ud83d\ude00", "line\nfeed");
        ByteBuf frame = Unpooled.buffer();
        MessageBuilder message = ProxyMessage.builder().request("proxy data");
        values.forEach(value -> message.history(HistoryRow.of(1, 2, 3, 4, value)));
        CODEC.encode(message.build(), false, frame);
        List<String> written = new ArrayList<>();
        CODEC.newDecoder(new MessageListener() {
                    @Override
                    public void onHistory(HistoryView view) {
                        ByteBuf out = Unpooled.buffer(0);
                        view.writeValue(out);
                        String first = out.toString(StandardCharsets.UTF_8);
                        assertThat(view.value()).isEqualTo(first);
                        view.writeValue(out.clear());
                        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo(first);
                        written.add(first);
                    }
                })
                .decode(frame);
        assertThat(written).isEqualTo(values);
    }

    private static String anyText(SplittableRandom random) {
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(10) == 0 ? random.nextInt(2_000) : random.nextInt(20);
        int kind = random.nextInt(4);
        for (int i = 0; i < length; i++) {
            int c = random.nextInt(
                    switch (kind) {
                        case 0 -> 0x60;
                        case 1 -> 0x80;
                        case 2 -> 0x800;
                        default -> 0x1_0FFFF;
                    });
            text.appendCodePoint(kind == 0 ? c + 0x20 : c);
        }
        return text.toString();
    }

    @Test
    void everyRowThatIsWrittenIsReadAgain() throws Exception {
        SplittableRandom random = Seeds.random();
        for (int round = 0; round < 200; round++) {
            MessageBuilder message = ProxyMessage.builder().request("proxy data");
            for (int i = random.nextInt(30); i >= 0; i--) {
                boolean log = random.nextInt(4) == 0;
                message.history(new HistoryRow(
                        random.nextBoolean() ? 0 : random.nextLong(),
                        random.nextLong(),
                        anyClock(random),
                        random.nextInt(4) == 0 ? HistoryRow.ABSENT : random.nextInt(1_000_000_000),
                        random.nextInt(8) == 0 ? Optional.empty() : Optional.of(anyText(random)),
                        random.nextInt(4) == 0,
                        log
                                ? Optional.of(new HistoryRow.LogEntry(
                                        1 + random.nextInt(99), anyText(random), random.nextInt(9), random.nextInt(9)))
                                : Optional.empty(),
                        log ? Optional.of(new HistoryRow.LogPosition(random.nextLong(), 77)) : Optional.empty(),
                        random.nextInt(9) == 0 ? Map.of("é\"x", "{\"a\":[\"ö\\n\"]}") : Map.of()));
            }
            ProxyMessage written = message.build();
            ByteBuf out = Unpooled.buffer();
            CODEC.encode(written, round % 2 == 0, out);
            byte[] frame = new byte[out.readableBytes()];
            out.readBytes(frame);
            List<HistoryRow> read = VectorTest.decode(frame, frame.length).history();
            assertThat(read).as(Seeds.describe()).hasSameSizeAs(written.history());
            for (int i = 0; i < read.size(); i++) {
                assertThat(whole(read.get(i)))
                        .as(Seeds.describe())
                        .isEqualTo(whole(written.history().get(i)));
            }
        }
    }

    private static long anyClock(SplittableRandom random) {
        return switch (random.nextInt(4)) {
            case 0 -> HistoryRow.ABSENT;
            case 1 -> random.nextInt(Integer.MAX_VALUE);
            default -> 1_760_000_000 + random.nextInt(2);
        };
    }

    /** Half a surrogate pair is written as a replacement. */
    private static String whole(HistoryRow row) {
        return new String(row.toString().getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8)
                .replace('?', '\uFFFD');
    }
}
