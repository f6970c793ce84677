package io.mirror.transport;

/** The judgement over the integration tests. */
class NoLeakIT extends LeakJudge {}
