package io.mirror.core.link;

import io.mirror.core.command.StatusCode;

/** Ends the execution of a message that is refused. Costs no more than a return: a hostile peer provokes it at will. */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Outcome outcome;

    Refusal(Outcome outcome) {
        super(outcome.text(), null, false, false);
        this.outcome = outcome;
    }

    Refusal(StatusCode code) {
        this(Outcome.refused(code));
    }

    /** Returns what to answer. */
    Outcome outcome() {
        return outcome;
    }
}
