package io.mirror.replica.zabbix.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.codec.zabbix.HistoryRow;
import io.mirror.codec.zabbix.ProxyMessage;
import io.mirror.codec.zabbix.Task;
import io.mirror.replica.zabbix.exchange.PassiveProxyExchange.Conversation;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A passive proxy, without a network and in a time of its own. */
class PassiveProxyExchangeTest {
    private static final String TABLES = "{\"hosts\":{\"fields\":[\"hostid\",\"host\"],\"data\":[[10084,\"a\"]]}}";
    private static final String ACK = "{\"response\":\"success\"}";

    private final ProxyRig rig = new ProxyRig();
    private PassiveProxyExchange exchange = exchange("6.0.14", Optional.empty());

    private PassiveProxyExchange exchange(String version, Optional<CommandExecutor> executor) {
        return new PassiveProxyExchange(ProxyOptions.of("P").withVersion(version), rig.outbox, rig, executor, rig);
    }

    private static Optional<ProxyMessage> say(Conversation to, String json, long millis) {
        return to.onMessage(Wire.deliver(json, to.listener()), Wire.at(millis));
    }

    private Optional<ProxyMessage> ask(String json) {
        return say(exchange.newConversation(), json, 0);
    }

    @Test
    void takesItsConfiguration() {
        Conversation poll = exchange.newConversation();
        Optional<ProxyMessage> answer = say(poll, "{\"request\":\"proxy config\",\"data\":" + TABLES + "}", 0);

        assertThat(Wire.json(answer.orElseThrow())).isEqualTo("{\"response\":\"success\",\"version\":\"6.0.14\"}");
        assertThat(poll.awaitsMore()).isFalse();
        assertThat(rig.takeHappened()).containsExactly("begin", "table hosts[hostid, host]", "row 10084", "commit[]");
        poll.closed("done");
        assertThat(rig.takeHappened()).isEmpty();
    }

    @Test
    void refusesAConfigurationWithoutTablesOrWithoutRoom() {
        assertThat(Wire.json(ask("{\"request\":\"proxy config\"}").orElseThrow()))
                .isEqualTo("{\"response\":\"failed\",\"info\":\"cannot find pair with name \\\"data\\\"\","
                        + "\"version\":\"6.0.14\"}");
        assertThat(rig.takeHappened()).isEmpty();

        rig.refuseConfiguration = true;
        assertThat(Wire.json(ask("{\"request\":\"proxy config\",\"data\":" + TABLES + "}")
                        .orElseThrow()))
                .isEqualTo("{\"response\":\"failed\",\"info\":\"cannot apply the configuration: no room for it\","
                        + "\"version\":\"6.0.14\"}");
        assertThat(rig.takeHappened())
                .contains("failure proxy config: the configuration cannot be applied: no room for it");
    }

    @Test
    void givesUpAConfigurationThatIsCutShort() {
        Conversation poll = exchange.newConversation();
        Wire.deliver("{\"request\":\"proxy config\",\"data\":" + TABLES + "}", poll.listener());
        poll.closed("the connection ended inside a message");

        assertThat(rig.takeHappened())
                .containsExactly(
                        "begin",
                        "table hosts[hostid, host]",
                        "row 10084",
                        "abort the connection ended inside a message");
        assertThat(poll.awaitsMore()).isFalse();
    }

    @Test
    void letsALaterConfigurationWinOverOneThatIsStillArriving() {
        Conversation slow = exchange.newConversation();
        ProxyMessage head = Wire.deliver("{\"request\":\"proxy config\",\"data\":" + TABLES + "}", slow.listener());
        rig.takeHappened();
        Conversation quick = exchange.newConversation();
        Wire.deliver("{\"data\":{\"items\":{\"fields\":[\"itemid\"],\"data\":[[1]]}}}", quick.listener());
        // What is left of the slow one goes nowhere.
        Wire.deliver("{\"data\":{\"hosts\":{\"fields\":[\"hostid\"],\"data\":[[2]]}}}", slow.listener());
        Optional<ProxyMessage> refused = slow.onMessage(head, Wire.at(0));

        assertThat(refused.orElseThrow().info())
                .contains("cannot apply the configuration: another configuration has begun");
        assertThat(rig.takeHappened())
                .containsExactly(
                        "abort another configuration has begun",
                        "begin",
                        "table items[itemid]",
                        "row 1",
                        "failure proxy config: the configuration cannot be applied: another configuration has begun");
        slow.closed("done");
        assertThat(rig.takeHappened()).isEmpty();
    }

    @Test
    void takesItsConfigurationInFourMessagesFromNewerServers() {
        exchange = exchange("6.4.2", Optional.empty());
        Conversation poll = exchange.newConversation();
        Optional<ProxyMessage> first = say(poll, "{\"request\":\"proxy config\"}", 0);
        assertThat(first.orElseThrow().session()).contains(ProxyRig.SESSION);
        assertThat(first.orElseThrow().configRevision()).hasValue(0);
        assertThat(poll.awaitsMore()).isTrue();
        assertThat(poll.awaitsRequest()).isFalse();
        Optional<ProxyMessage> second = say(poll, "{\"full_sync\":1,\"data\":" + TABLES + ",\"config_revision\":7}", 5);

        assertThat(Wire.json(second.orElseThrow())).isEqualTo("{\"response\":\"success\",\"version\":\"6.4.2\"}");
        assertThat(poll.awaitsMore()).isFalse();
        assertThat(rig.takeHappened()).contains("commit[7]");
        assertThat(ask("{\"request\":\"proxy config\"}").orElseThrow().configRevision())
                .hasValue(7);
    }

    @Test
    void keepsWhatItSentUntilItIsAcknowledged() {
        rig.outbox.offer(ProxyRig.value(23, "a"));
        Conversation first = exchange.newConversation();
        ProxyMessage sent = say(first, "{\"request\":\"proxy data\"}", 0).orElseThrow();
        assertThat(sent.session()).contains(ProxyRig.SESSION);
        assertThat(sent.history()).extracting(HistoryRow::id).containsExactly(1L);
        assertThat(first.awaitsMore()).isTrue();
        first.closed("connection reset");
        rig.outbox.offer(ProxyRig.value(23, "b"));

        Conversation second = exchange.newConversation();
        ProxyMessage again = say(second, "{\"request\":\"proxy data\"}", 1_000).orElseThrow();
        assertThat(again.history()).extracting(HistoryRow::id).containsExactly(1L, 2L);
        assertThat(say(second, "{\"response\":\"failed\",\"info\":\"busy\"}", 1_001))
                .isEmpty();
        second.closed("done");
        assertThat(rig.outbox.pendingValues()).isEqualTo(2);

        Conversation third = exchange.newConversation();
        assertThat(say(third, "{\"request\":\"proxy data\"}", 2_000)
                        .orElseThrow()
                        .history())
                .hasSize(2);
        assertThat(say(third, ACK, 2_001)).isEmpty();
        assertThat(third.awaitsMore()).isFalse();
        third.closed("done");

        assertThat(rig.outbox.pendingValues()).isZero();
        assertThat(rig.takeHappened())
                .containsExactly(
                        "failure proxy data: no acknowledgement: connection reset",
                        "failure proxy data: the server does not acknowledge: busy",
                        "delivered 2");
    }

    @Test
    void saysWhenThereIsMoreAndForHowLong() {
        exchange = new PassiveProxyExchange(
                ProxyOptions.of("P").withBatch(1, 1 << 20), rig.outbox, rig, Optional.empty(), rig);
        rig.outbox.offer(ProxyRig.value(23, "a"));
        rig.outbox.offer(ProxyRig.value(23, "b"));
        ProxyMessage answer = say(exchange.newConversation(), "{\"request\":\"proxy data\"}", 30_000)
                .orElseThrow();

        assertThat(answer.history()).hasSize(1);
        assertThat(answer.more()).isTrue();
        assertThat(answer.proxyDelay()).hasValue(30);
    }

    @Test
    void answersOnePollAtATime() {
        rig.outbox.offer(ProxyRig.value(23, "a"));
        Conversation first = exchange.newConversation();
        say(first, "{\"request\":\"proxy data\"}", 0);
        Conversation second = exchange.newConversation();
        assertThat(say(second, "{\"request\":\"proxy data\"}", 0)).isEmpty();
        assertThat(second.awaitsMore()).isFalse();
        second.closed("done");
        say(first, ACK, 1);

        assertThat(rig.outbox.pendingValues()).isZero();
        assertThat(ask("{\"request\":\"proxy data\"}")).isPresent();
    }

    @Test
    @Tag("S-CMD-1")
    void refusesCommandsUnlessTheHostHasAnExecutor() {
        Conversation poll = exchange.newConversation();
        say(poll, "{\"request\":\"proxy tasks\"}", 0);
        ProxyMessage ack = ProxyMessage.builder()
                .response(ProxyMessage.SUCCESS)
                .task(ProxyRig.command(77, Wire.EPOCH, 600))
                .build();
        poll.onMessage(Wire.deliver(ack, poll.listener()), Wire.at(0));

        ProxyMessage results = ask("{\"request\":\"proxy tasks\"}").orElseThrow();
        assertThat(results.tasks())
                .containsExactly(new Task.CommandResult(Wire.EPOCH, 0, -1, "No permissions to execute task.", 77));
        assertThat(results.session()).isEmpty();
        assertThat(results.history()).isEmpty();
    }

    @Test
    void givesTheResultOfACommandOnceItIsAcknowledged() {
        CompletableFuture<CommandExecutor.Outcome> running = new CompletableFuture<>();
        exchange = exchange("6.0.14", Optional.of(command -> running));
        Conversation poll = exchange.newConversation();
        say(poll, "{\"request\":\"proxy data\"}", 0);
        ProxyMessage ack = ProxyMessage.builder()
                .response(ProxyMessage.SUCCESS)
                .task(ProxyRig.command(77, Wire.EPOCH, 600))
                .build();
        poll.onMessage(Wire.deliver(ack, poll.listener()), Wire.at(0));
        Conversation early = exchange.newConversation();
        assertThat(say(early, "{\"request\":\"proxy tasks\"}", 1_000)
                        .orElseThrow()
                        .tasks())
                .isEmpty();
        say(early, ACK, 1_000);
        running.complete(new CommandExecutor.Outcome(0, "up"));

        Conversation lost = exchange.newConversation();
        assertThat(say(lost, "{\"request\":\"proxy data\"}", 2_000)
                        .orElseThrow()
                        .tasks())
                .containsExactly(new Task.CommandResult(Wire.EPOCH + 2, 0, 0, "up", 77));
        lost.closed("reset");
        Conversation good = exchange.newConversation();
        assertThat(say(good, "{\"request\":\"proxy tasks\"}", 3_000)
                        .orElseThrow()
                        .tasks())
                .hasSize(1);
        say(good, ACK, 3_000);
        assertThat(ask("{\"request\":\"proxy tasks\"}").orElseThrow().tasks()).isEmpty();
    }

    @Test
    void closesOnWhatItDoesNotKnow() {
        Conversation poll = exchange.newConversation();
        assertThat(poll.awaitsRequest()).isTrue();
        assertThat(say(poll, "{\"request\":\"agent data\"}", 0)).isEmpty();
        assertThat(poll.awaitsMore()).isFalse();
        assertThat(ask("{}")).isEmpty();
    }
}
