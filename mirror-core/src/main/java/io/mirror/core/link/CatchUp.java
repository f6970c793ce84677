package io.mirror.core.link;

import io.mirror.core.command.Command.MirrorDelta;
import io.mirror.core.command.Command.MirrorDelta.Step;
import io.mirror.core.command.StatusCode;
import io.mirror.core.hub.ChangeHistory;
import io.mirror.core.hub.HubPoint;
import io.mirror.core.hub.PeerKnowledge;
import io.mirror.core.hub.PeerKnowledge.Known;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds out with the peer what changed while the two were apart, so that only that has to be transferred
 * ({@code docs/native-links.md}, capability {@code delta}).
 */
final class CatchUp {
    /** Beyond this many names a list of changes saves nothing. */
    static final int MAX_NAMES = 10_000;

    private static final int NAMES_PER_MESSAGE = 100;
    private static final long TELL_NANOS = 1_000_000_000L;
    private static final long NOT_TELLING = -1;

    private final MirrorSession session;
    private String localDomain = "";
    private boolean agreed;
    /** True if nothing may be left out for a peer of which nothing is known here. */
    private boolean mutual;
    /** True if this side has followed the peer before, and nobody else since over the same link. */
    private boolean peerIsKnown;

    /** True once the peer has said what it has. */
    private boolean peerHasSpoken;
    /** True if what the peer lacks is known. */
    private boolean completable;
    /** The number of the last change here that the peer has, with all before it. */
    private long peerNumber;

    /** What changed at the peer, as far as it has said. */
    private final Set<String> named = new HashSet<>();

    private long namesReceived;
    private boolean listComplete;

    /** True while the peer is told which changes it has. */
    private boolean telling;

    private long reached = NOT_TELLING;
    private long told = NOT_TELLING;
    private long toldAt;

    CatchUp(MirrorSession session) {
        this.session = session;
    }

    // ---- Agreement ----

    /**
     * Both sides have the capability; tells the peer what is known of it.
     *
     * @param domain the domain on this side
     * @param needsKnownPeer true if what other peers sent over this link cannot be told from what this one sent
     */
    void agree(String domain, boolean needsKnownPeer) {
        agreed = true;
        localDomain = domain;
        mutual = needsKnownPeer;
        // Asking for the number begins the numbering: before anything is transferred.
        history().number();
        Known known = session.hub.peers().of(session.origin.peer(), session.linkDomain(), localDomain);
        peerIsKnown = !known.equals(PeerKnowledge.NOTHING);
        send(Step.HAS, known.generation(), known.number(), List.of());
    }

    private ChangeHistory history() {
        return session.hub.history(localDomain);
    }

    private void send(Step step, long generation, long number, List<String> names) {
        session.send(new MirrorDelta(session.linkDomain(), step, generation, number, names));
    }

    Outcome received(MirrorDelta message) {
        if (!agreed) {
            return Outcome.refused(StatusCode.SYNTAX, "Not agreed on");
        }
        switch (message.step()) {
            case HAS -> {
                if (peerHasSpoken) {
                    return Outcome.refused(StatusCode.SYNTAX, "Said before");
                }
                peerHasSpoken = true;
                peerNumber = message.number();
                completable = message.generation() == session.hub.generation()
                        && history().reachesBackTo(peerNumber)
                        && (peerIsKnown || !mutual);
                session.onPeerHas();
            }
            case NAMES -> {
                namesReceived += message.names().size();
                if (namesReceived > MAX_NAMES) {
                    return Outcome.refused(StatusCode.TOO_LARGE, "More than " + MAX_NAMES + " names");
                }
                named.addAll(message.names());
            }
            case NAMED -> {
                listComplete = namesReceived == message.number();
                if (listComplete && message.generation() != 0) {
                    confirmUnlisted();
                }
                session.onPeerNamed();
            }
            case ALL -> session.onPeerNamed();
            case AT ->
                session.hub
                        .peers()
                        .learn(
                                session.origin.peer(),
                                session.linkDomain(),
                                localDomain,
                                new Known(message.generation(), message.number()));
        }
        return Outcome.ANSWERED;
    }

    // ---- What changed here ----

    /** Tells the peer, whose states count, the names of what changed here: it will send what it has of these. */
    void tellNames() {
        List<String> names = new ArrayList<>();
        if (!history().reachesBackTo(since())) {
            send(Step.ALL, 0, 0, List.of());
            return;
        }
        for (HubPoint point : session.hub.points(localDomain)) {
            if (isChangeForPeer(point)) {
                names.add(point.name().name());
            }
        }
        for (HubPoint point : history().removedSince(since())) {
            if (!session.isFromPeer(point)) {
                names.add(point.name().name());
            }
        }
        if (names.size() > MAX_NAMES) {
            send(Step.ALL, 0, 0, List.of());
            return;
        }
        for (int from = 0; from < names.size(); from += NAMES_PER_MESSAGE) {
            send(Step.NAMES, 0, 0, names.subList(from, Math.min(names.size(), from + NAMES_PER_MESSAGE)));
        }
        // Without a generation it is no promise that everything else is as the peer knows it.
        send(Step.NAMED, completable ? session.hub.generation() : 0, names.size(), List.of());
    }

    /** Of a peer that knows nothing of this side it is enough to tell what did not come from it. */
    private long since() {
        return completable ? peerNumber : 0;
    }

    /** Tells whether the present state of a point is one that the peer does not have. */
    boolean isChangeForPeer(HubPoint point) {
        return point.isWritten()
                && (!completable || point.changeNumber() > peerNumber)
                && !session.isWithheld(point)
                && !session.isFromPeer(point);
    }

    /**
     * Tells whether it is enough to send what changed.
     *
     * @param againstNames true if this side's states count, so that what changed at the peer is needed as well
     */
    boolean suffices(boolean againstNames) {
        return completable && (!againstNames || listComplete);
    }

    /** Registers for the domain and makes pending what the peer lacks; returns how many points that are. */
    int offer() {
        session.queue.addDomainChanges(localDomain);
        int count = 0;
        for (HubPoint point : session.hub.points(localDomain)) {
            boolean wanted = named.contains(point.name().name()) && !session.isWithheld(point);
            if (wanted || isChangeForPeer(point)) {
                session.queue.offerPresent(point);
                count++;
            }
        }
        return count;
    }

    /** Returns the removed points that the peer may still have. */
    List<HubPoint> removals() {
        List<HubPoint> removals = new ArrayList<>();
        for (HubPoint point : history().removedSince(peerNumber)) {
            if (session.hub.find(point.name()).isEmpty() && !session.isFromPeer(point)) {
                removals.add(point);
            }
        }
        return removals;
    }

    // ---- What did not change at the peer ----

    /** The peer has said or sent all that changed: everything else stands as it was when the two were parted. */
    void confirmUnlisted() {
        for (HubPoint point : session.hub.points(localDomain)) {
            if (stoodAtPeer(point) && !named.contains(point.name().name()) && !isSeen(point)) {
                session.points.of(point).writtenByPeer = true;
                point.confirm(session.origin);
            }
        }
    }

    /** What another instance brought before, and this one did not send when it took its place, it cannot confirm. */
    private boolean stoodAtPeer(HubPoint point) {
        return session.isFromPeer(point) && (!point.isMarkedNotConnected() || session.isMarkedValueFromPeer(point));
    }

    private boolean isSeen(HubPoint point) {
        LinkPoint known = session.points.find(point);
        return known != null && known.seen;
    }

    // ---- How far the peer has come ----

    /** The peer has been sent everything: from now on it is told what it has. */
    void startTelling() {
        telling = agreed;
        session.output.requestFlush();
    }

    /** Returns the number of the last change, to be asked for before pending changes are sent. */
    long currentNumber() {
        return agreed ? history().number() : NOT_TELLING;
    }

    /**
     * Everything was sent that was pending after the number was asked for. With the end of a transfer the peer is told at
     * once: a link that breaks right behind it needs no second one.
     */
    void drained(long number) {
        if (telling && number > reached) {
            reached = number;
            tick();
        }
    }

    void tick() {
        if (reached > told && (told == NOT_TELLING || session.now - toldAt >= TELL_NANOS)) {
            told = reached;
            toldAt = session.now;
            send(Step.AT, session.hub.generation(), reached, List.of());
        }
    }

    /** Returns when {@link #tick} is to be called, {@link Long#MAX_VALUE} for never. */
    long nextNanos() {
        return reached > told ? toldAt + TELL_NANOS : Long.MAX_VALUE;
    }
}
