package io.mirror.codec.http;

import io.netty.buffer.ByteBuf;
import java.util.Locale;
import java.util.Optional;

/**
 * Looks over the octets of HTTP/1.1 requests before they are decoded, and stops where two readers could disagree on what
 * a request is (RFC 9112 sections 2.2, 5, 6, 7): lines that do not end with CR LF, folded lines, names that are no
 * tokens, control characters, several or unclear lengths, chunk lines that are no hexadecimal number.
 *
 * <p>It keeps one line at a time and never an octet of a body. A state machine without input and output; not safe for
 * use by several threads.
 */
public final class RequestFraming {
    /** Longest request line in octets, without its end. */
    public static final int MAX_START_LINE = 8_192;

    /** Longest header line in octets, without its end. */
    public static final int MAX_HEADER_LINE = 16_384;

    /** Most octets of all header lines of a request, ends included, and of all its trailers. */
    public static final int MAX_HEADER_OCTETS = 32_768;

    /** Most header lines of a request. */
    public static final int MAX_HEADER_LINES = 500;

    /** Longest chunk line in octets, without its end. */
    public static final int MAX_CHUNK_LINE = 1_024;

    /** Most hexadecimal digits of the size of a chunk. */
    public static final int MAX_CHUNK_DIGITS = 16;

    /** Most empty lines before a request. */
    public static final int MAX_EMPTY_LINES = 8;

    private static final String TOKEN_EXTRA = "!#$%&'*+-.^_`|~";
    private static final int MAX_LENGTH_DIGITS = 18;

    private enum State {
        START_LINE,
        HEADER_LINE,
        BODY,
        CHUNK_LINE,
        CHUNK_DATA,
        CHUNK_END,
        TRAILER_LINE,
        FAILED
    }

    private final StringBuilder line = new StringBuilder();
    private State state = State.START_LINE;
    private boolean carriageReturn;
    private int emptyLines;
    private int headerLines;
    private int headerOctets;
    private boolean lengthGiven;
    private boolean chunked;
    private boolean unknownCoding;
    private boolean codingRefused;
    private long left;
    private String problem = "";

    /** Creates the state of a fresh connection. */
    public RequestFraming() {}

    /**
     * Looks over what was received next.
     *
     * @param received the octets; neither index is moved
     * @return how many of them are good; fewer than there are only if there is a problem, and 0 ever after
     */
    public int check(ByteBuf received) {
        int start = received.readerIndex();
        int end = received.writerIndex();
        int position = start;
        while (position < end && state != State.FAILED) {
            if (state == State.BODY || state == State.CHUNK_DATA) {
                long take = Math.min(left, end - position);
                left -= take;
                position += (int) take;
                if (left == 0) {
                    state = state == State.BODY ? State.START_LINE : State.CHUNK_END;
                }
            } else {
                octet(received.getByte(position) & 0xFF);
                if (state != State.FAILED) {
                    position++;
                }
            }
        }
        return position - start;
    }

    /**
     * Returns what is wrong.
     *
     * @return the reason with the limit or the offending part, or empty while all is good
     */
    public Optional<String> problem() {
        return problem.isEmpty() ? Optional.empty() : Optional.of(problem);
    }

    /**
     * Tells whether the problem is a transfer coding that HTTP knows and this class does not, rather than a malformed
     * request: the status of the answer differs.
     *
     * @return true for 501, false for 400
     */
    public boolean isUnknownCoding() {
        return codingRefused;
    }

    private void octet(int octet) {
        if (carriageReturn) {
            carriageReturn = false;
            if (octet != '\n') {
                fail("a carriage return that ends no line");
                return;
            }
            endOfLine(line.toString());
            line.setLength(0);
        } else if (octet == '\r') {
            carriageReturn = true;
        } else if (octet == '\n') {
            fail("a line that ends without a carriage return");
        } else if ((octet < ' ' && octet != '\t') || octet == 0x7F) {
            fail("a control character");
        } else {
            line.append((char) octet);
            if (line.length() > limit()) {
                fail(tooLong());
            }
        }
    }

    private int limit() {
        return switch (state) {
            case START_LINE -> MAX_START_LINE;
            case CHUNK_LINE -> MAX_CHUNK_LINE;
            case CHUNK_END -> 0;
            default -> MAX_HEADER_LINE;
        };
    }

    private String tooLong() {
        return switch (state) {
            case START_LINE -> "a request line longer than " + MAX_START_LINE + " octets";
            case CHUNK_LINE -> "a chunk line longer than " + MAX_CHUNK_LINE + " octets";
            case CHUNK_END -> "a chunk that is longer than it says";
            default -> "a header longer than " + MAX_HEADER_LINE + " octets";
        };
    }

    private void endOfLine(String text) {
        switch (state) {
            case START_LINE -> startLine(text);
            case HEADER_LINE -> {
                if (text.isEmpty()) {
                    endOfHead();
                } else {
                    header(text);
                }
            }
            case CHUNK_LINE -> chunkLine(text);
            case CHUNK_END -> state = State.CHUNK_LINE;
            default -> {
                if (text.isEmpty()) {
                    state = State.START_LINE;
                } else {
                    count(text);
                    name(text);
                }
            }
        }
    }

    private void startLine(String text) {
        if (text.isEmpty()) {
            if (++emptyLines > MAX_EMPTY_LINES) {
                fail("more than " + MAX_EMPTY_LINES + " empty lines before a request");
            }
            return;
        }
        emptyLines = 0;
        headerLines = 0;
        headerOctets = 0;
        lengthGiven = false;
        chunked = false;
        unknownCoding = false;
        left = 0;
        state = State.HEADER_LINE;
    }

    private void header(String text) {
        count(text);
        String name = name(text);
        if (state == State.FAILED) {
            return;
        }
        String value = trim(text.substring(name.length() + 1));
        if (name.equalsIgnoreCase("content-length")) {
            if (lengthGiven || !isNumber(value)) {
                fail("Content-Length is not one plain number");
                return;
            }
            lengthGiven = true;
            left = Long.parseLong(value);
        } else if (name.equalsIgnoreCase("transfer-encoding")) {
            unknownCoding |= chunked || !value.toLowerCase(Locale.ROOT).equals("chunked");
            chunked = true;
        }
    }

    private void endOfHead() {
        if (chunked && lengthGiven) {
            fail("both Content-Length and Transfer-Encoding");
        } else if (unknownCoding) {
            fail("a transfer coding other than chunked");
            codingRefused = true;
        } else if (chunked) {
            state = State.CHUNK_LINE;
            headerLines = 0;
            headerOctets = 0;
        } else {
            state = left > 0 ? State.BODY : State.START_LINE;
        }
    }

    private void count(String text) {
        headerOctets += text.length() + 2;
        if (++headerLines > MAX_HEADER_LINES || headerOctets > MAX_HEADER_OCTETS) {
            fail("more headers than " + MAX_HEADER_LINES + " or " + MAX_HEADER_OCTETS + " octets");
        }
    }

    private String name(String text) {
        if (text.charAt(0) == ' ' || text.charAt(0) == '\t') {
            fail("a folded header line");
            return "";
        }
        int colon = text.indexOf(':');
        for (int i = 0; i < colon; i++) {
            if (!isToken(text.charAt(i))) {
                fail("a header name that is no token");
                return "";
            }
        }
        if (colon < 1) {
            fail("a header line without a name");
            return "";
        }
        return text.substring(0, colon);
    }

    private void chunkLine(String text) {
        int digits = 0;
        while (digits < text.length() && Character.digit(text.charAt(digits), 16) >= 0) {
            digits++;
        }
        String rest = trim(text.substring(digits));
        if (digits == 0 || digits > MAX_CHUNK_DIGITS || !(rest.isEmpty() || rest.startsWith(";"))) {
            fail("a chunk size that is not 1 to " + MAX_CHUNK_DIGITS + " hexadecimal digits");
            return;
        }
        left = Long.parseUnsignedLong(text, 0, digits, 16);
        if (left < 0 || left > Integer.MAX_VALUE) {
            fail("a chunk larger than " + Integer.MAX_VALUE + " octets");
        } else {
            state = left == 0 ? State.TRAILER_LINE : State.CHUNK_DATA;
        }
    }

    private void fail(String reason) {
        state = State.FAILED;
        problem = reason;
        line.setLength(0);
    }

    private static boolean isToken(char c) {
        return (c >= '0' && c <= '9')
                || (c >= 'A' && c <= 'Z')
                || (c >= 'a' && c <= 'z')
                || TOKEN_EXTRA.indexOf(c) >= 0;
    }

    private static boolean isNumber(String text) {
        if (text.isEmpty() || text.length() > MAX_LENGTH_DIGITS) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    private static String trim(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && (text.charAt(from) == ' ' || text.charAt(from) == '\t')) {
            from++;
        }
        while (to > from && (text.charAt(to - 1) == ' ' || text.charAt(to - 1) == '\t')) {
            to--;
        }
        return text.substring(from, to);
    }
}
