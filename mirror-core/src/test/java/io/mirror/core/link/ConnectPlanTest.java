package io.mirror.core.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.mirror.core.link.ReconnectPolicy.Reason;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Primary and secondary host in turn, and how long to wait in between (DHTP section 8.4). */
class ConnectPlanTest {
    private static final long SEED = Long.getLong("mirror.seed", 20261121);

    @Test
    void theHostsAreTriedInTurnAndThePrimaryFirstAfterABreak() {
        ConnectPlan plan = new ConnectPlan(2, ReconnectPolicy.fixed(Duration.ofSeconds(5)));
        assertThat(plan.host()).isZero();
        plan.failed(Reason.REFUSED);
        assertThat(plan.host()).isEqualTo(1);
        plan.failed(Reason.UNREACHABLE);
        assertThat(plan.host()).isZero();
        plan.failed(Reason.UNREACHABLE);
        assertThat(plan.failures()).isEqualTo(3);
        plan.mirrored();
        assertThat(plan.failures()).isZero();
        assertThat(plan.host())
                .as("what a failure of this connection would lead away from")
                .isEqualTo(1);
        plan.lost();
        assertThat(plan.host()).isZero();
        plan.failed(Reason.REFUSED);
        plan.startOver();
        assertThat(plan.host()).isZero();
    }

    @Test
    void aConfiguredWaitIsTheSameWhateverHappens() {
        ConnectPlan plan =
                new ConnectPlan(2, ReconnectPolicy.fixed(Duration.ofSeconds(5)).seeded(SEED));
        for (int i = 0; i < 100; i++) {
            assertThat(plan.failed(Reason.REFUSED)).as("seed %d", SEED).isBetween(4500L, 5500L);
            assertThat(plan.lost()).as("seed %d", SEED).isBetween(4500L, 5500L);
        }
    }

    @Test
    @Tag("S-CON-5")
    void aHostThatWasNotAskedYetIsAskedSoonAndARefusingOneAfterASecond() {
        for (int seed = 0; seed < 100; seed++) {
            ConnectPlan plan = new ConnectPlan(2, ReconnectPolicy.backoff().seeded(SEED + seed));
            assertThat(plan.failed(Reason.REFUSED)).as("seed %d", SEED + seed).isBetween(100L, 200L);
            assertThat(plan.failed(Reason.REFUSED)).as("seed %d", SEED + seed).isBetween(1000L, 30_000L);
            assertThat(new ConnectPlan(1, ReconnectPolicy.backoff().seeded(SEED + seed)).failed(Reason.REFUSED))
                    .as("seed %d", SEED + seed)
                    .isBetween(1000L, 30_000L);
        }
    }

    @Test
    void withoutAHostThereIsNoPlan() {
        assertThatIllegalArgumentException().isThrownBy(() -> new ConnectPlan(0, ReconnectPolicy.backoff()));
    }
}
