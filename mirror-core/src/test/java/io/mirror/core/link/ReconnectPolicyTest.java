package io.mirror.core.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.mirror.core.link.ReconnectPolicy.Reason;
import java.time.Duration;
import java.util.PriorityQueue;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("S-CON-5")
class ReconnectPolicyTest {
    private static final long SEED = Long.getLong("mirror.seed", 20261121);

    @Test
    void fixedWaitStaysWithinATenth() {
        ReconnectPolicy policy = ReconnectPolicy.fixed(Duration.ofSeconds(5)).seeded(SEED);
        RandomGenerator random = policy.newRandom();
        for (int i = 0; i < 1000; i++) {
            assertThat(policy.delayMillis(Reason.REFUSED, i, random))
                    .as("seed %d", SEED)
                    .isBetween(4500L, 5500L);
        }
    }

    @Test
    void growingWaitStaysWithinItsBoundsHoweverManyFailures() {
        ReconnectPolicy policy = ReconnectPolicy.backoff().seeded(SEED);
        RandomGenerator random = policy.newRandom();
        for (int failures = 0; failures < 1000; failures++) {
            long bound = Math.min(30_000, 200L << Math.min(failures, 20));
            assertThat(policy.delayMillis(Reason.UNREACHABLE, failures, random)).isBetween(100L, bound);
            assertThat(policy.delayMillis(Reason.REFUSED, failures, random)).isBetween(1000L, 30_000L);
        }
        assertThat(policy.delayMillis(Reason.LOST, 0, random)).isBetween(100L, 200L);
    }

    @Test
    void sameSeedDrawsTheSameWaits() {
        ReconnectPolicy policy = ReconnectPolicy.backoff().seeded(SEED);
        RandomGenerator one = policy.newRandom();
        RandomGenerator two = policy.newRandom();
        for (int i = 0; i < 100; i++) {
            assertThat(policy.delayMillis(Reason.REFUSED, i, one))
                    .isEqualTo(policy.delayMillis(Reason.REFUSED, i, two));
        }
    }

    @Test
    void timesOutOfRangeAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ReconnectPolicy.fixed(Duration.ofMillis(-1)))
                .withMessageContaining("delay");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ReconnectPolicy.backoff(Duration.ZERO, Duration.ofSeconds(1)))
                .withMessageContaining("first");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ReconnectPolicy.backoff(Duration.ofSeconds(2), Duration.ofSeconds(1)))
                .withMessageContaining("longest");
    }

    private record Attempt(long atMillis, int slave, int failures) {}

    /** A thousand slaves lose their master at once; it refuses for a while and then takes everyone. */
    @ParameterizedTest
    @ValueSource(longs = {0, 500, 2000, 10_000, 20_000})
    void aThousandSlavesComeBackWithoutAStorm(long downMillis) {
        int slaves = 1000;
        RandomGenerator[] random = new RandomGenerator[slaves];
        ReconnectPolicy policy = ReconnectPolicy.backoff();
        PriorityQueue<Attempt> attempts = new PriorityQueue<>((a, b) -> Long.compare(a.atMillis(), b.atMillis()));
        for (int i = 0; i < slaves; i++) {
            random[i] = policy.seeded(SEED + i).newRandom();
            attempts.add(new Attempt(policy.delayMillis(Reason.LOST, 0, random[i]), i, 0));
        }
        int[] bySecond = new int[120];
        long last = 0;
        while (!attempts.isEmpty()) {
            Attempt attempt = attempts.remove();
            last = attempt.atMillis();
            bySecond[(int) (last / 1000)]++;
            if (last < downMillis) {
                int failures = attempt.failures() + 1;
                long delay = policy.delayMillis(Reason.REFUSED, failures, random[attempt.slave()]);
                attempts.add(new Attempt(last + delay, attempt.slave(), failures));
            }
        }
        assertThat(last).as("seed %d", SEED).isLessThan(60_000);
        for (int second = 1; second < bySecond.length; second++) {
            assertThat(bySecond[second]).as("second %d, seed %d", second, SEED).isLessThanOrEqualTo(200);
        }
    }
}
