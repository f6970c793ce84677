package io.mirror.codec.plio;

import java.math.BigInteger;
import java.util.List;
import java.util.Objects;

/** One item of PicoLisp data (journal specification section 17). Values are immutable. */
public sealed interface PlioValue {

    /** NIL, which is also the empty list and the empty string. */
    PlioValue NIL = Nil.VALUE;

    /** The symbol {@code T}. */
    PlioValue TRUE = new Symbol("T");

    /** The type of {@link PlioValue#NIL}. */
    enum Nil implements PlioValue {
        /** The only one. */
        VALUE
    }

    /**
     * An integer of any size.
     *
     * @param value the number
     */
    record Numeral(BigInteger value) implements PlioValue {
        /**
         * Checks the parts.
         *
         * @param value the number
         */
        public Numeral {
            Objects.requireNonNull(value, "value");
        }
    }

    /**
     * An internal symbol.
     *
     * @param name its name, not empty, without NUL and not {@code NIL}
     */
    record Symbol(String name) implements PlioValue {
        /**
         * Checks the parts.
         *
         * @param name its name
         * @throws IllegalArgumentException if the name is empty, has a NUL, or is {@code NIL}
         */
        public Symbol {
            requireName(name);
            if (name.equals("NIL")) {
                throw new IllegalArgumentException("the symbol NIL is PlioValue.NIL");
            }
        }
    }

    /**
     * A transient symbol, which is a string.
     *
     * @param text the text, not empty, without NUL
     */
    record Text(String text) implements PlioValue {
        /**
         * Checks the parts.
         *
         * @param text the text
         * @throws IllegalArgumentException if the text is empty or has a NUL
         */
        public Text {
            requireName(text);
        }
    }

    /**
     * An external symbol: the name of a database object.
     *
     * @param file number of the database file, 0 to 65535
     * @param object number of the object in that file, 0 to 2^42 - 1
     */
    record External(int file, long object) implements PlioValue {
        /** Largest object number. */
        public static final long MAX_OBJECT = (1L << 42) - 1;

        /**
         * Checks the parts.
         *
         * @param file number of the database file
         * @param object number of the object
         * @throws IllegalArgumentException if a number is out of range
         */
        public External {
            if (file < 0 || file > 0xFFFF) {
                throw new IllegalArgumentException("file " + file + " is not from 0 to 65535");
            }
            if (object < 0 || object > MAX_OBJECT) {
                throw new IllegalArgumentException("object " + object + " is not from 0 to 2^42 - 1");
            }
        }

        /**
         * Returns the text form, for instance <code>{A17}</code>: the file in base 16 with the digits {@code @} to
         * {@code O}, nothing for file 0, then the object in octal digits.
         *
         * @return the text form
         */
        @Override
        public String toString() {
            StringBuilder text = new StringBuilder("{");
            if (file != 0) {
                for (char digit : Integer.toHexString(file).toCharArray()) {
                    text.append((char) ('@' + Character.digit(digit, 16)));
                }
            }
            return text.append(Long.toOctalString(object)).append('}').toString();
        }
    }

    /**
     * A chain of cells: a proper list, a dotted list, or a circular one.
     *
     * @param items the elements, at least one
     * @param tail what the last cell points to: {@link PlioValue#NIL} for a proper or circular list, else an atom
     * @param cycle index of the element that the last cell points to, or -1 if the list is not circular
     */
    record Cells(List<PlioValue> items, PlioValue tail, int cycle) implements PlioValue {
        /**
         * Checks and copies the parts.
         *
         * @param items the elements
         * @param tail what the last cell points to
         * @param cycle index of the element that the last cell points to, or -1
         * @throws IllegalArgumentException if there are no items, the tail is a list, or the cycle is out of range
         */
        public Cells {
            items = List.copyOf(items);
            Objects.requireNonNull(tail, "tail");
            if (items.isEmpty()) {
                throw new IllegalArgumentException("a list without items is NIL");
            }
            if (tail instanceof Cells) {
                throw new IllegalArgumentException("a tail that is a list belongs into the items");
            }
            if (cycle < -1 || cycle >= items.size() || (cycle >= 0 && tail != NIL)) {
                throw new IllegalArgumentException("cycle " + cycle + " does not fit " + items.size() + " items");
            }
        }
    }

    /**
     * Returns a number.
     *
     * @param value the number
     * @return the value
     */
    static PlioValue number(long value) {
        return new Numeral(BigInteger.valueOf(value));
    }

    /**
     * Returns an internal symbol, {@link #NIL} for the name {@code NIL}.
     *
     * @param name the name
     * @return the value
     * @throws IllegalArgumentException if the name is empty or has a NUL
     */
    static PlioValue symbol(String name) {
        return name.equals("NIL") ? NIL : new Symbol(name);
    }

    /**
     * Returns a string, {@link #NIL} for the empty one.
     *
     * @param text the text
     * @return the value
     * @throws IllegalArgumentException if the text has a NUL
     */
    static PlioValue text(String text) {
        return text.isEmpty() ? NIL : new Text(text);
    }

    /**
     * Returns a proper list, {@link #NIL} for no items.
     *
     * @param items the elements
     * @return the value
     */
    static PlioValue list(List<? extends PlioValue> items) {
        return items.isEmpty() ? NIL : new Cells(List.copyOf(items), NIL, -1);
    }

    /**
     * Returns a proper list, {@link #NIL} for no items.
     *
     * @param items the elements
     * @return the value
     */
    static PlioValue list(PlioValue... items) {
        return list(List.of(items));
    }

    private static void requireName(String name) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("an empty name is NIL");
        }
        if (name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a name has no NUL characters");
        }
    }
}
