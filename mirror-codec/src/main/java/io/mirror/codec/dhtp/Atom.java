package io.mirror.codec.dhtp;

import java.util.Objects;

/**
 * An item without structure: a name, a number or a text, unescaped. Whether it was quoted makes no difference
 * (DHTP section 2.2), so it is not kept.
 *
 * <p>Immutable; two atoms are equal if their texts are equal.
 */
public final class Atom implements Item {
    private final String text;
    private final boolean wellFormed;

    private Atom(String text, boolean wellFormed) {
        this.text = Objects.requireNonNull(text, "text");
        this.wellFormed = wellFormed;
    }

    /**
     * Returns an atom.
     *
     * @param text its text, unescaped and without quotes, possibly empty
     * @return the atom
     */
    public static Atom of(String text) {
        return new Atom(text, true);
    }

    static Atom received(String text, boolean wellFormed) {
        return new Atom(text, wellFormed);
    }

    /**
     * Returns the text.
     *
     * @return the unescaped text; bytes that were no UTF-8 are replaced by U+FFFD (DHTP section 13)
     */
    public String text() {
        return text;
    }

    /**
     * Tells whether the received bytes were UTF-8. An atom that was not may be used as a value but not as a name.
     *
     * @return false if something in the text was replaced
     */
    public boolean isWellFormed() {
        return wellFormed;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Atom that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /**
     * Describes the atom without its text, which may be a password.
     *
     * @return the length of the text
     */
    @Override
    public String toString() {
        return "Atom[" + text.length() + " characters]";
    }
}
