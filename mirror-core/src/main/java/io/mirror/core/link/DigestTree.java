package io.mirror.core.link;

import io.mirror.core.hub.HubPoint;
import io.mirror.core.point.PointState;
import io.mirror.core.point.Quality;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Digests of the points of a domain, summed up in a tree of sixteen branches at each node. Where a point belongs is
 * decided by the hash of its name alone, so two hubs with the same points have the same tree, whatever the order.
 */
final class DigestTree {
    /** Levels below the root at most: a million leaves. */
    static final int MAX_DEPTH = 5;

    private static final int BITS = 4;
    private static final int BRANCHES = 1 << BITS;
    private static final int POINTS_PER_LEAF = 16;
    private static final long MIX = 0x9E37_79B9_7F4A_7C15L;

    private final int depth;
    private final long[] leaves;
    /** All points, those of a leaf together. */
    private final HubPoint[] points;
    /** Where the points of each leaf begin, and after the last leaf where they end. */
    private final int[] starts;

    private DigestTree(int depth, List<HubPoint> points) {
        this.depth = depth;
        leaves = new long[1 << (BITS * depth)];
        this.points = new HubPoint[points.size()];
        starts = new int[leaves.length + 1];
        PointState state = new PointState();
        for (HubPoint point : points) {
            String name = point.name().name();
            int leaf = leafOf(nameHash(name));
            leaves[leaf] += digest(name, point.read(state));
            starts[leaf + 1]++;
        }
        for (int leaf = 0; leaf < leaves.length; leaf++) {
            starts[leaf + 1] += starts[leaf];
        }
        int[] next = starts.clone();
        for (HubPoint point : points) {
            this.points[next[leafOf(nameHash(point.name().name()))]++] = point;
        }
    }

    /** Builds the tree of those points that have a part in the comparison, as deep as is good for their number. */
    static DigestTree of(Iterable<HubPoint> points) {
        List<HubPoint> counting = counting(points);
        return new DigestTree(depthFor(counting.size()), counting);
    }

    /** Builds the tree of a given depth. */
    static DigestTree of(int depth, Iterable<HubPoint> points) {
        return new DigestTree(depth, counting(points));
    }

    private static List<HubPoint> counting(Iterable<HubPoint> points) {
        List<HubPoint> counting = new ArrayList<>();
        PointState state = new PointState();
        for (HubPoint point : points) {
            if (counts(point, point.read(state))) {
                counting.add(point);
            }
        }
        return counting;
    }

    int depth() {
        return depth;
    }

    /** Returns the points of a leaf as they were when the tree was built. */
    List<HubPoint> pointsAt(String leaf) {
        int index = leaf.isEmpty() ? 0 : Integer.parseInt(leaf, BRANCHES);
        return Arrays.asList(points).subList(starts[index], starts[index + 1]);
    }

    /** Returns how deep a tree for so many points should be. */
    static int depthFor(long points) {
        int depth = 0;
        while (depth < MAX_DEPTH && (points >> (BITS * depth)) > POINTS_PER_LEAF) {
            depth++;
        }
        return depth;
    }

    long size() {
        return points.length;
    }

    /** Returns the sum of all digests below a node, given by the hexadecimal digits on the way to it. */
    long sum(String path) {
        int shift = BITS * (depth - path.length());
        int first = path.isEmpty() ? 0 : Integer.parseInt(path, BRANCHES) << shift;
        long sum = 0;
        for (int leaf = first; leaf < first + (1 << shift); leaf++) {
            sum += leaves[leaf];
        }
        return sum;
    }

    boolean isLeaf(String path) {
        return path.length() == depth;
    }

    /** Tells whether the text is a way to a node of this tree. */
    boolean isPath(String path) {
        return path.length() <= depth && path.chars().allMatch(c -> Character.digit(c, BRANCHES) >= 0);
    }

    static String child(String path, int branch) {
        return path + Character.forDigit(branch, BRANCHES);
    }

    private int leafOf(long nameHash) {
        return depth == 0 ? 0 : (int) (nameHash >>> (Long.SIZE - BITS * depth));
    }

    /** Returns the digest of a point: of its name, value, quality and time. */
    static long digest(String name, PointState state) {
        long hash = mix(nameHash(name), state.type().code());
        hash = mix(
                hash,
                switch (state.type()) {
                    case STRING -> nameHash(state.string());
                    case REAL -> Double.doubleToRawLongBits(state.real());
                    case INTEGER -> state.integer();
                    case VOID -> 0;
                });
        hash = mix(hash, state.quality());
        hash = mix(hash, state.seconds());
        return mix(hash, state.nanoseconds());
    }

    private static long nameHash(String text) {
        long hash = MIX;
        for (int i = 0; i < text.length(); i++) {
            hash = mix(hash, text.charAt(i));
        }
        return hash;
    }

    private static long mix(long hash, long more) {
        long mixed = (hash ^ more) * MIX;
        return mixed ^ (mixed >>> 32);
    }

    /** Tells whether a point has a part in the comparison: what was never written or is marked as lost has none. */
    static boolean counts(HubPoint point, PointState state) {
        return point.isWritten()
                && point.attributes().readable()
                && !state.isDeleted()
                && state.quality() != Quality.NOT_CONNECTED.code();
    }
}
