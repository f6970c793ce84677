package io.mirror.codec.dhtp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.codec.Seeds;
import io.mirror.core.point.PointName;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class NameTableTest {

    private static int add(NameTable table, String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        return table.add(bytes, 0, bytes.length);
    }

    private static int find(NameTable table, String name) {
        byte[] bytes = ("<" + name + ">").getBytes(StandardCharsets.UTF_8);
        return table.find(bytes, 1, bytes.length - 1);
    }

    @Test
    void findsWhatWasAddedInAnyOrder() {
        SplittableRandom random = Seeds.random();
        NameTable table = new NameTable(1_000_000, 1 << 26, random.nextLong(), random.nextLong());
        for (int i = 0; i < 50_000; i++) {
            assertThat(find(table, "plant:unit" + i)).isEqualTo(NameTable.ABSENT);
            assertThat(add(table, "plant:unit" + i)).isEqualTo(i);
        }
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 50_000; i++) {
                assertThat(find(table, "plant:unit" + i)).isEqualTo(i);
            }
        }
        for (int i = 0; i < 200_000; i++) {
            int wanted = random.nextInt(60_000);
            int expected = wanted < 50_000 ? wanted : NameTable.ABSENT;
            assertThat(find(table, "plant:unit" + wanted)).as(Seeds.describe()).isEqualTo(expected);
        }
        assertThat(table.name(4711)).isEqualTo("plant:unit4711");
        assertThat(table.size()).isEqualTo(50_000);
    }

    @Test
    void namesThatDifferInOneByteAreDifferent() {
        NameTable table = new NameTable(1000, 1 << 20, 1, 2);
        String base = "abcdefghijklmnopqrstuvw";
        Map<String, Integer> ids = new HashMap<>();
        for (int length = 0; length <= base.length(); length++) {
            for (int changed = 0; changed <= length; changed++) {
                String name = changed == length
                        ? base.substring(0, length)
                        : base.substring(0, changed) + "#" + base.substring(changed + 1, length);
                ids.put(name, add(table, name));
            }
        }
        ids.forEach((name, id) -> assertThat(find(table, name)).isEqualTo(id));
    }

    /** Reads a name up to its quote as a reader of lines does; returns its length, or {@link NameTable#ABSENT}. */
    private static int quoted(NameTable table, String text) {
        byte[] bytes = ("<" + text).getBytes(StandardCharsets.UTF_8);
        int end = table.expected(bytes, 1, bytes.length);
        if (end != NameTable.ABSENT && bytes[end] == '"') {
            return end - 1;
        }
        if (!table.expect(bytes, 1, bytes.length)) {
            return NameTable.ABSENT;
        }
        assertThat(table.expect(bytes, 1, bytes.length))
                .as("%s is expected already", text)
                .isFalse();
        end = table.expected(bytes, 1, bytes.length);
        assertThat(bytes[end]).isEqualTo((byte) '"');
        return end - 1;
    }

    @Test
    void quotedNamesAreFoundWhetherTheyAreExpectedOrNot() {
        SplittableRandom random = Seeds.random();
        NameTable table = new NameTable(1_000, 1 << 20, random.nextLong(), random.nextLong());
        String letters = "abcdefghijklmnopqrstuvwxyz".repeat(3);
        for (int length = 1; length < 70; length++) {
            assertThat(add(table, letters.substring(0, length))).isEqualTo(length - 1);
        }
        table.met(0);
        for (int i = 0; i < 5_000; i++) {
            int length = random.nextInt(4) == 0 ? random.nextInt(1, 70) : i % 69 + 1;
            String name = letters.substring(0, length);
            assertThat(quoted(table, name + "\" 1")).as(Seeds.describe()).isEqualTo(length);
            char[] other = name.toCharArray();
            other[random.nextInt(length)] ^= 1 << random.nextInt(5);
            assertThat(quoted(table, String.valueOf(other) + "\" 1"))
                    .as("%s, %s", Seeds.describe(), String.valueOf(other))
                    .isIn(NameTable.ABSENT, letters.indexOf(String.valueOf(other)) == 0 ? length : NameTable.ABSENT);
            assertThat(quoted(table, name)).as("without a quote").isEqualTo(NameTable.ABSENT);
            assertThat(quoted(table, name + "\" 1")).as(Seeds.describe()).isEqualTo(length);
            assertThat(table.metExpected()).as(Seeds.describe()).isEqualTo(length - 1);
        }
    }

    @Test
    void theNameThatFollowedTheLastOneIsExpected() {
        NameTable table = new NameTable(1_000, 1 << 20, 1, 2);
        for (String name : new String[] {"a", "bc", "def"}) {
            add(table, name);
        }
        assertThat(table.expectsOne())
                .as("behind a name that nothing has followed")
                .isFalse();
        table.met(0);
        assertThat(table.expectsOne()).isTrue();
        for (String name : new String[] {"bc", "def", "a", "bc"}) {
            for (String other : new String[] {"a", "bc", "def"}) {
                byte[] text = (other + "\"").getBytes(StandardCharsets.UTF_8);
                assertThat(table.expected(text, 0, text.length))
                        .as("%s where %s is expected", other, name)
                        .isEqualTo(other.equals(name) ? name.length() : NameTable.ABSENT);
            }
            assertThat(table.name(table.metExpected())).isEqualTo(name);
        }
    }

    @Test
    void onlyWhatStandsBetweenQuotesAsItIsIsFoundThere() {
        NameTable table = new NameTable(1_000, 1 << 20, 1, 2);
        for (String name : new String[] {"a", "b\\c", "d\ne", "f\"g", "h"}) {
            add(table, name);
        }
        table.met(0);
        for (int follower = 0; follower < 5; follower++) {
            table.met(follower);
            table.met(0);
            table.met(follower);
            table.met(0);
            boolean plain = follower == 0 || follower == 4;
            assertThat(quoted(table, "b\\c\"")).isEqualTo(NameTable.ABSENT);
            assertThat(quoted(table, "d\ne\"")).isEqualTo(NameTable.ABSENT);
            assertThat(quoted(table, "f\"g\"")).isEqualTo(NameTable.ABSENT);
            // Behind a name that one which is not plain has followed all are left to the general way.
            assertThat(quoted(table, "a\"")).isEqualTo(plain ? 1 : NameTable.ABSENT);
            assertThat(quoted(table, "h\"")).isEqualTo(plain ? 1 : NameTable.ABSENT);
        }
    }

    @Test
    void aQuoteIsNotLookedForBehindTheLongestName() {
        NameTable table = new NameTable(1_000, 1 << 20, 1, 2);
        String longest = "n".repeat(PointName.MAX_NAME_BYTES);
        add(table, "a");
        add(table, longest);
        add(table, longest + "n");
        table.met(0);
        table.met(0);
        assertThat(quoted(table, longest + "\"")).isEqualTo(longest.length());
        assertThat(quoted(table, longest + "n\"")).isEqualTo(NameTable.ABSENT);
    }

    @Test
    void entriesAndBytesAreCapped() {
        NameTable table = new NameTable(3, 10, 1, 2);
        assertThat(add(table, "aaaa")).isZero();
        assertThat(add(table, "bbbbbbb")).isEqualTo(NameTable.ABSENT);
        assertThat(add(table, "cc")).isEqualTo(1);
        assertThat(add(table, "dddd")).isEqualTo(2);
        assertThat(add(table, "")).isEqualTo(NameTable.ABSENT);
        assertThat(find(table, "dddd")).isEqualTo(2);
    }

    @Test
    @Tag("S-DAT-6")
    void namesWithEqualStringHashDoNotCollide() {
        NameTable table = new NameTable(1_000_000, 1 << 26, 1, 2);
        // "Aa" and "BB" have the same String.hashCode, so have all words made of them.
        Assertions.assertTimeout(Duration.ofSeconds(5), () -> {
            for (int i = 0; i < 100_000; i++) {
                StringBuilder name = new StringBuilder();
                for (int bit = 0; bit < 17; bit++) {
                    name.append((i >> bit & 1) == 0 ? "Aa" : "BB");
                }
                String text = name.toString();
                assertThat(text.hashCode()).isEqualTo("AaAaAaAaAaAaAaAaAaAaAaAaAaAaAaAaAa".hashCode());
                assertThat(find(table, text)).isEqualTo(NameTable.ABSENT);
                assertThat(add(table, text)).isEqualTo(i);
            }
        });
    }

    @Test
    void handlesKeepWhatWasPut() {
        SplittableRandom random = Seeds.random();
        HandleTable table = new HandleTable(random.nextInt());
        Map<Integer, Integer> expected = new HashMap<>();
        for (int i = 0; i < 100_000; i++) {
            int handle = 1 + random.nextInt(random.nextBoolean() ? 1 << 24 : 1 << 14);
            assertThat(table.get(handle))
                    .as(Seeds.describe())
                    .isEqualTo(expected.getOrDefault(handle, NameTable.ABSENT));
            table.put(handle, i);
            expected.put(handle, i);
        }
        expected.forEach((handle, id) -> assertThat(table.get(handle)).isEqualTo(id));
    }
}
