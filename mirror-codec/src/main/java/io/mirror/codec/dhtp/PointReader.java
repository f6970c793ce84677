package io.mirror.codec.dhtp;

import io.mirror.codec.internal.number.NumberReader;
import io.mirror.core.command.PointMessage;
import io.mirror.core.point.Point;
import io.mirror.core.point.PointState;
import io.mirror.core.point.PointType;
import io.mirror.core.point.Quality;
import io.mirror.core.point.Timestamp;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code point}, {@code echo}, {@code write} and {@code cwrite} straight from the bytes of a line into a reusable
 * message (DHTP section 6.1). A point whose name is known costs no allocation unless its value is text.
 */
final class PointReader {
    private static final byte[] POINT = "point".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ECHO = "echo".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] WRITE = "write".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CWRITE = "cwrite".getBytes(StandardCharsets.US_ASCII);

    /** The optional numbers behind the value, in the order of the wire. */
    private static final int CONFIDENCE = 0;

    private static final int SECURITY = 1;
    private static final int LOCKED = 2;
    private static final int SECONDS = 3;
    private static final int NANOSECONDS = 4;
    private static final int FLAGS = 5;
    private static final int QUALITY = 6;
    private static final int ATTRIBUTES = 7;

    private static final int KEPT_BYTES = 4 << 10;

    private final PointNames names;
    private final PointMessage message;
    private final NumberReader numbers = new NumberReader();
    private final long[] attributes = new long[ATTRIBUTES];
    private byte[] unescaped = new byte[64];

    /** The bytes of the current item, unescaped. */
    private byte[] text = unescaped;

    private int from;
    private int to;
    private boolean closed;

    PointReader(PointNames names, PointMessage message) {
        this.names = names;
        this.message = message;
    }

    /** Which point message begins at the scanner's position; the scanner is behind the keyword then. */
    PointMessage.@Nullable Kind keyword(TextScanner scanner) {
        if (scanner.next() != TextScanner.OPEN || scanner.next() != TextScanner.ATOM) {
            return null;
        }
        take(scanner);
        return switch (to - from) {
            case 4 -> is(ECHO) ? PointMessage.Kind.ECHO : null;
            case 5 -> is(POINT) ? PointMessage.Kind.POINT : is(WRITE) ? PointMessage.Kind.WRITE : null;
            case 6 -> is(CWRITE) ? PointMessage.Kind.CWRITE : null;
            default -> null;
        };
    }

    private boolean is(byte[] keyword) {
        for (int i = 0; i < keyword.length; i++) {
            if (text[from + i] != keyword[i]) {
                return false;
            }
        }
        return true;
    }

    /**
     * Reads the items behind the keyword into the message.
     *
     * @return null if all is well and the scanner stands behind the seventh optional number or the closing parenthesis,
     *     whichever comes first; {@link #closed()} tells which
     */
    @Nullable
    DecodeReason read(TextScanner scanner, PointMessage.Kind kind) {
        closed = false;
        if (!nextAtom(scanner)) {
            return missing();
        }
        if (!names.accept(text, from, to)) {
            return DecodeReason.BAD_NAME;
        }
        long type;
        if (scanner.nextDigits()) {
            type = scanner.digits();
        } else if (!nextAtom(scanner)) {
            return missing();
        } else if (numbers.readLong(text, from, to)) {
            type = numbers.longValue();
        } else {
            return DecodeReason.BAD_NUMBER;
        }
        if (!PointType.isCode(type)) {
            return DecodeReason.BAD_TYPE;
        }
        if (type == BinaryHeader.TYPE_INTEGER && scanner.nextDigits()) {
            message.state().integer(scanner.digits());
        } else if (!nextAtom(scanner)) {
            return missing();
        } else if (!readValue((int) type)) {
            return DecodeReason.BAD_NUMBER;
        }
        names.describe(message, kind);
        return readAttributes(scanner);
    }

    /** Whether the last successful {@link #read} has seen the closing parenthesis. */
    boolean closed() {
        return closed;
    }

    private DecodeReason missing() {
        return closed ? DecodeReason.BAD_ITEM_COUNT : DecodeReason.BAD_ITEM;
    }

    private boolean nextAtom(TextScanner scanner) {
        int token = scanner.next();
        if (token == TextScanner.ATOM) {
            take(scanner);
            return true;
        }
        closed = token == TextScanner.CLOSE;
        return false;
    }

    private void take(TextScanner scanner) {
        text = scanner.text();
        from = scanner.atomFrom();
        to = scanner.atomTo();
        if (scanner.escaped()) {
            takeUnescaped();
        }
    }

    private void takeUnescaped() {
        int length = to - from;
        byte[] out = unescaped;
        if (out.length < length) {
            out = new byte[length];
            unescaped = length <= KEPT_BYTES ? out : unescaped;
        }
        to = ExpressionReader.unescape(text, from, to, out);
        from = 0;
        text = out;
    }

    private boolean readValue(int type) {
        PointState state = message.state();
        switch (type) {
            case BinaryHeader.TYPE_REAL -> {
                if (!numbers.readDouble(text, from, to)) {
                    return false;
                }
                state.real(numbers.doubleValue());
            }
            case BinaryHeader.TYPE_INTEGER -> {
                if (!numbers.readLong(text, from, to)) {
                    return false;
                }
                state.integer(numbers.longValue());
            }
            case BinaryHeader.TYPE_STRING -> state.string(new String(text, from, to - from, StandardCharsets.UTF_8));
            default -> state.noValue();
        }
        return true;
    }

    private @Nullable DecodeReason readAttributes(TextScanner scanner) {
        int count = 0;
        while (count < ATTRIBUTES) {
            if (scanner.nextDigits()) {
                attributes[count++] = scanner.digits();
                continue;
            }
            if (!nextAtom(scanner)) {
                break;
            }
            boolean number = count == FLAGS ? numbers.readMask(text, from, to) : numbers.readLong(text, from, to);
            if (!number) {
                return DecodeReason.BAD_NUMBER;
            }
            attributes[count++] = numbers.longValue();
        }
        if (count < ATTRIBUTES && !closed) {
            return DecodeReason.BAD_ITEM;
        }
        switch (count) {
            case 0 -> {
                attributes[CONFIDENCE] = Point.MAX_CONFIDENCE;
                attributes[SECURITY] = 0;
                attributes[LOCKED] = 0;
                attributes[SECONDS] = 0;
                attributes[NANOSECONDS] = 0;
                goodWithoutFlags();
            }
            case FLAGS -> goodWithoutFlags();
            case QUALITY -> {
                // The ninth item of nine is the quality, of ten it is the flags.
                attributes[QUALITY] = attributes[FLAGS];
                attributes[FLAGS] = 0;
            }
            case ATTRIBUTES -> {}
            default -> {
                return DecodeReason.BAD_ITEM_COUNT;
            }
        }
        return store();
    }

    private void goodWithoutFlags() {
        attributes[FLAGS] = 0;
        attributes[QUALITY] = Quality.GOOD.code();
    }

    private @Nullable DecodeReason store() {
        long flags = attributes[FLAGS];
        if (isOutside(attributes[CONFIDENCE], Point.MAX_CONFIDENCE)
                || isOutside(attributes[SECURITY], Point.MAX_SECURITY)
                || isOutside(attributes[LOCKED], 1)
                || isOutside(attributes[NANOSECONDS], Timestamp.NANOS_PER_SECOND - 1)
                || isOutside(attributes[QUALITY], Quality.MAX_CODE)
                || flags < Integer.MIN_VALUE
                || flags > 0xFFFF_FFFFL) {
            return DecodeReason.OUT_OF_RANGE;
        }
        message.state()
                .confidence((int) attributes[CONFIDENCE])
                .security((int) attributes[SECURITY])
                .locked(attributes[LOCKED] != 0)
                .time(attributes[SECONDS], (int) attributes[NANOSECONDS])
                .flags((int) flags)
                .quality((int) attributes[QUALITY]);
        return null;
    }

    static boolean isOutside(long value, int max) {
        return value < 0 || value > max;
    }
}
