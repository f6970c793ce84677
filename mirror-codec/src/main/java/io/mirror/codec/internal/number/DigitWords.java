package io.mirror.codec.internal.number;

/**
 * Decimal digits in one little-endian number, so that all of them are stored or loaded at once: the lowest byte is the
 * character that comes first.
 */
public final class DigitWords {
    /** The smallest number with too many digits for a word. */
    public static final int LIMIT = 100_000_000;

    /** How many of eight digits stand before the point in a number of thousandths. */
    public static final int DIGITS_BEFORE_POINT = 5;

    /** Up to 15 digits are unique: two texts of at most 15 digits never denote the same double. */
    private static final double UNIQUE_DIGITS_LIMIT = 1e15;

    private static final long ZEROS = 0x3030_3030_3030_3030L;
    private static final int POINT_AND_ZEROS = 0x3030_302E;

    private DigitWords() {}

    /**
     * Gives the eight digits of a number, with leading zeros.
     *
     * @param value 0 or more, less than {@link #LIMIT}
     * @return the digits as numbers of 0 to 9; see {@link #text}
     */
    public static long eight(int value) {
        // Halves become quarters, and these digits, of all parts of the word at once. A part is divided by multiplying.
        // One subtraction of a multiple leaves the quotient in the lower half and the remainder in the upper one.
        long upper = (value * 109_951_163L) >>> 40;
        long halves = ((long) value << 32) - upper * ((10_000L << 32) - 1);
        long hundreds = ((halves * 5_243) >>> 19) & 0x0000_007F_0000_007FL;
        long quarters = (halves << 16) - hundreds * ((100 << 16) - 1);
        long tens = ((quarters * 103) >>> 10) & 0x000F_000F_000F_000FL;
        return (quarters << 8) - tens * ((10 << 8) - 1);
    }

    /**
     * Gives the characters of digits.
     *
     * @param digits eight numbers of 0 to 9
     * @return their characters
     */
    public static long text(long digits) {
        return digits + ZEROS;
    }

    /**
     * Counts the zeros that a number is not written with.
     *
     * @param digits what {@link #eight} gave
     * @return 0 to 7
     */
    public static int leadingZeros(long digits) {
        // The last digit counts even if it is 0.
        int bits = Long.numberOfTrailingZeros(digits | 1L << (7 * Byte.SIZE));
        // The mask changes nothing; it tells the compiler how few there are, which knows then that no index is
        // negative.
        return (bits >>> 3) & 7;
    }

    /**
     * Counts the zeros that a number of thousandths is not written with.
     *
     * @param digits what {@link #eight} gave for the thousandths
     * @return 0 to 4
     */
    public static int leadingZerosBeforePoint(long digits) {
        // The last digit before the point counts even if it is 0.
        int bits = Long.numberOfTrailingZeros(digits | 1L << ((DIGITS_BEFORE_POINT - 1) * Byte.SIZE));
        return (bits >>> 3) & 7;
    }

    /**
     * Gives the point and the decimals of a number of thousandths.
     *
     * @param digits what {@link #eight} gave for the thousandths
     * @return the point and three decimals
     */
    public static int pointAndDecimals(long digits) {
        return ((int) (digits >>> ((DIGITS_BEFORE_POINT - 1) * Byte.SIZE)) & ~0xFF) + POINT_AND_ZEROS;
    }

    /**
     * Counts the characters of the point and the decimals without the zeros at their end.
     *
     * @param digits what {@link #eight} gave for the thousandths
     * @return 2 to 4, or 0 if nothing but zeros stands behind the point
     */
    public static int lengthFromPoint(long digits) {
        int bits = Long.numberOfLeadingZeros(digits | 1L << (DIGITS_BEFORE_POINT * Byte.SIZE - 1));
        // The lengths for no, one, two and three zeros.
        return (0x00_02_03_04 >>> (bits & 0x18)) & 7;
    }

    /**
     * Counts the digits that a word begins with.
     *
     * @param text eight characters
     * @return 0 to 8
     */
    public static int countDigits(long text) {
        return Long.numberOfTrailingZeros(others(text)) >>> 3;
    }

    /**
     * Counts the characters of a word up to the end of its decimals: of the digits behind the first character that is none.
     *
     * @param text eight characters, of which the first that is no digit is the point
     * @return 1 to 8
     */
    public static int countWithDecimals(long text) {
        long others = others(text);
        long behindPoint = others & (others - 1);
        return Long.numberOfTrailingZeros(behindPoint) >>> 3;
    }

    /** Sets the highest bit of each character that is no digit; behind the first one that is not ASCII bits may be wrong. */
    private static long others(long text) {
        long values = text ^ ZEROS;
        // Of what is not ASCII something is carried, to those behind it alone.
        return ((values + 0x7676_7676_7676_7676L) | values) & 0x8080_8080_8080_8080L;
    }

    /**
     * Gives the number that the first digits of a word make.
     *
     * @param text eight characters, the first of them digits
     * @param count how many, 1 to 8
     * @return the number
     */
    public static int value(long text, int count) {
        return number((text ^ ZEROS) << -(count * Byte.SIZE));
    }

    /** The number that eight bytes of 0 to 9 make: neighbours are joined to pairs and these two and two to halves. */
    private static int number(long digits) {
        long pairs = (digits * ((10 << 8) + 1)) >>> 8;
        long upper = (pairs & 0x0000_00FF_0000_00FFL) * (100 + (1_000_000L << 32));
        long lower = ((pairs >>> 16) & 0x0000_00FF_0000_00FFL) * (1 + (10_000L << 32));
        return (int) ((upper + lower) >>> 32);
    }

    /**
     * Gives the thousandths of a number with one to three decimals or none, which is what most measured values are.
     *
     * @param magnitude 0 or more, or NaN
     * @return the thousandths, which have at most 15 digits; -1 if it is not such a number
     */
    public static long thousandths(double magnitude) {
        double product = magnitude * 1000 + 0.5;
        if (!(product < UNIQUE_DIGITS_LIMIT)) {
            return -1;
        }
        long rounded = (long) product;
        return rounded / 1000.0 == magnitude ? rounded : -1;
    }
}
