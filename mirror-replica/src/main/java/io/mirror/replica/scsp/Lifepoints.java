package io.mirror.replica.scsp;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The header Lifepoint (SCSP section 11). */
final class Lifepoints {
    private static final Pattern POINT = Pattern.compile("\\[([^\\]]*)\\]([^\\[]*)");
    private static final Pattern KEEP = Pattern.compile("(?i)(?:^|[\\s,])deletable\\s*=\\s*(?:no|false)(?:$|[\\s,])");
    private static final Pattern DELETE = Pattern.compile("(?i)(?:^|[\\s,])delete(?:$|[\\s,])");

    /** The rule of one time span. */
    record Point(boolean deletable, boolean delete) {}

    private Lifepoints() {}

    /** Returns the rule in force: the first whose end is in the future, else the one without an end. */
    static Optional<Point> inForce(ObjectInfo info, long now) {
        Optional<Point> last = Optional.empty();
        for (ObjectHeader header : info.headers()) {
            if (header.name().equalsIgnoreCase("lifepoint")) {
                for (Matcher point = POINT.matcher(header.value()); point.find(); ) {
                    String rules = point.group(2).trim();
                    Point parsed = new Point(
                            !KEEP.matcher(rules).find(), DELETE.matcher(rules).find());
                    String date = point.group(1).trim();
                    if (date.isEmpty()) {
                        last = Optional.of(parsed);
                    } else if (ScspText.parseDate(date).orElse(Long.MIN_VALUE) > now) {
                        return Optional.of(parsed);
                    }
                }
            }
        }
        return last;
    }
}
