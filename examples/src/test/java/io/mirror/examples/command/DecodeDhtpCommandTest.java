package io.mirror.examples.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DecodeDhtpCommandTest {

    /** DHTP section 7.2, first example: plant:tank.level defines handle 7. */
    private static final byte[] NAMED_FRAME = HexFormat.of()
            .parseHex("01B1010144000000" + "0100C00064000000" + "00F1536500000000" + "80B2E60E00000000"
                    + "0700000008000000" + "10000000706C616E" + "743A74616E6B2E6C" + "6576656C00000000" + "00A04540");

    /** DHTP section 7.2, second example: handle 7 only. */
    private static final byte[] HANDLE_FRAME = HexFormat.of()
            .parseHex("01B1010134000000" + "0200C00064000000" + "01F1536500000000" + "0000000000000000"
                    + "0700000008000000" + "00000000FBFFFFFF" + "FFFFFFFF");

    @TempDir
    Path directory;

    private String file(String name, Object... parts) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (Object part : parts) {
            bytes.write(part instanceof byte[] raw ? raw : ((String) part).getBytes(StandardCharsets.UTF_8));
        }
        Path file = directory.resolve(name);
        Files.write(file, bytes.toByteArray());
        return file.toString();
    }

    private static byte[] frame(int kind, int type, int flags, byte[] value) {
        byte[] name = "d:n".getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(44 + name.length + value.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(new byte[] {0x01, (byte) 0xB1, 1, (byte) kind})
                .putInt(44 + name.length + value.length)
                .put((byte) type)
                .put((byte) 1)
                .putShort((short) 216)
                .putShort((short) 50)
                .putShort((short) 32767)
                .putLong(-1)
                .putInt(999_999_999)
                .putInt(flags)
                .putInt(0)
                .putInt(value.length)
                .putShort((short) name.length)
                .putShort((short) 0)
                .put(name)
                .put(value)
                .array();
    }

    private static byte[] real(double value) {
        return ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putDouble(value)
                .array();
    }

    @Test
    void textMessagesBecomeNestedArraysOfUnescapedStrings() throws IOException {
        String file = file("text.bin", "(auth\"ops/mirror\" \"p\\\"w\\\\d\")\n (a(b (c) \"\")d\\ e)\t(alive)\r\n");

        Run run = Run.of("decode", "dhtp", file);

        String begin = "{\"file\":\"" + file + "\",\"off\":";
        assertThat(run.outLines())
                .containsExactly(
                        begin + "0,\"kind\":\"text\",\"items\":[\"auth\",\"ops/mirror\",\"p\\\"w\\\\d\"]}",
                        begin + "30,\"kind\":\"text\",\"items\":[\"a\",[\"b\",[\"c\"],\"\"],\"d e\"]}",
                        begin + "48,\"kind\":\"text\",\"items\":[\"alive\"]}");
        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isZero();
    }

    @Test
    void framesBetweenTextShowEveryFieldAndTheNameBehindTheHandle() throws IOException {
        String file = file("mixed.bin", "(alive)\n", NAMED_FRAME, HANDLE_FRAME, "(alive)\n");

        Run run = Run.of("decode", "dhtp", file);

        String begin = "{\"file\":\"" + file + "\",\"off\":";
        assertThat(run.outLines())
                .containsExactly(
                        begin + "0,\"kind\":\"text\",\"items\":[\"alive\"]}",
                        begin + "8,\"kind\":\"bin1\",\"message\":\"point\",\"name\":\"plant:tank.level\",\"type\":1,"
                                + "\"value\":43.25,\"confidence\":100,\"security\":0,\"locked\":0,"
                                + "\"seconds\":1700000000,\"nanoseconds\":250000000,\"flags\":0,\"quality\":192,"
                                + "\"handle\":7}",
                        begin + "76,\"kind\":\"bin1\",\"message\":\"point\",\"name\":\"plant:tank.level\",\"type\":2,"
                                + "\"value\":-5,\"confidence\":100,\"security\":0,\"locked\":0,"
                                + "\"seconds\":1700000001,\"nanoseconds\":0,\"flags\":0,\"quality\":192,"
                                + "\"handle\":7}",
                        begin + "128,\"kind\":\"text\",\"items\":[\"alive\"]}");
        assertThat(run.code()).isZero();
    }

    @Test
    void extremeFieldsKeepTheirRange() throws IOException {
        byte[] text = "a\"ö\n".getBytes(StandardCharsets.UTF_8);
        String file = file("extremes.bin", frame(2, 0, -1, text), frame(1, 3, 0, new byte[0]));

        Run run = Run.of("decode", "dhtp", file);

        assertThat(run.outLines()).hasSize(2);
        assertThat(run.outLines().get(0))
                .contains("\"message\":\"echo\"", "\"type\":0", "\"value\":\"a\\\"ö\\n\"", "\"confidence\":50")
                .contains("\"security\":32767", "\"locked\":1", "\"seconds\":-1", "\"nanoseconds\":999999999")
                .contains("\"flags\":4294967295", "\"quality\":216", "\"handle\":0");
        assertThat(run.outLines().get(1)).contains("\"type\":3", "\"value\":null");
    }

    @ParameterizedTest
    @CsvSource({"NaN, \"NaN\"", "Infinity, \"Infinity\"", "-Infinity, \"-Infinity\"", "-0.0, -0.0", "1e-320, 1.0E-320"})
    void everyRealIsValidJson(double value, String shown) throws IOException {
        Run run = Run.of("decode", "dhtp", file("real.bin", frame(1, 1, 0, real(value))));

        assertThat(run.out()).contains("\"value\":" + shown + ",");
        try (JsonParser json = new JsonFactory().createParser(run.out())) {
            while (json.nextToken() != null) {
                json.getText();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'(alive)\n(point \"x\n(alive)\n', 17, line ends inside quotes",
        "'(alive)\n(point x\n', 16, line ends before a closing parenthesis",
        "'(alive)\n)\n', 8, closing parenthesis without an opening one",
        "'(alive)\nalive\n', 8, text outside of parentheses",
        "'(alive)\n(alive', 8, input ends inside a message"
    })
    void malformedTextEndsItsFileWithOneLine(String content, long offset, String reason) throws IOException {
        String bad = file("bad.bin", content);
        String good = file("good.bin", "(timeout 5000)\n");

        Run run = Run.of("decode", "dhtp", bad, good);

        assertThat(run.outLines())
                .containsExactly(
                        "{\"file\":\"" + bad + "\",\"off\":0,\"kind\":\"text\",\"items\":[\"alive\"]}",
                        "{\"file\":\"" + good + "\",\"off\":0,\"kind\":\"text\",\"items\":[\"timeout\",\"5000\"]}");
        assertThat(run.onlyProblem(1)).startsWith("mirror: " + bad + ": offset " + offset + ": " + reason);
    }

    @Test
    void malformedFramesNameWhereTheyBegin() throws IOException {
        byte[] wrongLength = NAMED_FRAME.clone();
        wrongLength[4]++;
        byte[] wrongVersion = NAMED_FRAME.clone();
        wrongVersion[2] = 9;
        byte[] cut = Arrays.copyOf(NAMED_FRAME, 67);

        for (byte[] broken : new byte[][] {wrongLength, wrongVersion, cut, HANDLE_FRAME}) {
            String file = file("broken.bin", "(alive)\n", broken);
            Run run = Run.of("decode", "dhtp", file);
            assertThat(run.outLines()).hasSize(1);
            assertThat(run.onlyProblem(1)).startsWith("mirror: " + file + ": offset 8: ");
        }
    }

    @Test
    void aFileThatCannotBeReadDoesNotKeepTheOthersFromBeingDecoded() throws IOException {
        String missing = directory.resolve("missing.bin").toString();
        Run run = Run.of("decode", "dhtp", missing, file("good.bin", "(alive)\n"));
        assertThat(run.outLines()).hasSize(1);
        assertThat(run.onlyProblem(1)).isEqualTo("mirror: " + missing + ": no such file");

        Run ofDirectory = Run.of("decode", "dhtp", directory.toString());
        assertThat(ofDirectory.onlyProblem(1)).startsWith("mirror: " + directory + ": ");
    }

    @Test
    void filesBiggerThanTheReadBufferKeepTheirOffsets() throws IOException {
        String message = "(cwrite plant:note 0 \"" + "x".repeat(1000) + "\")\n";
        String file = file("big.bin", message.repeat(200), NAMED_FRAME);

        Run run = Run.of("decode", "dhtp", file);

        assertThat(run.outLines()).hasSize(201);
        for (int i = 0; i < 200; i++) {
            assertThat(run.outLines().get(i)).contains("\"off\":" + i * message.length() + ",");
        }
        assertThat(run.outLines().get(200)).contains("\"off\":" + 200 * message.length() + ",\"kind\":\"bin1\"");
        assertThat(run.code()).isZero();
    }

    @Test
    void anEmptyFileHasNoMessages() throws IOException {
        Run run = Run.of("decode", "dhtp", file("empty.bin"));
        assertThat(run).isEqualTo(new Run(0, "", ""));
    }
}
