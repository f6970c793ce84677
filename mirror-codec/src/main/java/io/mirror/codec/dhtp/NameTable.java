package io.mirror.codec.dhtp;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The point names of one connection as their UTF-8 bytes: a known name costs no {@link String} and gives a small number.
 *
 * <p>Numbers are dense and are never given to another name. Names stay until the connection ends; entries and bytes are
 * capped. The hash has a secret seed, so that a peer cannot choose names that collide. Names tend to come in the same
 * order again and again: the table remembers which one followed which and looks there first.
 */
final class NameTable {
    /** The number of a name that is not in the table. */
    static final int ABSENT = -1;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int INITIAL_NAMES = 16;

    private final int maxNames;
    private final int maxBytes;
    private final long seed;
    private final long factor;

    private int count;
    private int last;
    /**
     * An empty slot is 0; another one has the number of its name, counted from 1, in the bits that an index of a slot needs,
     * and in the others those of the name's hash, so that nearly all other names are told apart here already.
     */
    private int[] slots = new int[2 * INITIAL_NAMES];

    private byte[] bytes = new byte[16 * INITIAL_NAMES];
    private int[] ends = new int[INITIAL_NAMES];
    private int[] hashes = new int[INITIAL_NAMES];
    private int[] followers = new int[INITIAL_NAMES];
    /** Whether a name stands between the quotes of a line as it is. */
    private boolean[] plain = new boolean[INITIAL_NAMES];

    NameTable(int maxNames, int maxBytes, long seed, long factor) {
        this.maxNames = maxNames;
        this.maxBytes = maxBytes;
        this.seed = seed;
        this.factor = factor | 1;
    }

    int size() {
        return count;
    }

    /** Makes the name with a number; kept as text it would take several times the room of its bytes. */
    String name(int id) {
        int start = start(id);
        return new String(bytes, start, ends[id] - start, StandardCharsets.UTF_8);
    }

    /** Returns the number of the name that followed last time on the one that was met last, or {@link #ABSENT}. */
    int expected() {
        int guess = followers[last];
        return guess < count ? guess : ABSENT;
    }

    /**
     * Compares a name with what stands at an index and is followed by a quote.
     *
     * @return the index behind the quote, -1 if it is not the name or the name cannot stand between quotes as it is
     */
    int endOfQuoted(int id, byte[] text, int from, int to) {
        int start = start(id);
        int end = from + ends[id] - start;
        boolean same =
                end < to && text[end] == '"' && plain[id] && Arrays.equals(bytes, start, ends[id], text, from, end);
        return same ? end + 1 : -1;
    }

    /** Remembers that a name was met. */
    void met(int id) {
        last = id;
    }

    /** Returns the number of a name, or {@link #ABSENT}. */
    int find(byte[] text, int from, int to) {
        int guess = followers[last];
        if (guess < count && isAt(guess, text, from, to)) {
            last = guess;
            return guess;
        }
        int hash = hash(text, from, to);
        int mask = slots.length - 1;
        int slot;
        for (int at = hash & mask; (slot = slots[at]) != 0; at = (at + 1) & mask) {
            int id = (slot & mask) - 1;
            if (((slot ^ hash) & ~mask) == 0 && isAt(id, text, from, to)) {
                followers[last] = id;
                last = id;
                return id;
            }
        }
        return ABSENT;
    }

    /** Adds a name that is not in the table; returns its number, or {@link #ABSENT} if there is no room. */
    int add(byte[] text, int from, int to) {
        int length = to - from;
        int used = count == 0 ? 0 : ends[count - 1];
        if (count >= maxNames || length > maxBytes - used) {
            return ABSENT;
        }
        if (count == ends.length) {
            grow();
        }
        if (used + length > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(used + length, (int) Math.min(2L * bytes.length, maxBytes)));
        }
        System.arraycopy(text, from, bytes, used, length);
        int id = count++;
        ends[id] = used + length;
        plain[id] = isPlain(text, from, to);
        hashes[id] = hash(text, from, to);
        enter(id);
        followers[last] = id;
        last = id;
        return id;
    }

    private int start(int id) {
        return id == 0 ? 0 : ends[id - 1];
    }

    private boolean isAt(int id, byte[] text, int from, int to) {
        return Arrays.equals(bytes, start(id), ends[id], text, from, to);
    }

    private static boolean isPlain(byte[] text, int from, int to) {
        for (int pos = from; pos < to; pos++) {
            if (text[pos] == '"' || text[pos] == '\\' || text[pos] == Octets.LF) {
                return false;
            }
        }
        return true;
    }

    private void grow() {
        int capacity = ends.length * 2;
        ends = Arrays.copyOf(ends, capacity);
        hashes = Arrays.copyOf(hashes, capacity);
        followers = Arrays.copyOf(followers, capacity);
        plain = Arrays.copyOf(plain, capacity);
        slots = new int[2 * capacity];
        for (int id = 0; id < count; id++) {
            enter(id);
        }
    }

    private void enter(int id) {
        int hash = hashes[id];
        int mask = slots.length - 1;
        int at = hash & mask;
        while (slots[at] != 0) {
            at = (at + 1) & mask;
        }
        slots[at] = (hash & ~mask) | (id + 1);
    }

    private int hash(byte[] text, int from, int to) {
        long hash = seed + (to - from);
        int pos = from;
        for (; to - pos >= 8; pos += 8) {
            hash = mix(hash, (long) LONGS.get(text, pos));
        }
        long tail = 0;
        for (; pos < to; pos++) {
            tail = tail << 8 | (text[pos] & 0xFF);
        }
        hash = mix(hash, tail);
        return (int) (hash ^ hash >>> 32);
    }

    /** Both halves of a product of two secret-dependent numbers: differences in the input spread over all bits. */
    private long mix(long hash, long word) {
        long left = hash ^ word;
        long right = factor ^ Long.rotateLeft(word, 32);
        return left * right ^ Math.multiplyHigh(left, right) ^ hash;
    }
}
