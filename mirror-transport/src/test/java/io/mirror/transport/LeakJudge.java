package io.mirror.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.ResourceLeakDetector;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Runs last and fails if a test before it leaked a buffer. */
@Tag("S-MEM-3")
abstract class LeakJudge {

    @Test
    void noBufferWasLeaked() {
        assertThat(ResourceLeakDetector.getLevel()).isEqualTo(ResourceLeakDetector.Level.PARANOID);
        assertThat(LeakWatch.leaks()).isEmpty();
    }
}
