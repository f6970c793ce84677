package io.mirror.replica.scsp;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The ranges of a read (SCSP section 5.3). */
final class ByteRanges {
    private static final Pattern RANGE = Pattern.compile("(\\d{0,18})-(\\d{0,18})");
    private static final int MAX_RANGES = 64;

    /** Both ends count. */
    record Range(long first, long last) {
        long length() {
            return last - first + 1;
        }
    }

    private ByteRanges() {}

    /** Returns the satisfiable ranges, sorted and joined; empty if the header is to be ignored. */
    static Optional<List<Range>> parse(String value, long length) {
        if (!value.regionMatches(true, 0, "bytes=", 0, 6)) {
            return Optional.empty();
        }
        String[] parts = value.substring(6).split(",", -1);
        if (parts.length > MAX_RANGES) {
            return Optional.empty();
        }
        List<Range> ranges = new ArrayList<>();
        for (String part : parts) {
            Matcher range = RANGE.matcher(part.trim());
            if (!range.matches() || (range.group(1).isEmpty() && range.group(2).isEmpty())) {
                return Optional.empty();
            }
            long first;
            long last = length - 1;
            if (range.group(1).isEmpty()) {
                long count = Long.parseLong(range.group(2));
                first = count == 0 ? length : Math.max(0, length - count);
            } else {
                first = Long.parseLong(range.group(1));
                if (!range.group(2).isEmpty()) {
                    long end = Long.parseLong(range.group(2));
                    if (end < first) {
                        return Optional.empty();
                    }
                    last = Math.min(last, end);
                }
            }
            if (first < length) {
                ranges.add(new Range(first, last));
            }
        }
        ranges.sort(Comparator.comparingLong(Range::first));
        List<Range> joined = new ArrayList<>();
        for (Range range : ranges) {
            Range before = joined.isEmpty() ? null : joined.get(joined.size() - 1);
            if (before != null && range.first <= before.last + 1) {
                joined.set(joined.size() - 1, new Range(before.first, Math.max(before.last, range.last)));
            } else {
                joined.add(range);
            }
        }
        return Optional.of(joined);
    }
}
