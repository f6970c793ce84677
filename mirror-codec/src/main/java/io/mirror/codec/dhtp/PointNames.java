package io.mirror.codec.dhtp;

import io.mirror.core.command.PointMessage;
import io.mirror.core.point.PointName;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;

/** Turns received name bytes into a checked name and, if there is room, into the number that stands for it. */
final class PointNames {

    private final NameTable table;
    private boolean interning = true;
    private long notInterned;
    private int id = PointMessage.NOT_INTERNED;
    private String name = "";

    PointNames(DhtpLimits limits, SecureRandom random) {
        table = new NameTable(limits.maxNames(), limits.maxNameBytes(), random.nextLong(), random.nextLong());
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

    /** The last accepted name. */
    String name() {
        return name;
    }

    /** Makes a name that was accepted before the current one again. */
    void recall(int knownId) {
        id = knownId;
        name = table.name(knownId);
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
        name = new String(text, from, to - from, StandardCharsets.UTF_8);
        id = interning ? table.add(text, from, to, name) : NameTable.ABSENT;
        if (id == NameTable.ABSENT) {
            id = PointMessage.NOT_INTERNED;
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

    /** Checks the rules of DHTP section 4.1 for a name with a domain. */
    static boolean isQualified(String name) {
        return name.indexOf(':') > 0;
    }
}
