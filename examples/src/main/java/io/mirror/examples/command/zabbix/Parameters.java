package io.mirror.examples.command.zabbix;

import io.mirror.core.point.Excerpt;
import io.mirror.examples.command.CommandFailure;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The parameters of a {@code zabbix_proxy.conf}: lines {@code Name=Value}, and comments behind {@code #}. */
final class Parameters {
    private final String file;
    private final Map<String, Line> lines = new LinkedHashMap<>();

    /** Where a value stands. */
    private record Line(int number, String value) {}

    /**
     * Reads a file's text.
     *
     * @param file its name, for messages
     * @param text its text
     * @param known the parameters that may stand there
     * @throws CommandFailure if a line is no parameter, unknown, or there twice
     */
    Parameters(String file, String text, List<String> known) {
        this.file = file;
        List<String> all = text.lines().toList();
        for (int i = 0; i < all.size(); i++) {
            String line = all.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            int equals = line.indexOf('=');
            if (equals < 1) {
                throw wrong(i + 1, "\"" + Excerpt.of(line) + "\" is not Name=Value");
            }
            String name = line.substring(0, equals).strip();
            if (!known.contains(name)) {
                throw wrong(i + 1, "unknown parameter " + Excerpt.of(name));
            }
            Line before =
                    lines.put(name, new Line(i + 1, line.substring(equals + 1).strip()));
            if (before != null) {
                throw wrong(i + 1, name + " stands in line " + before.number() + " already");
            }
        }
    }

    private CommandFailure wrong(int line, String what) {
        return new CommandFailure(file + ": line " + line + ": " + what);
    }

    /** Makes a failure that names a parameter and where it stands. */
    CommandFailure wrong(String name, String what) {
        Line line = lines.get(name);
        return line == null
                ? new CommandFailure(file + ": " + name + " " + what)
                : wrong(line.number(), name + " " + what);
    }

    Optional<String> text(String name) {
        return Optional.ofNullable(lines.get(name)).map(Line::value).filter(value -> !value.isEmpty());
    }

    String required(String name, String why) {
        return text(name).orElseThrow(() -> wrong(name, "is missing: " + why));
    }

    int number(String name, int least, int most, int otherwise) {
        return (int) number(name, least, most, (long) otherwise);
    }

    private long number(String name, long least, long most, long otherwise) {
        Optional<String> text = text(name);
        if (text.isEmpty()) {
            return otherwise;
        }
        long value;
        try {
            value = Long.parseLong(text.get());
        } catch (NumberFormatException e) {
            throw wrong(name, "is a number, not \"" + Excerpt.of(text.get()) + "\"");
        }
        if (value < least || value > most) {
            throw wrong(name, "is " + least + " to " + most + ", not " + value);
        }
        return value;
    }

    /** A size with one of the suffixes K, M, G, T. */
    long bytes(String name, long least, long otherwise) {
        Optional<String> text = text(name);
        if (text.isEmpty()) {
            return otherwise;
        }
        String upper = text.get().toUpperCase(Locale.ROOT);
        int power = "KMGT".indexOf(upper.charAt(upper.length() - 1)) + 1;
        try {
            long value = Math.multiplyExact(
                    Long.parseLong(upper.substring(0, upper.length() - (power > 0 ? 1 : 0))), 1L << (10 * power));
            if (value >= least) {
                return value;
            }
        } catch (ArithmeticException | NumberFormatException e) {
            // The message below says what is expected.
        }
        throw wrong(
                name, "is a size of at least " + least + " bytes such as 16M, not \"" + Excerpt.of(text.get()) + "\"");
    }
}
