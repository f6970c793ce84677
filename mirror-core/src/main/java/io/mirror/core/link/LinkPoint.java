package io.mirror.core.link;

import io.mirror.core.hub.HubPoint;
import io.mirror.core.hub.QueuedPoint;
import io.mirror.core.point.PointState;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What a session knows about one point. */
final class LinkPoint implements WireName {
    /** What a session keeps of a point with a name of ordinary length. */
    static final int BYTES = 320;

    private static final int MAX_FOREIGN_NAME_BYTES = 1000;

    final HubPoint point;
    private String name;
    private int id;

    /** The point's registration with the session's queue, null while it has none or none was delivered. */
    @Nullable
    QueuedPoint registration;
    /** What was sent for this point, or for a removed one of the same name, and not yet acknowledged. */
    final SentChanges sentChanges;
    /** True if the running transfer does not count this point because it was withheld when the transfer began. */
    boolean uncounted;
    /** True if the peer wrote the point. */
    boolean writtenByPeer;
    /** True if the peer has sent the point since the connection was opened. */
    boolean seen;
    /** True if a point message was sent since the connection was opened. */
    boolean sent;
    /** The time of the state last received. */
    private long receivedSeconds = Long.MIN_VALUE;

    private int receivedNanoseconds;
    private @Nullable LoopGuard guard;

    LinkPoint(HubPoint point, String name, int id, SentChanges sentChanges) {
        this.sentChanges = sentChanges;
        this.point = point;
        this.name = name;
        this.id = id;
    }

    /** A state was received; returns the guard against loops if there was ever need of one. */
    @Nullable
    LoopGuard guardAfter(PointState received, long now) {
        long seconds = Age.seconds(received);
        int nanoseconds = received.nanoseconds();
        if (Age.compare(seconds, nanoseconds, receivedSeconds, receivedNanoseconds) > 0) {
            if (guard != null) {
                guard.advanced();
            }
        } else {
            if (guard == null) {
                guard = new LoopGuard();
            }
            guard.setBack(received, now);
        }
        receivedSeconds = seconds;
        receivedNanoseconds = nanoseconds;
        return guard;
    }

    /** Tells whether a foreign peer may be unable to take the name (DHTP section 4.1). */
    boolean isNameTooLongForForeignPeer() {
        int chars = name.length();
        return chars > MAX_FOREIGN_NAME_BYTES
                || (chars > MAX_FOREIGN_NAME_BYTES / 3
                        && name.getBytes(StandardCharsets.UTF_8).length > MAX_FOREIGN_NAME_BYTES);
    }

    /** Gives the point another name on the wire, which needs another number. */
    void rename(String newName, int newId) {
        name = newName;
        id = newId;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int id() {
        return id;
    }
}
