package io.mirror.transport.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("S-AUTH-5")
class LoginThrottleTest {

    private InetAddress here;
    private InetAddress elsewhere;
    private final LoginThrottle throttle = new LoginThrottle();

    @BeforeEach
    void addresses() throws UnknownHostException {
        here = InetAddress.getByName("192.0.2.1");
        elsewhere = InetAddress.getByName("192.0.2.2");
    }

    @Test
    void fiveFailuresAreFreeThenTheDelayDoublesUpToThirtySeconds() {
        long[] expected = {0, 0, 0, 0, 0, 250, 500, 1000, 2000, 4000, 8000, 16000, 30000, 30000};
        long now = 0;
        for (long delay : expected) {
            assertThat(throttle.onLogin(here, "ops", false, now)).isEqualTo(delay);
            now += delay + 1;
        }
    }

    @Test
    void aHundredGuessesOneAfterTheOtherTakeMoreThanAMinute() {
        long now = 0;
        for (int i = 0; i < 100; i++) {
            now += throttle.onLogin(here, "ops", false, now);
        }
        assertThat(now).isGreaterThan(60_000);
    }

    @Test
    void aHundredGuessesAtOnceAreQueued() {
        long last = 0;
        for (int i = 0; i < 100; i++) {
            last = throttle.onLogin(here, "ops", false, 0);
        }
        assertThat(last).isGreaterThan(60_000);
    }

    @Test
    void othersAreNotAffected() {
        for (int i = 0; i < 50; i++) {
            throttle.onLogin(here, "ops", false, i);
        }
        assertThat(throttle.onLogin(here, "anna", true, 50)).isZero();
        assertThat(throttle.onLogin(here, "anna", false, 50)).isZero();
        assertThat(throttle.onLogin(elsewhere, "ops", true, 50)).isZero();
    }

    @Test
    void aRightPasswordWaitsToo() {
        for (int i = 0; i < 6; i++) {
            throttle.onLogin(here, "ops", false, 0);
        }
        assertThat(throttle.onLogin(here, "ops", true, 0)).isGreaterThan(250);
        assertThat(throttle.onLogin(here, "ops", false, 10_000))
                .as("counted anew")
                .isZero();
    }

    @Test
    void failuresOfTheLastMinuteOnlyCountTogether() {
        for (int i = 0; i < 20; i++) {
            assertThat(throttle.onLogin(here, "ops", false, i * 15_001L)).isZero();
        }
    }

    @Test
    void aQuietMinuteAfterTheLastAnswerIsForgiven() {
        for (int i = 0; i < 5; i++) {
            throttle.onLogin(here, "ops", false, 0);
        }
        assertThat(throttle.onLogin(here, "ops", false, 59_999)).isEqualTo(250);
        assertThat(throttle.onLogin(here, "ops", false, 60_249 + 60_000)).isEqualTo(500);
        assertThat(throttle.onLogin(here, "ops", false, 120_749 + 60_001)).isZero();
    }

    @Test
    void rememberedPairsAreBounded() {
        for (int i = 0; i < 5; i++) {
            throttle.onLogin(here, "ops", false, 0);
        }
        for (int i = 0; i < LoginThrottle.MAX_PAIRS - 1; i++) {
            throttle.onLogin(elsewhere, "user" + i, false, 0);
        }
        assertThat(throttle.onLogin(here, "ops", false, 0)).isEqualTo(250);
        for (int i = 0; i < LoginThrottle.MAX_PAIRS; i++) {
            throttle.onLogin(elsewhere, "other" + i, false, 0);
        }
        assertThat(throttle.onLogin(here, "ops", false, 0)).isZero();
    }

    @Test
    void longNamesAreCutBeforeTheyAreRemembered() {
        String stem = "x".repeat(AccessPolicy.MAX_USER_NAME);
        for (int i = 0; i < 5; i++) {
            assertThat(throttle.onLogin(here, stem + i, false, 0)).isZero();
        }
        assertThat(throttle.onLogin(here, stem + "another", false, 0)).isEqualTo(250);
    }
}
