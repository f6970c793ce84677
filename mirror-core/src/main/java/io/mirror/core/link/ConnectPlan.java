package io.mirror.core.link;

import io.mirror.core.link.ReconnectPolicy.Reason;
import java.util.random.RandomGenerator;

/**
 * Which of its hosts a slave tries next, and when: the primary and its stand-in in turn until one answers, and the primary
 * first after a break (DHTP section 8.4). Knows no clock and makes no connections. Not safe for use by several threads.
 */
public final class ConnectPlan {
    private final int hosts;
    private final ReconnectPolicy policy;
    private final RandomGenerator random;
    private int host;
    private int failures;

    /**
     * Begins with the primary host.
     *
     * @param hosts how many hosts there are, 1 or more
     * @param policy how long to wait
     * @throws IllegalArgumentException if there is no host
     */
    public ConnectPlan(int hosts, ReconnectPolicy policy) {
        if (hosts < 1) {
            throw new IllegalArgumentException("there must be a host");
        }
        this.hosts = hosts;
        this.policy = policy;
        random = policy.newRandom();
    }

    /**
     * Returns which host is to be tried next.
     *
     * @return 0 for the primary, counted from there
     */
    public int host() {
        return host;
    }

    /**
     * Returns how many attempts failed in a row.
     *
     * @return attempts since the link last mirrored
     */
    public int failures() {
        return failures;
    }

    /** The link mirrors. */
    public void mirrored() {
        failures = 0;
    }

    /**
     * A connection that mirrored is lost. The primary comes next.
     *
     * @return how long to wait before, in milliseconds
     */
    public long lost() {
        host = 0;
        return policy.delayMillis(Reason.LOST, 0, random);
    }

    /**
     * An attempt failed, or its connection ended before the link mirrored. The other host comes next.
     *
     * @param reason why
     * @return how long to wait before, in milliseconds
     */
    public long failed(Reason reason) {
        failures++;
        host = (host + 1) % hosts;
        // A host that was not asked yet has refused nothing.
        return failures < hosts
                ? policy.delayMillis(Reason.LOST, 0, random)
                : policy.delayMillis(reason, failures, random);
    }

    /** The primary comes next, whatever was tried before. */
    public void startOver() {
        host = 0;
    }
}
