package io.mirror.core.link;

import io.mirror.core.point.PointState;
import io.mirror.core.point.Timestamp;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What both sides of a link that is synchronized by time know of each other's clocks ({@code docs/native-links.md}, item
 * {@code time}). Initial states that are stamped far ahead of the master's clock are compared as if they were stamped at
 * one and the same limit, or a clock that once went wrong would win for ever.
 */
final class PeerClock {
    /** Begin of the item; the time of the side that sends it follows. */
    static final String ITEM = "time=";

    private static final long NANOS_PER_MILLI = 1_000_000L;
    private static final int MAX_ITEM = 64;
    private static final int FRACTION_DIGITS = 9;

    private final MirrorSession session;
    final Counter clamped = new Counter();
    private final PointState scratch = new PointState();
    private long askedAtNanos;
    private @Nullable Timestamp limit;

    PeerClock(MirrorSession session) {
        this.session = session;
    }

    // ---- Agreement ----

    /** Returns the item by which a slave tells its time and asks for the master's. */
    String ask() {
        askedAtNanos = session.now;
        return ITEM + text(ownTime());
    }

    /** Returns the master's answer to an item of a slave, empty if there was none that can be read. */
    String answer(List<String> items) {
        Timestamp theirs = timeIn(items);
        if (theirs == null) {
            return "";
        }
        Timestamp own = ownTime();
        session.reporter.peerTime(theirs);
        limit = later(own, session.options.maxAheadMillis() * NANOS_PER_MILLI);
        return ITEM + text(own) + "/" + session.options.maxAheadMillis();
    }

    /** Learns the master's time from its answer, and up to where stamps count. */
    void learn(List<String> items) {
        Timestamp theirs = timeIn(items);
        long ahead = aheadIn(items);
        if (theirs != null && ahead >= 0) {
            // The answer was under way for about half of the time that passed.
            session.reporter.peerTime(later(theirs, (session.now - askedAtNanos) / 2));
            limit = later(theirs, ahead * NANOS_PER_MILLI);
        }
    }

    /** A foreign master compares nothing: this side's clock alone counts. */
    void limitByOwn() {
        limit = later(ownTime(), session.options.maxAheadMillis() * NANOS_PER_MILLI);
    }

    /** Stamps are compared as they are from now on. */
    void lift() {
        limit = null;
    }

    private Timestamp ownTime() {
        return Timestamp.ofEpochNanos(session.hub.epochNanos());
    }

    private static Timestamp later(Timestamp time, long nanos) {
        long sum = time.nanoseconds() + nanos % Timestamp.NANOS_PER_SECOND;
        long seconds = time.seconds() + nanos / Timestamp.NANOS_PER_SECOND + sum / Timestamp.NANOS_PER_SECOND;
        return new Timestamp(seconds, (int) (sum % Timestamp.NANOS_PER_SECOND));
    }

    private static String text(Timestamp time) {
        String fraction = Integer.toString(time.nanoseconds());
        return time.seconds() + "." + "0".repeat(FRACTION_DIGITS - fraction.length()) + fraction;
    }

    private static @Nullable String itemIn(List<String> items) {
        for (String item : items) {
            if (item.startsWith(ITEM) && item.length() <= MAX_ITEM) {
                return item.substring(ITEM.length());
            }
        }
        return null;
    }

    private static @Nullable Timestamp timeIn(List<String> items) {
        String item = itemIn(items);
        if (item == null) {
            return null;
        }
        int slash = item.indexOf('/');
        String time = slash < 0 ? item : item.substring(0, slash);
        int point = time.indexOf('.');
        if (point < 0 || time.length() != point + 1 + FRACTION_DIGITS) {
            return null;
        }
        try {
            long seconds = Long.parseLong(time.substring(0, point));
            int nanos = Integer.parseInt(time.substring(point + 1));
            boolean believable = Math.abs(seconds / 2) < Long.MAX_VALUE / 8 && nanos >= 0;
            return believable ? new Timestamp(seconds, nanos) : null;
        } catch (IllegalArgumentException notATime) {
            return null;
        }
    }

    private static long aheadIn(List<String> items) {
        String item = itemIn(items);
        int slash = item == null ? -1 : item.indexOf('/');
        if (item == null || slash < 0) {
            return -1;
        }
        try {
            long millis = Long.parseLong(item.substring(slash + 1));
            return millis <= Integer.MAX_VALUE ? millis : -1;
        } catch (NumberFormatException notANumber) {
            return -1;
        }
    }

    // ---- Comparison ----

    /** Tells whether stamps are compared up to a limit only. */
    boolean isLimiting() {
        return limit != null;
    }

    /** Tells whether a state is stamped beyond the limit. */
    boolean isBeyond(PointState state) {
        Timestamp most = limit;
        return most != null
                && Age.compare(Age.seconds(state), state.nanoseconds(), most.seconds(), most.nanoseconds()) > 0;
    }

    /** Compares by time, up to the limit; negative if the first is older. */
    int compare(PointState first, PointState second) {
        if (isBeyond(first)) {
            return isBeyond(second) ? 0 : Integer.compare(0, compare(second, first));
        }
        Timestamp most = limit;
        return most != null && isBeyond(second)
                ? Age.compare(Age.seconds(first), first.nanoseconds(), most.seconds(), most.nanoseconds())
                : Age.compare(first, second);
    }

    /** Returns a state as it is compared: itself, or a copy with the time of the limit, valid until the next call. */
    PointState comparable(PointState state) {
        Timestamp most = limit;
        if (most == null || !isBeyond(state)) {
            return state;
        }
        return scratch.copyFrom(state).time(most.seconds(), most.nanoseconds());
    }
}
