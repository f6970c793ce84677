package io.mirror.replica.scsp;

/**
 * How an attempt to move an object ended.
 *
 * @param code of the result (SCSP section 7.4)
 * @param answerLost whether the destination may have carried it out all the same
 * @param conflict whether a repetition after a lost answer has found something else there (SCSP section 9.1)
 * @param retryAfterMillis how long the destination asks to wait
 */
record Moved(int code, boolean answerLost, boolean conflict, long retryAfterMillis) {
    static Moved with(int code) {
        return new Moved(code, false, false, 0);
    }

    static Moved answered(ScspAnswer answer) {
        return new Moved(answer.status(), false, false, answer.retryAfterMillis());
    }

    Moved withoutAnswer() {
        return new Moved(code, true, conflict, retryAfterMillis);
    }

    boolean isDone() {
        return code == 200 || code == 201 || code == 409;
    }
}
