package io.mirror.replica;

import io.mirror.testing.LeakJudge;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The judgement over the unit tests. */
@Tag("S-MEM-3")
class NoLeakTest implements LeakJudge {

    @Test
    void noBufferWasLeaked() {
        LeakJudge.judge();
    }
}
