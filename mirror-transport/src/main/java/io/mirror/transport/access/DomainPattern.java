package io.mirror.transport.access;

/** Which domains a rule is about: one, those that begin with a text, or all. */
public final class DomainPattern {

    /** Every domain. */
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
     * Tells whether a domain is meant. Letter case counts (DHTP section 4.1).
     *
     * @param domain the name of a domain
     * @return true if the pattern matches it
     */
    public boolean matches(String domain) {
        return prefix ? domain.startsWith(text) : domain.equals(text);
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
