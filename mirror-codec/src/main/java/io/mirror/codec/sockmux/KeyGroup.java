package io.mirror.codec.sockmux;

import java.math.BigInteger;
import java.util.Optional;

/** The groups in which keys of the legacy obfuscation are agreed on (SockMux section 10.1). None of them is secure here. */
public enum KeyGroup {
    /** 2^255 + 1351. */
    GROUP_0(0, BigInteger.ONE.shiftLeft(255).add(BigInteger.valueOf(1351))),
    /** The 768-bit prime of RFC 2409. */
    GROUP_1(1, modp(768, 149686)),
    /** The 1024-bit prime of RFC 2409, DeleGate's default. */
    GROUP_2(2, modp(1024, 129093));

    private final int number;
    private final BigInteger modulus;

    KeyGroup(int number, BigInteger modulus) {
        this.number = number;
        this.modulus = modulus;
    }

    /** The primes of RFC 2409 are 2^n - 2^(n-64) - 1 + 2^64 * (floor(2^(n-130) * pi) + k). */
    private static BigInteger modp(int bits, int k) {
        BigInteger middle = scaledPi(bits - 130).add(BigInteger.valueOf(k)).shiftLeft(64);
        return BigInteger.ONE
                .shiftLeft(bits)
                .subtract(BigInteger.ONE.shiftLeft(bits - 64))
                .subtract(BigInteger.ONE)
                .add(middle);
    }

    /** Machin: pi = 16 atan(1/5) - 4 atan(1/239), with some bits more than wanted. */
    private static BigInteger scaledPi(int bits) {
        int guard = 64;
        BigInteger one = BigInteger.ONE.shiftLeft(bits + guard);
        BigInteger pi = arcTan(one, 5)
                .multiply(BigInteger.valueOf(16))
                .subtract(arcTan(one, 239).multiply(BigInteger.valueOf(4)));
        return pi.shiftRight(guard);
    }

    private static BigInteger arcTan(BigInteger one, int inverse) {
        BigInteger square = BigInteger.valueOf((long) inverse * inverse);
        BigInteger power = one.divide(BigInteger.valueOf(inverse));
        BigInteger sum = BigInteger.ZERO;
        for (int n = 1; power.signum() != 0; n += 2) {
            BigInteger term = power.divide(BigInteger.valueOf(n));
            sum = n % 4 == 1 ? sum.add(term) : sum.subtract(term);
            power = power.divide(square);
        }
        return sum;
    }

    /**
     * Finds a group.
     *
     * @param number as in an offer
     * @return the group; empty for one that is unknown or too weak even for this
     */
    public static Optional<KeyGroup> of(int number) {
        return number >= 0 && number < values().length ? Optional.of(values()[number]) : Optional.empty();
    }

    /**
     * Returns the number of the group.
     *
     * @return as in an offer
     */
    public int number() {
        return number;
    }

    /** The modulus. */
    BigInteger modulus() {
        return modulus;
    }

    /** Two to the power of the exponent. */
    BigInteger publicKey(BigInteger exponent) {
        return BigInteger.TWO.modPow(exponent, modulus);
    }
}
