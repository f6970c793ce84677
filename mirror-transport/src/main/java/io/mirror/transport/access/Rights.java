package io.mirror.transport.access;

import io.mirror.core.access.Right;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * An immutable set of {@link Right}s.
 *
 * <p>Any right includes {@link Right#CONNECT}: who may read may also be there.
 */
public final class Rights {

    /** No right at all, not even to connect. */
    public static final Rights NONE = new Rights(EnumSet.noneOf(Right.class));

    /** To connect and nothing more. */
    public static final Rights CONNECT_ONLY = new Rights(EnumSet.of(Right.CONNECT));

    /** Everything except {@link Right#ADMIN}. */
    public static final Rights ALL_DATA = new Rights(EnumSet.complementOf(EnumSet.of(Right.ADMIN)));

    /** Everything. */
    public static final Rights ALL = new Rights(EnumSet.allOf(Right.class));

    private final EnumSet<Right> set;

    private Rights(EnumSet<Right> set) {
        this.set = set;
    }

    /**
     * Returns the given rights, and {@link Right#CONNECT}.
     *
     * @param first one right
     * @param more further rights
     * @return the set
     */
    public static Rights of(Right first, Right... more) {
        EnumSet<Right> rights = EnumSet.of(Right.CONNECT, first);
        rights.addAll(Set.of(more));
        return new Rights(rights);
    }

    /**
     * Tells whether a right is included.
     *
     * @param right the right
     * @return true if it is
     */
    public boolean allows(Right right) {
        return set.contains(right);
    }

    /**
     * Returns the rights that are in either set.
     *
     * @param other the other set
     * @return both together
     */
    public Rights plus(Rights other) {
        EnumSet<Right> both = EnumSet.copyOf(set);
        both.addAll(other.set);
        return new Rights(both);
    }

    /**
     * Tells whether the other object has the same rights.
     *
     * @param other any object
     * @return true if it is a set of the same rights
     */
    @Override
    public boolean equals(Object other) {
        return other instanceof Rights rights && rights.set.equals(set);
    }

    /**
     * Returns a hash code over the rights.
     *
     * @return the hash code
     */
    @Override
    public int hashCode() {
        return set.hashCode();
    }

    /**
     * Returns the rights in lower case, for example {@code [connect, read]}.
     *
     * @return the text
     */
    @Override
    public String toString() {
        return set.toString().toLowerCase(Locale.ROOT);
    }
}
