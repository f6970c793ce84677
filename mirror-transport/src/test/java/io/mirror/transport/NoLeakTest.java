package io.mirror.transport;

/** The judgement over the unit tests. */
class NoLeakTest extends LeakJudge {}
