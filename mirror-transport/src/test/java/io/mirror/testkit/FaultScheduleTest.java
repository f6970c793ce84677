package io.mirror.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When a fault proxy passes pieces on, on a clock of the test. */
class FaultScheduleTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long MILLI = 1_000_000L;

    private static FaultSchedule schedule(StreamFaults.Builder faults, long seed) {
        return new FaultSchedule(faults.build(), seed);
    }

    /** When pieces of 100 bytes are due that arrive at an interval, each counted from its arrival. */
    private static List<Long> waits(FaultSchedule schedule, long begin, long interval, int count) {
        List<Long> waits = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long arrived = begin + i * interval;
            waits.add(schedule.dueNanos(arrived, 100) - arrived);
        }
        return waits;
    }

    @Test
    void withoutDelaysWhatArrivesIsDueAtOnce() {
        assertThat(waits(schedule(StreamFaults.builder(), 1), 5, SECOND, 20)).containsOnly(0L);
    }

    @Test
    void aDelayIsTheSameForEveryPiece() {
        FaultSchedule schedule = schedule(StreamFaults.builder().delay(Duration.ofMillis(150)), 1);
        assertThat(waits(schedule, 5, MILLI, 20)).containsOnly(150 * MILLI);
    }

    @Test
    void jitterIsSpreadOverItsWholeRangeOnTopOfTheDelay() {
        FaultSchedule schedule =
                schedule(StreamFaults.builder().delay(Duration.ofMillis(10)).jitter(Duration.ofMillis(40)), 1);
        List<Long> waits = waits(schedule, 0, SECOND, 1000);
        assertThat(waits).allSatisfy(wait -> assertThat(wait).isBetween(10 * MILLI, 50 * MILLI));
        for (long quarter = 10; quarter < 50; quarter += 10) {
            long from = quarter * MILLI;
            assertThat(waits.stream().filter(wait -> wait >= from && wait < from + 10 * MILLI))
                    .as("waits of " + quarter + " ms and more")
                    .hasSizeBetween(200, 300);
        }
    }

    @Test
    void jitterFollowsFromTheSeed() {
        StreamFaults.Builder faults = StreamFaults.builder().jitter(Duration.ofMillis(40));
        List<Long> waits = waits(schedule(faults, 7), 0, SECOND, 50);
        assertThat(waits(schedule(faults, 7), 3 * SECOND, SECOND, 50)).isEqualTo(waits);
        assertThat(waits(schedule(faults, 8), 0, SECOND, 50)).isNotEqualTo(waits);
    }

    @Test
    void jitterLeavesTheOrderAsItIs() {
        FaultSchedule schedule = schedule(StreamFaults.builder().jitter(Duration.ofMillis(40)), 1);
        List<Long> due = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            due.add(schedule.dueNanos(i * MILLI, 100));
        }
        assertThat(due).isSorted();
    }

    @Test
    void aThrottledLineCarriesSoManyBytesInASecond() {
        FaultSchedule schedule = schedule(StreamFaults.builder().throttle(1000), 1);
        assertThat(schedule.dueNanos(0, 500)).isEqualTo(SECOND / 2);
        assertThat(schedule.dueNanos(0, 500)).isEqualTo(SECOND);
        assertThat(schedule.dueNanos(MILLI, 1)).isEqualTo(SECOND + MILLI);
        assertThat(schedule.dueNanos(10 * SECOND, 1000))
                .as("what was not used is not saved")
                .isEqualTo(11 * SECOND);
        long due = 0;
        for (int i = 0; i < 1000; i++) {
            due = schedule.dueNanos(20 * SECOND, 60);
        }
        assertThat(due).isEqualTo(80 * SECOND);
    }

    @Test
    void aThrottledLineIsNoFasterForItsJitter() {
        FaultSchedule schedule = schedule(StreamFaults.builder().throttle(1000).jitter(Duration.ofMillis(500)), 1);
        long last = 0;
        for (int i = 0; i < 200; i++) {
            long due = schedule.dueNanos(i * 100 * MILLI, 100);
            assertThat(due - last).isGreaterThanOrEqualTo(100 * MILLI);
            last = due;
        }
        assertThat(last).isLessThanOrEqualTo(TimeUnit.SECONDS.toNanos(20) + 500 * MILLI);
    }

    /** The clock of a machine may stand anywhere, just before it turns over too. */
    @ParameterizedTest
    @ValueSource(longs = {0, Long.MIN_VALUE, Long.MAX_VALUE - 100 * MILLI, -50 * MILLI})
    void theClockMayStandAnywhere(long begin) {
        FaultSchedule schedule = schedule(StreamFaults.builder().throttle(1000).delay(Duration.ofMillis(10)), 1);
        assertThat(schedule.dueNanos(begin, 100) - begin).isEqualTo(110 * MILLI);
        assertThat(schedule.dueNanos(begin, 100) - begin).isEqualTo(210 * MILLI);
    }
}
