package io.mirror.testkit;

/** A direction of a link. */
public enum Direction {
    /** From the slave to the master. */
    TO_MASTER,
    /** From the master to the slave. */
    TO_SLAVE
}
