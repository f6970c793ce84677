package io.mirror.transport.access;

import io.mirror.core.point.Excerpt;

/**
 * Which users a rule is about: one, all of an organization, all who logged in, or those who did not.
 *
 * <p>A user name may carry an organization, {@code Organization/User} (DHTP section 8.2).
 */
public final class UserPattern {

    /** Every user who logged in. */
    public static final UserPattern AUTHENTICATED = new UserPattern("*");

    /** Connections on which nobody logged in. */
    public static final UserPattern ANONYMOUS = new UserPattern("anonymous");

    private final String text;

    private UserPattern(String text) {
        this.text = text;
    }

    /**
     * Reads a pattern.
     *
     * @param pattern a user name, {@code Organization/*}, {@code *} for all who logged in, or {@code anonymous}
     * @return the pattern
     * @throws IllegalArgumentException if the pattern is empty or has a {@code *} elsewhere
     */
    public static UserPattern of(String pattern) {
        int star = pattern.indexOf('*');
        boolean wellFormed = star < 0 ? !pattern.isEmpty() : pattern.equals("*") || isOrganization(pattern, star);
        if (!wellFormed) {
            throw new IllegalArgumentException(
                    "not a user pattern: \"" + Excerpt.of(pattern) + "\"; use a name, Organization/*, * or anonymous");
        }
        return new UserPattern(pattern);
    }

    private static boolean isOrganization(String pattern, int star) {
        return star >= 2 && star == pattern.length() - 1 && pattern.indexOf('/') == star - 1;
    }

    /**
     * Tells whether a user is meant. Letter case counts.
     *
     * @param user the name that logged in, or empty if nobody did
     * @return true if the pattern matches
     */
    public boolean matches(String user) {
        if (user.isEmpty()) {
            return text.equals(ANONYMOUS.text);
        }
        if (text.equals("*")) {
            return true;
        }
        return text.endsWith("/*") ? user.startsWith(text.substring(0, text.length() - 1)) : user.equals(text);
    }

    /**
     * Tells whether the other object is the same pattern.
     *
     * @param other any object
     * @return true if it is
     */
    @Override
    public boolean equals(Object other) {
        return other instanceof UserPattern pattern && pattern.text.equals(text);
    }

    /**
     * Returns a hash code over the pattern.
     *
     * @return the hash code
     */
    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /**
     * Returns the form that {@link #of(String)} reads.
     *
     * @return the text
     */
    @Override
    public String toString() {
        return text;
    }
}
