package io.mirror.replica.internal.file;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Files in memory that lose at a crash what was not forced: each page of 512 bytes that was written since is the old,
 * the new, or a torn one, and each name that was changed since is the old or the new one.
 */
public final class FaultyStore implements FileStore {
    private static final int PAGE = 512;

    /** Thrown at the call that was chosen, and by every call behind it. */
    public static final class Crash extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private static final class Node {
        byte[] now = new byte[0];
        byte[] durable = new byte[0];
        long modified;
        long durablyModified;

        void changed(FaultyStore store) {
            modified = ++store.time;
        }

        void forced() {
            durable = now.clone();
            durablyModified = modified;
        }
    }

    private final Map<Path, Node> names = new TreeMap<>();
    private final Map<Path, Node> durableNames = new TreeMap<>();
    private long time;
    private int calls;
    private int crashAt = -1;
    private int fullAt = -1;
    private long space = Long.MAX_VALUE / 2;
    private Runnable whenUnlocked = () -> {};

    /** Counts the calls that change something. */
    public int calls() {
        return calls;
    }

    public void crashAt(int call) {
        calls = 0;
        crashAt = call;
    }

    /** Makes one call fail as on a full disk. */
    public void fullAt(int call) {
        calls = 0;
        fullAt = call;
    }

    /** Turns one bit of a file around. */
    public void flip(Path file, int at, int bit) throws IOException {
        node(file).now[at] ^= (byte) (1 << bit);
    }

    /** What others do as soon as a lock is given back, once. */
    public void whenUnlocked(Runnable others) {
        whenUnlocked = others;
    }

    public void space(long bytes) {
        space = bytes;
    }

    /** What is there after the power failed: kept says for the n-th thing that was not forced whether it survives. */
    public FaultyStore afterCrash(int variant) {
        FaultyStore next = new FaultyStore();
        next.time = time;
        Map<Node, Node> copies = new LinkedHashMap<>();
        int choice = 0;
        Map<Path, Node> all = new TreeMap<>(durableNames);
        for (Map.Entry<Path, Node> entry : names.entrySet()) {
            boolean renamed = durableNames.get(entry.getKey()) != entry.getValue();
            if (!renamed || survives(variant, choice++)) {
                all.put(entry.getKey(), entry.getValue());
            }
        }
        for (Path gone : durableNames.keySet()) {
            if (!names.containsKey(gone) && survives(variant, choice++)) {
                all.remove(gone);
            }
        }
        for (Map.Entry<Path, Node> entry : all.entrySet()) {
            Node old = entry.getValue();
            Node copy = copies.get(old);
            if (copy == null) {
                copy = new Node();
                copy.now = content(old, variant, choice++);
                copy.modified = Arrays.equals(copy.now, old.durable) ? old.durablyModified : old.modified;
                copy.forced();
                copies.put(old, copy);
            }
            next.names.put(entry.getKey(), copy);
            next.durableNames.put(entry.getKey(), copy);
        }
        return next;
    }

    private static boolean survives(int variant, int choice) {
        return switch (variant) {
            case 0 -> false;
            case 1 -> true;
            default -> (variant * 31 + choice * 17) % 3 != 0;
        };
    }

    private static byte[] content(Node node, int variant, int seed) {
        if (variant == 1) {
            return node.now.clone();
        }
        if (variant == 0 || Arrays.equals(node.now, node.durable)) {
            return node.durable.clone();
        }
        boolean longer = survives(variant, seed);
        byte[] mixed = Arrays.copyOf(node.durable, longer ? node.now.length : node.durable.length);
        for (int from = 0; from < mixed.length; from += PAGE) {
            int kind = (variant + seed + from / PAGE) % 3;
            int until = Math.min(mixed.length, Math.min(node.now.length, from + (kind == 2 ? PAGE / 2 : PAGE)));
            if (kind != 0 && until > from) {
                System.arraycopy(node.now, from, mixed, from, until - from);
            }
        }
        return mixed;
    }

    private void change() throws IOException {
        int call = calls++;
        if (crashAt >= 0 && call >= crashAt) {
            throw new Crash();
        }
        if (call == fullAt) {
            throw new IOException("No space left on device");
        }
    }

    private Node node(Path file) throws IOException {
        Node node = names.get(file);
        if (node == null) {
            throw new FileNotFoundException(file.toString());
        }
        return node;
    }

    public byte[] content(Path file) throws IOException {
        return node(file).now.clone();
    }

    public void append(Path file, byte[] data) {
        Node node = names.computeIfAbsent(file, path -> new Node());
        byte[] grown = Arrays.copyOf(node.now, node.now.length + data.length);
        System.arraycopy(data, 0, grown, node.now.length, data.length);
        node.now = grown;
        node.changed(this);
        node.forced();
        durableNames.put(file, node);
    }

    /** Appends as a writer does that does not force: a crash may undo it. */
    public void appendUnforced(Path file, byte[] data) throws IOException {
        Node node = node(file);
        byte[] durable = node.durable;
        long durablyModified = node.durablyModified;
        append(file, data);
        node.durable = durable;
        node.durablyModified = durablyModified;
    }

    /** Replaces the content; whoever has the file open sees it. */
    public void put(Path file, byte[] data) {
        Node node = names.computeIfAbsent(file, path -> new Node());
        node.now = data.clone();
        node.changed(this);
        node.forced();
        durableNames.put(file, node);
    }

    /** Makes a file look as if nobody had changed it for long. */
    public void age(Path file) throws IOException {
        node(file).modified = 0;
        node(file).forced();
    }

    /** Changes what stands in a file under whoever has it open. */
    public void overwrite(Path file, byte[] data) throws IOException {
        node(file).now = data.clone();
        node(file).changed(this);
        node(file).forced();
    }

    private final class OpenNode implements Handle {
        private final Node node;

        OpenNode(Node node) {
            this.node = node;
        }

        @Override
        public int read(ByteBuffer into, long position) {
            int available = (int) Math.max(0, node.now.length - position);
            if (available == 0) {
                return into.hasRemaining() ? -1 : 0;
            }
            int count = Math.min(available, into.remaining());
            into.put(node.now, (int) position, count);
            return count;
        }

        @Override
        public void write(ByteBuffer from, long position) throws IOException {
            int count = from.remaining();
            int half = count / 2;
            store(from, position, half);
            change();
            node.changed(FaultyStore.this);
            store(from, position + half, count - half);
        }

        private void store(ByteBuffer from, long position, int count) {
            if (position + count > node.now.length) {
                node.now = Arrays.copyOf(node.now, (int) position + count);
            }
            from.get(node.now, (int) position, count);
        }

        @Override
        public void force() throws IOException {
            change();
            node.forced();
        }

        @Override
        public void startWriteBack() {
            // What was not forced is the old or the new at a crash, whether the disk has begun or not.
        }

        @Override
        public void truncate(long size) throws IOException {
            change();
            if (size < node.now.length) {
                node.now = Arrays.copyOf(node.now, (int) size);
                node.changed(FaultyStore.this);
            }
        }

        @Override
        public long size() {
            return node.now.length;
        }

        @Override
        public void lock() {
            // There is one thread.
        }

        @Override
        public void unlock() {
            Runnable others = whenUnlocked;
            whenUnlocked = () -> {};
            others.run();
        }

        @Override
        public void close() {
            // Nothing is held.
        }
    }

    @Override
    public Handle open(Path file) throws IOException {
        if (!names.containsKey(file)) {
            change();
            names.put(file, new Node());
        }
        return new OpenNode(names.get(file));
    }

    @Override
    public Handle openShared(Path file) throws IOException {
        return new OpenNode(node(file));
    }

    @Override
    public Handle openExisting(Path file) throws IOException {
        return new OpenNode(node(file));
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        Node node = node(from);
        change();
        names.remove(from);
        names.put(to, node);
    }

    @Override
    public void link(Path existing, Path name) throws IOException {
        Node node = node(existing);
        change();
        names.put(name, node);
    }

    @Override
    public void delete(Path file) throws IOException {
        if (names.containsKey(file)) {
            change();
            names.remove(file);
        }
    }

    @Override
    public boolean exists(Path file) {
        return names.containsKey(file);
    }

    @Override
    public long lastModified(Path file) throws IOException {
        return node(file).modified;
    }

    @Override
    public List<String> list(Path directory) {
        List<String> list = new ArrayList<>();
        names.keySet().forEach(path -> {
            if (directory.equals(path.getParent())) {
                list.add(String.valueOf(path.getFileName()));
            }
        });
        return list;
    }

    @Override
    public void createDirectories(Path directory) {
        // Directories are parts of names here.
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        change();
        durableNames.keySet().removeIf(path -> directory.equals(path.getParent()) && !names.containsKey(path));
        names.forEach((path, node) -> {
            if (directory.equals(path.getParent())) {
                durableNames.put(path, node);
            }
        });
    }

    @Override
    public long usableSpace(Path directory) {
        return space;
    }

    @Override
    public long totalSpace(Path directory) {
        return space;
    }
}
