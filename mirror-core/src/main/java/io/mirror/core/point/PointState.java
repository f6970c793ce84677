package io.mirror.core.point;

import java.util.Objects;

/**
 * Everything that a point carries besides its name, in a form that can be filled and read again and again without
 * allocation (a text value is the exception: its {@link String} is kept as it is given).
 *
 * <p>Decoders fill one and hand it on, the hub copies out of it, encoders read from it. An instance belongs to one
 * thread at a time; who receives one in a callback may use it until the callback returns and copies what it wants to
 * keep, for example with {@link #toPoint}.
 */
public final class PointState {
    private static final int TYPE_STRING = 0;
    private static final int TYPE_REAL = 1;
    private static final int TYPE_INTEGER = 2;
    private static final int TYPE_VOID = 3;

    private long bits;
    private long seconds;
    /**
     * Counts only if the value is text. A number leaves it as it is, and a copy writes it only where it differs: storing a
     * reference costs the collector's bookkeeping, as much as all else that is done to a state.
     */
    private String text = "";

    private int nanoseconds;
    private int flags;
    private short confidence;
    private short security;
    private char quality;
    private byte type;
    private boolean locked;

    /** Makes the state of a freshly created point: no value, quality bad, not stamped (DHTP section 4.1). */
    public PointState() {
        clear();
    }

    /**
     * Goes back to the state of a freshly created point.
     *
     * @return this
     */
    public PointState clear() {
        noValue();
        if (!isSame(text, "")) {
            // A state that is kept to be used again must not keep a text in memory.
            text = "";
        }
        quality = 0;
        confidence = Point.MAX_CONFIDENCE;
        security = 0;
        locked = false;
        seconds = 0;
        nanoseconds = 0;
        flags = 0;
        return this;
    }

    /**
     * Takes over everything from another state.
     *
     * @param other the state to copy
     * @return this
     */
    public PointState copyFrom(PointState other) {
        copyValueFrom(other);
        quality = other.quality;
        confidence = other.confidence;
        security = other.security;
        locked = other.locked;
        seconds = other.seconds;
        nanoseconds = other.nanoseconds;
        flags = other.flags;
        return this;
    }

    /**
     * Takes over type and value from another state.
     *
     * @param other the state to copy from
     * @return this
     */
    public PointState copyValueFrom(PointState other) {
        bits = other.bits;
        type = other.type;
        String otherText = other.string();
        if (!isSame(text, otherText)) {
            text = otherText;
        }
        return this;
    }

    @SuppressWarnings("ReferenceEquality") // another text is kept even if it is equal: this only saves storing it again
    private static boolean isSame(String one, String other) {
        return one == other;
    }

    /**
     * Takes over everything but the name from a point.
     *
     * @param point the point to copy
     * @return this
     */
    public PointState copyFrom(Point point) {
        value(point.value());
        quality = (char) point.quality().code();
        confidence = (short) point.confidence();
        security = (short) point.security();
        locked = point.locked();
        seconds = point.time().seconds();
        nanoseconds = point.time().nanoseconds();
        flags = point.flags();
        return this;
    }

    /**
     * Returns an immutable copy under a name.
     *
     * @param name the name of the point
     * @return the copy
     */
    public Point toPoint(PointName name) {
        return new Point(name, value(), Quality.of(quality), time(), confidence, security, locked, flags);
    }

    /**
     * Returns the type of the value.
     *
     * @return the type
     */
    public PointType type() {
        return PointType.ofCode(type);
    }

    /**
     * Tells whether the value is a real number, which is cheaper than to ask for the type.
     *
     * @return true if the type is {@link PointType#REAL}
     */
    public boolean isReal() {
        return type == TYPE_REAL;
    }

    /**
     * Tells whether the value is an integer, which is cheaper than to ask for the type.
     *
     * @return true if the type is {@link PointType#INTEGER}
     */
    public boolean isInteger() {
        return type == TYPE_INTEGER;
    }

    /**
     * Tells whether the value is text, which is cheaper than to ask for the type.
     *
     * @return true if the type is {@link PointType#STRING}
     */
    public boolean isText() {
        return type == TYPE_STRING;
    }

    /**
     * Returns the value as an immutable object.
     *
     * @return the value
     */
    public PointValue value() {
        return switch (type) {
            case TYPE_STRING -> PointValue.of(text);
            case TYPE_REAL -> PointValue.of(Double.longBitsToDouble(bits));
            case TYPE_INTEGER -> PointValue.of(bits);
            default -> PointValue.none();
        };
    }

    /**
     * Sets the value.
     *
     * @param value the new value
     * @return this
     */
    public PointState value(PointValue value) {
        if (value instanceof PointValue.RealValue real) {
            return real(real.number());
        }
        if (value instanceof PointValue.IntegerValue integer) {
            return integer(integer.number());
        }
        if (value instanceof PointValue.StringValue string) {
            return string(string.text());
        }
        return noValue();
    }

    /**
     * Sets a text value.
     *
     * @param value the text
     * @return this
     */
    public PointState string(String value) {
        text = Objects.requireNonNull(value, "value");
        bits = 0;
        type = TYPE_STRING;
        return this;
    }

    /**
     * Sets a real value.
     *
     * @param value any double
     * @return this
     */
    public PointState real(double value) {
        return number(Double.doubleToLongBits(value), TYPE_REAL);
    }

    /**
     * Sets an integer value.
     *
     * @param value any integer
     * @return this
     */
    public PointState integer(long value) {
        return number(value, TYPE_INTEGER);
    }

    /**
     * Removes the value.
     *
     * @return this
     */
    public PointState noValue() {
        return number(0, TYPE_VOID);
    }

    private PointState number(long newBits, int newType) {
        bits = newBits;
        type = (byte) newType;
        return this;
    }

    /**
     * Returns the text of a text value.
     *
     * @return the text, empty for any other type
     */
    public String string() {
        return type == TYPE_STRING ? text : "";
    }

    /**
     * Returns the number of a real or an integer value.
     *
     * @return the number; 0 for text and void
     */
    public double real() {
        return type == TYPE_REAL ? Double.longBitsToDouble(bits) : bits;
    }

    /**
     * Returns the number of an integer value.
     *
     * @return the integer; a real value is cut towards zero; 0 for text and void
     */
    public long integer() {
        return type == TYPE_REAL ? (long) Double.longBitsToDouble(bits) : bits;
    }

    /**
     * Returns the quality code.
     *
     * @return 0 to 65535, see {@link Quality}
     */
    public int quality() {
        return quality;
    }

    /**
     * Sets the quality code.
     *
     * @param code 0 to 65535, see {@link Quality}
     * @return this
     * @throws IllegalArgumentException if the code is out of range
     */
    public PointState quality(int code) {
        if (code < 0 || code > Quality.MAX_CODE) {
            throw outOfRange("quality", code, Quality.MAX_CODE);
        }
        quality = (char) code;
        return this;
    }

    /**
     * Returns the confidence.
     *
     * @return 0 to 100
     */
    public int confidence() {
        return confidence;
    }

    /**
     * Sets the confidence.
     *
     * @param value 0 to 100
     * @return this
     * @throws IllegalArgumentException if the value is out of range
     */
    public PointState confidence(int value) {
        if (value < 0 || value > Point.MAX_CONFIDENCE) {
            throw outOfRange("confidence", value, Point.MAX_CONFIDENCE);
        }
        confidence = (short) value;
        return this;
    }

    /**
     * Returns the security level.
     *
     * @return 0 to 32767
     */
    public int security() {
        return security;
    }

    /**
     * Sets the security level.
     *
     * @param level 0 to 32767
     * @return this
     * @throws IllegalArgumentException if the level is out of range
     */
    public PointState security(int level) {
        if (level < 0 || level > Point.MAX_SECURITY) {
            throw outOfRange("security", level, Point.MAX_SECURITY);
        }
        security = (short) level;
        return this;
    }

    /**
     * Tells whether writes are refused.
     *
     * @return true if locked
     */
    public boolean locked() {
        return locked;
    }

    /**
     * Locks or unlocks.
     *
     * @param value true to lock
     * @return this
     */
    public PointState locked(boolean value) {
        locked = value;
        return this;
    }

    /**
     * Returns the time as an immutable object.
     *
     * @return the time
     */
    public Timestamp time() {
        return isUnstamped() ? Timestamp.UNSTAMPED : new Timestamp(seconds, nanoseconds);
    }

    /**
     * Returns the seconds of the time.
     *
     * @return seconds since 1970-01-01T00:00:00Z
     */
    public long seconds() {
        return seconds;
    }

    /**
     * Returns the fraction of the time.
     *
     * @return 0 to 999,999,999
     */
    public int nanoseconds() {
        return nanoseconds;
    }

    /**
     * Sets the time.
     *
     * @param epochSeconds seconds since 1970-01-01T00:00:00Z
     * @param fraction nanoseconds, 0 to 999,999,999
     * @return this
     * @throws IllegalArgumentException if the fraction is out of range
     */
    public PointState time(long epochSeconds, int fraction) {
        if (fraction < 0 || fraction >= Timestamp.NANOS_PER_SECOND) {
            throw outOfRange("nanoseconds", fraction, Timestamp.NANOS_PER_SECOND - 1);
        }
        seconds = epochSeconds;
        nanoseconds = fraction;
        return this;
    }

    /**
     * Sets the time.
     *
     * @param epochNanos nanoseconds since 1970-01-01T00:00:00Z
     * @return this
     */
    public PointState timeEpochNanos(long epochNanos) {
        seconds = Math.floorDiv(epochNanos, (long) Timestamp.NANOS_PER_SECOND);
        nanoseconds = (int) Math.floorMod(epochNanos, (long) Timestamp.NANOS_PER_SECOND);
        return this;
    }

    /**
     * Tells whether the time is 0, which in a write means "not stamped".
     *
     * @return true if not stamped
     */
    public boolean isUnstamped() {
        return seconds == 0 && nanoseconds == 0;
    }

    /**
     * Returns the flags.
     *
     * @return bits of {@link PointFlags}
     */
    public int flags() {
        return flags;
    }

    /**
     * Tells whether the state says that its point was removed (DHTP section 4.3).
     *
     * @return true if the flag {@link PointFlags#DELETED} is set
     */
    public boolean isDeleted() {
        return (flags & PointFlags.DELETED) != 0;
    }

    /**
     * Sets the flags.
     *
     * @param value bits of {@link PointFlags}; others are kept
     * @return this
     */
    public PointState flags(int value) {
        flags = value;
        return this;
    }

    /**
     * Tells whether another state has the same type and value. Reals are compared by their bits, so NaN equals NaN and
     * 0.0 differs from -0.0.
     *
     * @param other the state to compare with
     * @return true if equal
     */
    public boolean sameValue(PointState other) {
        return type == other.type && bits == other.bits && (type != TYPE_STRING || text.equals(other.text));
    }

    /**
     * Tells whether another state is equal in all that makes a change significant: everything but the time
     * (DHTP sections 4.5 and 9.5). Of the flags only those that cross a link count.
     *
     * @param other the state to compare with
     * @return true if equal
     */
    public boolean sameContent(PointState other) {
        return quality == other.quality
                && confidence == other.confidence
                && security == other.security
                && locked == other.locked
                && ((flags ^ other.flags) & PointFlags.MIRRORED) == 0
                && sameValue(other);
    }

    /**
     * Tells whether another state has the same time.
     *
     * @param other the state to compare with
     * @return true if equal
     */
    public boolean sameTime(PointState other) {
        return seconds == other.seconds && nanoseconds == other.nanoseconds;
    }

    /**
     * Compares times.
     *
     * @param other the state to compare with
     * @return negative if this one is older, positive if it is newer, 0 if the times are equal
     */
    public int compareTime(PointState other) {
        int bySeconds = Long.compare(seconds, other.seconds);
        return bySeconds != 0 ? bySeconds : Integer.compare(nanoseconds, other.nanoseconds);
    }

    private static IllegalArgumentException outOfRange(String field, int value, int max) {
        return new IllegalArgumentException(field + " must be 0 to " + max + ", was " + value);
    }

    @Override
    public String toString() {
        return "PointState[" + type() + " " + Excerpt.of(value().toString()) + ", " + Quality.of(quality) + ", "
                + time() + "]";
    }
}
