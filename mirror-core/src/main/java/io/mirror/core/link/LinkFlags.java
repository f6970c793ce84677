package io.mirror.core.link;

import java.util.ArrayList;
import java.util.List;

/**
 * The flag word of {@code mirror_master_2} (DHTP section 12.1). Bits without a name are kept.
 *
 * @param bits the flag word
 */
public record LinkFlags(int bits) {
    private static final LinkFlag[] ALL = LinkFlag.values();

    /**
     * Makes a flag word.
     *
     * @param flags the flags to set
     * @return the flag word
     */
    public static LinkFlags of(LinkFlag... flags) {
        int bits = 0;
        for (LinkFlag flag : flags) {
            bits |= flag.bit();
        }
        return new LinkFlags(bits);
    }

    /**
     * Tells whether a flag is set.
     *
     * @param flag the flag
     * @return true if set
     */
    public boolean has(LinkFlag flag) {
        return (bits & flag.bit()) != 0;
    }

    /**
     * Sets flags.
     *
     * @param flags the flags
     * @return a flag word with these flags set
     */
    public LinkFlags with(LinkFlag... flags) {
        return new LinkFlags(bits | of(flags).bits);
    }

    /**
     * Clears flags.
     *
     * @param flags the flags
     * @return a flag word with these flags cleared
     */
    public LinkFlags without(LinkFlag... flags) {
        return new LinkFlags(bits & ~of(flags).bits);
    }

    /**
     * Returns the bits that have no name.
     *
     * @return the unknown bits, 0 if there are none
     */
    public int unknownBits() {
        int unknown = bits;
        for (LinkFlag flag : ALL) {
            unknown &= ~flag.bit();
        }
        return unknown;
    }

    /**
     * Returns whose data wins when the link comes up. With several SYNC flags the precedence is time, receive, send;
     * without any the master's data wins.
     *
     * @return the kind
     */
    public SyncKind sync() {
        if (has(LinkFlag.SYNC_TIME)) {
            return SyncKind.TIME;
        }
        return has(LinkFlag.SYNC_SEND) && !has(LinkFlag.SYNC_RECV) ? SyncKind.SEND : SyncKind.RECEIVE;
    }

    /**
     * Returns which side is the authority; AUTHORITATIVE wins over NON_AUTHORITATIVE.
     *
     * @return the authority
     */
    public Authority authority() {
        if (has(LinkFlag.AUTHORITATIVE)) {
            return Authority.MASTER;
        }
        return has(LinkFlag.NON_AUTHORITATIVE) ? Authority.SLAVE : Authority.NONE;
    }

    /**
     * Shows the word as it is usually written and the names of the flags.
     *
     * @return for example {@code 0x12100000 (READABLE, SYNC_RECV, AUTHORITATIVE)}
     */
    @Override
    public String toString() {
        List<String> names = new ArrayList<>();
        for (LinkFlag flag : ALL) {
            if (has(flag)) {
                names.add(flag.name());
            }
        }
        int unknown = unknownBits();
        if (unknown != 0) {
            names.add("0x" + Integer.toHexString(unknown));
        }
        return "0x" + Integer.toHexString(bits) + " (" + String.join(", ", names) + ")";
    }
}
