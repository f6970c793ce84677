package io.mirror.codec.journal;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes the parts of a request byte for byte as {@code bin/ssl} does. Without state, safe for all threads. */
public final class RequestWriter {
    /** The byte behind the data, and the answer that accepts it: {@code T}. */
    public static final byte MARK = 'T';

    private RequestWriter() {}

    /**
     * Appends the head (journal specification section 4).
     *
     * @param url the path without its leading slash
     * @param host the host as configured; an address of version 6 that begins with a colon is put into brackets
     * @param port the port as configured
     * @param extensions further header lines, placed in front of the last one
     * @param out takes the bytes
     * @throws IllegalArgumentException if a part has characters that would break a line
     */
    public static void writeHead(String url, String host, int port, List<RequestHead.Header> extensions, ByteBuf out) {
        requireWord("url", url);
        requireWord("host", host);
        StringBuilder head = new StringBuilder(160)
                .append("GET /")
                .append(url)
                .append(" HTTP/1.0\r\nUser-Agent: PicoLisp\r\nHost: ")
                // A host that begins with a colon ends the process of lib/replica.l, which looks for the colon of the
                // port.
                .append(host.startsWith(":") ? "[" + host + "]" : host)
                .append(':')
                .append(port)
                .append("\r\n");
        for (RequestHead.Header header : extensions) {
            requireWord("name of a header", header.name());
            if (header.value().isEmpty() || header.value().chars().anyMatch(Character::isISOControl)) {
                throw new IllegalArgumentException("the value of header " + header.name() + " must be one line");
            }
            head.append(header.name()).append(": ").append(header.value()).append("\r\n");
        }
        head.append("Accept-Charset: utf-8\r\n\r\n");
        out.writeCharSequence(head, StandardCharsets.UTF_8);
    }

    /**
     * Appends the key as it is in its file, with the line end if that has one (journal specification section 5).
     *
     * @param key the content of the key file
     * @param out takes the bytes
     */
    public static void writeKey(byte[] key, ByteBuf out) {
        out.writeBytes(key);
    }

    /**
     * Appends the length line of a batch, or of a blob behind its path line.
     *
     * @param length bytes of data that follow
     * @param out takes the bytes
     * @throws IllegalArgumentException if the length is negative
     */
    public static void writeLength(long length, ByteBuf out) {
        if (length < 0) {
            throw new IllegalArgumentException("length " + length + " is negative");
        }
        out.writeCharSequence(Long.toString(length), StandardCharsets.US_ASCII);
        out.writeByte('\n');
    }

    /**
     * Appends the path line of a blob.
     *
     * @param path the path, see {@link BlobPath}
     * @param out takes the bytes
     * @throws IllegalArgumentException if the path may not be sent
     */
    public static void writePath(String path, ByteBuf out) {
        String problem = BlobPath.problemOf(path);
        if (!problem.isEmpty()) {
            throw new IllegalArgumentException("a path that " + problem + " cannot be sent");
        }
        out.writeCharSequence(path, StandardCharsets.UTF_8);
        out.writeByte('\n');
    }

    private static void requireWord(String what, String text) {
        if (text.chars().anyMatch(c -> c <= ' ' || c == 0x7F)) {
            throw new IllegalArgumentException(what + " has a blank or a control character");
        }
    }
}
