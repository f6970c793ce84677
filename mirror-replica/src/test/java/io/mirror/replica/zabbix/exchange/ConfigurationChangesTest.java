package io.mirror.replica.zabbix.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.codec.zabbix.ConfigRow;
import io.mirror.codec.zabbix.ConfigTable;
import io.mirror.codec.zabbix.MessageBuilder;
import io.mirror.codec.zabbix.ProxyMessage;
import io.mirror.testkit.Seeds;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Changes of a configuration since a revision (section 6.2): what a proxy makes of them, and what a server sends. */
class ConfigurationChangesTest {
    private static final String FIRST = """
            {"globalmacro":{"fields":["globalmacroid","macro"],"data":[[1,"{$A}"]]},
             "hosts":{"fields":["hostid","host"],"data":[[10,"a"],[11,"b"]]},
             "interface":{"fields":["interfaceid","hostid"],"data":[[1,10],[2,11]]},
             "interface_snmp":{"fields":["interfaceid","version"],"data":[[1,2],[2,3]]},
             "hosts_templates":{"fields":["hosttemplateid","hostid","templateid"],"data":[[5,10,99]]},
             "hostmacro":{"fields":["hostmacroid","hostid","macro"],"data":[[6,10,"{$B}"],[7,11,"{$C}"]]},
             "items":{"fields":["itemid","hostid","key_"],"data":[[20,10,"k1"],[21,10,"k2"],[22,11,"k3"]]},
             "item_preproc":{"fields":["item_preprocid","itemid"],"data":[[30,20],[31,21],[32,22]]},
             "httptest":{"fields":["httptestid","hostid"],"data":[[40,10]]},
             "httpstep":{"fields":["httpstepid","httptestid"],"data":[[41,40]]},
             "httpstepitem":{"fields":["httpstepitemid","httpstepid"],"data":[[42,41]]},
             "regexps":{"fields":["regexpid","name"],"data":[[50,"r1"],[51,"r2"]]}}""";

    private static List<ConfigTable> tables(String json) {
        return ConfigurationTables.parse(json.getBytes(StandardCharsets.UTF_8), 1_000);
    }

    private static Map<String, Set<String>> texts(List<ConfigTable> tables) {
        Map<String, Set<String>> texts = new HashMap<>();
        for (ConfigTable table : tables) {
            Set<String> rows = new HashSet<>();
            for (ConfigRow row : table.rows()) {
                List<String> columns = new ArrayList<>();
                for (int i = 0; i < row.fields().size(); i++) {
                    columns.add(row.text(i));
                }
                assertThat(rows.add(String.join(",", columns))).isTrue();
            }
            texts.put(table.name(), rows);
        }
        return texts;
    }

    private static Map<String, Set<String>> after(String changes, MessageBuilder rest) {
        return texts(ConfigurationChanges.apply(
                tables(FIRST), tables(changes), rest.configRevision(2).build()));
    }

    @Test
    void aCompleteConfigurationTakesThePlaceOfTheLastOne() {
        String next = "{\"hosts\":{\"fields\":[\"hostid\",\"host\"],\"data\":[[12,\"c\"]]}}";
        assertThat(after(next, ProxyMessage.builder().fullSync(true))).containsOnlyKeys("hosts");
        List<ConfigTable> old = ConfigurationChanges.apply(
                tables(FIRST), tables(next), ProxyMessage.builder().build());
        assertThat(texts(old)).containsOnlyKeys("hosts");
    }

    @Test
    void aChangedHostComesWithAllThatItOwns() {
        Map<String, Set<String>> now = after("""
                {"hosts":{"fields":["hostid","host"],"data":[[10,"a2"]]},
                 "items":{"fields":["itemid","hostid","key_"],"data":[[21,10,"k2b"],[23,10,"k4"]]}}""", ProxyMessage.builder());
        assertThat(now.get("hosts")).containsExactlyInAnyOrder("10,a2", "11,b");
        assertThat(now.get("items")).containsExactlyInAnyOrder("21,10,k2b", "22,11,k3", "23,10,k4");
        assertThat(now.get("item_preproc")).containsExactly("32,22");
        assertThat(now.get("interface")).containsExactly("2,11");
        assertThat(now.get("interface_snmp")).containsExactly("2,3");
        assertThat(now.get("hostmacro")).containsExactly("7,11,{$C}");
        assertThat(now.get("hosts_templates")).isEmpty();
        assertThat(now.get("httptest")).isEmpty();
        assertThat(now.get("httpstepitem")).isEmpty();
        assertThat(now.get("regexps")).hasSize(2);
        assertThat(now.get("globalmacro")).hasSize(1);
    }

    @Test
    void hostsAndMacrosAreDeletedByTheirHosts() {
        Map<String, Set<String>> now = after(
                "{}",
                ProxyMessage.builder().deletedHost(11).deletedMacroHost(10).deletedMacroHost(0));
        assertThat(now.get("hosts")).containsExactly("10,a");
        assertThat(now.get("items")).containsExactlyInAnyOrder("20,10,k1", "21,10,k2");
        assertThat(now.get("hostmacro")).isEmpty();
        assertThat(now.get("hosts_templates")).isEmpty();
        assertThat(now.get("globalmacro")).isEmpty();
        assertThat(now.get("interface_snmp")).containsExactly("1,2");
    }

    @Test
    void macrosOfAHostAndSingleItemsMayComeAlone() {
        Map<String, Set<String>> now = after("""
                {"hostmacro":{"fields":["hostmacroid","hostid","macro"],"data":[[8,10,"{$D}"]]},
                 "items":{"fields":["itemid","hostid","key_"],"data":[[24,10,"k5"],[22,11,"k3b"]]}}""", ProxyMessage.builder());
        assertThat(now.get("hostmacro")).containsExactlyInAnyOrder("7,11,{$C}", "8,10,{$D}");
        assertThat(now.get("hosts_templates")).isEmpty();
        assertThat(now.get("items")).containsExactlyInAnyOrder("20,10,k1", "21,10,k2", "22,11,k3b", "24,10,k5");
        assertThat(now.get("hosts")).hasSize(2);
    }

    @Test
    void tablesWithoutHostsComeCompletely() {
        Map<String, Set<String>> now = after(
                "{\"regexps\":{\"fields\":[\"regexpid\",\"name\"],\"data\":[[51,\"r2b\"]]},"
                        + "\"drules\":{\"fields\":[\"druleid\"],\"data\":[[1]]}}",
                ProxyMessage.builder());
        assertThat(now.get("regexps")).containsExactly("51,r2b");
        assertThat(now.get("drules")).containsExactly("1");
        assertThat(now.get("items")).hasSize(3);
    }

    @Test
    void theHostsOfAProxyGroupChangeByThemselves() {
        List<ConfigTable> group =
                tables("{\"host_proxy\":{\"fields\":[\"hostproxyid\",\"host\"],\"data\":[[1,\"a\"],[2,\"b\"]]}}");
        List<ConfigTable> next =
                tables("{\"host_proxy\":{\"fields\":[\"hostproxyid\",\"host\"],\"data\":[[2,\"b2\"],[3,\"c\"]]}}");
        MessageBuilder rest = ProxyMessage.builder().configRevision(3);
        assertThat(texts(ConfigurationChanges.apply(
                                group,
                                next,
                                rest.proxyGroup("{\"del_hostproxyids\":[1],\"x\":[{}]}")
                                        .build()))
                        .get("host_proxy"))
                .containsExactlyInAnyOrder("2,b2", "3,c");
        assertThat(texts(ConfigurationChanges.apply(
                                group,
                                List.of(),
                                rest.proxyGroup("{\"full_sync\":1}").build()))
                        .get("host_proxy"))
                .isEmpty();
    }

    @Test
    void whatAServerSendsOfChangesMakesTheConfigurationThatItHas() {
        Seeds.forEach(300, seed -> {
            Random random = new Random(seed);
            ServerConfiguration last = random(random, 1, Map.of());
            ServerConfiguration next = random(random, 2, ids(last));
            Optional<MessageBuilder> changes = ConfigurationDifference.between(last, next);
            assertThat(changes).isPresent();
            ProxyMessage sent = Wire.reread(changes.get().configRevision(2).build());
            assertThat(sent.fullSync()).isFalse();
            List<ConfigTable> made = ConfigurationChanges.apply(last.tables(), sent.tables(), sent);
            assertThat(texts(made)).isEqualTo(texts(next.tables()));
        });
    }

    private static Map<String, Set<String>> ids(ServerConfiguration configuration) {
        return texts(configuration.tables());
    }

    /** About half of the rows of the last one, and others. */
    private static ServerConfiguration random(Random random, long revision, Map<String, Set<String>> kept) {
        Map<String, List<ConfigRow>> rows = new LinkedHashMap<>();
        Map<String, List<Long>> keys = new HashMap<>();
        fill(random, rows, keys, ConfigurationShape.HOSTS, "", kept);
        for (ConfigurationShape.Owned owned : ConfigurationShape.OWNED) {
            fill(random, rows, keys, owned.table(), owned.owner() + ":" + owned.field(), kept);
        }
        fill(random, rows, keys, "regexps", "", kept);
        fill(random, rows, keys, "globalmacro", "", kept);
        List<ConfigTable> tables = new ArrayList<>();
        rows.forEach((name, all) -> tables.add(
                new ConfigTable(name, List.of("key", name.equals("hosts") ? "x" : field(name), "version"), all)));
        return new ServerConfiguration(tables, "{}", revision);
    }

    private static String field(String table) {
        return ConfigurationShape.owned(table)
                .map(ConfigurationShape.Owned::field)
                .orElse("x");
    }

    private static void fill(
            Random random,
            Map<String, List<ConfigRow>> rows,
            Map<String, List<Long>> keys,
            String table,
            String owner,
            Map<String, Set<String>> kept) {
        List<String> fields = List.of("key", table.equals("hosts") ? "x" : field(table), "version");
        List<ConfigRow> all = new ArrayList<>();
        List<Long> used = new ArrayList<>();
        List<Long> owners = owner.isEmpty() ? List.of(0L) : keys.get(owner.substring(0, owner.indexOf(':')));
        for (long key = 1; key <= 6 && !owners.isEmpty(); key++) {
            long id = key * 100 + table.hashCode() % 50;
            String old = kept.getOrDefault(table, Set.of()).stream()
                    .filter(text -> text.startsWith(id + ","))
                    .findFirst()
                    .orElse("");
            if (random.nextInt(3) == 0) {
                continue;
            }
            String[] columns = old.split(",", -1);
            boolean same = !old.isEmpty() && owners.contains(Long.valueOf(columns[1])) && random.nextInt(3) > 0;
            long of = same ? Long.parseLong(columns[1]) : owners.get(random.nextInt(owners.size()));
            String version = same ? columns[2] : "v" + random.nextInt(1_000);
            all.add(ConfigRow.of(fields, List.of(id, of, version)));
            used.add(id);
        }
        rows.put(table, all);
        keys.put(table, used);
    }

    @Test
    void aServerSendsEverythingWhereChangesCannotBeTold() {
        ServerConfiguration orphan =
                ServerConfiguration.of(tables("{\"items\":{\"fields\":[\"itemid\",\"hostid\"],\"data\":[[1,77]]}}"));
        assertThat(ConfigurationDifference.between(ServerConfiguration.of(tables(FIRST)), orphan))
                .isEmpty();
        assertThat(ConfigurationDifference.between(orphan, ServerConfiguration.of(tables(FIRST))))
                .isEmpty();
        ServerConfiguration group =
                ServerConfiguration.of(tables("{\"host_proxy\":{\"fields\":[\"hostproxyid\"],\"data\":[[1]]}}"));
        assertThat(ConfigurationDifference.between(group, ServerConfiguration.of(List.of())))
                .isEmpty();
    }
}
