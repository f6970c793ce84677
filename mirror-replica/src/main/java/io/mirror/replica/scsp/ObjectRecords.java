package io.mirror.replica.scsp;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** The text form of {@link ObjectInfo} on disk: a line with a seal of the rest, then one line a field. */
final class ObjectRecords {
    private static final String MAGIC = "mirror-object 1 ";
    private static final int FIXED_LINES = 9;

    private ObjectRecords() {}

    static ObjectInfo deleted(ObjectInfo info) {
        return new ObjectInfo(
                info.key(), ObjectKind.DELETED, info.etag(), info.version(), info.cluster(), 0, "", "", List.of());
    }

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
        return (MAGIC + Hashes.sha256(rest.toString()) + "\n" + rest).getBytes(StandardCharsets.UTF_8);
    }

    /** What was read: the object and the name of the file with its content. */
    record Stored(ObjectInfo info, String content) {}

    static Stored read(byte[] bytes, String file) throws CorruptObjectException {
        String text = new String(bytes, StandardCharsets.UTF_8);
        int end = text.indexOf('\n');
        if (end < 0 || !text.startsWith(MAGIC)) {
            throw new CorruptObjectException("not an object record: " + file);
        }
        String rest = text.substring(end + 1);
        byte[] seal = text.substring(MAGIC.length(), end).getBytes(StandardCharsets.UTF_8);
        if (!MessageDigest.isEqual(seal, Hashes.sha256(rest).getBytes(StandardCharsets.UTF_8))) {
            throw new CorruptObjectException("the object record does not match its seal: " + file);
        }
        String[] lines = rest.split("\n", -1);
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
        return new Stored(info, lines[8]);
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
