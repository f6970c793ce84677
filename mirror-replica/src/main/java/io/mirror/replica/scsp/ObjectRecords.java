package io.mirror.replica.scsp;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * The form of {@link ObjectInfo} on disk: a line with a seal of the rest and its length, then one line a field, then the
 * content if it is short. The seal of the content is one of the fields.
 */
final class ObjectRecords {
    private static final String MAGIC = "mirror-object 2 ";
    private static final int FIXED_LINES = 9;
    private static final int SEAL_DIGITS = 64;
    /** Longest first line: magic, seal, a space, the digits of the length. */
    private static final int MAX_FIRST_LINE = MAGIC.length() + SEAL_DIGITS + 1 + 7;
    /** As much as is read of a file at first; most records are shorter. */
    private static final int USUAL_OCTETS = 4_096;

    private ObjectRecords() {}

    static ObjectInfo deleted(ObjectInfo info) {
        return new ObjectInfo(
                info.key(), ObjectKind.DELETED, info.etag(), info.version(), info.cluster(), 0, "", "", List.of());
    }

    /** The record of an object; content is the name of the file with its content, or empty if that follows. */
    static byte[] write(ObjectInfo info, String content) {
        StringBuilder rest = new StringBuilder();
        rest.append(escape(info.key())).append('\n');
        rest.append(info.kind()).append('\n');
        rest.append(info.etag()).append('\n');
        rest.append(info.version()).append('\n');
        rest.append(escape(info.cluster())).append('\n');
        rest.append(info.length()).append('\n');
        rest.append(info.sha256()).append('\n');
        rest.append(info.md5()).append('\n');
        rest.append(content).append('\n');
        for (ObjectHeader header : info.headers()) {
            rest.append(header.name()).append(": ").append(header.value()).append('\n');
        }
        byte[] octets = rest.toString().getBytes(StandardCharsets.UTF_8);
        byte[] first = firstLine(octets, 0, octets.length);
        byte[] all = Arrays.copyOf(first, first.length + octets.length);
        System.arraycopy(octets, 0, all, first.length, octets.length);
        return all;
    }

    private static byte[] firstLine(byte[] octets, int from, int length) {
        MessageDigest seal = Hashes.of("SHA-256");
        seal.update(octets, from, length);
        return (MAGIC + HexFormat.of().formatHex(seal.digest()) + " " + length + "\n")
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    /**
     * What was read.
     *
     * @param info the object
     * @param content the name of the file with its content, or empty if that follows the record
     * @param octets the length of the record, at which the content follows
     */
    record Stored(ObjectInfo info, String content, int octets) {
        boolean isAlone() {
            return content.isEmpty();
        }
    }

    /** Reads a record and none of the content that follows it. */
    static Stored read(FileChannel in, String file) throws IOException {
        byte[] start = octets(in, USUAL_OCTETS);
        int length = length(start, file);
        return read(length <= start.length ? start : octets(in, length), file);
    }

    private static byte[] octets(FileChannel in, int most) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(most);
        while (buffer.hasRemaining()) {
            if (in.read(buffer, buffer.position()) < 0) {
                return Arrays.copyOf(buffer.array(), buffer.position());
            }
        }
        return buffer.array();
    }

    static Stored read(byte[] bytes, String file) throws CorruptObjectException {
        int end = length(bytes, file);
        int start = firstLineEnd(bytes) + 1;
        if (end > bytes.length
                || !MessageDigest.isEqual(firstLine(bytes, start, end - start), Arrays.copyOf(bytes, start))) {
            throw new CorruptObjectException("the object record does not match its seal: " + file);
        }
        String[] lines = new String(bytes, start, end - start, StandardCharsets.UTF_8).split("\n", -1);
        List<ObjectHeader> headers = new ArrayList<>();
        for (int i = FIXED_LINES; i < lines.length - 1; i++) {
            int colon = lines[i].indexOf(": ");
            headers.add(new ObjectHeader(lines[i].substring(0, colon), lines[i].substring(colon + 2)));
        }
        ObjectInfo info = new ObjectInfo(
                unescape(lines[0]),
                ObjectKind.valueOf(lines[1]),
                lines[2],
                Long.parseLong(lines[3]),
                unescape(lines[4]),
                Long.parseLong(lines[5]),
                lines[6],
                lines[7],
                headers);
        return new Stored(info, lines[8], end);
    }

    /** The length of the record as its first line has it, that line included. */
    private static int length(byte[] bytes, String file) throws CorruptObjectException {
        int end = firstLineEnd(bytes);
        int digits = MAGIC.length() + SEAL_DIGITS + 1;
        if (end <= digits || !new String(bytes, 0, end, StandardCharsets.ISO_8859_1).startsWith(MAGIC)) {
            throw new CorruptObjectException("not an object record: " + file);
        }
        int length = 0;
        for (int i = digits; i < end; i++) {
            if (bytes[i] < '0' || bytes[i] > '9') {
                throw new CorruptObjectException("not an object record: " + file);
            }
            length = 10 * length + bytes[i] - '0';
        }
        return end + 1 + length;
    }

    private static int firstLineEnd(byte[] bytes) {
        for (int i = 0; i < Math.min(bytes.length, MAX_FIRST_LINE + 1); i++) {
            if (bytes[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    static String escape(String text) {
        return text.replace("%", "%25").replace("\n", "%0A").replace("\r", "%0D");
    }

    static String unescape(String text) {
        return text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%");
    }

    /** Hash functions that every Java runtime has. */
    static final class Hashes {
        private Hashes() {}

        static MessageDigest of(String algorithm) {
            try {
                return MessageDigest.getInstance(algorithm);
            } catch (java.security.NoSuchAlgorithmException e) {
                throw new IllegalStateException("this Java runtime lacks " + algorithm, e);
            }
        }

        static String sha256(String text) {
            return HexFormat.of().formatHex(of("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        }
    }
}
