package io.mirror.codec.sockmux;

/** The two check sums of the obfuscation (SockMux section 10.2). */
final class Crc8 {
    private static final int POLYNOMIAL = 0x8C;
    private static final byte[] SIGNED = signedTable();

    private Crc8() {}

    /** Reflected polynomial 0x8C without final xor. */
    static int of(int crc, byte[] octets) {
        int sum = crc;
        for (byte octet : octets) {
            sum ^= octet & 0xFF;
            for (int bit = 0; bit < 8; bit++) {
                sum = (sum & 1) != 0 ? (sum >> 1) ^ POLYNOMIAL : sum >> 1;
            }
        }
        return sum;
    }

    /** The same loop over a signed number whose shift copies the sign. */
    static int signed(int crc, int octet) {
        return SIGNED[(crc & 0xFF) << 8 | (octet & 0xFF)] & 0xFF;
    }

    /** One entry for every state and every octet: the stream needs one look-up an octet. */
    private static byte[] signedTable() {
        byte[] table = new byte[0x10000];
        for (int i = 0; i < table.length; i++) {
            int crc = (byte) (i >> 8);
            int octet = i & 0xFF;
            for (int bit = 0; bit < 8; bit++) {
                boolean apply = ((crc ^ octet) & 1) != 0;
                crc >>= 1;
                octet >>= 1;
                if (apply) {
                    crc = (byte) (crc ^ POLYNOMIAL);
                }
            }
            table[i] = (byte) crc;
        }
        return table;
    }
}
