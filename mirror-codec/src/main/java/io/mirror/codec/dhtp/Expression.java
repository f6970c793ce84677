package io.mirror.codec.dhtp;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A parenthesised list of items; as a message its first item is the name of the command (DHTP section 2.2).
 *
 * <p>Immutable; two expressions are equal if their items are equal.
 */
public final class Expression implements Item {
    private final List<Item> items;

    private Expression(List<Item> items) {
        this.items = items;
    }

    /**
     * Returns an expression.
     *
     * @param items the items, which are copied
     * @return the expression
     */
    public static Expression of(List<? extends Item> items) {
        return new Expression(List.copyOf(items));
    }

    /**
     * Returns an expression that consists of atoms only.
     *
     * @param texts the unescaped texts of the atoms
     * @return the expression
     */
    public static Expression of(String... texts) {
        List<Item> items = new ArrayList<>(texts.length);
        for (String text : texts) {
            items.add(Atom.of(text));
        }
        return of(items);
    }

    /**
     * Returns the items.
     *
     * @return an unmodifiable list
     */
    public List<Item> items() {
        return items;
    }

    /**
     * Returns the number of items, nested lists counting as one each.
     *
     * @return 0 or more
     */
    public int size() {
        return items.size();
    }

    /**
     * Returns the text of the first item.
     *
     * @return the name of the command; empty if there is no first item or it is a list
     */
    public String command() {
        return text(0).orElse("");
    }

    /**
     * Returns the text of an item.
     *
     * @param index 0 for the command, 1 for its first argument
     * @return the unescaped text; empty if there is no such item or it is a list
     */
    public Optional<String> text(int index) {
        return index < items.size() && items.get(index) instanceof Atom atom
                ? Optional.of(atom.text())
                : Optional.empty();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Expression that && items.equals(that.items);
    }

    @Override
    public int hashCode() {
        return items.hashCode();
    }

    /**
     * Describes the expression without its arguments, which may hold a password.
     *
     * @return the number of items
     */
    @Override
    public String toString() {
        return "Expression[" + items.size() + " items]";
    }
}
