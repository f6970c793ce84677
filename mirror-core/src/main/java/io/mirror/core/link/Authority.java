package io.mirror.core.link;

/** Which side of a link is the authority for its data (DHTP section 10). */
public enum Authority {
    /** Neither: a lost connection changes no quality. */
    NONE,
    /** The master: on loss the slave's points become Not Connected. */
    MASTER,
    /** The slave: on loss the points that it wrote become Not Connected in the master. */
    SLAVE
}
