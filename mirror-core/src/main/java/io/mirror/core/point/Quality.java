package io.mirror.core.point;

/**
 * How far a value can be trusted, in OPC DA coding {@code QQSSSSLL} (DHTP section 4.4).
 *
 * <p>All bits that a peer sends are kept and forwarded; classify with {@link #isGood()}, {@link #isBad()} and
 * {@link #isUncertain()}, which look at the main bits only.
 *
 * @param code 0 to 65535; the low 8 bits have the OPC meaning
 */
public record Quality(int code) implements Comparable<Quality> {
    /** Highest code. */
    public static final int MAX_CODE = 0xFFFF;

    /** The value is not useful, reason unknown. */
    public static final Quality BAD = new Quality(0x00);
    /** A configuration mistake keeps the value from being read. */
    public static final Quality CONFIG_ERROR = new Quality(0x04);
    /** The source is not connected; a lost link gives this to the points that depended on it. */
    public static final Quality NOT_CONNECTED = new Quality(0x08);
    /** The device failed. */
    public static final Quality DEVICE_FAILURE = new Quality(0x0C);
    /** The sensor failed. */
    public static final Quality SENSOR_FAILURE = new Quality(0x10);
    /** Communication failed, the value is the last one known. */
    public static final Quality LAST_KNOWN = new Quality(0x14);
    /** Communication failed and no last value is known. */
    public static final Quality COMM_FAILURE = new Quality(0x18);
    /** The source is switched off. */
    public static final Quality OUT_OF_SERVICE = new Quality(0x1C);
    /** No value has arrived yet. */
    public static final Quality WAITING_FOR_INITIAL_DATA = new Quality(0x20);
    /** The value may be wrong, reason unknown. */
    public static final Quality UNCERTAIN = new Quality(0x40);
    /** The source stopped writing; the value is the last usable one. */
    public static final Quality LAST_USABLE = new Quality(0x44);
    /** The sensor is out of its calibrated range. */
    public static final Quality SENSOR_CAL = new Quality(0x50);
    /** The value is outside its engineering limits. */
    public static final Quality EGU_EXCEEDED = new Quality(0x54);
    /** Fewer good sources than required gave the value. */
    public static final Quality SUB_NORMAL = new Quality(0x58);
    /** The value is good. */
    public static final Quality GOOD = new Quality(0xC0);
    /** The value is good and was set by hand. */
    public static final Quality LOCAL_OVERRIDE = new Quality(0xD8);

    private static final int MAIN_MASK = 0xC0;
    private static final int STATUS_MASK = 0xFC;

    /**
     * Checks the range.
     *
     * @param code 0 to 65535; the low 8 bits have the OPC meaning
     * @throws IllegalArgumentException if the code is outside 0 to 65535
     */
    public Quality {
        if (code < 0 || code > MAX_CODE) {
            throw new IllegalArgumentException("quality must be 0 to " + MAX_CODE + ", was " + code);
        }
    }

    /**
     * Returns the quality with a code.
     *
     * @param code 0 to 65535
     * @return the quality
     */
    public static Quality of(int code) {
        return switch (code) {
            case 0xC0 -> GOOD;
            case 0x08 -> NOT_CONNECTED;
            case 0x00 -> BAD;
            default -> new Quality(code);
        };
    }

    /**
     * Tells whether the main bits say good.
     *
     * @return true for 0xC0 to 0xFF in the low byte
     */
    public boolean isGood() {
        return (code & MAIN_MASK) == 0xC0;
    }

    /**
     * Tells whether the main bits say uncertain.
     *
     * @return true for 0x40 to 0x7F in the low byte
     */
    public boolean isUncertain() {
        return (code & MAIN_MASK) == 0x40;
    }

    /**
     * Tells whether the main bits say bad.
     *
     * @return true for 0x00 to 0x3F in the low byte
     */
    public boolean isBad() {
        return (code & MAIN_MASK) == 0;
    }

    /**
     * Returns the words that operators read for this quality, with limit bits ignored.
     *
     * @return for example {@code "Not Connected"}; {@code "0x.."} for a code without a name
     */
    public String label() {
        return switch (code & STATUS_MASK) {
            case 0x00 -> "Bad";
            case 0x04 -> "Config Error";
            case 0x08 -> "Not Connected";
            case 0x0C -> "Device Failure";
            case 0x10 -> "Sensor Failure";
            case 0x14 -> "Last Known";
            case 0x18 -> "Comm Failure";
            case 0x1C -> "Out of Service";
            case 0x20 -> "Initializing";
            case 0x40 -> "Uncertain";
            case 0x44 -> "Last Usable";
            case 0x50 -> "Sensor Calibration";
            case 0x54 -> "EGU Exceeded";
            case 0x58 -> "Sub-Normal";
            case 0xC0 -> "Good";
            case 0xD8 -> "Local Override";
            default -> "0x" + Integer.toHexString(code);
        };
    }

    @Override
    public int compareTo(Quality other) {
        return Integer.compare(code, other.code);
    }

    @Override
    public String toString() {
        return label();
    }
}
