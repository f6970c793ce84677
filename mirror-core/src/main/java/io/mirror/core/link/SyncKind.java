package io.mirror.core.link;

/** Which side's data wins when a link comes up (DHTP section 9). */
public enum SyncKind {
    /** The slave's data wins. */
    SEND,
    /** The master's data wins. */
    RECEIVE,
    /** The newer data wins, point by point. */
    TIME
}
