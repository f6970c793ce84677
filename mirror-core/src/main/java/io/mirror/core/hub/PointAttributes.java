package io.mirror.core.hub;

import io.mirror.core.point.PointState;
import java.util.Objects;

/**
 * What commands may do with a point, and the type that values written by commands are converted to
 * (DHTP sections 4.2 and 5.3).
 *
 * @param readable true if clients may read the point
 * @param writable true if clients may write the point
 * @param canonical the type that values are converted to
 * @param array true if values are arrays, whose items are converted (DHTP section 4.2)
 */
public record PointAttributes(boolean readable, boolean writable, CanonicalType canonical, boolean array) {
    /** Readable, writable, and values are kept as they are written. */
    public static final PointAttributes DEFAULT = new PointAttributes(true, true, CanonicalType.EMPTY, false);

    /**
     * Refuses null.
     *
     * @param readable true if clients may read the point
     * @param writable true if clients may write the point
     * @param canonical the type that values are converted to
     * @param array true if values are arrays, whose items are converted (DHTP section 4.2)
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
        return new PointAttributes(read, write, canonical, array);
    }

    /**
     * Returns a copy with another canonical type.
     *
     * @param type the type
     * @param ofItems true if it is the type of an array's items
     * @return the copy
     */
    public PointAttributes withCanonical(CanonicalType type, boolean ofItems) {
        return new PointAttributes(readable, writable, type, ofItems);
    }

    /**
     * Converts the value of a state to the canonical type in place.
     *
     * @param state the state
     * @return false if the value cannot be converted; the state is unchanged then
     */
    public boolean convert(PointState state) {
        return array ? ArrayText.convert(state, canonical) : canonical.convert(state);
    }
}
