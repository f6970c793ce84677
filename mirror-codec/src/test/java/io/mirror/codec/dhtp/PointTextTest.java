package io.mirror.codec.dhtp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Point messages as text (DHTP sections 2.5, 4 and 6.1). */
class PointTextTest {

    @Test
    @DisplayName("Point change of section 2.5 (conformance 3)")
    void pointChangeOfTheSpecification() {
        byte[] line =
                Wire.hex("28 70 6F 69 6E 74 20 22 70 6C 61 6E 74 3A 74 61 6E 6B 2E 6C 65 76 65 6C 22 20 31 20 34 33 2E"
                        + "32 35 20 31 30 30 20 30 20 30 20 31 37 30 30 30 30 30 30 30 30 20 32 35 30 30 30 30 30 30 30 20 30 20"
                        + "31 39 32 29 0A");
        assertThat(Events.of(line))
                .containsExactly("POINT plant:tank.level #0 REAL 43.25 conf=100 sec=0 locked=false"
                        + " t=1700000000.250000000 flags=0 q=192");
    }

    @Test
    @DisplayName("String write of section 2.5 (conformance 3)")
    void stringWriteOfTheSpecification() {
        byte[] line =
                Wire.hex("28 63 77 72 69 74 65 20 70 6C 61 6E 74 3A 6E 6F 74 65 5C 20 31 20 30 20 22 61 20 5C 22 62 5C"
                        + "22 5C 6E 63 22 20 31 30 30 20 30 20 30 20 30 20 30 20 30 20 31 39 32 29 0A");
        assertThat(Events.of(line))
                .containsExactly("CWRITE plant:note 1 #0 STRING a \"b\"\nc conf=100 sec=0 locked=false t=0.0 flags=0"
                        + " q=192");
    }

    @ParameterizedTest
    @CsvSource({
        "'(point p 1 2.5)', 'conf=100 sec=0 locked=false t=0.0 flags=0 q=192'",
        "'(point p 1 2.5 90 7 1 11 12)', 'conf=90 sec=7 locked=true t=11.12 flags=0 q=192'",
        "'(point p 1 2.5 90 7 1 11 12 8)', 'conf=90 sec=7 locked=true t=11.12 flags=0 q=8'",
        "'(point p 1 2.5 90 7 1 11 12 2048 8)', 'conf=90 sec=7 locked=true t=11.12 flags=2048 q=8'",
        "'(point p 1 2.5 90 7 1 11 12 2048 8 extra (and more))', 'conf=90 sec=7 locked=true t=11.12 flags=2048 q=8'",
        "'(point p 1 2.5 90 7 1 -11 999999999 0xFFFFFFFF 65535)', "
                + "'conf=90 sec=7 locked=true t=-11.999999999 flags=-1 q=65535'",
    })
    @DisplayName("Point messages with 3, 8, 9, 10 and more items (conformance 5)")
    void itemCountsDecideTheMeaning(String line, String attributes) {
        assertThat(Events.of(line + "\n")).containsExactly("POINT p #0 REAL 2.5 " + attributes);
    }

    @ParameterizedTest
    @CsvSource({
        "'(point)', BAD_ITEM_COUNT",
        "'(point p)', BAD_ITEM_COUNT",
        "'(point p 1)', BAD_ITEM_COUNT",
        "'(point p 1 2.5 100)', BAD_ITEM_COUNT",
        "'(point p 1 2.5 100 0 0 1)', BAD_ITEM_COUNT",
        "'(point p 1 2.5 100 0 0 (1) 0 0 192)', BAD_ITEM",
        "'(point (p) 1 2.5)', BAD_ITEM",
        "'(point \"\" 1 2.5)', BAD_NAME",
        "'(point :p 1 2.5)', BAD_NAME",
        "'(point d: 1 2.5)', BAD_NAME",
        "'(point p 4 2.5)', BAD_TYPE",
        "'(point p -1 2.5)', BAD_TYPE",
        "'(point p x 2.5)', BAD_NUMBER",
        "'(point p 1 abc)', BAD_NUMBER",
        "'(point p 1 \"\")', BAD_NUMBER",
        "'(point p 1 0x10)', BAD_NUMBER",
        "'(point p 1 1.5d)', BAD_NUMBER",
        "'(point p 1 \" 1.5\")', BAD_NUMBER",
        "'(point p 2 1.5)', BAD_NUMBER",
        "'(point p 2 9223372036854775808)', BAD_NUMBER",
        "'(point p 1 2.5 100 0 0 1 1.5 0 192)', BAD_NUMBER",
        "'(point p 1 2.5 101 0 0 0 0 0 192)', OUT_OF_RANGE",
        "'(point p 1 2.5 -1 0 0 0 0 0 192)', OUT_OF_RANGE",
        "'(point p 1 2.5 100 32768 0 0 0 0 192)', OUT_OF_RANGE",
        "'(point p 1 2.5 100 0 2 0 0 0 192)', OUT_OF_RANGE",
        "'(point p 1 2.5 100 0 0 0 1000000000 0 192)', OUT_OF_RANGE",
        "'(point p 1 2.5 100 0 0 0 0 4294967296 192)', OUT_OF_RANGE",
        "'(point p 1 2.5 100 0 0 0 0 0 65536)', OUT_OF_RANGE",
        "'(echo p 1 2.5 100 0 0 0 0 0 -1)', OUT_OF_RANGE",
    })
    void aBadPointMessageIsDroppedAlone(String line, DecodeReason reason) {
        assertThat(Events.of("(alive) " + line + " (alive)\n"))
                .containsExactly("Alive[] alive[]", "MALFORMED " + reason + " at 8: " + line, "Alive[] alive[]");
        assertThat(Events.of(line + "\n")).containsExactly("MALFORMED " + reason + " at 0: " + line);
    }

    @Test
    void aBadWriteCanBeAnswered() {
        assertThat(Events.of("(write p 2 x)\n(cwrite d: 2 1)\n"))
                .containsExactly(
                        "Malformed[keyword=write, reason=not a number of the expected kind] write[p, 2, x]",
                        "Malformed[keyword=cwrite, reason=unusable name] cwrite[d:, 2, 1]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"5000000000", "-9223372036854775808", "9223372036854775807", "+5", "0"})
    @DisplayName("Integers of type 2 are 64 bits wide (conformance 6)")
    void integersAre64BitsWide(String number) {
        assertThat(Events.of("(point p 2 " + number + ")\n"))
                .containsExactly("POINT p #0 INTEGER " + Long.parseLong(number)
                        + " conf=100 sec=0 locked=false t=0.0 flags=0 q=192");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(point p 2 7 90 3 1 11 12 0 8)",
                "(point p   2  7   90 3 1 11 12 0  8  )",
                "(point p\t2\t7\t90\t3\t1\t11\t12\t0\t8\t)",
                "(point p\r2\r7\r90\r3\r1\r11\r12\r0\r8\r)",
                "(point\"p\"\"2\"\"7\"\"90\"\"3\"\"1\"\"11\"\"12\"\"0\"\"8\")",
                "(point p 2\"7\"90\"3\"1\"11\"12\"0\"8)",
                "(point p +2 +7 +90 +3 +1 +11 +12 0x0 +8)",
                "(point p \\2 \\7 \\90 \\3 1 11 12 00000000000000000000 8)",
                "(point p 2 0000000000000000007 90 3 1 00000000000000000000000011 12 0 8 9 (9))"
            })
    void everySpellingOfTheNumbersMeansTheSame(String line) {
        assertThat(Events.of(line + "\n"))
                .containsExactly("POINT p #0 INTEGER 7 conf=90 sec=3 locked=true t=11.12 flags=0 q=8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"999999999999999999", "1000000000000000000", "9223372036854775807"})
    void longNumbersAreReadInFull(String number) {
        assertThat(Events.of("(point p 2 " + number + " 100 0 0 " + number + " 0 0 192)\n"))
                .containsExactly("POINT p #0 INTEGER " + number + " conf=100 sec=0 locked=false t=" + number
                        + ".0 flags=0 q=192");
    }

    @Test
    @Tag("S-DAT-5")
    void nonFiniteRealsAreRead() {
        assertThat(Events.of("(point p 1 nan) (point p 1 -1.#INF)\n"))
                .containsExactly(
                        "POINT p #0 REAL NaN conf=100 sec=0 locked=false t=0.0 flags=0 q=192",
                        "POINT p #0 REAL -Infinity conf=100 sec=0 locked=false t=0.0 flags=0 q=192");
    }

    @Test
    void quotesDoNotChangeTheType() {
        assertThat(Events.of("(point \"p\" \"2\" \"7\" \"100\" \"0\" \"0\" \"1\" \"2\" \"0\" \"192\")\n"))
                .containsExactly("POINT p #0 INTEGER 7 conf=100 sec=0 locked=false t=1.2 flags=0 q=192");
    }

    @Test
    void namesKeepTheirNumber() {
        assertThat(Events.of("(point a 2 1)(point b 2 2)(point a 2 3)(point \"a\" 2 4)(point \\b 2 5)\n"))
                .extracting(event -> event.substring(0, event.indexOf(" conf")))
                .containsExactly(
                        "POINT a #0 INTEGER 1",
                        "POINT b #1 INTEGER 2",
                        "POINT a #0 INTEGER 3",
                        "POINT a #0 INTEGER 4",
                        "POINT b #1 INTEGER 5");
    }

    @Test
    void malformedUtf8IsReplacedInValuesAndRefusedInNames() {
        assertThat(Events.of(Wire.latin1("(point p 0 \"a\u00FFb\u00C3\")\n")))
                .containsExactly("POINT p #0 STRING a\uFFFDb\uFFFD conf=100 sec=0 locked=false t=0.0 flags=0 q=192");
        assertThat(Events.of(Wire.latin1("(point \"p\u00FF\" 2 1)\n")))
                .containsExactly("MALFORMED BAD_NAME at 0: (point \"p\\xff\" 2 1)");
        assertThat(Events.of(Wire.utf8("(point \"p\uFFFD\u00E4\u20AC\uD83D\uDE00\" 2 1)\n")))
                .containsExactly("POINT p\uFFFD\u00E4\u20AC\uD83D\uDE00 #0 INTEGER 1 conf=100 sec=0 locked=false t=0.0"
                        + " flags=0 q=192");
    }

    @Test
    @Tag("S-LEN-3")
    void namesAreLimited() {
        String longest = "d:" + "n".repeat(4094);
        assertThat(Events.once(Wire.utf8("(point " + longest + " 2 1)\n"), DhtpLimits.DEFAULT))
                .first()
                .asString()
                .startsWith("POINT d:nnn");
        assertThat(Events.once(Wire.utf8("(point " + longest + "n 2 1)\n"), DhtpLimits.DEFAULT))
                .first()
                .asString()
                .startsWith("MALFORMED BAD_NAME");
        assertThat(Events.once(Wire.utf8("(point " + "d".repeat(255) + ":n 2 1)\n"), DhtpLimits.DEFAULT))
                .first()
                .asString()
                .startsWith("POINT ddd");
        assertThat(Events.once(Wire.utf8("(point " + "d".repeat(256) + ":n 2 1)\n"), DhtpLimits.DEFAULT))
                .first()
                .asString()
                .startsWith("MALFORMED BAD_NAME");
        assertThat(Events.once(Wire.utf8("(report \"" + longest + "n\")\n"), DhtpLimits.DEFAULT))
                .first()
                .asString()
                .startsWith("Malformed[keyword=report, reason=argument 1 is no name");
    }

    @Test
    void aFullNameTableStillDeliversNames() {
        DhtpLimits two = DhtpLimits.DEFAULT.withMaxNames(2, 1000);
        assertThat(Events.of(Wire.utf8("(point a 2 1)(point b 2 1)(point c 2 1)(point a 2 1)(point c 2 1)\n"), two))
                .extracting(event -> event.substring(0, event.indexOf(" INT")))
                .containsExactly("POINT a #0", "POINT b #1", "POINT c #-1", "POINT a #0", "POINT c #-1");
        DhtpLimits fourBytes = DhtpLimits.DEFAULT.withMaxNames(100, 4);
        assertThat(Events.of(Wire.utf8("(point abc 2 1)(point de 2 1)(point f 2 1)\n"), fourBytes))
                .extracting(event -> event.substring(0, event.indexOf(" INT")))
                .containsExactly("POINT abc #0", "POINT de #-1", "POINT f #1");
    }
}
