package io.mirror.replica.scsp;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.LongSupplier;

/** Collects the result of a SEND and drops the newlines that keep the connection alive before it (SCSP section 7.2). */
final class ResultText extends OutputStream {
    static final int MAX_BLANKS = 1 << 20;
    static final int MAX_TEXT = 65_536;
    static final Duration MAX_TIME = Duration.ofMinutes(60);

    private final ByteArrayOutputStream text = new ByteArrayOutputStream();
    private final LongSupplier nanoTime;
    private final Duration timeout;
    private final long start;
    private int blanks;

    ResultText(LongSupplier nanoTime, Duration timeout) {
        this.nanoTime = nanoTime;
        this.timeout = timeout;
        this.start = nanoTime.getAsLong();
    }

    @Override
    public void write(int octet) throws IOException {
        write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] octets, int offset, int count) throws IOException {
        int from = offset;
        if (text.size() == 0) {
            while (from < offset + count && isBlank(octets[from])) {
                from++;
            }
            blanks += from - offset;
            if (blanks > MAX_BLANKS) {
                throw new IOException("more than " + MAX_BLANKS + " newlines before the result of a SEND");
            }
            if (nanoTime.getAsLong() - start > timeout.toNanos()) {
                throw new IOException("no result of a SEND within " + timeout);
            }
        }
        int length = offset + count - from;
        if (text.size() + length > MAX_TEXT) {
            throw new IOException("the result of a SEND is longer than " + MAX_TEXT + " octets");
        }
        text.write(octets, from, length);
    }

    private static boolean isBlank(byte octet) {
        return octet == '\n' || octet == '\r' || octet == ' ' || octet == '\t';
    }

    String text() {
        return text.toString(StandardCharsets.UTF_8);
    }
}
