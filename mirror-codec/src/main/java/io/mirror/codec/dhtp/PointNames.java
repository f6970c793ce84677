package io.mirror.codec.dhtp;

import io.mirror.core.command.PointMessage;
import io.mirror.core.point.PointName;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.function.IntFunction;

/** Turns received name bytes into a checked name and, if there is room, into the number that stands for it. */
final class PointNames {

    private final NameTable table;
    private boolean interning = true;
    private long notInterned;
    private int id = PointMessage.NOT_INTERNED;
    /** The last accepted name if the table has no room for it. */
    private String notInternedName = "";
    // Kept because each use of a method reference would make a new object.
    private final IntFunction<String> givesNames;

    PointNames(DhtpLimits limits, SecureRandom random) {
        table = new NameTable(limits.maxNames(), limits.maxNameBytes(), random.nextLong(), random.nextLong());
        givesNames = table::name;
    }

    void interning(boolean on) {
        interning = on;
    }

    /** How often a name had to be made anew because the table is full or switched off. */
    long notInterned() {
        return notInterned;
    }

    /** The number of the last accepted name, or {@link PointMessage#NOT_INTERNED}. */
    int id() {
        return id;
    }

    /** Gives a message its kind and the last accepted name. */
    void describe(PointMessage message, PointMessage.Kind kind) {
        if (id == PointMessage.NOT_INTERNED) {
            message.header(kind, notInternedName, id);
        } else {
            message.header(kind, givesNames, id);
        }
    }

    /** Makes a name that was accepted before the current one again. */
    void recall(int knownId) {
        id = knownId;
    }

    /** Gives a message its kind, and the names for the numbers that it will get. */
    void prepare(PointMessage message, PointMessage.Kind kind) {
        message.header(kind, givesNames, PointMessage.NOT_INTERNED);
    }

    /** Tells whether there is a name that probably comes next. */
    boolean expectsOne() {
        return table.expectsOne();
    }

    /**
     * Looks whether the name stands at an index that probably comes next.
     *
     * @return index behind the name, which {@link #acceptExpected} accepts; {@link NameTable#ABSENT} if it does not stand there
     */
    int expected(byte[] text, int from, int to) {
        return table.expected(text, from, to);
    }

    /** Accepts the name that {@link #expected} found, and returns its number. */
    int acceptExpected() {
        id = table.metExpected();
        return id;
    }

    /** Makes the name that stands between an index and a quote the expected one; false if it is, or cannot be. */
    boolean expect(byte[] text, int from, int to) {
        return table.expect(text, from, to);
    }

    /** Looks a name up or takes it in; false if it cannot be the name of a point. */
    boolean accept(byte[] text, int from, int to) {
        int known = table.find(text, from, to);
        if (known != NameTable.ABSENT) {
            recall(known);
            return true;
        }
        if (!isName(text, from, to)) {
            return false;
        }
        id = interning ? table.add(text, from, to) : NameTable.ABSENT;
        if (id == NameTable.ABSENT) {
            id = PointMessage.NOT_INTERNED;
            notInternedName = new String(text, from, to - from, StandardCharsets.UTF_8);
            notInterned++;
        }
        return true;
    }

    /** Checks the rules of DHTP section 4.1 for {@code domain:name} or {@code name}. */
    static boolean isName(byte[] text, int from, int to) {
        int length = to - from;
        if (length == 0 || length > PointName.MAX_NAME_BYTES) {
            return false;
        }
        int colon = from;
        while (colon < to && text[colon] != ':') {
            colon++;
        }
        if (colon < to && (colon == from || colon == to - 1 || colon - from > PointName.MAX_DOMAIN_BYTES)) {
            return false;
        }
        return Utf8.isWellFormed(text, from, to);
    }

    /** Tells whether an acceptable name has a domain. */
    static boolean hasDomain(byte[] text, int from, int to) {
        for (int pos = from; pos < to; pos++) {
            if (text[pos] == ':') {
                return true;
            }
        }
        return false;
    }
}
