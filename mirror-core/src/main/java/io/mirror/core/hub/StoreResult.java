package io.mirror.core.hub;

/** What became of a change (DHTP sections 4.5 and 9.5). */
public enum StoreResult {
    /** More than the time changed, or the change was forced. */
    SIGNIFICANT,
    /** Only the time changed. */
    INSIGNIFICANT,
    /** Nothing changed. */
    UNCHANGED,
    /** The point was removed from its hub; the change has no effect. */
    REMOVED;

    /**
     * Tells whether the point is different now.
     *
     * @return true for a significant or insignificant change
     */
    public boolean isChange() {
        return this == SIGNIFICANT || this == INSIGNIFICANT;
    }
}
