package io.mirror.codec.dhtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import io.mirror.core.command.Received;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Lines, batches and limits of text messages (DHTP sections 2.1, 2.2 and 13). */
class TextFramingTest {
    private static final DhtpLimits SMALL =
            DhtpLimits.DEFAULT.withMaxLineBytes(64).withMaxDepth(3).withMaxItems(16);

    private static String unknown(String keyword, String arguments) {
        return "Unknown[keyword=" + keyword + "] " + keyword + arguments;
    }

    @Test
    @DisplayName("A quote or parenthesis ends a bare token (conformance 1)")
    void quotesAndParenthesesEndABareToken() {
        assertThat(Events.of("(x\"u\" \"p\")\n")).containsExactly(unknown("x", "[u, p]"));
        assertThat(Events.of("(a(b c)\"d\")\n")).containsExactly(unknown("a", "[(b c), d]"));
        assertThat(Events.of("(a\"b\"c\"\"d(e)f)\n")).containsExactly(unknown("a", "[b, c, , d, (e), f]"));
    }

    @Test
    @DisplayName("Two expressions on one line, CR as white space: nothing happens until LF (conformance 2)")
    void nothingHappensBeforeTheLineFeed() {
        DhtpDecoder decoder = new DhtpDecoder(DhtpLimits.DEFAULT);
        Events events = new Events();
        ByteBuf in = Unpooled.buffer().writeBytes(Wire.utf8("(heartbeat 1000)\r\t(timeout\r5000)"));
        assertThat(decoder.decode(in, events)).isZero();
        assertThat(events.log()).isEmpty();
        in.writeByte('\n');
        assertThat(decoder.decode(in, events)).isEqualTo(2);
        assertThat(events.log())
                .containsExactly("Heartbeat[millis=1000] heartbeat[1000]", "Timeout[millis=5000] timeout[5000]");
        assertThat(in.isReadable()).isFalse();
        in.release();
    }

    @Test
    void blankLinesAndWhiteSpaceOfAllKindsAreSkipped() {
        assertThat(Events.of("\n\r\n \t(alive)\r\n\n  ( alive\t)\t \n"))
                .containsExactly("Alive[] alive[]", "Alive[] alive[]");
    }

    @Test
    void aLineThatEndsInsideAListOrQuoteIsDroppedAsAWhole() {
        assertThat(Events.of("(alive) (domain \"a\n(heartbeat 1)\n"))
                .containsExactly(
                        "MALFORMED UNCLOSED_QUOTE at 18: (alive) (domain \"a", "Heartbeat[millis=1] heartbeat[1]");
        assertThat(Events.of("(alive) (domain (a)\n(alive)\n"))
                .containsExactly("MALFORMED UNCLOSED_LIST at 19: (alive) (domain (a)", "Alive[] alive[]");
        assertThat(Events.of("(point x 2 1\n(alive)\n"))
                .containsExactly("MALFORMED UNCLOSED_LIST at 12: (point x 2 1", "Alive[] alive[]");
        assertThat(Events.of("(point x 2 1) (point y 2 1 \"\n(alive)\n"))
                .containsExactly("MALFORMED UNCLOSED_QUOTE at 28: (point x 2 1) (point y 2 1 \"", "Alive[] alive[]");
        assertThat(Events.of("(alive\\\n(alive)\n"))
                .containsExactly("MALFORMED UNCLOSED_LIST at 7: (alive\\", "Alive[] alive[]");
        assertThat(Events.of("(x \"a\\\n(alive)\n"))
                .containsExactly("MALFORMED UNCLOSED_QUOTE at 6: (x \"a\\", "Alive[] alive[]");
    }

    @Test
    void textOutsideOfListsSpoilsItsLine() {
        assertThat(Events.of("hello\n(alive)\n"))
                .containsExactly("MALFORMED TEXT_OUTSIDE_LIST at 0: hello", "Alive[] alive[]");
        assertThat(Events.of("(alive) x (alive)\n"))
                .containsExactly("MALFORMED TEXT_OUTSIDE_LIST at 8: (alive) x (alive)");
        assertThat(Events.of("(alive)) (alive)\n")).containsExactly("MALFORMED UNOPENED_LIST at 7: (alive)) (alive)");
        assertThat(Events.of("(point a 2 1) ; no comment here\n"))
                .containsExactly("MALFORMED TEXT_OUTSIDE_LIST at 14: (point a 2 1) ; no comment here");
        assertThat(Events.of("\"(alive)\"\n")).containsExactly("MALFORMED TEXT_OUTSIDE_LIST at 0: \"(alive)\"");
        assertThat(Events.of("\u0001\n")).containsExactly("MALFORMED TEXT_OUTSIDE_LIST at 0: \\x01");
    }

    @Test
    void anEmptyExpressionIsAnUnknownCommand() {
        assertThat(Events.of("()\n((alive))\n")).containsExactly(unknown("", "[]"), unknown("", "[]"));
    }

    @Test
    void keywordsMayBeQuotedOrEscaped() {
        assertThat(Events.of("(\"heartbeat\" \"1000\")\n")).containsExactly("Heartbeat[millis=1000] heartbeat[1000]");
        assertThat(Events.of("(\\point x 3 \"\")\n(\"echo\" x 3 \"\")\n"))
                .containsExactly(
                        "POINT x #0 VOID  conf=100 sec=0 locked=false t=0.0 flags=0 q=192",
                        "ECHO x #0 VOID  conf=100 sec=0 locked=false t=0.0 flags=0 q=192");
    }

    @Test
    void keywordsAreCaseSensitive() {
        assertThat(Events.of("(ALIVE)\n(Point x 2 1)\n"))
                .containsExactly(unknown("ALIVE", "[]"), unknown("Point", "[x, 2, 1]"));
    }

    @Test
    @Tag("S-LEN-3")
    void aLineOfTheGreatestLengthIsReadAndALongerOneIsDiscarded() {
        String fits = "(x " + "y".repeat(60) + ")";
        assertThat(fits).hasSize(64);
        assertThat(Events.of(Wire.utf8(fits + "\n(alive)\n"), SMALL))
                .containsExactly(unknown("x", "[" + "y".repeat(60) + "]"), "Alive[] alive[]");
        assertThat(Events.of(Wire.utf8("(x y" + fits.substring(3) + "\n(alive)\n"), SMALL))
                .hasSize(2)
                .endsWith("Alive[] alive[]")
                .element(0)
                .asString()
                .startsWith("MALFORMED LINE_TOO_LONG at 0: (x y");
    }

    @Test
    @Tag("S-LEN-3")
    void anEndlessLineIsCountedOnceAndNotKept() {
        DhtpDecoder decoder = new DhtpDecoder(SMALL);
        Events events = new Events();
        ByteBuf in = Unpooled.buffer();
        for (int i = 0; i < 1000; i++) {
            in.writeBytes(Wire.utf8("(((((((((((((((("));
            decoder.decode(in, events);
            in.discardReadBytes();
            assertThat(in.readableBytes()).isLessThanOrEqualTo(64);
        }
        in.writeBytes(Wire.utf8("\n(alive)\n"));
        decoder.decode(in, events);
        assertThat(events.log()).hasSize(2).endsWith("Alive[] alive[]");
        assertThat(decoder.bytesConsumed()).isEqualTo(16_000 + 9);
        in.release();
    }

    @Test
    void manyMessagesOnOneLineTakeLinearTime() {
        byte[] line = Wire.utf8("(point a 2 1)(alive)".repeat(50_000) + "\n");
        assertTimeout(
                Duration.ofSeconds(5),
                () -> assertThat(Events.once(line, DhtpLimits.DEFAULT)).hasSize(100_000));
    }

    @Test
    void aLongLineInSmallPiecesTakesLinearTime() {
        byte[] line = Wire.utf8("(point a 0 \"" + "x".repeat(1 << 20) + "\")\n");
        assertTimeout(
                Duration.ofSeconds(5),
                () -> assertThat(Events.inPieces(line, DhtpLimits.DEFAULT, 8)).hasSize(1));
    }

    @Test
    @Tag("S-LEN-3")
    void nestingIsLimited() {
        assertThat(Events.of(Wire.utf8("(a(b(c)))\n"), SMALL)).containsExactly(unknown("a", "[(b (c))]"));
        assertThat(Events.of(Wire.utf8("(a(b(c(d))))\n(alive)\n"), SMALL))
                .containsExactly("MALFORMED NESTED_TOO_DEEP at 6: (a(b(c(d))))", "Alive[] alive[]");
        String deep = "(".repeat(32) + ")".repeat(32) + "\n";
        assertThat(Events.once(Wire.utf8(deep), DhtpLimits.DEFAULT))
                .hasSize(1)
                .first()
                .asString()
                .startsWith("Unknown");
        assertThat(Events.once(Wire.utf8("(" + deep), DhtpLimits.DEFAULT))
                .hasSize(1)
                .first()
                .asString()
                .startsWith("MALFORMED NESTED_TOO_DEEP at 32");
    }

    @Test
    @Tag("S-LEN-3")
    void itemsAreLimitedNestedOnesIncluded() {
        assertThat(Events.of(Wire.utf8("(x" + " 1".repeat(15) + ")\n"), SMALL))
                .first()
                .asString()
                .startsWith("Unknown");
        assertThat(Events.of(Wire.utf8("(x" + " 1".repeat(16) + ")\n"), SMALL))
                .first()
                .asString()
                .startsWith("MALFORMED TOO_MANY_ITEMS at 33");
        assertThat(Events.of(Wire.utf8("(x" + " 1".repeat(7) + "(" + " 1".repeat(7) + "))\n"), SMALL))
                .first()
                .asString()
                .startsWith("Unknown");
        assertThat(Events.of(Wire.utf8("(x" + " 1".repeat(7) + "(" + " 1".repeat(8) + "))\n"), SMALL))
                .first()
                .asString()
                .startsWith("MALFORMED TOO_MANY_ITEMS");
        assertThat(Events.of(Wire.utf8("(point a 2 1 100 0 0 0 0 0 192" + " 1".repeat(6) + ")\n"), SMALL))
                .first()
                .asString()
                .startsWith("MALFORMED TOO_MANY_ITEMS");
        String most = "(x" + " 1".repeat(9_999) + ")\n";
        assertThat(Events.once(Wire.utf8(most), DhtpLimits.DEFAULT))
                .first()
                .asString()
                .startsWith("Unknown");
        assertThat(Events.once(Wire.utf8("(1 " + most.substring(1)), DhtpLimits.DEFAULT))
                .first()
                .asString()
                .startsWith("MALFORMED TOO_MANY_ITEMS");
    }

    @Test
    @Tag("S-DAT-7")
    void excerptsAreShortAndHarmless() {
        List<String> events = Events.of(Wire.latin1("\u001B[31m\r\u0000\u0085\u00FF" + "x".repeat(200) + "\n"));
        assertThat(events)
                .containsExactly(
                        "MALFORMED TEXT_OUTSIDE_LIST at 0: \\x1b[31m\\x0d\\x00\\x85\\xff" + "x".repeat(55) + "...");
    }

    @Test
    @Tag("S-SEC-1")
    void excerptsNeverShowPasswords() {
        assertThat(Events.of("(auth\"ops\" \"geheim\n")).containsExactly("MALFORMED UNCLOSED_QUOTE at 18: (auth...");
        assertThat(Events.of("(alive) (auth \"ops\" \"geheim\") x\n"))
                .containsExactly("MALFORMED TEXT_OUTSIDE_LIST at 30: (alive) (auth...");
        assertThat(Events.of("(mirror_master_2 a 1 0 l r 1 2 u geheim\n"))
                .containsExactly("MALFORMED UNCLOSED_LIST at 39: (mirror_master...");
    }

    @Test
    void aListenerThatFailsDoesNotSeeTheSameLineAgain() {
        DhtpDecoder decoder = new DhtpDecoder(DhtpLimits.DEFAULT);
        Events events = new Events() {
            private boolean failed;

            @Override
            public void onCommand(Received received) {
                if (!failed) {
                    failed = true;
                    throw new IllegalStateException("listener");
                }
                super.onCommand(received);
            }
        };
        ByteBuf in = Wire.direct(Wire.utf8("(domain a)\n(domain b)\n"));
        assertThat(catchThrowable(() -> decoder.decode(in, events))).isInstanceOf(IllegalStateException.class);
        decoder.decode(in, events);
        assertThat(events.log()).containsExactly("Domain[name=b] domain[b]");
        in.release();
    }

    @Test
    void aListenerThatWantsNoMoreIsGivenTheRestLater() {
        Events events = new Events() {
            @Override
            public boolean wantsMore() {
                return false;
            }
        };
        DhtpDecoder decoder = new DhtpDecoder(DhtpLimits.DEFAULT);
        ByteBuf in = Wire.direct(Wire.utf8("(domain a) (domain b)\n(domain c)\n\n(domain d)\n(dom"));
        assertThat(decoder.decode(in, events)).isEqualTo(2);
        assertThat(in.readableBytes()).isEqualTo(27);
        assertThat(decoder.decode(in, events)).isEqualTo(1);
        assertThat(decoder.decode(in, events)).isEqualTo(1);
        assertThat(decoder.decode(in, events)).isZero();
        assertThat(events.log()).hasSize(4).last().isEqualTo("Domain[name=d] domain[d]");
        assertThat(in.readableBytes()).isEqualTo(4);
        in.release();
    }
}
