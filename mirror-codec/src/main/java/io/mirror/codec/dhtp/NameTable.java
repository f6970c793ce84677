package io.mirror.codec.dhtp;

import io.mirror.core.point.PointName;
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
    /** The name that {@link #expected} found. */
    private int expectedId;

    /**
     * An empty slot is 0; another one has the number of its name, counted from 1, in the bits that an index of a slot needs,
     * and in the others those of the name's hash, so that nearly all other names are told apart here already.
     */
    private int[] slots = new int[2 * INITIAL_NAMES];

    private byte[] bytes = new byte[16 * INITIAL_NAMES];
    /** Where each name begins, and where the last one ends. */
    private int[] starts = new int[INITIAL_NAMES + 1];

    private int[] hashes = new int[INITIAL_NAMES];
    /** For each name the number, counted from 1, of the one that followed last time; 0 if none did or one that is not plain. */
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
        return new String(bytes, starts[id], length(id), StandardCharsets.UTF_8);
    }

    /** Counts the bytes of a name. */
    int length(int id) {
        return starts[id + 1] - starts[id];
    }

    /** Tells whether a name is expected: whether one followed the last one before that can stand between quotes as it is. */
    boolean expectsOne() {
        return followers[last] != 0;
    }

    /**
     * Looks whether the name stands at an index that is expected there: the one that followed last time. What stands behind it
     * is not looked at. It counts as met only when {@link #metExpected} is told.
     *
     * @return index behind the name, {@link #ABSENT} if it does not stand there
     */
    int expected(byte[] text, int from, int to) {
        int guess = followers[last] - 1;
        if (guess == ABSENT) {
            return ABSENT;
        }
        int start = starts[guess];
        int length = starts[guess + 1] - start;
        int end = from + length;
        if (end >= to || !isSame(start, text, from, length)) {
            return ABSENT;
        }
        expectedId = guess;
        return end;
    }

    /** Remembers that the name was met that {@link #expected} found; returns its number. */
    int metExpected() {
        last = expectedId;
        return expectedId;
    }

    /**
     * Makes the name that stands at an index and is followed by a quote the expected one.
     *
     * @return false if it was expected already, is not in the table, cannot stand between quotes as it is, or comes after one
     *     that nothing has followed yet
     */
    boolean expect(byte[] text, int from, int to) {
        if (!expectsOne()) {
            // Probably a new name, which would be looked for in vain.
            return false;
        }
        int id = findQuoted(text, from, to);
        if (id == ABSENT || id == followers[last] - 1) {
            return false;
        }
        followers[last] = id + 1;
        return true;
    }

    private int findQuoted(byte[] text, int from, int to) {
        int limit = from + Math.min(to - from, PointName.MAX_NAME_BYTES + 1);
        int end = from;
        while (end < limit && text[end] != '"') {
            end++;
        }
        int id = end == limit ? ABSENT : lookUp(text, from, end);
        return id != ABSENT && plain[id] ? id : ABSENT;
    }

    /** Remembers that a name was met. */
    void met(int id) {
        if (followers[last] != id + 1) {
            followers[last] = plain[id] ? id + 1 : 0;
        }
        last = id;
    }

    /** Returns the number of a name, or {@link #ABSENT}. */
    int find(byte[] text, int from, int to) {
        int guess = followers[last] - 1;
        int id = guess != ABSENT && isAt(guess, text, from, to) ? guess : lookUp(text, from, to);
        if (id != ABSENT) {
            met(id);
        }
        return id;
    }

    private int lookUp(byte[] text, int from, int to) {
        int hash = hash(text, from, to);
        int mask = slots.length - 1;
        int slot;
        for (int at = hash & mask; (slot = slots[at]) != 0; at = (at + 1) & mask) {
            int id = (slot & mask) - 1;
            if (((slot ^ hash) & ~mask) == 0 && isAt(id, text, from, to)) {
                return id;
            }
        }
        return ABSENT;
    }

    /** Adds a name that is not in the table; returns its number, or {@link #ABSENT} if there is no room. */
    int add(byte[] text, int from, int to) {
        int length = to - from;
        int used = starts[count];
        if (count >= maxNames || length > maxBytes - used) {
            return ABSENT;
        }
        if (count == hashes.length) {
            grow();
        }
        if (used + length > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(used + length, (int) Math.min(2L * bytes.length, maxBytes)));
        }
        System.arraycopy(text, from, bytes, used, length);
        int id = count++;
        starts[count] = used + length;
        plain[id] = isPlain(text, from, to);
        hashes[id] = hash(text, from, to);
        enter(id);
        met(id);
        return id;
    }

    private boolean isAt(int id, byte[] text, int from, int to) {
        return length(id) == to - from && isSame(starts[id], text, from, to - from);
    }

    /** Compares in words, of which the last ones share bytes with those before: most names have 16 to 32 bytes. */
    private boolean isSame(int start, byte[] text, int from, int length) {
        int last = length - Long.BYTES;
        if (last < Long.BYTES) {
            return Arrays.equals(bytes, start, start + length, text, from, from + length);
        }
        byte[] known = bytes;
        long difference = difference(known, start, text, from)
                | difference(known, start + Long.BYTES, text, from + Long.BYTES)
                | difference(known, start + last - Long.BYTES, text, from + last - Long.BYTES)
                | difference(known, start + last, text, from + last);
        for (int i = 2 * Long.BYTES; i < last - Long.BYTES; i += Long.BYTES) {
            difference |= difference(known, start + i, text, from + i);
        }
        return difference == 0;
    }

    private static long difference(byte[] one, int at, byte[] other, int otherAt) {
        return (long) LONGS.get(one, at) ^ (long) LONGS.get(other, otherAt);
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
        int capacity = hashes.length * 2;
        starts = Arrays.copyOf(starts, capacity + 1);
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
