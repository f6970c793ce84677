package io.mirror.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.core.hub.HubPoint;
import io.mirror.core.link.Authority;
import io.mirror.core.link.LinkFlags;
import io.mirror.core.link.SyncKind;
import io.mirror.core.point.Point;
import io.mirror.core.point.PointName;
import io.mirror.core.point.Quality;
import io.mirror.core.point.Timestamp;
import io.mirror.testkit.SimulatedHub;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Who wins when the two sides of a link meet again, worked out from what both had before by the SYNC kind and the authority
 * of the link alone (DHTP sections 9.1, 9.2 and 10).
 */
final class SyncRule {
    /** The master's clock moves on between the loss and the next connection; stamps so near to the limit are not judged. */
    private static final long VAGUE_SECONDS = 120;

    private final LinkFlags flags;
    private final boolean natively;
    private final long limitSeconds;

    /** A point as one side had it before the connection was made again. */
    record Before(Point point, boolean marked) {}

    private SyncRule(LinkFlags flags, boolean natively, long limitSeconds) {
        this.flags = flags;
        this.natively = natively;
        this.limitSeconds = limitSeconds;
    }

    /** The rule where all clocks are right. */
    static SyncRule of(LinkFlags flags, boolean natively) {
        return new SyncRule(flags, natively, Long.MAX_VALUE);
    }

    /**
     * The rule of a native link between hubs with any clocks.
     *
     * @param limitSeconds up to where stamps count with SYNC_TIME, in seconds since 1970
     */
    static SyncRule of(LinkFlags flags, long limitSeconds) {
        return new SyncRule(flags, true, limitSeconds);
    }

    static Map<PointName, Before> before(SimulatedHub hub) {
        Map<PointName, Before> points = new TreeMap<>();
        for (HubPoint point : hub.hub().points(Nets.DOMAIN)) {
            points.put(point.name(), new Before(point.read(), point.isMarkedNotConnected()));
        }
        return points;
    }

    /** Fails if a side of a lost link has marks that it must not have. */
    void requireMarks(Map<PointName, Before> atSlave, Map<PointName, Before> atMaster) {
        requireMarks(atSlave, flags.authority() == Authority.MASTER);
        requireMarks(atMaster, flags.authority() == Authority.SLAVE);
    }

    private static void requireMarks(Map<PointName, Before> points, boolean allowed) {
        boolean any = false;
        for (Before before : points.values()) {
            any |= before.marked();
            assertThat(before.point().quality().equals(Quality.NOT_CONNECTED))
                    .as("%s", before)
                    .isEqualTo(before.marked());
        }
        if (!allowed) {
            assertThat(any)
                    .as("points marked Not Connected without an authority")
                    .isFalse();
        }
    }

    /** Fails unless each point is on both sides what it has to be now that they have met again. */
    void requireWinners(
            Map<PointName, Before> atSlave, Map<PointName, Before> atMaster, SimulatedHub slave, SimulatedHub master) {
        TreeSet<PointName> names = new TreeSet<>(atSlave.keySet());
        names.addAll(atMaster.keySet());
        for (PointName name : names) {
            Before ofSlave = atSlave.get(name);
            Before ofMaster = atMaster.get(name);
            if (!isVague(ofSlave, ofMaster)) {
                String why = flags + ", " + name + ": slave had " + ofSlave + ", master had " + ofMaster;
                requireWinner(name, ofSlave, ofMaster, slave, master, why);
            }
        }
    }

    private void requireWinner(
            PointName name,
            @Nullable Before ofSlave,
            @Nullable Before ofMaster,
            SimulatedHub slave,
            SimulatedHub master,
            String why) {
        Point expected = winner(ofSlave, ofMaster).point();
        assertThat(slave.hub().find(name).orElseThrow().read()).as(why).isEqualTo(expected);
        if (ofMaster == null && staysWithSlave(ofSlave)) {
            assertThat(master.hub().find(name)).as(why).isEmpty();
        } else {
            assertThat(master.hub().find(name).orElseThrow().read()).as(why).isEqualTo(expected);
            assertThat(expected.quality()).as(why).isNotEqualTo(Quality.NOT_CONNECTED);
        }
    }

    /** With SYNC_RECV the slave offers nothing, unless it is the authority and knows better; nor what it marked. */
    private boolean staysWithSlave(Before ofSlave) {
        boolean offers = flags.sync() != SyncKind.RECEIVE || (natively && flags.authority() == Authority.SLAVE);
        return !offers || ofSlave.marked();
    }

    /**
     * With a foreign master equal times leave both sides as they are, since nothing tells that they differ; and no time is
     * known exactly up to which stamps count.
     */
    private boolean isVague(@Nullable Before ofSlave, @Nullable Before ofMaster) {
        if (flags.sync() != SyncKind.TIME || ofSlave == null || ofMaster == null) {
            return false;
        }
        Timestamp slaves = ofSlave.point().time();
        Timestamp masters = ofMaster.point().time();
        boolean tie = !natively && slaves.equals(masters);
        return tie || isNearLimit(slaves) || isNearLimit(masters);
    }

    private boolean isNearLimit(Timestamp time) {
        return limitSeconds != Long.MAX_VALUE && Math.abs(time.seconds() - limitSeconds) <= VAGUE_SECONDS;
    }

    private Before winner(@Nullable Before ofSlave, @Nullable Before ofMaster) {
        if (ofSlave == null || ofMaster == null) {
            return ofSlave == null ? ofMaster : ofSlave;
        }
        if (ofSlave.marked() != ofMaster.marked()) {
            return ofSlave.marked() ? ofMaster : ofSlave;
        }
        return switch (flags.sync()) {
            case RECEIVE -> ofMaster;
            case SEND -> ofSlave;
            case TIME -> counted(ofSlave).compareTo(counted(ofMaster)) > 0 ? ofSlave : ofMaster;
        };
    }

    /** What is stamped beyond the limit counts as stamped at it. */
    private Timestamp counted(Before before) {
        Timestamp time = before.point().time();
        return time.seconds() > limitSeconds ? new Timestamp(limitSeconds, 0) : time;
    }
}
