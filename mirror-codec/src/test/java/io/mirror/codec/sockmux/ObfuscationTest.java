package io.mirror.codec.sockmux;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.core.access.Secret;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The obfuscation of every recorded group, from the key offers to the last frame, and the worked values. */
class ObfuscationTest {

    static Stream<String> recorded() {
        return Stream.of("encrypted_default", "encrypted_group0", "encrypted_pass", "auth");
    }

    private static Obfuscation.Pair keysOf(Vectors.Scenario scenario, boolean connector) {
        String name = connector ? "connectorPrivateExponent" : "receptorPrivateExponent";
        BigInteger exponent = new BigInteger((String) scenario.crypt().get(name), 16);
        KeyOffer ours = lastOffer(scenario.stream(connector ? "c2r" : "r2c"));
        KeyOffer theirs = lastOffer(scenario.stream(connector ? "r2c" : "c2r"));
        Secret password = Secret.of((String) scenario.crypt().getOrDefault("password", ""));
        return Obfuscation.agree(exponent, ours, theirs, password);
    }

    /** The offer before CRYPTON: the first one may have been given up for a lower group. */
    private static KeyOffer lastOffer(Vectors.Stream stream) {
        KeyOffer last = null;
        for (var frame : stream.frames()) {
            if ("CRYPT".equals(frame.get("option"))) {
                ByteBuf payload = Unpooled.wrappedBuffer(HexFormat.of().parseHex((String) frame.get("hex")));
                last = KeyOffer.read(payload).orElseThrow();
                ByteBuf again = Unpooled.buffer();
                last.write(again);
                assertThat(ByteBufUtil.hexDump(again)).isEqualTo(frame.get("hex"));
            }
        }
        return last;
    }

    @ParameterizedTest
    @MethodSource("recorded")
    void bothStreamsAreUncoveredHoweverTheyAreCut(String id) throws Exception {
        Vectors.Scenario scenario = Vectors.scenario(id);
        for (boolean connector : new boolean[] {true, false}) {
            Vectors.Stream stream = scenario.stream(connector ? "c2r" : "r2c");
            byte[] octets = stream.octets();
            List<Decoded> whole = uncovered(scenario, connector, octets);
            List<Decoded> obfuscated = whole.subList(stream.frames().size(), whole.size());
            assertThat(obfuscated).hasSameSizeAs(stream.encryptedFrames()).isNotEmpty();
            for (int i = 0; i < obfuscated.size(); i++) {
                RecordedFramesTest.compare(
                        obfuscated.get(i), stream.encryptedFrames().get(i));
            }
            assertThat(uncovered(scenario, connector, octets, Decoded.everyOctet(octets)))
                    .isEqualTo(whole);
            for (int cut = 1; cut < octets.length; cut++) {
                assertThat(uncovered(scenario, connector, octets, cut)).isEqualTo(whole);
            }
        }
    }

    private static List<Decoded> uncovered(
            Vectors.Scenario scenario, boolean fromConnector, byte[] octets, int... cuts) {
        Obfuscation receive = keysOf(scenario, !fromConnector).receive();
        MuxDecoder decoder = new MuxDecoder(false);
        List<Decoded> frames = new ArrayList<>();
        FrameListener listener = (header, payload) -> {
            frames.add(Decoded.of(header, payload));
            if (header.type() == FrameType.CRYPTON) {
                decoder.uncoverWith(
                        receive, payload.readableBytes() > 1 ? payload.getByte(payload.readerIndex() + 1) : 0);
            }
        };
        ByteBuf buffer = Unpooled.buffer();
        int from = 0;
        for (int cut : Arrays.copyOf(cuts, cuts.length + 1)) {
            int to = cut == 0 && from > 0 || cuts.length == 0 ? octets.length : cut;
            buffer.writeBytes(octets, from, to - from);
            decoder.decode(buffer, listener);
            from = to;
        }
        assertThat(from).isEqualTo(octets.length);
        return frames;
    }

    @ParameterizedTest
    @MethodSource("recorded")
    void bothStreamsAreCoveredOctetByOctet(String id) {
        Vectors.Scenario scenario = Vectors.scenario(id);
        for (boolean connector : new boolean[] {true, false}) {
            Vectors.Stream stream = scenario.stream(connector ? "c2r" : "r2c");
            MuxEncoder encoder = new MuxEncoder();
            ByteBuf out = Unpooled.buffer();
            for (Decoded frame : uncovered(scenario, connector, stream.octets())) {
                encoder.write(out, frame.type(), frame.said(), frame.raid(), Unpooled.wrappedBuffer(frame.payload()));
                if (frame.type() == FrameType.CRYPTON) {
                    byte[] preamble =
                            HexFormat.of().parseHex((String) stream.entry().get("preamblePlain"));
                    encoder.coverWith(keysOf(scenario, connector).send(), out, preamble);
                }
            }
            assertThat(ByteBufUtil.getBytes(out)).isEqualTo(stream.octets());
        }
    }

    @Test
    void valuesWorkedOutInTheProtocolDocument() {
        Obfuscation.Pair receptor = keysOf(Vectors.scenario("encrypted_default"), false);
        assertThat(HexFormat.of().formatHex(receptor.send().key())).startsWith("8a9c51b59b6ac7038687303b655bd09f");
        assertThat(receptor.send().crc()).isEqualTo(0xBB);
        assertThat(receptor.receive().crc()).isEqualTo(0x32);
        Obfuscation.Pair withPassword = keysOf(Vectors.scenario("encrypted_pass"), false);
        assertThat(withPassword.send().crc()).isEqualTo(0xF6);
        assertThat(withPassword.send().index()).isEqualTo(6);
        Obfuscation group0 = keysOf(Vectors.scenario("encrypted_group0"), false).send();
        assertThat(HexFormat.of().formatHex(group0.key())).startsWith("17dc7cc3504b885c");
        assertThat(group0.crc()).isEqualTo(0x62);
        KeyOffer ours = KeyOffer.of(KeyGroup.GROUP_1, new BigInteger("0403020108070605", 16));
        KeyOffer theirs = KeyOffer.of(KeyGroup.GROUP_1, new BigInteger("c4d3e2f18897a6b5", 16));
        Obfuscation group1 = Obfuscation.agree(new BigInteger("0403020108070605", 16), ours, theirs, Secret.of(""))
                .send();
        assertThat(HexFormat.of().formatHex(group1.key())).startsWith("da4503108669dd6f");
        assertThat(group1.crc()).isEqualTo(0xBD);
    }

    @Test
    void checkValuesOfBothSums() {
        byte[] digits = "123456789".getBytes(StandardCharsets.US_ASCII);
        assertThat(Crc8.of(0, digits)).isEqualTo(0xA1);
        assertThat(Crc8.signed(0x00, 0x01)).isEqualTo(0x30);
        assertThat(Crc8.signed(0x80, 0x00)).isEqualTo(0x73);
        assertThat(Crc8.signed(0x8C, 0x41)).isEqualTo(0xEE);
        assertThat(Crc8.signed(0xFF, 0x00)).isEqualTo(0x10);
        int sum = 0;
        for (byte digit : digits) {
            sum = Crc8.signed(sum, digit);
        }
        assertThat(sum).isEqualTo(0x63);
    }

    @Test
    void primesAreThoseOfTheStandard() {
        String begin = "ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22";
        assertThat(KeyGroup.GROUP_1.modulus().toString(16)).startsWith(begin).endsWith("a63a3620ffffffffffffffff");
        assertThat(KeyGroup.GROUP_2.modulus().toString(16)).startsWith(begin).endsWith("ece65381ffffffffffffffff");
        for (KeyGroup group : List.of(KeyGroup.GROUP_1, KeyGroup.GROUP_2)) {
            assertThat(group.modulus().isProbablePrime(40)).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'', empty",
        "01, short",
        "0101, short",
        "01010002, no length",
        "010100030104103078511f00004, toy group",
        "01010101200000, key cut off",
        "0101000200010100 04, check sum",
        "010100025e0100 00 04, key zero"
    })
    void anOfferThatCannotBeUsedIsNone(String hex, String why) {
        String even = hex.replace(" ", "");
        byte[] octets = HexFormat.of().parseHex(even.length() % 2 == 0 ? even : even + "0");
        assertThat(KeyOffer.read(Unpooled.wrappedBuffer(octets))).as(why).isEmpty();
    }
}
