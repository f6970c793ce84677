package io.mirror.core.link;

import io.mirror.core.point.PointState;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The messages sent for one point that the peer has not acknowledged, as far as they decide what to do with a message
 * that crosses them.
 *
 * <p>The rule, by which both ends come to the same state whatever order messages arrive in: a message that arrives
 * crosses every message sent and not acknowledged. If it ranks above all of them it counts, and they are overruled: the
 * peer, which applies the same rule, will have ignored them. If one of them ranks above it the message is ignored, as
 * that one will overrule it at the peer.
 *
 * <p>Messages are ranked by what both ends know of them: by the time that they carry, not by that of the present state;
 * at the same time the master's initial state first if the link is synchronized by time (DHTP section 9.2); then by the
 * content, in a way that is the same on all links, because three hubs in a ring could pass three states on for ever if
 * each link preferred its master's. The rank must be a total order: preferences between some pairs only would let a
 * message lose against one that another message hides.
 *
 * <p>A message sent later that ranks at least as high hides all earlier ones, so in general only the newest message is
 * kept; the others are there for times that go back.
 */
final class SentChanges {
    /** Beyond this many messages of falling rank, new ones only prolong the life of the one before them. */
    private static final int MAX_EARLIER = 1000;

    private boolean any;
    private long number;
    private long seconds;
    private int nanoseconds;
    private boolean preferred;
    private long content;
    /** Sent before the newest and ranking above it; their ranks fall from first to last. */
    private @Nullable ArrayDeque<Earlier> earlier;

    private record Earlier(long number, long seconds, int nanoseconds, boolean preferred, long content) {}

    /**
     * A message was sent.
     *
     * @param messageNumber its number, rising
     * @param state what it carries
     * @param isPreferred true if it is a master's initial state and the link is synchronized by time
     */
    void sent(long messageNumber, PointState state, boolean isPreferred) {
        long messageContent = StateOrder.rank(state);
        if (any && compare(state, isPreferred, messageContent) < 0) {
            if (earlier == null) {
                earlier = new ArrayDeque<>();
            }
            if (earlier.size() >= MAX_EARLIER) {
                number = messageNumber;
                return;
            }
            earlier.addLast(new Earlier(number, seconds, nanoseconds, preferred, content));
        } else if (earlier != null) {
            hideLower(earlier, state, isPreferred, messageContent);
        }
        any = true;
        number = messageNumber;
        seconds = Age.seconds(state);
        nanoseconds = state.nanoseconds();
        preferred = isPreferred;
        content = messageContent;
    }

    private static void hideLower(ArrayDeque<Earlier> earlier, PointState state, boolean preferred, long content) {
        Earlier last = earlier.peekLast();
        while (last != null && compare(state, preferred, content, last) >= 0) {
            earlier.removeLast();
            last = earlier.peekLast();
        }
    }

    /**
     * Decides about a message that arrived.
     *
     * @param state what it carries
     * @param acknowledged the number up to which the peer had acknowledged when the message was read
     * @param fromMaster true if the master sent it
     * @param isPreferred true if it is a master's initial state and the link is synchronized by time
     * @return true if it counts, which overrules what was sent
     */
    boolean yieldTo(PointState state, long acknowledged, boolean fromMaster, boolean isPreferred) {
        forget(acknowledged);
        if (!any) {
            return true;
        }
        long messageContent = StateOrder.rank(state);
        Earlier highest = earlier == null ? null : earlier.peekFirst();
        int order = highest == null
                ? compare(state, isPreferred, messageContent)
                : compare(state, isPreferred, messageContent, highest);
        if (order < 0 || (order == 0 && !fromMaster)) {
            return false;
        }
        clear();
        return true;
    }

    /** Compares a message with the newest one sent. */
    private int compare(PointState state, boolean isPreferred, long messageContent) {
        int order = Age.compare(Age.seconds(state), state.nanoseconds(), seconds, nanoseconds);
        return order != 0 ? order : compareContent(isPreferred, messageContent, preferred, content);
    }

    private static int compare(PointState state, boolean isPreferred, long messageContent, Earlier sent) {
        int order = Age.compare(Age.seconds(state), state.nanoseconds(), sent.seconds, sent.nanoseconds);
        return order != 0 ? order : compareContent(isPreferred, messageContent, sent.preferred, sent.content);
    }

    private static int compareContent(boolean preferred, long content, boolean otherPreferred, long otherContent) {
        return preferred != otherPreferred
                ? Boolean.compare(preferred, otherPreferred)
                : Long.compare(content, otherContent);
    }

    /** Tells whether nothing is left to be acknowledged. */
    boolean isSettled(long acknowledged) {
        forget(acknowledged);
        return !any;
    }

    /** Returns how many messages older than the newest are kept. */
    int earlierCount() {
        return earlier == null ? 0 : earlier.size();
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
