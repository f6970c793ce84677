package io.mirror.examples.command.zabbix;

import java.util.OptionalLong;

/** Times as they are written in configurations: 30, 30s, 5m, 1h, 1d, 1w. */
final class Delay {
    private static final long MAX_SECONDS = 86_400;

    private Delay() {}

    /**
     * Reads the interval of an item. Intervals for certain times of day, which follow a semicolon, are not looked at.
     *
     * @return seconds, 1 to 86,400; nothing if the text is something else, for example a macro
     */
    static OptionalLong seconds(String text) {
        int semicolon = text.indexOf(';');
        String time = semicolon < 0 ? text : text.substring(0, semicolon);
        if (time.isEmpty() || time.length() > 10) {
            return OptionalLong.empty();
        }
        long unit = switch (time.charAt(time.length() - 1)) {
            case 's' -> 1;
            case 'm' -> 60;
            case 'h' -> 3600;
            case 'd' -> 86_400;
            case 'w' -> 604_800;
            default -> 0;
        };
        try {
            long seconds = Long.parseLong(unit == 0 ? time : time.substring(0, time.length() - 1)) * Math.max(1, unit);
            return seconds >= 1 && seconds <= MAX_SECONDS ? OptionalLong.of(seconds) : OptionalLong.empty();
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }
}
