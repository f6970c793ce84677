package io.mirror.replica.zabbix.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mirror.codec.zabbix.ProxyMessage;
import io.mirror.codec.zabbix.Task;
import io.mirror.replica.zabbix.exchange.PollerExchange.Poll;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A server that polls a passive proxy, without a network and in a time of its own. */
class PollerExchangeTest {
    private static final String ACK = "{\"response\":\"success\"}";
    private static final String EMPTY = "{\"session\":\"" + ProxyRig.SESSION + "\",\"version\":\"6.0.14\"}";

    private final ServerRig rig = new ServerRig();
    private ProxyRegistry registry = new ProxyRegistry("6.0.14");
    private PollerExchange exchange = exchange("6.0.14", Duration.ofSeconds(1));

    private PollerExchange exchange(String version, Duration dataPeriod) {
        registry = new ProxyRegistry(version);
        registry.put(ProxyDefinition.passive("P", "127.0.0.1", 10051, ConnectionKind.UNENCRYPTED)
                .withPeriods(Duration.ofHours(1), dataPeriod));
        exchange = new PollerExchange(registry, "P", rig, 100_000);
        return exchange;
    }

    private Poll due(String kind, long millis) {
        Poll poll = exchange.next(Wire.at(millis)).orElseThrow(() -> new AssertionError("nothing due at " + millis));
        assertThat(poll.request().request()).contains(kind);
        return poll;
    }

    private static Optional<ProxyMessage> answer(Poll poll, String json, long millis) {
        return poll.onAnswer(Wire.deliver(json, poll.listener()), true, Wire.at(millis));
    }

    private void configured() {
        assertThat(answer(due(ProxyMessage.CONFIG, 0), "{\"response\":\"success\",\"version\":\"6.0.14\"}", 0))
                .isEmpty();
    }

    private static String history(long id, String more) {
        return "{\"session\":\"" + ProxyRig.SESSION + "\",\"history data\":[{\"id\":" + id
                + ",\"itemid\":23,\"clock\":1,\"ns\":2,\"value\":\"v" + id + "\"}]" + more
                + ",\"version\":\"6.0.14\"}";
    }

    private void poll(String kind, String json, String acknowledgement, long millis) {
        Poll poll = due(kind, millis);
        assertThat(Wire.json(answer(poll, json, millis).orElseThrow())).isEqualTo(acknowledgement);
        poll.acknowledged(Wire.at(millis));
    }

    @Test
    void pushesTheConfigurationFirst() {
        assertThat(exchange.nanosToWait(Wire.at(0))).isZero();
        Poll poll = due(ProxyMessage.CONFIG, 0);
        assertThat(Wire.json(poll.request()))
                .startsWith("{\"request\":\"proxy config\",\"data\":{\"globalmacro\":{\"fields\":[")
                .endsWith("\"macro.secrets\":{}}}");
        assertThat(exchange.next(Wire.at(0))).isEmpty();
        answer(poll, "{\"response\":\"success\",\"version\":\"6.0.14\"}", 0);

        due(ProxyMessage.DATA, 0);
    }

    @Test
    void pollsForDataAndForTasksInBetween() {
        exchange("6.0.14", Duration.ofSeconds(3));
        configured();
        poll(ProxyMessage.DATA, EMPTY, ACK, 0);
        assertThat(exchange.next(Wire.at(999))).isEmpty();
        assertThat(exchange.nanosToWait(Wire.at(999))).isEqualTo(1_000_000);
        poll(ProxyMessage.TASKS, EMPTY, ACK, 1_000);
        poll(ProxyMessage.TASKS, EMPTY, ACK, 2_000);
        poll(ProxyMessage.DATA, EMPTY, ACK, 3_000);
        assertThat(exchange.next(Wire.at(3_001))).isEmpty();
        assertThat(exchange.nanosToWait(Wire.at(3_000)))
                .isEqualTo(Duration.ofSeconds(1).toNanos());
    }

    @Test
    void asksForNoTasksWhenDataIsPolledEverySecond() {
        configured();
        for (int second = 0; second < 5; second++) {
            poll(ProxyMessage.DATA, EMPTY, ACK, second * 1_000L);
        }
    }

    @Test
    void comesBackAtOnceForMore() {
        configured();
        poll(ProxyMessage.DATA, history(1, ",\"more\":1"), ACK, 0);
        assertThat(exchange.next(Wire.at(0))).isEmpty();
        poll(ProxyMessage.DATA, history(2, ",\"more\":1"), ACK, 1);
        poll(ProxyMessage.DATA, history(3, ""), ACK, 2);
        assertThat(exchange.next(Wire.at(1_001))).isEmpty();

        assertThat(rig.values()).containsExactly("23=v1", "23=v2", "23=v3");
    }

    @Test
    void acknowledgesBeforeItLooksAtTheData() {
        configured();
        Poll poll = due(ProxyMessage.DATA, 0);
        assertThat(answer(poll, history(1, ""), 0)).isPresent();
        assertThat(rig.values()).isEmpty();
        poll.acknowledged(Wire.at(0));
        poll.acknowledged(Wire.at(0));
        assertThat(rig.values()).containsExactly("23=v1");
        // Rows that come again because the acknowledgement was lost are not taken again.
        poll(ProxyMessage.DATA, history(1, ""), ACK, 1_000);
        assertThat(rig.values()).containsExactly("23=v1");
    }

    @Test
    void dropsWhatItCouldNotAcknowledge() {
        configured();
        registry.submit("P", new Task.CheckNow(Wire.EPOCH, 0, 23));
        Poll poll = due(ProxyMessage.DATA, 0);
        assertThat(answer(poll, history(1, ""), 0).orElseThrow().tasks()).hasSize(1);
        poll.failed("connection reset", Wire.at(0));
        poll.failed("twice", Wire.at(0));
        poll.acknowledged(Wire.at(0));

        assertThat(rig.values()).isEmpty();
        assertThat(rig.problems).containsExactly("P: proxy data: connection reset");
        Poll again = due(ProxyMessage.DATA, 1_000);
        assertThat(answer(again, history(1, ""), 1_000).orElseThrow().tasks()).hasSize(1);
    }

    @Test
    void acknowledgesWhatItHasToRefuse() {
        configured();
        poll(ProxyMessage.DATA, history(1, "").replace("6.0.14", "4.0.0"), ACK, 0);
        assertThat(rig.values()).isEmpty();
        assertThat(rig.problems).containsExactly("P: proxy version 4.0 is not supported by server version 6.0.14");
        rig.broken = true;
        poll(ProxyMessage.DATA, history(1, ""), ACK, 1_000);
        assertThat(rig.problems).contains("P: the server cannot take the data: the database is away");
    }

    @Test
    void asksForTasksOnlyWhileUploadsAreOff() {
        configured();
        registry.uploadEnabled(false);
        poll(ProxyMessage.TASKS, EMPTY, ACK, 0);
        assertThat(exchange.next(Wire.at(999))).isEmpty();
        assertThat(exchange.nanosToWait(Wire.at(0)))
                .isEqualTo(Duration.ofSeconds(1).toNanos());
        poll(ProxyMessage.TASKS, EMPTY, ACK, 1_000);
        registry.uploadEnabled(true);
        poll(ProxyMessage.DATA, history(1, ""), ACK, 1_001);
    }

    @Test
    void triesAFailedConfigurationAgainAfterAWhile() {
        Poll refused = due(ProxyMessage.CONFIG, 0);
        answer(refused, "{\"response\":\"failed\",\"info\":\"no room\",\"version\":\"6.0.14\"}", 0);
        assertThat(rig.problems).containsExactly("P: proxy config: the proxy does not take its configuration: no room");
        poll(ProxyMessage.DATA, EMPTY, ACK, 0);
        poll(ProxyMessage.DATA, EMPTY, ACK, 3_599_999);
        // Somebody who is away is tried again soon, somebody who refuses is not.
        due(ProxyMessage.CONFIG, 3_600_000).failed("connection refused", Wire.at(3_600_000));
        poll(ProxyMessage.DATA, EMPTY, ACK, 3_609_999);
        answer(due(ProxyMessage.CONFIG, 3_610_000), "{\"response\":\"success\"}", 3_610_000);
        poll(ProxyMessage.DATA, EMPTY, ACK, 3_700_000);
    }

    @Test
    void compressesAsTheProxyDoes() {
        Poll config = due(ProxyMessage.CONFIG, 0);
        assertThat(config.compress()).isTrue();
        config.onAnswer(Wire.deliver("{\"response\":\"success\"}", config.listener()), false, Wire.at(0));
        Poll data = due(ProxyMessage.DATA, 0);
        assertThat(data.compress()).isFalse();
        data.onAnswer(Wire.deliver(EMPTY, data.listener()), false, Wire.at(0));
        assertThat(data.compress()).isFalse();
        data.acknowledged(Wire.at(0));
        Poll again = due(ProxyMessage.DATA, 1_000);
        again.onAnswer(Wire.deliver(EMPTY, again.listener()), true, Wire.at(1_000));
        assertThat(again.compress()).isTrue();
    }

    @Test
    void pushesConfigurationInFourMessagesToNewerProxies() {
        exchange("6.4.0", Duration.ofSeconds(1));
        Poll poll = due(ProxyMessage.CONFIG, 0);
        assertThat(Wire.json(poll.request())).isEqualTo("{\"request\":\"proxy config\"}");
        assertThat(poll.compress()).isFalse();
        ProxyMessage tables = answer(
                        poll,
                        "{\"version\":\"6.4.0\",\"session\":\"" + ProxyRig.SESSION + "\",\"config_revision\":0}",
                        0)
                .orElseThrow();
        assertThat(poll.compress()).isTrue();
        assertThat(Wire.json(tables)).startsWith("{\"full_sync\":1,\"data\":{").endsWith("\"config_revision\":1}");
        assertThat(answer(poll, "{\"response\":\"success\",\"version\":\"6.4.0\"}", 0))
                .isEmpty();

        due(ProxyMessage.DATA, 0);
        assertThat(rig.problems).isEmpty();
    }

    @Test
    void givesNoConfigurationToProxiesOfAnotherVersion() {
        exchange("6.4.0", Duration.ofSeconds(1));
        Poll poll = due(ProxyMessage.CONFIG, 0);
        assertThat(answer(poll, "{\"version\":\"6.2.0\",\"session\":\"x\",\"config_revision\":0}", 0))
                .isEmpty();

        assertThat(rig.problems).containsExactly("P: proxy config: proxy and server major versions do not match");
    }

    @Test
    void knowsOnlyProxiesOfTheRegistry() {
        assertThatThrownBy(() -> new PollerExchange(registry, "Q\n", rig, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("proxy \"Q\\u000a\" is not known");
        assertThat(exchange.proxy().name()).isEqualTo("P");
    }
}
