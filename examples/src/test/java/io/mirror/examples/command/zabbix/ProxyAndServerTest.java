package io.mirror.examples.command.zabbix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mirror.codec.zabbix.Task;
import io.mirror.core.access.Secret;
import io.mirror.replica.zabbix.ZabbixServer;
import io.mirror.testing.FreePort;
import java.io.BufferedReader;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our proxy and our server, as the commands put them together. */
class ProxyAndServerTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String ITEMS = "[{\"key\":\"agent.ping\",\"type\":\"unsigned\",\"delay\":\"1s\",\"itemid\":1},"
            + "{\"key\":\"agent.hostname\",\"type\":\"unsigned\",\"delay\":\"1s\",\"itemid\":2},"
            + "{\"key\":\"no.such\",\"delay\":\"1s\",\"itemid\":3},"
            + "{\"key\":\"agent.ping\",\"delay\":\"{$M}\",\"itemid\":4},"
            + "{\"key\":\"t.text\",\"itemid\":5},"
            + "{\"key\":\"t.float\",\"type\":\"float\",\"itemid\":6}]";

    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();
    private final List<String> notes = new CopyOnWriteArrayList<>();
    private final List<String> problems = new CopyOnWriteArrayList<>();
    private final List<String> proxyProblems = new CopyOnWriteArrayList<>();

    private ZabbixServer server(ServerSettings settings) {
        ZabbixServer.Builder builder = ZabbixServer.builder(
                settings.registry(), new ValuePrinter(settings, new PrintWriter(out), notes::add, problems::add));
        settings.apply(builder);
        return builder.start();
    }

    private static ServerSettings settings(String proxies) throws Exception {
        return new ServerSettings(JsonObject.parse(
                "server.json",
                "{\"listen\":\"127.0.0.1:0\",\"proxies\":[" + proxies
                        + "],\"hosts\":[{\"host\":\"h\",\"proxy\":\"p\",\"items\":" + ITEMS + "}]}"));
    }

    private RunningProxy proxy(String text) throws Exception {
        return new RunningProxy(
                new ProxySettings(
                        new Parameters(
                                "proxy.conf",
                                text + "\nHostname=p\nTimeout=10\nDBName=" + directory.resolve("buffer"),
                                ProxySettings.KNOWN),
                        "6.0.0"),
                line -> {},
                proxyProblems::add);
    }

    private void takeAndSeeAllItems(RunningProxy proxy) throws Exception {
        proxy.takeValues(new BufferedReader(new StringReader("h t.text 1700000000 5 one\n\nh t.float 1700000001 6 2.5\n"
                + "h t.float 1700000002 7 three\nh none 1 1 x\nwrong\nh t.text 1700000003 8 \"two\\nlines\"\n")));
        await().atMost(LIMIT).untilAsserted(() -> {
            assertThat(out.toString())
                    .contains("5|1700000000|5|one\n", "6|1700000001|6|2.5\n", "5|1700000003|8|two\\nlines\n")
                    .containsPattern("(?m)^1\\|\\d+\\|\\d+\\|1$");
            assertThat(notes)
                    .anyMatch(note -> note.startsWith("item 2 is not supported: Value of type"))
                    .contains("item 3 is not supported: Unsupported item key.")
                    .anyMatch(note -> note.startsWith("item 4 is not supported: Invalid update interval"))
                    .anyMatch(note -> note.startsWith("item 6 is not supported: Value of type"));
        });
        assertThat(out.toString()).doesNotContain("6|1700000002").doesNotContainPattern("(?m)^[234]\\|");
        assertThat(proxyProblems)
                .contains(
                        "standard input: line 5: host h has no item none", "standard input: line 6: a key is missing");
    }

    @Test
    void anActiveProxyDeliversItsItemsAndWhatItIsGiven() throws Exception {
        ServerSettings settings = settings("{\"name\":\"p\",\"mode\":\"active\"}");
        try (ZabbixServer server = server(settings);
                RunningProxy proxy = proxy("Server=127.0.0.1:"
                        + server.address().getPort() + "\nEnableRemoteCommands=1\nProxyMemoryBufferAge=1")) {
            takeAndSeeAllItems(proxy);
            assertThat(proxy.address()).isEmpty();
            settings.registry().submit("p", new Task.CheckNow(0, 0, 1));
            settings.registry().submit("p", command(1, 0, 2, "exit 3"));
            long before =
                    out.toString().lines().filter(line -> line.startsWith("1|")).count();
            await().atMost(LIMIT)
                    .until(() -> out.toString()
                                    .lines()
                                    .filter(line -> line.startsWith("1|"))
                                    .count()
                            > before);
            assertThat(problems).isEmpty();
        }
    }

    @Test
    void aPassiveProxyIsPolledForTheSame() throws Exception {
        int port = FreePort.next();
        ServerSettings settings =
                settings("{\"name\":\"p\",\"mode\":\"passive\",\"address\":\"127.0.0.1:" + port + "\"}");
        try (RunningProxy proxy =
                        proxy("ProxyMode=1\nServer=127.0.0.1,localhost\nListenIP=127.0.0.1\nListenPort=" + port);
                ZabbixServer server = server(settings)) {
            assertThat(server.address().getPort()).isPositive();
            assertThat(proxy.address().orElseThrow().getPort()).isEqualTo(port);
            takeAndSeeAllItems(proxy);
        }
    }

    @Test
    void whatIsWrongIsSaidOnce() throws Exception {
        ServerSettings settings = settings("{\"name\":\"p\",\"mode\":\"active\"}");
        ValuePrinter printer = new ValuePrinter(settings, new PrintWriter(out), notes::add, problems::add);
        for (int i = 0; i < 3; i++) {
            printer.onProblem("p", "proxy data: refused");
            printer.onProblem("p", "proxy config: refused");
            printer.onProblem("", "no request");
        }
        printer.onProblem("p", "proxy data: broken");
        assertThat(problems)
                .containsExactly(
                        "proxy p: proxy data: refused",
                        "proxy p: proxy config: refused",
                        "no request",
                        "proxy p: proxy data: broken");
        for (int i = 0; i < 5000; i++) {
            printer.onProblem("nobody " + i, "not found");
        }
        printer.onProblem("p", "proxy data: broken");
        assertThat(problems).hasSize(5005);
    }

    private static Task.RemoteCommand command(long id, int type, int on, String script) {
        return new Task.RemoteCommand(
                0, 0, type, script, on, 0, 0, "", Secret.of(""), Secret.of(""), Secret.of(""), 0, id, 1);
    }

    @Test
    void scriptsForTheProxyAreCarriedOutAndNothingElse() throws Exception {
        try (ShellCommands commands = new ShellCommands(20)) {
            assertThat(commands.execute(command(1, 0, 2, "echo $((40+2)); echo $HOME; echo err >&2"))
                            .toCompletableFuture()
                            .get())
                    .isEqualTo(new io.mirror.replica.zabbix.exchange.CommandExecutor.Outcome(0, "42\n\nerr"));
            assertThat(commands.execute(command(2, 0, 2, "exit 7"))
                            .toCompletableFuture()
                            .get()
                            .status())
                    .isEqualTo(Task.FAILURE);
            assertThat(commands.execute(command(3, 0, 0, "echo x"))
                            .toCompletableFuture()
                            .get()
                            .info())
                    .contains("for itself only");
            assertThat(commands.execute(command(4, 5, 2, "return 1"))
                            .toCompletableFuture()
                            .get()
                            .status())
                    .isEqualTo(Task.FAILURE);
        }
        try (ShellCommands impatient = new ShellCommands(1)) {
            assertThat(impatient
                            .execute(command(5, 0, 2, "sleep 60"))
                            .toCompletableFuture()
                            .get()
                            .info())
                    .contains("Timeout");
        }
    }
}
