package io.mirror.transport.access;

import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Slows down guessing of passwords without holding a thread: tells how long an answer to a login has to wait.
 *
 * <p>After {@value #FREE_FAILURES} failures within {@value #WINDOW_MILLIS} ms for one pair of address and user every
 * further answer for that pair waits, first {@value #FIRST_DELAY_MILLIS} ms, doubling with each failure up to
 * {@value #MAX_DELAY_MILLIS} ms. Answers of one pair are queued one behind the other, so that guessing over several
 * connections is no faster, and right answers wait like wrong ones, so that hanging up early tells nothing. Other pairs
 * are not affected. A pair is forgotten when it had no failure for {@value #WINDOW_MILLIS} ms after its last answer.
 *
 * <p>At most {@value #MAX_PAIRS} pairs are remembered; the one unused for longest makes room. Time is passed in by the
 * caller and must not run backwards. Safe for use by several threads.
 */
public final class LoginThrottle {

    /** Failures of a pair that are answered at once. */
    public static final int FREE_FAILURES = 5;

    /** Time in milliseconds within which failures count together. */
    public static final long WINDOW_MILLIS = 60_000;

    /** First delay in milliseconds. */
    public static final long FIRST_DELAY_MILLIS = 250;

    /** Longest delay in milliseconds between two answers. */
    public static final long MAX_DELAY_MILLIS = 30_000;

    /** Pairs of address and user that are remembered. */
    public static final int MAX_PAIRS = 10_000;

    private record Pair(InetAddress address, String user) {}

    private static final class Failures {
        private final ArrayDeque<Long> recent = new ArrayDeque<>(FREE_FAILURES);
        private long delayMillis;
        private long lastAnswerMillis = Long.MIN_VALUE;
    }

    private final Map<Pair, Failures> pairs = new LinkedHashMap<>(16, 0.75f, true);

    /** Creates a throttle that remembers no failure. */
    public LoginThrottle() {}

    /**
     * Records a login and tells when to answer it.
     *
     * @param address where the login came from
     * @param user the name that was given
     * @param success whether name and password were right
     * @param nowMillis the current time in milliseconds, from any fixed origin
     * @return how many milliseconds the answer has to wait, 0 for not at all
     */
    public synchronized long onLogin(InetAddress address, String user, boolean success, long nowMillis) {
        String name = user.length() > AccessPolicy.MAX_USER_NAME ? user.substring(0, AccessPolicy.MAX_USER_NAME) : user;
        Pair pair = new Pair(address, name);
        Failures failures = pairs.get(pair);
        if (failures != null && isForgotten(failures, nowMillis)) {
            pairs.remove(pair);
            failures = null;
        }
        if (failures == null) {
            if (success) {
                return 0;
            }
            failures = new Failures();
            pairs.put(pair, failures);
            makeRoom();
        }
        long answer = failures.delayMillis == 0
                ? nowMillis
                : Math.max(nowMillis, failures.lastAnswerMillis) + failures.delayMillis;
        failures.lastAnswerMillis = answer;
        if (success) {
            pairs.remove(pair);
        } else {
            fail(failures, nowMillis);
        }
        return answer - nowMillis;
    }

    private static void fail(Failures failures, long nowMillis) {
        if (failures.delayMillis > 0) {
            failures.delayMillis = Math.min(failures.delayMillis * 2, MAX_DELAY_MILLIS);
            return;
        }
        failures.recent.addLast(nowMillis);
        while (nowMillis - failures.recent.getFirst() > WINDOW_MILLIS) {
            failures.recent.removeFirst();
        }
        if (failures.recent.size() >= FREE_FAILURES) {
            failures.delayMillis = FIRST_DELAY_MILLIS;
            failures.recent.clear();
        }
    }

    private static boolean isForgotten(Failures failures, long nowMillis) {
        return nowMillis - failures.lastAnswerMillis > WINDOW_MILLIS;
    }

    private void makeRoom() {
        if (pairs.size() > MAX_PAIRS) {
            Iterator<Pair> eldest = pairs.keySet().iterator();
            eldest.next();
            eldest.remove();
        }
    }
}
