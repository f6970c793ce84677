package io.mirror.sockmux;

import io.mirror.sockmux.session.MuxSession;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** What an end of a tunnel calls itself in its handshake (SockMux section 5). */
final class Greetings {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss.SSSSSS", Locale.ROOT);

    private Greetings() {}

    /** Time and host, as a DeleGate greets; the time has microseconds, so every tunnel says something else. */
    static String at(Clock clock) {
        String name;
        try {
            name = InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            name = "localhost";
        }
        String text = TIME.format(LocalDateTime.ofInstant(clock.instant(), ZoneOffset.UTC)) + " "
                + name.replaceAll("[^!-~]", "");
        return text.substring(0, Math.min(text.length(), MuxSession.MAX_GREETING));
    }
}
