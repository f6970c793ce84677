package io.mirror.codec.dhtp;

import io.mirror.codec.internal.number.NumberReader;
import io.mirror.core.command.Command;
import io.mirror.core.point.Excerpt;
import io.mirror.core.point.PointName;
import io.mirror.core.point.Timestamp;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Typed access to the arguments of a command. The first problem is kept and everything after it gives harmless values,
 * so that a command is read in one expression and judged once.
 */
final class Arguments {
    private final Expression expression;
    private final NumberReader numbers = new NumberReader();
    private @Nullable String problem;

    Arguments(Expression expression) {
        this.expression = expression;
    }

    /** The arguments as texts, a nested expression as the text it would be written as. */
    static List<String> texts(Expression expression) {
        List<Item> items = expression.items();
        List<String> texts = new ArrayList<>(items.size());
        for (int i = 1; i < items.size(); i++) {
            texts.add(
                    items.get(i) instanceof Atom atom
                            ? atom.text()
                            : ExpressionWriter.toText((Expression) items.get(i)));
        }
        return texts;
    }

    /** What is wrong with the arguments, null if nothing. */
    @Nullable
    String problem() {
        return problem;
    }

    int count() {
        return expression.size() - 1;
    }

    boolean has(int index) {
        return index <= count();
    }

    private void fail(int index, String what) {
        if (problem == null) {
            problem = "argument " + index + " " + what;
        }
    }

    private @Nullable Atom atom(int index) {
        if (!has(index)) {
            fail(index, "is missing");
            return null;
        }
        if (expression.items().get(index) instanceof Atom atom) {
            return atom;
        }
        fail(index, "is a list");
        return null;
    }

    /** A text of any content. */
    String text(int index) {
        Atom atom = atom(index);
        return atom == null ? "" : atom.text();
    }

    /** A point name with or without a domain. */
    String point(int index) {
        return name(index, false);
    }

    /** A domain name. */
    String domain(int index) {
        return name(index, true);
    }

    private String name(int index, boolean domain) {
        Atom atom = atom(index);
        if (atom == null) {
            return "";
        }
        if (!atom.isWellFormed()) {
            fail(index, "is a name that is not UTF-8");
            return "";
        }
        try {
            if (domain) {
                PointName.checkDomain(atom.text());
            } else {
                PointName.resolve(atom.text(), "d");
            }
            return atom.text();
        } catch (IllegalArgumentException e) {
            fail(index, "is no name: " + e.getMessage());
            return "";
        }
    }

    /** An integer within a range. */
    long integer(int index, long min, long max) {
        Atom atom = atom(index);
        if (atom == null) {
            return 0;
        }
        byte[] bytes = bytes(atom);
        if (!numbers.readLong(bytes, 0, bytes.length)) {
            fail(index, "is no integer: \"" + Excerpt.of(atom.text()) + "\"");
            return 0;
        }
        long value = numbers.longValue();
        if (value < min || value > max) {
            fail(index, "must be " + min + " to " + max + ", was " + value);
            return 0;
        }
        return value;
    }

    /** An integer within a range, or a default if the argument is not there. */
    long integer(int index, long min, long max, long otherwise) {
        return has(index) ? integer(index, min, max) : otherwise;
    }

    /** 0 or 1. */
    boolean flag(int index) {
        return integer(index, 0, 1) == 1;
    }

    /** A 32-bit mask, decimal or hexadecimal. */
    int mask(int index) {
        Atom atom = atom(index);
        if (atom == null) {
            return 0;
        }
        byte[] bytes = bytes(atom);
        if (!numbers.readMask(bytes, 0, bytes.length)
                || numbers.longValue() < Integer.MIN_VALUE
                || numbers.longValue() > 0xFFFF_FFFFL) {
            fail(index, "is no 32-bit mask: \"" + Excerpt.of(atom.text()) + "\"");
            return 0;
        }
        return (int) numbers.longValue();
    }

    /** A number that remembers whether it was an integer. */
    Command.Calculate.Operand operand(int index) {
        Atom atom = atom(index);
        if (atom != null) {
            byte[] bytes = bytes(atom);
            if (numbers.readLong(bytes, 0, bytes.length)) {
                return Command.Calculate.Operand.of(numbers.longValue());
            }
            if (numbers.readDouble(bytes, 0, bytes.length)) {
                return Command.Calculate.Operand.of(numbers.doubleValue());
            }
            fail(index, "is no number: \"" + Excerpt.of(atom.text()) + "\"");
        }
        return Command.Calculate.Operand.of(0);
    }

    /** Optional seconds and nanoseconds. */
    Timestamp time(int index) {
        long seconds = integer(index, Long.MIN_VALUE, Long.MAX_VALUE, 0);
        return new Timestamp(seconds, (int) integer(index + 1, 0, Timestamp.NANOS_PER_SECOND - 1, 0));
    }

    /** One of some words; the index of the word. */
    int oneOf(int index, String... words) {
        String text = text(index);
        for (int i = 0; i < words.length; i++) {
            if (words[i].equals(text)) {
                return i;
            }
        }
        fail(index, "must be one of " + String.join(", ", words) + ", was \"" + Excerpt.of(text) + "\"");
        return 0;
    }

    private static byte[] bytes(Atom atom) {
        return atom.text().getBytes(StandardCharsets.UTF_8);
    }
}
