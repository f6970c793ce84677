package io.mirror.replica.scsp;

import io.mirror.core.point.Excerpt;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The result of a SEND.
 *
 * @param outcome what it means
 * @param status the status line of the source, 0 without an answer
 * @param remoteStatus the status of the destination, 0 if the answer has none
 * @param feeds the status of each feed by its number, empty for the legacy form
 * @param reason what the source says about an error, empty if it says nothing
 */
public record SendResult(
        ScspOutcome outcome, int status, int remoteStatus, Map<Integer, Integer> feeds, String reason) {
    private static final Pattern RESULT =
            Pattern.compile("Remote cluster returned:\\s*(\\d{3})(?!\\d)", Pattern.CASE_INSENSITIVE);
    private static final Pattern FEED = Pattern.compile(
            "^Feed-(\\d{1,9})-Status:[ \\t]*(\\d{1,9})[ \\t]*\\r?$", Pattern.MULTILINE | Pattern.CASE_INSENSITIVE);

    private static final Pattern REASON =
            Pattern.compile("^Castor-System-Error-Text:(.*)$", Pattern.MULTILINE | Pattern.CASE_INSENSITIVE);

    /**
     * Takes a copy of the map.
     *
     * @param outcome what it means
     * @param status the status line
     * @param remoteStatus the status of the destination
     * @param feeds the status of each feed
     * @param reason what the source says about an error
     */
    public SendResult {
        feeds = Map.copyOf(feeds);
    }

    static SendResult without(ScspOutcome outcome) {
        return new SendResult(outcome, 0, 0, Map.of(), "");
    }

    /** Judges a complete answer; {@code lines} are its headers and trailers as {@code Name: value} lines. */
    static SendResult judge(int status, String body, String lines) {
        Matcher result = RESULT.matcher(body.stripLeading());
        int remote = result.lookingAt() ? Integer.parseInt(result.group(1)) : 0;
        Map<Integer, Integer> feeds = new TreeMap<>();
        for (Matcher feed = FEED.matcher(lines + "\n" + body); feed.find(); ) {
            feeds.put(Integer.valueOf(feed.group(1)), Integer.valueOf(feed.group(2)));
        }
        String reason = "";
        // Of several the last one is the cause (SCSP section 4.6).
        for (Matcher text = REASON.matcher(lines); text.find(); ) {
            reason = text.group(1).strip();
        }
        return new SendResult(outcome(status, remote, feeds), status, remote, feeds, reason);
    }

    private static ScspOutcome outcome(int status, int remote, Map<Integer, Integer> feeds) {
        if (remote == 0 && status == 200) {
            if (feeds.isEmpty()) {
                return ScspOutcome.UNKNOWN;
            }
            int worst =
                    feeds.values().stream().mapToInt(Integer::intValue).max().orElse(0);
            return worst == 0 ? ScspOutcome.COMPLETE : worst == 1 ? ScspOutcome.PENDING : ScspOutcome.FEED_FAILED;
        }
        boolean local = remote == 0;
        return switch (local ? status : remote) {
            case 200, 201 -> ScspOutcome.CREATED;
            case 202 -> ScspOutcome.PENDING;
            case 409 -> ScspOutcome.ALREADY_PRESENT;
            case 401 -> local ? ScspOutcome.SOURCE_AUTH : ScspOutcome.REMOTE_AUTH;
            case 403 -> local ? ScspOutcome.FORBIDDEN : ScspOutcome.REMOTE_AUTH;
            case 404 -> local ? ScspOutcome.SOURCE_NOT_FOUND : ScspOutcome.REJECTED;
            case 412 -> ScspOutcome.CONTEXT_MISSING;
            case 507 -> ScspOutcome.REMOTE_FULL;
            case 408, 429, 500, 502, 503, 504 -> ScspOutcome.TRANSIENT;
            default -> ScspOutcome.REJECTED;
        };
    }

    /** Returns one line for people. */
    @Override
    public String toString() {
        return outcome.name().toLowerCase(Locale.ROOT) + " (status " + status
                + (remoteStatus == 0 ? "" : ", destination " + remoteStatus)
                + (feeds.isEmpty() ? "" : ", feeds " + new TreeMap<>(feeds)) + ")"
                + (reason.isEmpty() ? "" : ": " + Excerpt.of(reason));
    }
}
