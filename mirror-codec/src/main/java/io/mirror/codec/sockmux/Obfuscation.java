package io.mirror.codec.sockmux;

import io.mirror.core.access.Secret;
import io.netty.buffer.ByteBuf;
import java.math.BigInteger;
import java.util.Arrays;

/**
 * One direction of DeleGate's obfuscation (SockMux section 10). This is <em>not</em> encryption: nobody is
 * authenticated, the key stream repeats within 128 octets and nothing protects against changes. Use TLS for security.
 *
 * <p>Belongs to one thread.
 */
public final class Obfuscation {
    private final byte[] key;
    private int crc;
    private int index;

    private Obfuscation(byte[] key, int crc, int index) {
        this.key = key;
        this.crc = crc;
        this.index = index;
    }

    /**
     * The two directions of one end.
     *
     * @param send covers what this end sends
     * @param receive uncovers what it receives
     */
    public record Pair(Obfuscation send, Obfuscation receive) {}

    /**
     * Computes the keys of one end from both offers (SockMux section 10.2).
     *
     * @param exponent our private exponent
     * @param ours the offer that we sent
     * @param theirs the offer that we received, of the same group
     * @param password the password that both ends know; empty for none
     * @return both directions
     */
    public static Pair agree(BigInteger exponent, KeyOffer ours, KeyOffer theirs, Secret password) {
        if (ours.group() != theirs.group()) {
            throw new IllegalArgumentException("offers of " + ours.group() + " and " + theirs.group());
        }
        BigInteger modulus = ours.group().modulus();
        BigInteger shared = theirs.publicKey().modPow(exponent, modulus);
        int crc = Crc8.of(0, KeyOffer.octets(shared));
        byte[] key = KeyOffer.octets(shared.modPow(BigInteger.valueOf(crc), modulus));
        int index = 0;
        byte[] secret = password.copyUtf8();
        for (byte octet : secret) {
            crc = Crc8.signed(crc, octet);
            index = (index + 1) % key.length;
        }
        Arrays.fill(secret, (byte) 0);
        return new Pair(
                new Obfuscation(key, Crc8.of(crc, new byte[] {(byte) ours.checksum()}), index),
                new Obfuscation(key, Crc8.of(crc, new byte[] {(byte) theirs.checksum()}), index));
    }

    void cover(ByteBuf octets, int from, int length) {
        for (int i = from; i < from + length; i++) {
            int plain = octets.getUnsignedByte(i);
            octets.setByte(i, next() ^ plain);
            crc = Crc8.signed(crc, plain);
        }
    }

    void uncover(ByteBuf octets, int from, int length) {
        for (int i = from; i < from + length; i++) {
            int plain = (next() ^ octets.getByte(i)) & 0xFF;
            octets.setByte(i, plain);
            crc = Crc8.signed(crc, plain);
        }
    }

    /** The octet of the key stream for the next octet. */
    private int next() {
        int octet = crc ^ key[index];
        index = index + 1 == key.length ? 0 : index + 1;
        return octet;
    }

    /** State for the worked values of the protocol document. */
    int crc() {
        return crc;
    }

    int index() {
        return index;
    }

    byte[] key() {
        return key.clone();
    }
}
