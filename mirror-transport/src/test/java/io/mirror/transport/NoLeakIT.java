package io.mirror.transport;

import io.mirror.testing.LeakJudge;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The judgement over the integration tests. */
@Tag("S-MEM-3")
class NoLeakIT implements LeakJudge {

    @Test
    void noBufferWasLeaked() {
        LeakJudge.judge();
    }
}
