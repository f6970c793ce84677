package io.mirror.sockmux;

/** What a listening end does when a peer comes while another one is there (SockMux section 12.2). */
public enum TunnelPolicy {
    /** All stay; clients go to them in turn, as with a DeleGate. */
    ROUND_ROBIN,
    /** The newest one stays, from the moment when its handshake is over. For trusted peers: whoever connects wins. */
    REPLACE,
    /** The oldest one stays. */
    REFUSE
}
