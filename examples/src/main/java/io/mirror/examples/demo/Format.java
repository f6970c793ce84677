package io.mirror.examples.demo;

import java.util.Locale;

/** Numbers as people read them, the same in every locale. */
final class Format {
    private static final long KILO = 1000;

    private Format() {}

    static String text(String format, Object... arguments) {
        return String.format(Locale.ROOT, format, arguments);
    }

    static String count(double number) {
        return text("%,d", Math.round(number));
    }

    static String seconds(long millis) {
        return text("%.1f s", millis / 1000.0);
    }

    static String bytes(double bytes) {
        if (bytes < KILO) {
            return Math.round(bytes) + " B";
        }
        return bytes < KILO * KILO ? text("%.1f kB", bytes / KILO) : text("%.1f MB", bytes / KILO / KILO);
    }

    static String micros(long micros) {
        return text("%.2f ms", micros / 1000.0);
    }

    /** Cuts or fills a text to a width. */
    static String left(String text, int width) {
        String cut = text.length() > width ? text.substring(0, width - 1) + "~" : text;
        return cut + " ".repeat(width - cut.length());
    }

    static String right(String text, int width) {
        String cut = text.length() > width ? text.substring(0, width - 1) + "~" : text;
        return " ".repeat(width - cut.length()) + cut;
    }
}
