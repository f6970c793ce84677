package io.mirror.benchmarks.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Results of different days may be compared only if the data stays the same to the last bit. */
class DataTest {
    @ParameterizedTest
    @CsvSource({
        "1000,c11fe7d41519b96f36d30a52b08d3e01c5054cb850bf522633b20ec62047a5d5",
        "100000,f845c42951e9b140146d59377af76b308cbf7dccd2a32ab0c3589a6e4f7beb3a"
    })
    void namesAreThoseOfEveryRunBefore(int count, String sha256) throws Exception {
        String[] names = Names.draw(count);

        assertThat(names)
                .doesNotHaveDuplicates()
                .allSatisfy(name -> assertThat(name).hasSizeBetween(20, 30));
        assertThat(sha256(String.join("\n", names).getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(sha256);
    }

    @ParameterizedTest
    @CsvSource({
        "INTEGER,ffd51f28a1a6d4657222e3e4276cd26bc6af6fef76765868032f963b05720a57",
        "DECIMALS2,d21198647909f0770034a3ae15c37fb3bb9b7600c7c51c604366c1d6237f5596",
        "FLOAT,92238c605c4312e6b0b5e7ded8ce63054cb8f61901e97e48b8b269c98d365da7",
        "DIGITS17,14b824af82ea6480a6419c99e56772d3d5701f857379f29e6b7cf0fc7ad1c9c2"
    })
    void numbersAreThoseOfEveryRunBefore(Values values, String sha256) throws Exception {
        ByteBuffer bytes = ByteBuffer.allocate(8 * 1000);
        for (double number : values.draw(1000)) {
            bytes.putDouble(number);
        }

        assertThat(sha256(bytes.array())).isEqualTo(sha256);
    }

    @Test
    void aPacketHasTheRowsThatItsNameSays() {
        assertThat(HistoryPacket.rows(100)).hasSize(100).isEqualTo(HistoryPacket.rows(100));
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
