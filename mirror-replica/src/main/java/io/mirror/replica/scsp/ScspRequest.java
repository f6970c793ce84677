package io.mirror.replica.scsp;

import io.mirror.replica.scsp.ObjectRecords.Hashes;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A request of a client.
 *
 * @param method GET, HEAD, POST, PUT, COPY, APPEND, DELETE or SEND
 * @param target the path, percent-encoded, with its arguments
 * @param headers headers of the object or of the request
 * @param body the content, for the methods that have one
 */
public record ScspRequest(String method, String target, List<ObjectHeader> headers, Optional<ScspBody> body) {
    private static final Pattern UNNAMED = Pattern.compile("/[0-9A-Fa-f]{32}/?(\\?.*)?");
    private static final Pattern ALIAS = Pattern.compile("[?&]alias(=|&|$)", Pattern.CASE_INSENSITIVE);

    /**
     * Takes a copy of the headers.
     *
     * @param method the method
     * @param target the target
     * @param headers the headers
     * @param body the content
     * @throws IllegalArgumentException if the target is not a path without blanks and control characters
     */
    public ScspRequest {
        headers = List.copyOf(headers);
        if (!target.startsWith("/") || !target.chars().allMatch(c -> c > ' ' && c != 0x7F)) {
            throw new IllegalArgumentException("the target has to be a percent-encoded path");
        }
    }

    /**
     * Makes a request without headers and body.
     *
     * @param method the method
     * @param target the target
     * @return the request
     */
    public static ScspRequest of(String method, String target) {
        return new ScspRequest(method, target, List.of(), Optional.empty());
    }

    /**
     * Returns the same request with one more header.
     *
     * @param name the name
     * @param value the value
     * @return a copy
     */
    public ScspRequest with(String name, String value) {
        List<ObjectHeader> more = new ArrayList<>(headers);
        more.add(new ObjectHeader(name, value));
        return new ScspRequest(method, target, more, body);
    }

    /**
     * Returns the same request with content.
     *
     * @param content the content
     * @return a copy
     */
    public ScspRequest with(ScspBody content) {
        return new ScspRequest(method, target, headers, Optional.of(content));
    }

    /**
     * Returns the same request with the {@code Content-MD5} of its content, with which the node compares what arrives
     * and which it keeps. The content is read once for that.
     *
     * @return a copy; this request if it has no content
     * @throws IOException if the content cannot be read
     */
    public ScspRequest withContentMd5() throws IOException {
        if (body.isEmpty()) {
            return this;
        }
        MessageDigest hash = Hashes.of("MD5");
        try (InputStream in = body.get().open()) {
            byte[] piece = new byte[HttpWire.CHUNK];
            for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
                hash.update(piece, 0, count);
            }
        }
        return with("Content-MD5", ObjectContent.base64(hash.digest()));
    }

    /**
     * The same request for an object that old nodes want to be told is an alias (SCSP section 7.6); nothing if it cannot
     * be one, or says so already.
     */
    Optional<ScspRequest> asAlias() {
        if (!UNNAMED.matcher(target).matches() || ALIAS.matcher(target).find()) {
            return Optional.empty();
        }
        String more = target.indexOf('?') < 0 ? "?alias=yes" : "&alias=yes";
        return Optional.of(new ScspRequest(method, target + more, headers, body));
    }

    /** Returns the method and the path; arguments may be secret. */
    @Override
    public String toString() {
        int arguments = target.indexOf('?');
        return method + " " + (arguments < 0 ? target : target.substring(0, arguments));
    }
}
