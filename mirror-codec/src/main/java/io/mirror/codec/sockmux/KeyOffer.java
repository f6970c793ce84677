package io.mirror.codec.sockmux;

import io.netty.buffer.ByteBuf;
import java.math.BigInteger;
import java.util.Optional;

/**
 * The option with which a peer offers a public key for the obfuscation (SockMux section 10.1).
 *
 * @param group the group of the key
 * @param publicKey 2^x mod P
 * @param filler an octet without meaning, 0 to 255
 * @param preamble how many random octets the peer shall send before the first obfuscated frame, 0 to 255
 */
public record KeyOffer(KeyGroup group, BigInteger publicKey, int filler, int preamble) {
    /** What DeleGate asks for. */
    public static final int DEFAULT_PREAMBLE = 4;

    private static final int WORD = 4;

    /**
     * Offers a key.
     *
     * @param group the group of the key
     * @param exponent the private exponent
     * @return the offer that belongs to it
     */
    public static KeyOffer of(KeyGroup group, BigInteger exponent) {
        return new KeyOffer(group, group.publicKey(exponent), 0, DEFAULT_PREAMBLE);
    }

    /**
     * Reads an offer.
     *
     * @param payload of SETOPT, its first octet being {@link OptionType#CRYPT}; the indexes stay as they are
     * @return the offer; empty if it cannot be used: malformed, wrong check sum, unknown group
     */
    public static Optional<KeyOffer> read(ByteBuf payload) {
        int at = payload.readerIndex();
        int end = payload.writerIndex();
        if (end - at < 5 || payload.getByte(at) != OptionType.CRYPT || payload.getByte(at + 1) != 1) {
            return Optional.empty();
        }
        boolean first = payload.getByte(at + 2) == 1;
        int number = first ? 0 : payload.getUnsignedByte(at + 3);
        int crcAt = first ? at + 3 : at + 4;
        boolean known = first || (payload.getByte(at + 2) == 0 && number != 0);
        if (end - crcAt < 2 || !known) {
            return Optional.empty();
        }
        int length = payload.getUnsignedByte(crcAt + 1);
        Optional<KeyGroup> group = KeyGroup.of(number);
        if (group.isEmpty() || length == 0 || end - crcAt != 2 + length + 2) {
            return Optional.empty();
        }
        byte[] key = new byte[length];
        payload.getBytes(crcAt + 2, key);
        BigInteger publicKey = new BigInteger(1, key);
        BigInteger modulus = group.get().modulus();
        boolean usable =
                publicKey.compareTo(BigInteger.ONE) > 0 && publicKey.compareTo(modulus.subtract(BigInteger.ONE)) < 0;
        if (!usable || payload.getUnsignedByte(crcAt) != checksum(key)) {
            return Optional.empty();
        }
        return Optional.of(new KeyOffer(
                group.get(), publicKey, payload.getUnsignedByte(end - 2), payload.getUnsignedByte(end - 1)));
    }

    /**
     * Writes the payload of SETOPT.
     *
     * @param out grows as needed
     */
    public void write(ByteBuf out) {
        byte[] key = octets(publicKey);
        out.writeByte(OptionType.CRYPT).writeByte(1);
        if (group == KeyGroup.GROUP_0) {
            out.writeByte(1);
        } else {
            out.writeByte(0).writeByte(group.number());
        }
        out.writeByte(checksum(key)).writeByte(key.length).writeBytes(key);
        out.writeByte(filler).writeByte(preamble);
    }

    /** The check sum in the offer, which takes part in the key schedule. */
    int checksum() {
        return checksum(octets(publicKey));
    }

    private static int checksum(byte[] key) {
        return Crc8.of(Crc8.of(0, new byte[] {(byte) key.length}), key);
    }

    /** Big endian, without leading zero words of 32 bits. */
    static byte[] octets(BigInteger number) {
        int length = Math.max(1, (number.bitLength() + 31) / 32) * WORD;
        byte[] signed = number.toByteArray();
        byte[] octets = new byte[length];
        int used = Math.min(signed.length, length);
        System.arraycopy(signed, signed.length - used, octets, length - used, used);
        return octets;
    }
}
