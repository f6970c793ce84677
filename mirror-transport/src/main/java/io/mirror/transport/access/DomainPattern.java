package io.mirror.transport.access;

import io.mirror.core.point.PointName;

/** Which domains a rule is about: one, those that begin with a text, or all but those whose names begin with {@code $}. */
public final class DomainPattern {

    /** Every domain whose name does not begin with {@code $}. */
    public static final DomainPattern ANY = new DomainPattern("", true);

    private final String text;
    private final boolean prefix;

    private DomainPattern(String text, boolean prefix) {
        this.text = text;
        this.prefix = prefix;
    }

    /**
     * Reads a pattern.
     *
     * @param pattern the name of a domain, the beginning of one followed by {@code *}, or {@code *}
     * @return the pattern
     * @throws IllegalArgumentException if the pattern is empty or has a {@code *} elsewhere than at its end
     */
    public static DomainPattern of(String pattern) {
        int star = pattern.indexOf('*');
        if (pattern.isEmpty() || (star >= 0 && star != pattern.length() - 1)) {
            throw new IllegalArgumentException("not a domain pattern; use a name, name* or *");
        }
        return star < 0 ? new DomainPattern(pattern, false) : new DomainPattern(pattern.substring(0, star), true);
    }

    /**
     * Tells whether a domain is meant. Letter case counts (DHTP section 4.1). A domain whose name begins with {@code $} is
     * only meant by a pattern that begins so as well: {@code *} does not give away what a hub says about itself.
     *
     * @param domain the name of a domain
     * @return true if the pattern matches it
     */
    public boolean matches(String domain) {
        if (!prefix) {
            return domain.equals(text);
        }
        return domain.startsWith(text) && (!PointName.isReserved(domain) || PointName.isReserved(text));
    }

    /**
     * Tells whether the other object is the same pattern.
     *
     * @param other any object
     * @return true if it is
     */
    @Override
    public boolean equals(Object other) {
        return other instanceof DomainPattern pattern && pattern.prefix == prefix && pattern.text.equals(text);
    }

    /**
     * Returns a hash code over the pattern.
     *
     * @return the hash code
     */
    @Override
    public int hashCode() {
        return 31 * text.hashCode() + Boolean.hashCode(prefix);
    }

    /**
     * Returns the form that {@link #of(String)} reads.
     *
     * @return the text
     */
    @Override
    public String toString() {
        return prefix ? text + "*" : text;
    }
}
