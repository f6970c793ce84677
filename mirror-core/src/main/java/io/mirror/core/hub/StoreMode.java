package io.mirror.core.hub;

/** How a new state is compared with the present one, and stamped. */
public enum StoreMode {
    /** A state equal in everything changes nothing; one that is new only in time is insignificant. */
    NORMAL,
    /** The change is reported even if nothing changed (DHTP section 4.5). */
    FORCED,
    /** The change gets the hub's time, and a state that differs only in time changes nothing (DHTP section 9.6). */
    RESTAMPED,
    /** As {@link #NORMAL}, but not echoed: whoever makes the change has confirmed only what it said before. */
    CONFIRMED
}
