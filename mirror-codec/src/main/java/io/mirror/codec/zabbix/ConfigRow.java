package io.mirror.codec.zabbix;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A row of a configuration table (section 6.1). Its columns are found by name; tables are a slice of the server's
 * database, so a name that is unknown here is kept, and one that is absent has the default of that database.
 *
 * <p>Some columns hold passwords and keys. They show in no text that this class makes.
 */
public final class ConfigRow {
    /** What a column holds. */
    public enum Kind {
        /** A database NULL. */
        NULL,
        /** A number. */
        NUMBER,
        /** A text. */
        TEXT
    }

    private final List<String> fields;
    private final String[] texts;
    private final Kind[] kinds;

    ConfigRow(List<String> fields, String[] texts, Kind[] kinds) {
        this.fields = fields;
        this.texts = texts;
        this.kinds = kinds;
    }

    /**
     * Makes a row.
     *
     * @param fields names of the columns
     * @param values as many values: a {@link CharSequence}, a {@link Number} whose text is JSON, or an empty
     *     {@link Optional} for NULL
     * @return the row
     * @throws IllegalArgumentException if the numbers differ or a value is nothing of these
     */
    public static ConfigRow of(List<String> fields, List<?> values) {
        if (fields.size() != values.size()) {
            throw new IllegalArgumentException(values.size() + " values for " + fields.size() + " fields");
        }
        String[] texts = new String[values.size()];
        Kind[] kinds = new Kind[values.size()];
        for (int i = 0; i < texts.length; i++) {
            Object value = values.get(i);
            if (value instanceof CharSequence text) {
                texts[i] = text.toString();
                kinds[i] = Kind.TEXT;
            } else if (value instanceof Number number) {
                texts[i] = number.toString();
                kinds[i] = Kind.NUMBER;
            } else if (value instanceof Optional<?> none && none.isEmpty()) {
                texts[i] = "";
                kinds[i] = Kind.NULL;
            } else {
                throw new IllegalArgumentException("field " + fields.get(i) + " is neither text nor number nor NULL");
            }
        }
        return new ConfigRow(List.copyOf(fields), texts, kinds);
    }

    /**
     * Returns the names of the columns.
     *
     * @return the names in the order sent
     */
    public List<String> fields() {
        return fields;
    }

    /**
     * Returns what a column holds.
     *
     * @param column number of the column, from 0
     * @return the kind
     */
    public Kind kind(int column) {
        return kinds[column];
    }

    /**
     * Returns the text of a column.
     *
     * @param column number of the column, from 0
     * @return the text, or the number as it was written; empty for NULL
     */
    public String text(int column) {
        return texts[column];
    }

    /**
     * Returns the text of a column.
     *
     * @param field name of the column
     * @return the text, or the number as it was written; nothing if the column is NULL or absent
     */
    public Optional<String> text(String field) {
        int column = fields.indexOf(field);
        return column < 0 || kinds[column] == Kind.NULL ? Optional.empty() : Optional.of(texts[column]);
    }

    /**
     * Returns the number in a column.
     *
     * @param field name of the column
     * @return the integer; nothing if the column is NULL, absent or holds no 64-bit integer
     */
    public OptionalLong number(String field) {
        Optional<String> text = text(field);
        if (text.isEmpty()) {
            return OptionalLong.empty();
        }
        try {
            String digits = text.get();
            return OptionalLong.of(digits.startsWith("-") ? Long.parseLong(digits) : Long.parseUnsignedLong(digits));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    /**
     * Compares the columns, by name and kind and text.
     *
     * @param other any object
     * @return true if it is a row that says the same
     */
    @Override
    public boolean equals(Object other) {
        return other instanceof ConfigRow row
                && fields.equals(row.fields)
                && Arrays.equals(kinds, row.kinds)
                && Arrays.equals(texts, row.texts);
    }

    /**
     * Returns a hash code.
     *
     * @return equal for equal rows
     */
    @Override
    public int hashCode() {
        return 31 * fields.hashCode() + Arrays.hashCode(texts);
    }

    /**
     * Returns the number of columns.
     *
     * @return a short text without any value
     */
    @Override
    public String toString() {
        return "ConfigRow[" + fields.size() + " columns]";
    }
}
