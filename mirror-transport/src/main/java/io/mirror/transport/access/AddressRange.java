package io.mirror.transport.access;

import io.mirror.core.point.Excerpt;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A range of source addresses: all of them, or those that begin with the bits of a prefix.
 *
 * <p>An IPv4 address that arrives inside an IPv6 one (mapped form) is treated as IPv4.
 */
public final class AddressRange {

    /** Every address of either family. */
    public static final AddressRange ANY = new AddressRange(null, -1);

    private final byte @Nullable [] network;
    private final int prefixLength;

    private AddressRange(byte @Nullable [] network, int prefixLength) {
        this.network = network;
        this.prefixLength = prefixLength;
    }

    /**
     * Reads a range. Host names are not accepted and nothing is looked up.
     *
     * @param text {@code *}, a literal IPv4 or IPv6 address, or {@code address/bits}
     * @return the range
     * @throws IllegalArgumentException if the text is none of these, or bits are set behind the prefix
     */
    public static AddressRange parse(String text) {
        if (text.equals("*")) {
            return ANY;
        }
        int slash = text.indexOf('/');
        byte[] address = NetUtil.createByteArrayFromIpAddressString(slash < 0 ? text : text.substring(0, slash));
        if (address == null) {
            throw new IllegalArgumentException("not an address range: \"" + Excerpt.of(text)
                    + "\"; use *, 192.0.2.7, 192.0.2.0/24 or 2001:db8::/32");
        }
        int bits = slash < 0 ? address.length * 8 : prefixLength(text, slash + 1, address.length * 8);
        if (!Arrays.equals(address, masked(address, bits))) {
            throw new IllegalArgumentException("address range \"" + Excerpt.of(text) + "\" has bits set behind /" + bits
                    + "; write the first address of the range");
        }
        return new AddressRange(address, bits);
    }

    /**
     * Tells whether an address lies in the range.
     *
     * @param address the source address of a connection
     * @return true if it does
     */
    public boolean contains(InetAddress address) {
        byte[] start = network;
        if (start == null) {
            return true;
        }
        byte[] candidate = address.getAddress();
        return candidate.length == start.length && Arrays.equals(start, masked(candidate, prefixLength));
    }

    /**
     * Returns how near the range is: of two ranges that contain an address, the one with more bits is nearer.
     *
     * @return the number of bits of the prefix, -1 for {@link #ANY}
     */
    public int prefixLength() {
        return prefixLength;
    }

    private static int prefixLength(String text, int start, int max) {
        int bits = 0;
        for (int i = start; i < text.length() && bits <= max; i++) {
            int digit = text.charAt(i) - '0';
            bits = digit < 0 || digit > 9 ? max + 1 : bits * 10 + digit;
        }
        if (start == text.length() || bits > max) {
            throw new IllegalArgumentException(
                    "the prefix of \"" + Excerpt.of(text) + "\" must be a number from 0 to " + max);
        }
        return bits;
    }

    private static byte[] masked(byte[] address, int bits) {
        byte[] result = new byte[address.length];
        System.arraycopy(address, 0, result, 0, bits / 8);
        if (bits % 8 != 0) {
            result[bits / 8] = (byte) (address[bits / 8] & (0xFF00 >> bits % 8));
        }
        return result;
    }

    /**
     * Tells whether the other object is the same range.
     *
     * @param other any object
     * @return true if it is
     */
    @Override
    public boolean equals(Object other) {
        return other instanceof AddressRange range
                && range.prefixLength == prefixLength
                && Arrays.equals(range.network, network);
    }

    /**
     * Returns a hash code over the prefix.
     *
     * @return the hash code
     */
    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(network) + prefixLength;
    }

    /**
     * Returns the form that {@link #parse(String)} reads.
     *
     * @return the text
     */
    @Override
    public String toString() {
        byte[] start = network;
        return start == null ? "*" : NetUtil.bytesToIpAddress(start) + "/" + prefixLength;
    }
}
