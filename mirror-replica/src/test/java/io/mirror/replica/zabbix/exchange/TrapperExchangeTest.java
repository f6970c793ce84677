package io.mirror.replica.zabbix.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mirror.codec.zabbix.HistoryRow;
import io.mirror.codec.zabbix.MessageCollector;
import io.mirror.codec.zabbix.ProxyMessage;
import io.mirror.codec.zabbix.Task;
import io.mirror.codec.zabbix.ZabbixDecodeException;
import io.mirror.codec.zabbix.ZabbixDecodeException.Reason;
import io.mirror.core.metrics.Metrics;
import io.mirror.replica.zabbix.exchange.TrapperExchange.Reply;
import io.mirror.transport.access.AddressRange;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A server of active proxies, without a network and in a time of its own. */
class TrapperExchangeTest {
    private static final String OK = "{\"upload\":\"enabled\",\"response\":\"success\"}";

    private final ServerRig rig = new ServerRig();
    private ProxyRegistry registry = new ProxyRegistry("6.0.14");
    private TrapperExchange exchange = exchange("6.0.14");

    private TrapperExchange exchange(String version) {
        registry = new ProxyRegistry(version);
        registry.put(ProxyDefinition.active("P", ConnectionKind.UNENCRYPTED));
        registry.put(ProxyDefinition.passive("passive", "127.0.0.1", 10051, ConnectionKind.UNENCRYPTED));
        exchange = new TrapperExchange(registry, rig, 100_000);
        return exchange;
    }

    private Optional<Reply> reply(PeerIdentity peer, String json, boolean compressed) {
        TrapperExchange.Conversation conversation = exchange.newConversation(peer);
        return conversation.onMessage(Wire.deliver(json, conversation.listener()), compressed, Wire.at(5_000));
    }

    /** The answer as JSON; "closed" if there is none. */
    private String ask(String json) {
        return reply(ServerRig.plain(), json, true)
                .map(reply -> Wire.json(reply.message()))
                .orElse("closed");
    }

    private static String data(String sections) {
        return data(ProxyRig.SESSION, sections);
    }

    private static String data(String session, String sections) {
        return "{\"request\":\"proxy data\",\"host\":\"P\",\"session\":\"" + session + "\"," + sections
                + ",\"version\":\"6.0.14\"}";
    }

    private static String row(long id, String value) {
        return "{\"id\":" + id + ",\"itemid\":23,\"clock\":1700000000,\"ns\":5,\"value\":\"" + value + "\"}";
    }

    private static String failed(String info) {
        return "{\"response\":\"failed\",\"info\":\"" + info + "\"}";
    }

    private void refusedEverywhere(PeerIdentity peer, String host, String info) {
        for (String request : new String[] {"proxy config", "proxy heartbeat", "proxy data"}) {
            rig.problems.clear();
            String json = "{\"request\":\"" + request + "\"" + (host == null ? "" : ",\"host\":\"" + host + "\"")
                    + ",\"version\":\"6.0.14\"}";
            String expected = request.equals("proxy config") ? "closed" : failed(info);
            assertThat(reply(peer, json, true)
                            .map(reply -> Wire.json(reply.message()))
                            .orElse("closed"))
                    .as(request)
                    .isEqualTo(expected);
            assertThat(rig.problems).as(request).hasSize(1);
        }
    }

    @Test
    void refusesStrangersTheWayDaemonsDo() {
        refusedEverywhere(ServerRig.plain(), "Q", "proxy \\\"Q\\\" not found");
        refusedEverywhere(ServerRig.plain(), "passive", "proxy \\\"passive\\\" is configured for passive mode");
        refusedEverywhere(ServerRig.plain(), null, "missing name of proxy");
        refusedEverywhere(ServerRig.plain(), "", "missing name of proxy");
        refusedEverywhere(ServerRig.plain(), "x".repeat(129), "missing name of proxy");
        refusedEverywhere(
                ServerRig.plain(), "P/1", "invalid proxy name \\\"P/1\\\": name contains invalid character '/'");
    }

    @Test
    void refusesThoseWhoCannotProveWhoTheyAre() {
        registry.put(ProxyDefinition.active("P", ConnectionKind.PSK, ConnectionKind.CERTIFICATE)
                .withIdentity("psk 1", "CN=ca,O=x", "CN=p,O=x"));
        refusedEverywhere(
                ServerRig.plain(), "P", "connection of type \\\"unencrypted\\\" is not allowed for proxy \\\"P\\\"");
        refusedEverywhere(
                ServerRig.peer(ConnectionKind.PSK, "psk 2", "", ""),
                "P",
                "proxy \\\"P\\\" is using false PSK identity");
        refusedEverywhere(
                ServerRig.peer(ConnectionKind.CERTIFICATE, "", "CN=other,O=x", "CN=p,O=x"),
                "P",
                "proxy \\\"P\\\" certificate issuer does not match");
        refusedEverywhere(
                ServerRig.peer(ConnectionKind.CERTIFICATE, "", "CN=ca,O=x", "CN=q,O=x"),
                "P",
                "proxy \\\"P\\\" certificate subject does not match");
        assertThat(reply(ServerRig.peer(ConnectionKind.PSK, "psk 1", "", ""), data("\"more\":0"), true))
                .isPresent();
        assertThat(reply(
                        ServerRig.peer(ConnectionKind.CERTIFICATE, "", "CN=ca,O=x", "CN=p,O=x"),
                        data("\"more\":0"),
                        true))
                .isPresent();
    }

    @Test
    void refusesOtherAddresses() {
        registry.put(ProxyDefinition.active("P", ConnectionKind.UNENCRYPTED)
                .withAddresses(List.of(AddressRange.parse("10.0.0.0/8"))));
        refusedEverywhere(
                ServerRig.plain(), "P", "connection from \\\"127.0.0.1\\\" is not allowed for proxy \\\"P\\\"");
        registry.put(ProxyDefinition.active("P", ConnectionKind.UNENCRYPTED)
                .withAddresses(List.of(AddressRange.parse("10.0.0.0/8"), AddressRange.parse("127.0.0.1"))));
        assertThat(ask(data("\"more\":0"))).isEqualTo(OK);
    }

    @Test
    void closesOnRequestsThatItDoesNotKnow() {
        assertThat(ask("{\"request\":\"agent data\",\"host\":\"P\"}")).isEqualTo("closed");
        assertThat(ask("{\"host\":\"P\"}")).isEqualTo("closed");
        assertThat(rig.problems).containsExactly(": unknown request \"agent data\"", ": unknown request \"\"");
    }

    @ParameterizedTest
    @EnumSource(Reason.class)
    void answersOnlyJsonThatCannotBeRead(Reason reason) {
        Optional<Reply> reply =
                exchange.newConversation(ServerRig.plain()).malformed(new ZabbixDecodeException(reason, 7, "detail"));

        boolean answered = reason == Reason.BAD_JSON || reason == Reason.JSON_LIMIT || reason == Reason.BAD_MEMBER;
        assertThat(reply.isPresent()).isEqualTo(answered);
        reply.ifPresent(sent -> {
            assertThat(sent.compress()).isFalse();
            assertThat(sent.message().response()).contains("failed");
        });
        if (reason == Reason.BAD_JSON) {
            assertThat(reply.orElseThrow().message().info())
                    .hasValueSatisfying(info -> assertThat(info).startsWith("cannot parse as a valid JSON object"));
        }
        assertThat(rig.problems)
                .singleElement()
                .asString()
                .startsWith(": message from \"127.0.0.1\": " + reason.text());
    }

    @Test
    void givesConfiguration() {
        String answer = ask("{\"request\":\"proxy config\",\"host\":\"P\",\"version\":\"6.0.14\"}");

        assertThat(answer)
                .startsWith("{\"globalmacro\":{\"fields\":[\"globalmacroid\"")
                .contains("\"hosts\":{\"fields\":[\"hostid\",\"host\",\"status\"")
                .contains("[10084,\"web-1\",0,")
                .contains("[23,2,10084,\"t.float\",\"0\",\"90d\",0,0,null,0]")
                .endsWith("\"macro.secrets\":{}}");
        rig.broken = true;
        assertThat(ask("{\"request\":\"proxy config\",\"host\":\"P\",\"version\":\"6.0.14\"}"))
                .isEqualTo("closed");
        assertThat(rig.problems).containsExactly("P: there is no configuration for the proxy: the database is away");
    }

    @Test
    void countsWhatItTakesAndWhatItRefuses() {
        rig.types.put(23L, ValueType.UNSIGNED);
        rig.foreign.add(99L);
        String section = "\"history data\":[" + row(1, "5") + "," + row(2, "no number") + ","
                + row(3, "6").replace(":23", ":99") + ",{\"id\":4}]";
        ask(data(section));
        ask(data(section));
        ask(data("too short", "\"history data\":[" + row(9, "1") + "]"));
        ask("{\"request\":\"proxy data\",\"host\":\"P\",\"version\":\"4.0.9\"}");
        ask("{\"request\":\"proxy heartbeat\",\"host\":\"Q\"}");
        ask("{\"request\":\"agent data\"}");
        rig.broken = true;
        ask("{\"request\":\"proxy config\",\"host\":\"P\"}");
        assertThat(exchange.newConversation(ServerRig.plain())
                        .malformed(new ZabbixDecodeException(ZabbixDecodeException.Reason.BAD_MAGIC, 0, "x")))
                .isEmpty();

        Metrics metrics = registry.counts().metrics("server");
        assertThat(metrics.metrics().stream()
                        .filter(metric -> metrics.number(metric) > 0)
                        .map(metric -> metric.name() + " " + metrics.number(metric)))
                .containsExactly(
                        "values.taken 2",
                        "values.repeated 3",
                        "values.refused 1",
                        "values.unfit 1",
                        "rows.bad 2",
                        "refused.messages 1",
                        "refused.requests 1",
                        "refused.proxies 1",
                        "refused.versions 1",
                        "refused.data 1",
                        "failed.configurations 1");
    }

    @Test
    void givesOnlyWhatHasChangedToNewerProxies() {
        exchange("6.4.1");
        String request = "{\"request\":\"proxy config\",\"host\":\"P\",\"version\":\"6.4.0\",\"session\":\""
                + ProxyRig.SESSION + "\",\"config_revision\":";
        rig.configuration = new ServerConfiguration(
                ConfigurationTables.parse(
                        ("{\"hosts\":{\"fields\":[\"hostid\",\"host\"],\"data\":[[1,\"a\"],[2,\"b\"]]},"
                                        + "\"regexps\":{\"fields\":[\"regexpid\"],\"data\":[[9]]}}")
                                .getBytes(StandardCharsets.UTF_8),
                        10),
                "{}",
                7);
        assertThat(ask(request + "0}")).startsWith("{\"full_sync\":1");
        rig.configuration = new ServerConfiguration(
                ConfigurationTables.parse(
                        ("{\"hosts\":{\"fields\":[\"hostid\",\"host\"],\"data\":[[1,\"a2\"]]},"
                                        + "\"regexps\":{\"fields\":[\"regexpid\"],\"data\":[[9]]}}")
                                .getBytes(StandardCharsets.UTF_8),
                        10),
                "{\"v\":{}}",
                8);
        assertThat(ask(request + "7}"))
                .isEqualTo("{\"data\":{\"hosts\":{\"fields\":[\"hostid\",\"host\"],\"data\":[[1,\"a2\"]]}},"
                        + "\"macro.secrets\":{\"v\":{}},\"del_hostids\":[2],\"config_revision\":8}");
        // The answer was lost: the proxy still has the revision before.
        assertThat(ask(request + "7}")).startsWith("{\"full_sync\":1");
        assertThat(ask(request + "8}")).isEqualTo("{}");
    }

    @Test
    void givesRevisionsOfTheConfigurationToNewerProxies() {
        exchange("6.4.1");
        String request = "{\"request\":\"proxy config\",\"host\":\"P\",\"version\":\"6.4.0\",\"session\":\""
                + ProxyRig.SESSION + "\",\"config_revision\":";
        assertThat(ask(request + "0}"))
                .startsWith("{\"full_sync\":1,\"data\":{\"globalmacro\"")
                .endsWith("\"config_revision\":1}");
        assertThat(ask(request + "1}")).isEqualTo("{}");
        rig.configuration = new ServerConfiguration(rig.configuration.tables(), "{}", 5);
        assertThat(ask(request + "1}")).endsWith("\"config_revision\":5}");
        assertThat(ask(request + "5}")).isEqualTo("{}");
        // A proxy that started again, and one that knows a revision of the future.
        assertThat(ask(request.replace('0', 'a').replace("6.4.a", "6.4.0") + "5}"))
                .startsWith("{\"full_sync\":1");
        assertThat(ask(request + "9}")).startsWith("{\"full_sync\":1");

        assertThat(ask("{\"request\":\"proxy config\",\"host\":\"P\",\"version\":\"6.0.0\"}"))
                .isEqualTo("{\"response\":\"failed\",\"info\":\"proxy and server major versions do not match\","
                        + "\"version\":\"6.4.1\"}");
        assertThat(ask("{\"request\":\"proxy config\",\"host\":\"P\",\"version\":\"6.4.0\"}"))
                .isEqualTo(failed("cannot find pair with name \\\"session\\\""));
        assertThat(ask("{\"request\":\"proxy config\",\"host\":\"P\",\"version\":\"6.4.0\",\"session\":\"x\"}"))
                .isEqualTo(failed("cannot find pair with name \\\"config_revision\\\""));
        rig.broken = true;
        assertThat(ask(request + "0}"))
                .isEqualTo(failed("there is no configuration for the proxy: the database is away"));
    }

    @Test
    void answersHeartbeatsOfTheOlderDialectOnly() {
        String heartbeat = "{\"request\":\"proxy heartbeat\",\"host\":\"P\",\"version\":\"3.0\"}";
        assertThat(ask(heartbeat)).isEqualTo("{\"response\":\"success\"}");
        exchange("6.4.0");
        assertThat(ask(heartbeat)).isEqualTo("closed");
        assertThat(rig.problems).isEmpty();
    }

    @Test
    void takesEachRowOnce() {
        String three = data("\"history data\":[" + row(1, "a") + "," + row(2, "b") + "," + row(3, "c") + "]");
        assertThat(ask(three)).isEqualTo(OK);
        assertThat(ask(three)).isEqualTo(OK);
        assertThat(ask(data("\"history data\":[" + row(3, "c") + "," + row(4, "d") + "]")))
                .isEqualTo(OK);
        assertThat(rig.values()).containsExactly("23=a", "23=b", "23=c", "23=d");

        // Another token counts anew; no token and no number are never suppressed.
        rig.data.clear();
        assertThat(ask(data("f".repeat(32), "\"history data\":[" + row(1, "e") + "]")))
                .isEqualTo(OK);
        String without = "{\"request\":\"proxy data\",\"host\":\"P\",\"history data\":[" + row(1, "f")
                + "],\"version\":\"6.0.14\"}";
        assertThat(ask(without)).isEqualTo(OK);
        assertThat(ask(without)).isEqualTo(OK);
        assertThat(ask(data("\"history data\":[" + row(0, "g") + "]"))).isEqualTo(OK);
        assertThat(rig.values()).containsExactly("23=e", "23=f", "23=f", "23=g");

        // Rows out of order corrupt the mark, as in the daemons.
        rig.data.clear();
        assertThat(ask(data("\"history data\":[" + row(30, "h") + "," + row(29, "i") + "]")))
                .isEqualTo(OK);
        assertThat(ask(data("\"history data\":[" + row(30, "h") + "]"))).isEqualTo(OK);
        assertThat(rig.values()).containsExactly("23=h", "23=i", "23=h");
    }

    @Test
    void forgetsTokensAfterADayAndWhenThereAreTooMany() {
        ProxyState state = new ProxyState(ProxyDefinition.active("P", ConnectionKind.UNENCRYPTED));
        state.taken("old", 5, Wire.at(0));
        state.taken("busy", 7, Wire.at(86_400_000));
        assertThat(state.lastId("old", Wire.at(86_400_000))).isEqualTo(5);
        state.taken("third", 1, Wire.at(86_400_000L * 3));
        assertThat(state.lastId("old", Wire.at(86_400_000L * 3))).isZero();
        for (int i = 0; i < 1_000; i++) {
            state.taken("s" + i, 1, Wire.at(86_400_000L * 3));
        }
        assertThat(state.lastId("third", Wire.at(86_400_000L * 3))).isZero();
        assertThat(state.lastId("s999", Wire.at(86_400_000L * 3))).isEqualTo(1);
    }

    @Test
    void refusesTokensOfAnotherLengthWhenThereIsHistory() {
        assertThat(ask(data("short", "\"history data\":[" + row(1, "a") + "]")))
                .isEqualTo(failed("invalid session token length 5"));
        assertThat(ask(data("short", "\"more\":0"))).isEqualTo(OK);
        assertThat(rig.values()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"4.0.9,false", "4.2.0,true", "5.4.1,true", "6.0.99rc1,true", "6.2.0,false", "'',false", "x,false"})
    void takesDataFromKnownVersions(String version, boolean taken) {
        String request = "{\"request\":\"proxy data\",\"host\":\"P\",\"version\":\"" + version + "\"}";

        assertThat(ask(request)).isEqualTo(taken ? OK : "{\"response\":\"failed\"}");
    }

    @ParameterizedTest
    @CsvSource({"7.0.1,6.4.0,true", "7.0.1,6.0.0,true", "7.0.1,5.4.0,false", "7.2.0,6.4.0,false", "7.2.0,7.0.0,true"})
    void keepsTheVersionRulesOfNewerServers(String server, String proxy, boolean taken) {
        exchange(server);
        String request = "{\"request\":\"proxy data\",\"host\":\"P\",\"version\":\"" + proxy + "\"}";

        assertThat(ask(request))
                .isEqualTo(
                        taken
                                ? OK
                                : "{\"upload\":\"disabled\",\"response\":\"failed\","
                                        + "\"info\":\"current proxy version is not supported by server\"}");
    }

    @Test
    void fillsInTheTimeOfRows() {
        ask(
                data(
                        "\"history data\":[{\"itemid\":1,\"value\":\"now\"},{\"itemid\":2,\"clock\":100,\"value\":\"a\"},"
                                + "{\"itemid\":3,\"clock\":100,\"value\":\"b\"},{\"itemid\":4,\"clock\":100,\"ns\":9,\"value\":\"c\"}]"));

        assertThat(rig.data.get(0).history())
                .extracting(row -> row.clock() + "." + row.ns())
                .containsExactly((Wire.EPOCH + 5) + ".0", "100.0", "100.1", "100.9");
    }

    @Test
    void leavesOutSingleRowsAndSaysSo() {
        String answer = ask(data("\"history data\":[{\"itemid\":\"x\",\"value\":\"a\"},"
                + "{\"itemid\":2,\"clock\":100,\"ns\":1000000000,\"value\":\"b\"}," + row(3, "c") + "]"));

        assertThat(answer).isEqualTo(OK);
        assertThat(rig.values()).containsExactly("23=c");
        assertThat(rig.problems).hasSize(1);
        assertThat(rig.problems.get(0)).startsWith("P: 2 rows left out, the first is row 0 of history data: ");
    }

    @Test
    void makesItemsUnsupportedWhoseValuesDoNotFit() {
        rig.types.put(23L, ValueType.UNSIGNED);
        rig.foreign.add(24L);
        ask(data("\"history data\":[" + row(1, "12") + "," + row(2, "-12") + ","
                + "{\"id\":3,\"itemid\":24,\"clock\":1,\"value\":\"1\"},"
                + "{\"id\":4,\"itemid\":23,\"clock\":1,\"state\":1,\"value\":\"gone\"},"
                + "{\"id\":5,\"itemid\":23,\"clock\":1}]"));

        List<HistoryRow> rows = rig.data.get(0).history();
        assertThat(rows).extracting(HistoryRow::id).containsExactly(1L, 2L, 4L, 5L);
        assertThat(rows).extracting(HistoryRow::unsupported).containsExactly(false, true, true, false);
        assertThat(rows.get(1).value())
                .contains("Value of type \"string\" is not suitable for value type \"Numeric (unsigned)\". "
                        + "Value \"-12\"");
    }

    @Test
    void keepsWhatStandsBeforeABadSection() {
        String history = "\"history data\":[" + row(1, "a") + "]";
        assertThat(ask(data("\"interface availability\":[{\"interfaceid\":1,\"available\":1},{\"interfaceid\":\"x\","
                        + "\"available\":1}]," + history)))
                .isEqualTo(failed("interfaceid is not a valid numeric"));
        assertThat(rig.values()).isEmpty();
        assertThat(rig.data.get(0).availability()).hasSize(1);
        rig.data.clear();

        assertThat(ask(data(history + ",\"discovery data\":[{\"clock\":1,\"drule\":2,\"dcheck\":null,"
                        + "\"ip\":\"10.0.0.1\"},{\"drule\":2}],\"auto registration\":[{\"clock\":1,\"host\":\"h\","
                        + "\"ip\":\"10.0.0.1\"}]")))
                .isEqualTo(failed("cannot find pair with name \\\"clock\\\""));
        assertThat(rig.values()).containsExactly("23=a");
        assertThat(rig.data.get(0).discovery()).hasSize(1);
        assertThat(rig.data.get(0).registrations()).isEmpty();
        rig.data.clear();

        // The numbers of the first half count: nothing of it is taken again.
        assertThat(ask(data(history + ",\"auto registration\":[{\"clock\":1,\"host\":\"h\",\"ip\":\"10.0.0.1\"},"
                        + "{\"clock\":1}]")))
                .isEqualTo(failed("cannot find pair with name \\\"host\\\""));
        assertThat(rig.values()).isEmpty();
        assertThat(rig.data.get(0).registrations()).hasSize(1);
    }

    @Test
    void skipsDiscoveredHostsWithoutAnAddress() {
        assertThat(ask(data("\"discovery data\":[{\"clock\":1,\"drule\":2,\"dcheck\":3,\"ip\":\"nowhere\"},"
                        + "{\"clock\":1,\"drule\":2,\"dcheck\":3,\"ip\":\"fe80::1\"}]")))
                .isEqualTo(OK);

        assertThat(rig.data.get(0).discovery()).hasSize(1);
        assertThat(rig.problems).containsExactly("P: discovery row with the invalid address nowhere");
    }

    @Test
    void answersFailedWhenTheHostCannotTakeTheDataAndTakesItLater() {
        rig.broken = true;
        String one = data("\"history data\":[" + row(1, "a") + "]");
        assertThat(ask(one)).isEqualTo(failed("the server cannot take the data: the database is away"));
        rig.broken = false;
        assertThat(ask(one)).isEqualTo(OK);
        assertThat(rig.values()).containsExactly("23=a");
    }

    @Test
    void handsOutTasksOnceAndAgainIfTheAnswerWasLost() {
        assertThat(registry.submit("nobody", new Task.CheckNow(1, 0, 2))).isFalse();
        assertThat(registry.submit("P", new Task.CheckNow(Wire.EPOCH, 600, 23))).isTrue();
        assertThat(registry.submit("P", new Task.CheckNow(Wire.EPOCH - 6_000, 600, 24)))
                .isTrue();
        TrapperExchange.Conversation conversation = exchange.newConversation(ServerRig.plain());
        ProxyMessage head = Wire.deliver(data("\"more\":0"), conversation.listener());
        Reply lost = conversation.onMessage(head, true, Wire.at(5_000)).orElseThrow();
        assertThat(lost.tasks()).containsExactly(new Task.CheckNow(Wire.EPOCH, 600, 23));
        assertThat(ask(data("\"more\":0"))).isEqualTo(OK);
        conversation.notSent(head, lost);

        assertThat(ask(data("\"more\":0")))
                .isEqualTo("{\"upload\":\"enabled\",\"response\":\"success\",\"tasks\":[{\"type\":6,\"clock\":"
                        + Wire.EPOCH + ",\"ttl\":600,\"itemid\":23}]}");
        assertThat(ask(data("\"more\":0"))).isEqualTo(OK);
    }

    @Test
    void keepsABoundedNumberOfTasks() {
        for (int i = 0; i < 10_000; i++) {
            assertThat(registry.submit("P", new Task.CheckNow(Wire.EPOCH, 0, i)))
                    .isTrue();
        }
        assertThat(registry.submit("P", new Task.CheckNow(Wire.EPOCH, 0, 1))).isFalse();
    }

    @Test
    void takesResultsOfTasks() {
        ask(data("\"tasks\":[{\"type\":3,\"clock\":1,\"ttl\":0,\"status\":0,\"info\":\"up\",\"parent_taskid\":7},"
                + "{\"type\":8,\"clock\":1,\"ttl\":0,\"status\":-1,\"info\":\"no\",\"parent_taskid\":8},"
                + "{\"type\":3,\"clock\":1,\"ttl\":0,\"status\":0,\"parent_taskid\":9}]"));

        assertThat(rig.data.get(0).results())
                .containsExactly(new Task.CommandResult(1, 0, 0, "up", 7), new Task.DataResult(1, 0, -1, "no", 8));
    }

    @Test
    void switchesUploadsOffAndOn() {
        registry.uploadEnabled(false);
        registry.submit("P", new Task.CheckNow(Wire.EPOCH, 0, 23));
        String one = data("\"history data\":[" + row(1, "a") + "]");
        assertThat(ask(one)).isEqualTo("{\"upload\":\"disabled\",\"response\":\"failed\"}");
        assertThat(ask("{\"request\":\"proxy heartbeat\",\"host\":\"P\"}")).isEqualTo("{\"response\":\"success\"}");
        assertThat(ask(data("\"more\":0")))
                .startsWith("{\"upload\":\"disabled\",\"response\":\"success\",\"tasks\":[{\"type\":6");
        registry.uploadEnabled(true);
        assertThat(ask(one)).isEqualTo(OK);
        assertThat(rig.values()).containsExactly("23=a");
    }

    @Test
    void compressesAsThePreviousMessageOfTheProxyWas() {
        String empty = data("\"more\":0");
        assertThat(reply(ServerRig.plain(), empty, false).orElseThrow().compress())
                .isTrue();
        assertThat(reply(ServerRig.plain(), empty, true).orElseThrow().compress())
                .isFalse();
        assertThat(reply(ServerRig.plain(), empty, true).orElseThrow().compress())
                .isTrue();
        String heartbeat = "{\"request\":\"proxy heartbeat\",\"host\":\"P\"}";
        assertThat(reply(ServerRig.plain(), heartbeat, false).orElseThrow().compress())
                .isFalse();
        assertThat(reply(ServerRig.plain(), heartbeat.replace("P", "Q"), false)
                        .orElseThrow()
                        .compress())
                .isFalse();
        exchange("6.4.0");
        reply(ServerRig.plain(), data("\"more\":0").replace("6.0.14", "6.4.0"), false);
        assertThat(reply(ServerRig.plain(), data("\"more\":0").replace("6.0.14", "6.4.0"), false)
                        .orElseThrow()
                        .compress())
                .isTrue();
    }

    @Test
    void forgetsAndChangesProxies() {
        registry.put(ProxyDefinition.active("P", ConnectionKind.PSK));
        assertThat(registry.proxies()).hasSize(2);
        assertThat(ask(data("\"more\":0"))).contains("connection of type");
        registry.remove("P");
        assertThat(ask(data("\"more\":0"))).isEqualTo(failed("proxy \\\"P\\\" not found"));
        assertThatThrownBy(() -> new ProxyRegistry("six")).hasMessage("version has the form 6.0.14, not six");
    }

    @Test
    @Tag("S-LEN-6")
    void boundsTheRowsOfAMessage() {
        MessageCollector three = new MessageCollector(3);
        String four = data(
                "\"history data\":[" + row(1, "a") + "," + row(2, "b") + "," + row(3, "c") + "," + row(4, "d") + "]");

        assertThatThrownBy(() -> Wire.deliver(four, three))
                .isInstanceOf(ZabbixDecodeException.class)
                .hasMessageContaining("more than 3 rows in one message");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"host availability\":[{\"hostid\":1,\"available\":1,\"error\":\"\"}]",
                "\"unknown\":{\"a\":[1]}"
            })
    void passesOverWhatServersOfThisVersionIgnore(String section) {
        assertThat(ask(data(section))).isEqualTo(OK);
        assertThat(rig.data).isEmpty();
    }
}
