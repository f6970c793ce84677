package io.mirror.codec.zabbix;

/**
 * The version that a proxy or server tells (sections 5 and 13). Only major and minor count.
 *
 * @param major the first number
 * @param minor the second number
 */
public record ZabbixVersion(int major, int minor) implements Comparable<ZabbixVersion> {
    /** What an absent or unreadable version counts as. */
    public static final ZabbixVersion UNKNOWN = new ZabbixVersion(3, 2);

    /**
     * Reads a version such as {@code 6.0.14rc1}; what follows the second number is not looked at.
     *
     * @param text the text, empty if there was none
     * @return the version, {@link #UNKNOWN} if it cannot be read
     */
    public static ZabbixVersion parse(String text) {
        int dot = text.indexOf('.');
        int second = dot < 0 ? -1 : text.indexOf('.', dot + 1);
        int major = dot < 0 ? -1 : number(text, 0, dot);
        int minor = dot < 0 ? -1 : number(text, dot + 1, second < 0 ? text.length() : second);
        return major < 0 || minor < 0 ? UNKNOWN : new ZabbixVersion(major, minor);
    }

    private static int number(String text, int from, int to) {
        if (to <= from || to - from > 4) {
            return -1;
        }
        int value = 0;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            value = 10 * value + (c - '0');
        }
        return value;
    }

    @Override
    public int compareTo(ZabbixVersion other) {
        return major != other.major ? Integer.compare(major, other.major) : Integer.compare(minor, other.minor);
    }

    /**
     * Tells whether this version is not older than another.
     *
     * @param otherMajor the other's first number
     * @param otherMinor the other's second number
     * @return true if it is the same or newer
     */
    public boolean atLeast(int otherMajor, int otherMinor) {
        return compareTo(new ZabbixVersion(otherMajor, otherMinor)) >= 0;
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
