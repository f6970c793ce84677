package io.mirror.core.link;

import io.mirror.core.command.StatusCode;

/** What became of a command: a success, a refusal, or an answer that was sent in place of a success. */
record Outcome(StatusCode code, String text) {
    static final Outcome DONE = new Outcome(StatusCode.OK, "");
    static final Outcome ANSWERED = new Outcome(StatusCode.REPLIED, "");

    static Outcome refused(StatusCode code) {
        return new Outcome(code, code.text());
    }

    static Outcome refused(StatusCode code, String text) {
        return new Outcome(code, text);
    }
}
