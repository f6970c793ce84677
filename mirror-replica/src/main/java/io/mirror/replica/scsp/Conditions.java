package io.mirror.replica.scsp;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Conditions of requests (SCSP section 4.7). */
final class Conditions {
    private static final Pattern QUOTED = Pattern.compile("\"([^\"]*)\"");

    private Conditions() {}

    /** Whether the list of tags has the tag; empty if the value is no list and has to be ignored. */
    static Optional<Boolean> matches(String list, Optional<String> etag) {
        if (list.trim().equals("*")) {
            return Optional.of(etag.isPresent());
        }
        boolean any = false;
        boolean found = false;
        for (Matcher tag = QUOTED.matcher(list); tag.find(); ) {
            any = true;
            found |= etag.isPresent() && tag.group(1).equals(etag.get());
        }
        return any ? Optional.of(found) : Optional.empty();
    }

    /** Checks the tags before a write. */
    static void forWrite(HeaderView headers, Optional<ObjectInfo> current) throws RequestException {
        Optional<String> etag = current.map(ObjectInfo::etag);
        List<ObjectHeader> tag = etag.map(value -> List.of(new ObjectHeader("ETag", "\"" + value + "\"")))
                .orElse(List.of());
        Optional<String> match = headers.joined("if-match");
        if (match.isPresent() && !matches(match.get(), etag).orElse(true)) {
            throw new RequestException(412, "ConditionalIfMatch", "If-Match does not hold", tag, false);
        }
        Optional<String> none = headers.joined("if-none-match");
        if (none.isPresent() && matches(none.get(), etag).orElse(false)) {
            throw new RequestException(412, "ConditionalIfNoneMatch", "If-None-Match does not hold", tag, false);
        }
    }

    /** Checks the conditions of a read; true if the client's copy is good (304). */
    static boolean unchanged(HeaderView headers, ObjectInfo info, long now) throws RequestException {
        Optional<String> etag = Optional.of(info.etag());
        List<ObjectHeader> tag = List.of(new ObjectHeader("ETag", "\"" + info.etag() + "\""));
        long modified = info.version() / 1000 * 1000;
        Optional<String> match = headers.joined("if-match");
        Optional<Long> unmodified = headers.first("if-unmodified-since").flatMap(ScspText::parseDate);
        if (match.isPresent()) {
            if (!matches(match.get(), etag).orElse(true)) {
                throw new RequestException(412, "ConditionalIfMatch", "If-Match does not hold", tag, false);
            }
        } else if (unmodified.isPresent() && modified > unmodified.get()) {
            throw new RequestException(412, "ConditionalIfUnmodified", "If-Unmodified-Since does not hold", tag, false);
        }
        Optional<String> none = headers.joined("if-none-match");
        if (none.isPresent()) {
            return matches(none.get(), etag).orElse(false);
        }
        Optional<Long> since = headers.first("if-modified-since").flatMap(ScspText::parseDate);
        return since.isPresent() && since.get() <= now && modified <= since.get();
    }
}
