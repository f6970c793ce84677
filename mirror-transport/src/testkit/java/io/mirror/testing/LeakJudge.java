package io.mirror.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.ResourceLeakDetector;

/** Marks the test class of a module that runs last and fails if a test before it leaked a buffer. */
public interface LeakJudge {

    /** Fails if a buffer was leaked since the tests began. */
    static void judge() {
        assertThat(ResourceLeakDetector.getLevel()).isEqualTo(ResourceLeakDetector.Level.PARANOID);
        assertThat(LeakWatch.leaks()).isEmpty();
    }
}
