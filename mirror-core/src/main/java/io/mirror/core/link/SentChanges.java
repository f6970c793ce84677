package io.mirror.core.link;

import io.mirror.core.point.PointState;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The messages sent for one point that the peer has not acknowledged, as far as they decide what to do with a message
 * that crosses them.
 *
 * <p>The rule, by which both ends come to the same state whatever order messages arrive in: a message that arrives
 * crosses every message sent and not acknowledged. If it is newer than all of them it counts, and they are overruled: the
 * peer, which applies the same rule, will have ignored them. If one of them is newer the message is ignored, as that one
 * will overrule it at the peer. Times are those of the messages, not of the present state, because only the messages are
 * known to both ends.
 *
 * <p>A message sent later with a time at least as new hides all earlier ones, so in general only the newest message is
 * kept; the others are there for times that go back.
 */
final class SentChanges {
    /** Beyond this many messages with falling times, new ones only prolong the life of the one before them. */
    private static final int MAX_EARLIER = 1000;

    private boolean any;
    private long number;
    private long seconds;
    private int nanoseconds;
    /** Sent before the newest and with later times than it; their times fall from first to last. */
    private @Nullable ArrayDeque<Earlier> earlier;

    private record Earlier(long number, long seconds, int nanoseconds) {}

    /** A message with this number was sent. */
    void sent(long messageNumber, PointState state) {
        long messageSeconds = Age.seconds(state);
        int messageNanoseconds = state.nanoseconds();
        if (any && Age.compare(seconds, nanoseconds, messageSeconds, messageNanoseconds) > 0) {
            if (earlier == null) {
                earlier = new ArrayDeque<>();
            }
            if (earlier.size() >= MAX_EARLIER) {
                number = messageNumber;
                return;
            }
            earlier.addLast(new Earlier(number, seconds, nanoseconds));
        } else if (earlier != null) {
            hideOlder(earlier, messageSeconds, messageNanoseconds);
        }
        any = true;
        number = messageNumber;
        seconds = messageSeconds;
        nanoseconds = messageNanoseconds;
    }

    private static void hideOlder(ArrayDeque<Earlier> earlier, long seconds, int nanoseconds) {
        Earlier last = earlier.peekLast();
        while (last != null && Age.compare(last.seconds, last.nanoseconds, seconds, nanoseconds) <= 0) {
            earlier.removeLast();
            last = earlier.peekLast();
        }
    }

    /**
     * Decides about a message that arrived.
     *
     * @param state what it carries
     * @param acknowledged the number up to which the peer had acknowledged when the message was read
     * @param winsTies true if it counts as newer than a message sent with the same time
     * @return true if it counts, which overrules what was sent
     */
    boolean yieldTo(PointState state, long acknowledged, boolean winsTies) {
        forget(acknowledged);
        if (!any) {
            return true;
        }
        Earlier first = earlier == null ? null : earlier.peekFirst();
        int order = first == null
                ? Age.compare(Age.seconds(state), state.nanoseconds(), seconds, nanoseconds)
                : Age.compare(Age.seconds(state), state.nanoseconds(), first.seconds, first.nanoseconds);
        if (order < 0 || (order == 0 && !winsTies)) {
            return false;
        }
        clear();
        return true;
    }

    /** Tells whether nothing is left to be acknowledged. */
    boolean isSettled(long acknowledged) {
        forget(acknowledged);
        return !any;
    }

    private void forget(long acknowledged) {
        if (any && number <= acknowledged) {
            clear();
        }
        if (earlier != null) {
            Earlier first = earlier.peekFirst();
            while (first != null && first.number <= acknowledged) {
                earlier.removeFirst();
                first = earlier.peekFirst();
            }
        }
    }

    private void clear() {
        any = false;
        earlier = null;
    }
}
