package io.mirror.core.point;

/**
 * The flag bits of a point that cross a mirror link (DHTP section 4.3). All other bits are internal to the program
 * that set them: they are masked on the way out and ignored on the way in.
 */
public final class PointFlags {
    /** No flag. */
    public static final int NONE = 0;
    /** The point is not shown to users. */
    public static final int HIDDEN = 0x0000_0800;
    /** The point exists but no value was ever written. */
    public static final int UNINITIALIZED = 0x0020_0000;
    /** The point was removed. */
    public static final int DELETED = 0x0400_0000;
    /** The set of bits that travels. */
    public static final int MIRRORED = HIDDEN | UNINITIALIZED | DELETED;

    private PointFlags() {}
}
