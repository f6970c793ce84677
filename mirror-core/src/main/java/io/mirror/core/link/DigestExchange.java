package io.mirror.core.link;

import io.mirror.core.access.Right;
import io.mirror.core.command.Command.MirrorDigest;
import io.mirror.core.command.Command.MirrorDigest.Part;
import io.mirror.core.command.StatusCode;
import io.mirror.core.hub.HubPoint;
import io.mirror.core.point.PointName;
import io.mirror.core.point.PointState;
import io.mirror.core.point.Timestamp;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Compares a domain with the peer's by trees of digests and has the differences sent again
 * ({@code docs/native-links.md}, capability {@code digest}). The slave asks, the master answers.
 */
final class DigestExchange {
    /** More differing leaves than this are not looked at: a full transfer would be cheaper. */
    static final int MAX_LEAVES = 4096;

    /** So many points have no place in one leaf unless the tree is far too flat for the domain. */
    static final int MAX_LEAF_POINTS = 1000;

    private static final int PATHS_PER_MESSAGE = 16;
    /** Words for each point of a leaf: name, digest, seconds, nanoseconds. */
    private static final int WORDS = 4;

    private static final int TREES_PER_MINUTE = 20;
    private static final int BRANCHES = 16;
    private static final long ANSWER_NANOS = 60_000_000_000L;

    private final MirrorSession session;
    private final MinuteBudget budget = new MinuteBudget(TREES_PER_MINUTE);
    private final PointState scratch = new PointState();
    private @Nullable DigestTree tree;
    private @Nullable Comparison comparison;

    DigestExchange(MirrorSession session) {
        this.session = session;
    }

    /** What the side that asks has found so far. */
    private static final class Comparison {
        final Consumer<VerifyReport> done;
        final Consumer<String> failed;
        final ArrayDeque<String> toAsk = new ArrayDeque<>();
        final List<String> names = new ArrayList<>();
        int asked;
        /** When the peer must have answered. */
        long deadline;

        int leaves;
        long different;
        long onlyHere;
        long onlyThere;
        long repaired;
        boolean complete = true;

        Comparison(Consumer<VerifyReport> done, Consumer<String> failed) {
            this.done = done;
            this.failed = failed;
        }

        void found(String name) {
            if (names.size() < VerifyReport.MAX_NAMES) {
                names.add(name);
            }
        }
    }

    // ---- The side that asks ----

    void start(Consumer<VerifyReport> done, Consumer<String> failed) {
        if (comparison != null) {
            failed.accept("another comparison of this link is under way");
            return;
        }
        Comparison started = new Comparison(done, failed);
        started.deadline = session.now + ANSWER_NANOS;
        comparison = started;
        DigestTree own = DigestTree.of(points());
        tree = own;
        send(Part.BEGIN, List.of(Integer.toString(own.depth())));
    }

    /** The connection is gone or the peer refuses. */
    void fail(String reason) {
        Comparison running = comparison;
        comparison = null;
        tree = null;
        if (running != null) {
            running.failed.accept(reason);
        }
    }

    /** Gives up a comparison that the peer does not go on with. */
    void tick() {
        Comparison running = comparison;
        if (running != null && session.now - running.deadline >= 0) {
            fail("the master did not answer within " + ANSWER_NANOS / 1_000_000_000L + " s");
        }
    }

    /** Returns when {@link #tick} is to be called, {@link Long#MAX_VALUE} for never. */
    long nextNanos() {
        Comparison running = comparison;
        return running == null ? Long.MAX_VALUE : running.deadline;
    }

    private Iterable<HubPoint> points() {
        return session.hub.points(session.linkLocalDomain());
    }

    private void send(Part part, List<String> words) {
        session.send(new MirrorDigest(session.linkDomain(), part, words));
    }

    private void askOn(Comparison running, DigestTree own) {
        if (running.asked > 0) {
            return;
        }
        if (running.toAsk.isEmpty()) {
            comparison = null;
            tree = null;
            send(Part.END, List.of());
            running.done.accept(new VerifyReport(
                    own.size(),
                    running.different,
                    running.onlyHere,
                    running.onlyThere,
                    running.repaired,
                    running.names,
                    running.complete));
            return;
        }
        List<String> paths = new ArrayList<>();
        while (paths.size() < PATHS_PER_MESSAGE && !running.toAsk.isEmpty()) {
            paths.add(running.toAsk.removeFirst());
        }
        running.asked = paths.size();
        send(Part.ASK, paths);
    }

    private void compareNode(Comparison running, DigestTree own, String path, List<String> sums) {
        for (int branch = 0; branch < BRANCHES; branch++) {
            String child = DigestTree.child(path, branch);
            if (own.sum(child) != Long.parseUnsignedLong(sums.get(branch), 16)) {
                askFor(running, own, child);
            }
        }
    }

    private static void askFor(Comparison running, DigestTree own, String path) {
        if (own.isLeaf(path) && ++running.leaves > MAX_LEAVES) {
            running.complete = false;
        } else {
            running.toAsk.addLast(path);
        }
    }

    private void compareLeaf(Comparison running, DigestTree own, String path, List<String> words) {
        Set<String> theirs = new HashSet<>();
        List<String> wanted = new ArrayList<>();
        for (int at = 0; at + WORDS <= words.size(); at += WORDS) {
            String name = words.get(at);
            theirs.add(name);
            long digest = Long.parseUnsignedLong(words.get(at + 1), 16);
            Timestamp time = new Timestamp(Long.parseLong(words.get(at + 2)), Integer.parseInt(words.get(at + 3)));
            HubPoint point = session.hub
                    .find(PointName.of(session.linkLocalDomain(), name))
                    .orElse(null);
            if (point == null || !DigestTree.counts(point, point.read(scratch))) {
                running.onlyThere++;
                running.found(name);
                wanted.add(name);
            } else if (DigestTree.digest(name, scratch) != digest) {
                running.different++;
                running.found(name);
                if (session.isOwnStateRight(scratch, time)) {
                    repairByOwn(running, point);
                } else {
                    wanted.add(name);
                }
            }
        }
        for (HubPoint point : own.pointsAt(path)) {
            String name = point.name().name();
            if (!point.isRemoved() && !theirs.contains(name)) {
                running.onlyHere++;
                running.found(name);
                repairByOwn(running, point);
            }
        }
        if (!wanted.isEmpty()) {
            running.repaired += wanted.size();
            send(Part.WANT, wanted);
        }
    }

    private void repairByOwn(Comparison running, HubPoint point) {
        if (session.queue.offerChange(point)) {
            running.repaired++;
        }
    }

    // ---- What the peer says ----

    Outcome received(MirrorDigest message) {
        if (message.words().isEmpty() && message.part() != Part.END) {
            return Outcome.refused(StatusCode.SYNTAX, "Argument 3 is missing");
        }
        return switch (message.part()) {
            case BEGIN -> begin(message.words());
            case ASK -> answer(message.words());
            case WANT -> offer(message.words());
            case END -> {
                tree = null;
                yield Outcome.ANSWERED;
            }
            case NODE, LEAF -> compare(message);
        };
    }

    private Outcome compare(MirrorDigest message) {
        Comparison running = comparison;
        DigestTree own = tree;
        if (running == null || own == null) {
            return Outcome.refused(StatusCode.SYNTAX, "Nothing was asked");
        }
        running.deadline = session.now + ANSWER_NANOS;
        List<String> words = message.words();
        if (message.part() == Part.LEAF) {
            compareLeaf(running, own, words.get(0), words.subList(1, words.size()));
            running.asked--;
        } else if (words.size() == 2) {
            if (own.sum("") != Long.parseUnsignedLong(words.get(1), 16)) {
                askFor(running, own, "");
            }
        } else if (words.size() == BRANCHES + 1 && own.isPath(words.get(0)) && !own.isLeaf(words.get(0))) {
            compareNode(running, own, words.get(0), words.subList(1, words.size()));
            running.asked--;
        } else {
            return Outcome.refused(StatusCode.SYNTAX, "Not a node");
        }
        askOn(running, own);
        return Outcome.ANSWERED;
    }

    // ---- The side that answers ----

    private Outcome begin(List<String> words) {
        session.rights.require(Right.READ, session.linkLocalDomain());
        int depth = Integer.parseInt(words.get(0));
        if (depth < 0 || depth > DigestTree.MAX_DEPTH) {
            return Outcome.refused(StatusCode.SYNTAX, "Depth must be 0 to " + DigestTree.MAX_DEPTH);
        }
        if (comparison != null || !budget.take(session.now)) {
            return Outcome.refused(StatusCode.FULL, "More than " + TREES_PER_MINUTE + " comparisons in a minute");
        }
        DigestTree built = DigestTree.of(depth, points());
        tree = built;
        send(Part.NODE, List.of("", Long.toHexString(built.sum(""))));
        return Outcome.ANSWERED;
    }

    private Outcome answer(List<String> paths) {
        DigestTree built = tree;
        if (built == null || paths.size() > PATHS_PER_MESSAGE || !paths.stream().allMatch(built::isPath)) {
            return Outcome.refused(StatusCode.SYNTAX, "Not a question about the tree");
        }
        for (String path : paths) {
            if (built.isLeaf(path)) {
                if (built.pointsAt(path).size() > MAX_LEAF_POINTS) {
                    return Outcome.refused(StatusCode.TOO_LARGE, "More than " + MAX_LEAF_POINTS + " points in a leaf");
                }
                sendLeaf(built, path);
            } else {
                List<String> words = new ArrayList<>();
                words.add(path);
                for (int branch = 0; branch < BRANCHES; branch++) {
                    words.add(Long.toHexString(built.sum(DigestTree.child(path, branch))));
                }
                send(Part.NODE, words);
            }
        }
        return Outcome.ANSWERED;
    }

    private void sendLeaf(DigestTree built, String path) {
        List<String> words = new ArrayList<>();
        words.add(path);
        for (HubPoint point : built.pointsAt(path)) {
            PointState state = point.read(scratch);
            if (DigestTree.counts(point, state)) {
                String name = point.name().name();
                words.add(name);
                words.add(Long.toHexString(DigestTree.digest(name, state)));
                words.add(Long.toString(state.seconds()));
                words.add(Integer.toString(state.nanoseconds()));
            }
        }
        send(Part.LEAF, words);
    }

    /** Sends a point as a change, or as the answer to a question to who is not registered for it. */
    private void offer(HubPoint point) {
        if (!session.queue.offerChange(point) && point.attributes().readable()) {
            session.outgoing.sendAnswer(point, point.read(scratch));
        }
    }

    private Outcome offer(List<String> names) {
        session.rights.require(Right.READ, session.linkLocalDomain());
        for (String name : names) {
            session.hub.find(PointName.of(session.linkLocalDomain(), name)).ifPresent(this::offer);
        }
        return Outcome.ANSWERED;
    }
}
