package io.mirror.testing;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.ClassOrdererContext;

/**
 * Records every leak that Netty reports while the tests of this module run, and puts the class that judges the record
 * last. Being the class orderer (see {@code junit-platform.properties}) it is there before the first buffer.
 */
@SuppressWarnings("exports")
public final class LeakWatch implements ClassOrderer {

    private static final List<String> REPORTS = new CopyOnWriteArrayList<>();

    static {
        ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(new RecordingFactory());
    }

    /** Created by the test engine. */
    public LeakWatch() {}

    @Override
    public void orderClasses(ClassOrdererContext context) {
        context.getClassDescriptors()
                .sort(Comparator.comparing(descriptor -> LeakJudge.class.isAssignableFrom(descriptor.getTestClass())));
    }

    /** Returns what was leaked so far, after everything that is unreachable now has been looked at. */
    static List<String> leaks() {
        String sentinel = "sentinel-" + UUID.randomUUID();
        leak(sentinel);
        Awaitility.await("report of a buffer that was leaked on purpose")
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> {
                    System.gc();
                    Unpooled.directBuffer(1).release();
                    return REPORTS.removeIf(report -> report.contains(sentinel));
                });
        return List.copyOf(REPORTS);
    }

    private static void leak(String hint) {
        ByteBuf lost = Unpooled.directBuffer(1);
        lost.touch(hint);
    }

    private static final class RecordingFactory extends ResourceLeakDetectorFactory {

        @Override
        @Deprecated
        public <T> ResourceLeakDetector<T> newResourceLeakDetector(
                Class<T> resource, int samplingInterval, long maxActive) {
            return new Recording<>(resource, samplingInterval);
        }

        @Override
        public <T> ResourceLeakDetector<T> newResourceLeakDetector(Class<T> resource, int samplingInterval) {
            return new Recording<>(resource, samplingInterval);
        }
    }

    private static final class Recording<T> extends ResourceLeakDetector<T> {

        Recording(Class<?> resource, int samplingInterval) {
            super(resource, samplingInterval);
        }

        @Override
        protected boolean needReport() {
            return true;
        }

        @Override
        protected void reportTracedLeak(String resourceType, String records) {
            REPORTS.add("LEAK: " + resourceType + records);
        }

        @Override
        protected void reportUntracedLeak(String resourceType) {
            REPORTS.add("LEAK: " + resourceType + " (run with -Dio.netty.leakDetection.level=paranoid)");
        }
    }
}
