package io.mirror.sockmux.session;

/** How much misbehaviour of the peer a tunnel bears (SockMux section 16). */
final class PeerConduct {
    private static final int MINUTE = 60;

    private final MuxSession session;
    private final MuxLimits limits;
    private final RateLimit echoes;
    private final RateLimit ignored;
    private int violators;

    PeerConduct(MuxSession session, MuxLimits limits) {
        this.session = session;
        this.limits = limits;
        echoes = new RateLimit(limits.echoesPerSecond(), limits.echoesPerSecond());
        ignored = new RateLimit((double) limits.ignoredPerMinute() / MINUTE, limits.ignoredPerMinute());
    }

    /** Whether an echo that the peer asks for now is within its rate. */
    boolean mayAskForEcho() {
        return echoes.take(session.now());
    }

    /** A frame meant nothing: counted, and too many of them end the tunnel. */
    void ignored() {
        session.tally().ignored++;
        if (!ignored.take(session.now())) {
            session.end("more than " + limits.ignoredPerMinute() + " frames a minute that mean nothing");
        }
    }

    /** A channel was closed because the peer broke the rules on it; too many of them end the tunnel. */
    void violated(String what) {
        session.tally().violations++;
        violators++;
        if (violators >= limits.maxViolations()) {
            session.end("the peer broke the rules on " + violators + " channels, the last time: " + what);
        }
    }
}
