package io.mirror.replica.zabbix.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.codec.zabbix.AvailabilityRow;
import io.mirror.codec.zabbix.DiscoveryRow;
import io.mirror.codec.zabbix.HistoryRow;
import io.mirror.codec.zabbix.MessageBuilder;
import io.mirror.codec.zabbix.ProxyMessage;
import io.mirror.codec.zabbix.RegistrationRow;
import io.mirror.codec.zabbix.Task;
import io.mirror.replica.zabbix.exchange.ActiveProxyExchange.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** An active proxy, without a network and in a time of its own. */
class ActiveProxyExchangeTest {
    private static final String ENABLED = "{\"upload\":\"enabled\",\"response\":\"success\"}";
    private static final String DISABLED = "{\"upload\":\"disabled\",\"response\":\"failed\"}";

    private final ProxyRig rig = new ProxyRig();
    private ActiveProxyExchange exchange = exchange(ProxyOptions.of("P"), Optional.empty());

    private ActiveProxyExchange exchange(ProxyOptions options, Optional<CommandExecutor> executor) {
        return new ActiveProxyExchange(options, rig.outbox, rig, executor, rig);
    }

    private static List<String> names(List<Request> requests) {
        return requests.stream()
                .map(request -> request.message().request().orElse("?"))
                .toList();
    }

    private Request due(String name, long millis) {
        return exchange.next(Wire.at(millis)).stream()
                .filter(request -> request.message().isRequest(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " is not due at " + millis));
    }

    private static void answer(Request request, String json, long millis) {
        request.answered(Wire.deliver(json, request.listener()), Wire.at(millis));
    }

    /** Gets configuration and heartbeat out of the way. */
    private void quiet() {
        for (Request request : exchange.next(Wire.at(0))) {
            switch (request.message().request().orElse("")) {
                case ProxyMessage.CONFIG -> answer(request, "{}", 0);
                case ProxyMessage.HEARTBEAT -> answer(request, "{\"response\":\"success\"}", 0);
                default -> answer(request, ENABLED, 0);
            }
        }
        rig.takeHappened();
    }

    @Test
    void asksForEverythingAtOnceAndForNothingTwice() {
        List<Request> first = exchange.next(Wire.at(0));

        assertThat(names(first)).containsExactly(ProxyMessage.CONFIG, ProxyMessage.HEARTBEAT, ProxyMessage.DATA);
        assertThat(exchange.next(Wire.at(1_000_000))).isEmpty();
        assertThat(exchange.nanosToWait(Wire.at(0)))
                .isEqualTo(Duration.ofHours(1).toNanos());
        assertThat(Wire.json(first.get(0).message()))
                .isEqualTo("{\"request\":\"proxy config\",\"host\":\"P\",\"version\":\"6.0.0\"}");
        assertThat(Wire.json(first.get(1).message()))
                .isEqualTo("{\"request\":\"proxy heartbeat\",\"host\":\"P\",\"version\":\"6.0.0\"}");
        assertThat(Wire.json(first.get(2).message()))
                .isEqualTo("{\"request\":\"proxy data\",\"host\":\"P\",\"session\":\"" + ProxyRig.SESSION
                        + "\",\"version\":\"6.0.0\",\"clock\":" + Wire.EPOCH + ",\"ns\":0}");
    }

    @Test
    void keepsThePeriodsOfTheDaemons() {
        quiet();

        assertThat(exchange.nanosToWait(Wire.at(0)))
                .isEqualTo(Duration.ofSeconds(1).toNanos());
        assertThat(exchange.next(Wire.at(999))).isEmpty();
        Request data = due(ProxyMessage.DATA, 1_000);
        assertThat(exchange.nanosToWait(Wire.at(1_000)))
                .isEqualTo(Duration.ofSeconds(59).toNanos());
        answer(data, ENABLED, 3_600_000);
        assertThat(exchange.nanosToWait(Wire.at(3_600_000))).isZero();
        assertThat(names(exchange.next(Wire.at(3_600_000))))
                .containsExactly(ProxyMessage.CONFIG, ProxyMessage.HEARTBEAT);
    }

    @Test
    void handsOutTablesWhileTheyArrive() {
        Request config = due(ProxyMessage.CONFIG, 0);
        ProxyMessage head = Wire.deliver(
                "{\"hosts\":{\"fields\":[\"hostid\",\"host\"],\"data\":[[10084,\"a\"],[10085,\"b\"]]},\"macro.secrets\":{}}",
                config.listener());

        assertThat(rig.takeHappened()).containsExactly("begin", "table hosts[hostid, host]", "row 10084", "row 10085");
        config.answered(head, Wire.at(5));
        assertThat(rig.takeHappened()).containsExactly("commit[]");
    }

    @Test
    void asksAgainForConfigurationAfterAFailure() {
        Request config = due(ProxyMessage.CONFIG, 0);
        Wire.deliver("{\"hosts\":{\"fields\":[\"hostid\"],\"data\":[[1]]}}", config.listener());
        config.failed("connection reset", Wire.at(10));

        assertThat(rig.takeHappened())
                .containsExactly(
                        "begin",
                        "table hosts[hostid]",
                        "row 1",
                        "abort connection reset",
                        "failure proxy config: connection reset");
        assertThat(names(exchange.next(Wire.at(120_009)))).isEmpty();
        assertThat(names(exchange.next(Wire.at(120_010)))).containsExactly(ProxyMessage.CONFIG);
    }

    @Test
    void takesARefusalForWhatItIs() {
        Request config = due(ProxyMessage.CONFIG, 0);
        answer(config, "{\"response\":\"failed\",\"info\":\"not\\nnow\"}", 0);
        assertThat(rig.takeHappened()).containsExactly("failure proxy config: the server refuses: not\\u000anow");

        exchange = exchange(ProxyOptions.of("P"), Optional.empty());
        answer(due(ProxyMessage.HEARTBEAT, 0), "{\"response\":\"failed\"}", 0);
        assertThat(rig.takeHappened()).containsExactly("failure proxy heartbeat: the server refuses: no reason given");
        assertThat(exchange.next(Wire.at(59_999))).isEmpty();
        assertThat(names(exchange.next(Wire.at(60_000)))).containsExactly(ProxyMessage.HEARTBEAT);
    }

    @Test
    void reportsAConfigurationThatCannotBeApplied() {
        rig.refuseConfiguration = true;
        answer(due(ProxyMessage.CONFIG, 0), "{\"hosts\":{\"fields\":[\"hostid\"],\"data\":[]}}", 0);

        assertThat(rig.takeHappened())
                .containsExactly(
                        "begin",
                        "table hosts[hostid]",
                        "failure proxy config: the configuration cannot be applied: no room for it");
        assertThat(names(exchange.next(Wire.at(120_000)))).containsExactly(ProxyMessage.CONFIG);
    }

    @Test
    void sendsEverySectionAndForgetsItOnSuccess() {
        rig.outbox.offer(ProxyRig.value(23, "a"));
        rig.outbox.offer(HistoryRow.unsupported(0, 24, Wire.EPOCH, 8, "no such key"));
        rig.outbox.offer(AvailabilityRow.of(5, 2, "refused"));
        rig.outbox.offer(AvailabilityRow.of(5, 1, ""));
        rig.outbox.offer(DiscoveryRow.service(Wire.EPOCH, 3, 4, "10.3.0.1", "", 10050, "6.0", true));
        rig.outbox.offer(DiscoveryRow.host(Wire.EPOCH, 3, "10.3.0.1", "", true));
        rig.outbox.offer(RegistrationRow.of(Wire.EPOCH, "new", "10.3.0.2", "", 10050, "linux"));
        Request data = due(ProxyMessage.DATA, 250);

        ProxyMessage message = Wire.reread(data.message());
        assertThat(message.history()).extracting(HistoryRow::id).containsExactly(1L, 2L);
        assertThat(message.history().get(1).unsupported()).isTrue();
        assertThat(message.availability()).containsExactly(AvailabilityRow.of(5, 1, ""));
        assertThat(message.discovery()).hasSize(2);
        assertThat(message.registrations()).hasSize(1);
        assertThat(message.session()).contains(ProxyRig.SESSION);
        assertThat(message.clock()).hasValue(Wire.EPOCH);
        assertThat(message.ns()).hasValue(250_000_000);
        assertThat(message.more()).isFalse();

        answer(data, ENABLED, 260);
        assertThat(rig.takeHappened()).containsExactly("delivered 2");
        assertThat(Wire.rows(due(ProxyMessage.DATA, 1_260).message())).isZero();
    }

    @Test
    void sendsTheSameRowsUnderTheSameNumbersUntilTheyAreAcknowledged() {
        rig.outbox.offer(ProxyRig.value(23, "a"));
        due(ProxyMessage.DATA, 0).failed("cut", Wire.at(0));
        rig.outbox.offer(ProxyRig.value(23, "b"));
        Request again = due(ProxyMessage.DATA, 1_000);
        assertThat(again.message().history()).extracting(HistoryRow::id).containsExactly(1L, 2L);
        answer(again, "{\"response\":\"failed\"}", 1_000);
        Request third = due(ProxyMessage.DATA, 2_000);
        assertThat(third.message().history()).extracting(HistoryRow::id).containsExactly(1L, 2L);
        assertThat(third.message().session()).contains(ProxyRig.SESSION);
        answer(third, ENABLED, 2_000);

        assertThat(rig.takeHappened())
                .containsExactly(
                        "failure proxy data: cut",
                        "failure proxy data: the server refuses: no reason given",
                        "delivered 2");
        assertThat(rig.outbox.pendingValues()).isZero();
    }

    @Test
    void goesOnAtOnceWhileThereIsMore() {
        exchange = exchange(
                ProxyOptions.of("P")
                        .withBatch(2, 1 << 20)
                        .withPeriods(Duration.ofHours(1), Duration.ZERO, Duration.ofSeconds(1)),
                Optional.empty());
        for (int i = 0; i < 5; i++) {
            rig.outbox.offer(ProxyRig.value(23, "v" + i));
        }
        answer(due(ProxyMessage.CONFIG, 0), "{}", 0);
        exchange = exchange(
                ProxyOptions.of("P")
                        .withBatch(2, 1 << 20)
                        .withPeriods(Duration.ofHours(1), Duration.ZERO, Duration.ofSeconds(1)),
                Optional.empty());
        List<Integer> sizes = new ArrayList<>();
        List<Boolean> more = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Request data = due(ProxyMessage.DATA, 10_000);
            sizes.add(data.message().history().size());
            more.add(data.message().more());
            assertThat(data.message().proxyDelay().orElse(0)).isEqualTo(i < 2 ? 10 : 0);
            answer(data, ENABLED, 10_000);
        }

        assertThat(sizes).containsExactly(2, 2, 1);
        assertThat(more).containsExactly(true, true, false);
        assertThat(names(exchange.next(Wire.at(10_999)))).isEmpty();
    }

    @Test
    void keepsItsDataWhileTheServerWantsNone() {
        quiet();
        rig.outbox.offer(ProxyRig.value(23, "a"));
        answer(due(ProxyMessage.DATA, 1_000), DISABLED, 1_000);
        assertThat(exchange.uploadEnabled()).isFalse();
        assertThat(rig.takeHappened()).containsExactly("upload false");

        Request empty = due(ProxyMessage.DATA, 2_000);
        assertThat(Wire.rows(empty.message())).isZero();
        answer(empty, "{\"upload\":\"disabled\",\"response\":\"success\"}", 2_000);
        // Without the member the state stays as it is.
        answer(due(ProxyMessage.DATA, 3_000), "{\"response\":\"success\"}", 3_000);
        assertThat(exchange.uploadEnabled()).isFalse();
        answer(due(ProxyMessage.DATA, 4_000), ENABLED, 4_000);
        assertThat(exchange.uploadEnabled()).isTrue();
        Request full = due(ProxyMessage.DATA, 5_000);
        assertThat(full.message().history()).extracting(HistoryRow::id).containsExactly(1L);
        answer(full, ENABLED, 5_000);

        assertThat(rig.takeHappened()).containsExactly("upload true", "delivered 1");
    }

    @Test
    @Tag("S-CMD-1")
    void refusesCommandsUnlessTheHostHasAnExecutor() {
        Request data = due(ProxyMessage.DATA, 0);
        answerWithTasks(data, 0, ProxyRig.command(77, Wire.EPOCH, 600));

        assertThat(rig.takeHappened()).containsExactly("refused No permissions to execute task.");
        assertThat(results(due(ProxyMessage.DATA, 1_000)))
                .containsExactly(new Task.CommandResult(Wire.EPOCH, 0, -1, "No permissions to execute task.", 77));
    }

    @Test
    @Tag("S-CMD-2")
    void handsOverNoCommandThatIsStaleOrWasSeenBefore() {
        List<Long> executed = new ArrayList<>();
        exchange = exchange(ProxyOptions.of("P"), Optional.of(command -> {
            executed.add(command.parentTaskId());
            return CompletableFuture.completedFuture(new CommandExecutor.Outcome(0, "up 3 days"));
        }));
        Request data = due(ProxyMessage.DATA, 0);
        answerWithTasks(
                data,
                0,
                ProxyRig.command(1, Wire.EPOCH - 600, 600),
                ProxyRig.command(2, Wire.EPOCH - 601, 600),
                ProxyRig.command(3, Wire.EPOCH - 1_000_000, 0),
                ProxyRig.command(1, Wire.EPOCH, 600));

        assertThat(executed).containsExactly(1L, 3L);
        assertThat(rig.takeHappened())
                .containsExactly(
                        "refused The remote command has been expired.", "refused task 1 was handed out before");
        Request next = due(ProxyMessage.DATA, 3_000);
        assertThat(results(next))
                .containsExactly(
                        new Task.CommandResult(Wire.EPOCH, 0, -1, "The remote command has been expired.", 2),
                        new Task.CommandResult(Wire.EPOCH + 3, 0, 0, "up 3 days", 1),
                        new Task.CommandResult(Wire.EPOCH + 3, 0, 0, "up 3 days", 3));
        answer(next, ENABLED, 3_000);
        assertThat(results(due(ProxyMessage.DATA, 4_000))).isEmpty();
    }

    @Test
    @Tag("S-CMD-2")
    void remembersTheLastTenThousandTasks() {
        List<Long> executed = new ArrayList<>();
        exchange = exchange(ProxyOptions.of("P"), Optional.of(command -> {
            executed.add(command.parentTaskId());
            return new CompletableFuture<>();
        }));
        long now = 0;
        for (long from = 1; from <= 10_001; from += 1_000) {
            Task[] tasks = new Task[1_000];
            for (int i = 0; i < tasks.length; i++) {
                tasks[i] = ProxyRig.command(from + i, Wire.EPOCH, 0);
            }
            answerWithTasks(due(ProxyMessage.DATA, now), now, tasks);
            now += 1_000;
        }
        executed.clear();
        answerWithTasks(
                due(ProxyMessage.DATA, now),
                now,
                ProxyRig.command(1_001, Wire.EPOCH, 0),
                ProxyRig.command(1_000, Wire.EPOCH, 0));

        assertThat(executed).containsExactly(1_000L);
    }

    @Test
    void reportsHowCommandsFail() {
        exchange = exchange(ProxyOptions.of("P"), Optional.of(command -> {
            if (command.parentTaskId() == 1) {
                throw new IllegalStateException("thrown at once");
            }
            Throwable failure = command.parentTaskId() == 2
                    ? new CompletionException(new IllegalStateException("thrown later"))
                    : new IllegalStateException("plain");
            return command.parentTaskId() == 4
                    ? CompletableFuture.completedFuture(new CommandExecutor.Outcome(-7, "x".repeat(600_000)))
                    : CompletableFuture.failedFuture(failure);
        }));
        answerWithTasks(
                due(ProxyMessage.DATA, 0),
                0,
                ProxyRig.command(1, Wire.EPOCH, 0),
                ProxyRig.command(2, Wire.EPOCH, 0),
                ProxyRig.command(3, Wire.EPOCH, 0),
                ProxyRig.command(4, Wire.EPOCH, 0));

        List<Task> results = results(due(ProxyMessage.DATA, 1_000));
        assertThat(results.subList(0, 3))
                .containsExactly(
                        new Task.CommandResult(Wire.EPOCH + 1, 0, -1, "thrown at once", 1),
                        new Task.CommandResult(Wire.EPOCH + 1, 0, -1, "thrown later", 2),
                        new Task.CommandResult(Wire.EPOCH + 1, 0, -1, "plain", 3));
        Task.CommandResult last = (Task.CommandResult) results.get(3);
        assertThat(last.status()).isEqualTo(-7);
        assertThat(last.info()).hasSize(512 << 10);
    }

    @Test
    void dealsWithTheOtherTasks() {
        Request data = due(ProxyMessage.DATA, 0);
        answerWithTasks(
                data,
                0,
                new Task.CheckNow(Wire.EPOCH, 600, 23),
                new Task.CheckNow(Wire.EPOCH - 601, 600, 24),
                new Task.DataRequest(Wire.EPOCH, 600, 0, 9, "{}"),
                new Task.CommandResult(Wire.EPOCH, 0, 0, "", 4));
        answer(due(ProxyMessage.DATA, 1_000), "{\"response\":\"success\",\"tasks\":[{\"type\":1}]}", 1_000);

        assertThat(rig.takeHappened())
                .containsExactly(
                        "check 23",
                        "refused expired",
                        "refused data of type 0 is not offered",
                        "refused not for a proxy",
                        "refused cannot find pair with name \"clock\"");
        assertThat(results(due(ProxyMessage.DATA, 2_000))).isEmpty();
    }

    @Test
    void answersARequestForDataThatItDoesNotOffer() {
        answerWithTasks(due(ProxyMessage.DATA, 0), 0, new Task.DataRequest(Wire.EPOCH, 600, 1, 9, "{}"));

        assertThat(results(due(ProxyMessage.DATA, 1_000)))
                .containsExactly(new Task.DataResult(Wire.EPOCH, 0, -1, "Not supported by this proxy.", 9));
    }

    @Test
    void speaksTheNewerDialects() {
        exchange = exchange(ProxyOptions.of("P").withVersion("7.0.3"), Optional.empty());
        List<Request> first = exchange.next(Wire.at(0));
        assertThat(names(first)).containsExactly(ProxyMessage.CONFIG, ProxyMessage.DATA);
        assertThat(Wire.json(first.get(0).message()))
                .contains("\"session\":\"" + ProxyRig.SESSION + "\"")
                .contains("\"config_revision\":0")
                .contains("\"hostmap_revision\":0");
        answer(
                first.get(0),
                "{\"full_sync\":1,\"data\":{\"hosts\":{\"fields\":[\"hostid\"],\"data\":[[1]]}},\"config_revision\":42}",
                0);

        assertThat(rig.takeHappened()).contains("commit[42]");
        Request second = due(ProxyMessage.CONFIG, 3_600_000);
        assertThat(second.message().configRevision()).hasValue(42);
        answer(second, "{}", 3_600_000);
        assertThat(due(ProxyMessage.CONFIG, 7_200_000).message().configRevision())
                .hasValue(42);
    }

    @Test
    void asksForEverythingAfterAConfigurationThatCannotBeApplied() {
        exchange = exchange(ProxyOptions.of("P").withVersion("7.0.3"), Optional.empty());
        answer(
                due(ProxyMessage.CONFIG, 0),
                "{\"full_sync\":1,\"data\":{},\"proxy_group\":{\"hostmap_revision\":6},\"config_revision\":42}",
                0);
        Request second = due(ProxyMessage.CONFIG, 3_600_000);
        assertThat(second.message().configRevision()).hasValue(42);
        assertThat(second.message().hostmapRevision()).hasValue(6);
        rig.refuseConfiguration = true;
        answer(second, "{\"data\":{},\"config_revision\":43}", 3_600_000);
        Request third = due(ProxyMessage.CONFIG, 7_200_000);
        assertThat(third.message().configRevision()).hasValue(0);
        assertThat(third.message().hostmapRevision()).hasValue(0);
    }

    private static void answerWithTasks(Request data, long millis, Task... tasks) {
        MessageBuilder answer = ProxyMessage.builder().uploadEnabled(true).response(ProxyMessage.SUCCESS);
        for (Task task : tasks) {
            answer.task(task);
        }
        data.answered(Wire.deliver(answer.build(), data.listener()), Wire.at(millis));
    }

    private static List<Task> results(Request data) {
        return Wire.reread(data.message()).tasks();
    }
}
