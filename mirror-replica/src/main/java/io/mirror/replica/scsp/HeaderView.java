package io.mirror.replica.scsp;

import io.netty.handler.codec.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Headers of a request as text, and which of them stay with an object (SCSP section 4.5). */
final class HeaderView {
    private static final Set<String> KEPT = Set.of(
            "allow",
            "allow-encoding",
            "cache-control",
            "content-base",
            "content-disposition",
            "content-encoding",
            "content-language",
            "content-location",
            "content-type",
            "expires",
            "lifepoint");

    private final HttpHeaders headers;

    HeaderView(HttpHeaders headers) {
        this.headers = headers;
    }

    Optional<String> first(String name) {
        return Optional.ofNullable(headers.get(name)).map(ScspText::decode);
    }

    Optional<String> joined(String name) {
        List<String> all = headers.getAll(name);
        return all.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", all));
    }

    List<String> all(String name) {
        return headers.getAll(name);
    }

    /** What is stored with an object; Content-MD5 is kept apart. */
    List<ObjectHeader> kept() {
        List<ObjectHeader> kept = new ArrayList<>();
        boolean typed = false;
        for (Map.Entry<String, String> header : headers) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            if (isKept(name)) {
                typed |= name.equals("content-type");
                kept.add(new ObjectHeader(header.getKey(), ScspText.decode(header.getValue())));
            }
        }
        if (!typed) {
            kept.add(new ObjectHeader("Content-Type", "application/octet-stream"));
        }
        return kept;
    }

    /** With {@code preserve}: what was stored stays unless the request has the same name. */
    List<ObjectHeader> merged(List<ObjectHeader> old) {
        List<ObjectHeader> merged = new ArrayList<>();
        for (ObjectHeader header : old) {
            if (!headers.contains(header.name())) {
                merged.add(header);
            }
        }
        for (ObjectHeader header : kept()) {
            if (headers.contains(header.name())) {
                merged.add(header);
            }
        }
        return merged;
    }

    private static boolean isKept(String name) {
        if (name.startsWith("castor-system-")
                || name.startsWith("castor-bytes-used")
                || name.equals("castor-object-count")
                || name.equals("x-castor-meta-error-message")) {
            return false;
        }
        if (name.startsWith("policy-")) {
            return !name.endsWith("-evaluated") && !name.endsWith("-constrained");
        }
        return KEPT.contains(name)
                || name.startsWith("castor-")
                || (name.startsWith("x-") && (name.endsWith("-meta") || name.contains("-meta-")));
    }
}
