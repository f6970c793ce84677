package io.mirror.replica.scsp;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Optional;

/** Text forms of SCSP header values (SCSP sections 3.2, 4.5). */
final class ScspText {
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
            .withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter WITHOUT_WEEKDAY =
            DateTimeFormatter.ofPattern("d MMM yyyy HH:mm:ss 'GMT'", Locale.US);

    private ScspText() {}

    static String date(long millis) {
        return DATE.format(Instant.ofEpochMilli(millis));
    }

    /** Reads a date; the name of the weekday is not looked at, known servers get it wrong. */
    static Optional<Long> parseDate(String text) {
        int comma = text.indexOf(',');
        try {
            return Optional.of(LocalDateTime.parse(text.substring(comma + 1).trim(), WITHOUT_WEEKDAY)
                    .toInstant(ZoneOffset.UTC)
                    .toEpochMilli());
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    static String version(long millis) {
        String fraction = Long.toString(1000 + Math.floorMod(millis, 1000L));
        return Math.floorDiv(millis, 1000L) + "." + fraction.substring(1);
    }

    static Optional<Long> parseVersion(String text) {
        if (!text.matches("\\d{1,14}(\\.\\d{1,3})?")) {
            return Optional.empty();
        }
        int dot = text.indexOf('.');
        if (dot < 0) {
            return Optional.of(Long.parseLong(text) * 1000);
        }
        String fraction = (text.substring(dot + 1) + "00").substring(0, 3);
        return Optional.of(Long.parseLong(text, 0, dot, 10) * 1000 + Long.parseLong(fraction));
    }

    /** Netty hands out one character an octet; the octets are UTF-8, or ISO-8859-1 if they are not. */
    static String decode(String octets) {
        byte[] bytes = octets.getBytes(StandardCharsets.ISO_8859_1);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return octets;
        }
    }

    static String encode(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    /** Percent-decodes a path as UTF-8; empty if an escape is broken or the octets are not UTF-8. */
    static Optional<String> percentDecode(String text) {
        byte[] octets = new byte[text.length() * 3];
        int length = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%') {
                if (i + 2 >= text.length()
                        || Character.digit(text.charAt(i + 1), 16) < 0
                        || Character.digit(text.charAt(i + 2), 16) < 0) {
                    return Optional.empty();
                }
                octets[length++] = (byte) Integer.parseInt(text, i + 1, i + 3, 16);
                i += 2;
            } else if (c < 0x100) {
                octets[length++] = (byte) c;
            } else {
                return Optional.empty();
            }
        }
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(octets, 0, length))
                    .toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    /** Percent-encodes all but the unreserved characters and slashes. */
    static String percentEncode(String text) {
        StringBuilder encoded = new StringBuilder();
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (octet & 0xFF);
            if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || "-._~/".indexOf(c) >= 0) {
                encoded.append(c);
            } else {
                encoded.append('%')
                        .append(Character.toUpperCase(Character.forDigit(c >> 4, 16)))
                        .append(Character.toUpperCase(Character.forDigit(c & 15, 16)));
            }
        }
        return encoded.toString();
    }
}
