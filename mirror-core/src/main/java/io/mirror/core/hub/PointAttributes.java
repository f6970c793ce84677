package io.mirror.core.hub;

import java.util.Objects;

/**
 * What commands may do with a point, and the type that values written by commands are converted to
 * (DHTP sections 4.2 and 5.3).
 *
 * @param readable true if clients may read the point
 * @param writable true if clients may write the point
 * @param canonical the type that values are converted to
 */
public record PointAttributes(boolean readable, boolean writable, CanonicalType canonical) {
    /** Readable, writable, and values are kept as they are written. */
    public static final PointAttributes DEFAULT = new PointAttributes(true, true, CanonicalType.EMPTY);

    /**
     * Refuses null.
     *
     * @param readable true if clients may read the point
     * @param writable true if clients may write the point
     * @param canonical the type that values are converted to
     */
    public PointAttributes {
        Objects.requireNonNull(canonical, "canonical");
    }

    /**
     * Returns a copy with other access rights.
     *
     * @param read true if clients may read
     * @param write true if clients may write
     * @return the copy
     */
    public PointAttributes withAccess(boolean read, boolean write) {
        return new PointAttributes(read, write, canonical);
    }

    /**
     * Returns a copy with another canonical type.
     *
     * @param type the type
     * @return the copy
     */
    public PointAttributes withCanonical(CanonicalType type) {
        return new PointAttributes(readable, writable, type);
    }
}
