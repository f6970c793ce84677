package io.mirror.replica.zabbix.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mirror.codec.zabbix.AvailabilityRow;
import io.mirror.codec.zabbix.DiscoveryRow;
import io.mirror.codec.zabbix.HistoryRow;
import io.mirror.codec.zabbix.RegistrationRow;
import io.mirror.codec.zabbix.Task;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProxyOutboxTest {
    private final MemoryHistoryBuffer history = new MemoryHistoryBuffer(SessionTokens.random(), 3);
    private final ProxyOutbox outbox = new ProxyOutbox(history, 2);

    @Test
    void numbersValuesUpwardsAndNeverReusesANumber() {
        assertThat(history.append(ProxyRig.value(1, "a"))).isEqualTo(1);
        assertThat(history.append(ProxyRig.value(1, "b"))).isEqualTo(2);
        history.acknowledge(2);
        assertThat(history.append(ProxyRig.value(1, "c"))).isEqualTo(3);
        assertThat(history.append(ProxyRig.value(1, "d"))).isEqualTo(4);
        assertThat(history.append(ProxyRig.value(1, "e"))).isEqualTo(5);
        assertThat(history.append(ProxyRig.value(1, "full"))).isZero();
        history.acknowledge(3);
        assertThat(history.append(ProxyRig.value(1, "f"))).isEqualTo(6);

        assertThat(history.peek(10, 1 << 20)).extracting(HistoryRow::id).containsExactly(4L, 5L, 6L);
        assertThat(history.dropped()).isEqualTo(1);
        assertThat(history.size()).isEqualTo(3);
        history.acknowledge(100);
        assertThat(history.peek(10, 1 << 20)).isEmpty();
        history.close();
    }

    @Test
    void boundsWhatGoesIntoAMessage() {
        history.append(ProxyRig.value(1, "x".repeat(1_000)));
        history.append(ProxyRig.value(1, "y".repeat(1_000)));
        history.append(ProxyRig.value(1, "z"));

        assertThat(history.peek(2, 1 << 20)).hasSize(2);
        assertThat(history.peek(10, 2_000)).hasSize(1);
        assertThat(history.peek(10, 1)).as("one value always goes").hasSize(1);
        assertThat(outbox.batch(10, 2_000).more()).isTrue();
        assertThat(outbox.batch(10, 1 << 20).more()).isFalse();
    }

    @Test
    void boundsEveryKindOfRow() {
        for (int i = 1; i <= 3; i++) {
            boolean room = i < 3;
            assertThat(outbox.offer(AvailabilityRow.of(i, 1, ""))).isEqualTo(room);
            assertThat(outbox.offer(DiscoveryRow.host(i, 1, "10.0.0.1", "", true)))
                    .isEqualTo(room);
            assertThat(outbox.offer(RegistrationRow.of(i, "h", "10.0.0.1", "", 1, "")))
                    .isEqualTo(room);
            assertThat(outbox.offer(new Task.CommandResult(i, 0, 0, "", i))).isEqualTo(room);
        }
        assertThat(outbox.offer(AvailabilityRow.of(2, 0, "changed"))).isTrue();
        for (int i = 0; i < 4; i++) {
            assertThat(outbox.offer(ProxyRig.value(1, "v"))).isEqualTo(i < 3);
        }

        assertThat(outbox.dropped()).isEqualTo(5);
        assertThat(outbox.pendingValues()).isEqualTo(3);
        assertThat(outbox.session()).hasSize(32);
        ProxyOutbox.Batch first = outbox.batch(1, 1 << 20);
        assertThat(first.more()).isTrue();
        assertThat(first.discovery()).hasSize(1);
        outbox.acknowledge(first);
        ProxyOutbox.Batch second = outbox.batch(1, 1 << 20);
        assertThat(second.discovery().get(0).clock()).isEqualTo(2);
        assertThat(second.registrations().get(0).clock()).isEqualTo(2);
        assertThat(second.results()).containsExactly(new Task.CommandResult(2, 0, 0, "", 2));
        outbox.acknowledge(second);
        outbox.acknowledge(outbox.batch(1, 1 << 20));
        assertThat(outbox.batch(1, 1 << 20).isEmpty()).isTrue();
        outbox.close();
    }

    @Test
    void saysMoreWhateverKindOfRowWaits() {
        outbox.offer(new Task.CommandResult(1, 0, 0, "", 1));
        outbox.offer(new Task.CommandResult(2, 0, 0, "", 2));
        assertThat(outbox.batch(1, 1 << 20).more()).isTrue();
        assertThat(outbox.resultBatch(1).more()).isTrue();
        outbox.acknowledge(outbox.resultBatch(2));
        outbox.offer(AvailabilityRow.of(1, 1, ""));
        outbox.offer(AvailabilityRow.of(2, 1, ""));
        assertThat(outbox.batch(1, 1 << 20).more()).isTrue();
        assertThat(outbox.batch(2, 1 << 20).more()).isFalse();
    }

    @Test
    void keepsAnAvailabilityThatChangedWhileItWasUnderWay() {
        outbox.offer(AvailabilityRow.of(1, 1, ""));
        ProxyOutbox.Batch sent = outbox.batch(10, 1 << 20);
        outbox.offer(AvailabilityRow.of(1, 2, "refused"));
        outbox.acknowledge(sent);

        assertThat(outbox.batch(10, 1 << 20).availability()).containsExactly(AvailabilityRow.of(1, 2, "refused"));
    }

    @Test
    void makesTokensThatDiffer() {
        assertThat(SessionTokens.random()).matches("[0-9a-f]{32}").isNotEqualTo(SessionTokens.random());
        assertThatThrownBy(() -> new MemoryHistoryBuffer("short", 1))
                .hasMessage("a session token has 32 characters, not 5");
        assertThatThrownBy(() -> new MemoryHistoryBuffer(SessionTokens.random(), 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ProxyOutbox(history, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThat(List.of(SessionTokens.check(ProxyRig.SESSION))).containsExactly(ProxyRig.SESSION);
    }
}
