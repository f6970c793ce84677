package io.mirror.examples.demo;

import java.util.Locale;

/** Numbers as people read them, the same in every locale. */
final class Format {
    private static final long KILO = 1000;

    private Format() {}

    static String text(String format, Object... arguments) {
        return String.format(Locale.ROOT, format, arguments);
    }

    static String count(long number) {
        return text("%,d", number);
    }

    static String rate(double perSecond) {
        return count(Math.round(perSecond));
    }

    static String seconds(long millis) {
        return text("%.1f s", millis / 1000.0);
    }

    static String bytes(long bytes) {
        if (bytes < KILO) {
            return bytes + " B";
        }
        return bytes < KILO * KILO ? text("%.1f kB", bytes / 1e3) : text("%.1f MB", bytes / 1e6);
    }

    static String byteRate(double perSecond) {
        return bytes(Math.round(perSecond)) + "/s";
    }

    static String micros(long micros) {
        return text("%.2f ms", micros / 1000.0);
    }

    /** Returns median and 99 % limit, or that there was nothing to measure. */
    static String lag(LagHistogram.Summary lag) {
        return lag.count() == 0 ? "-" : micros(lag.median()) + " / " + micros(lag.p99());
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
