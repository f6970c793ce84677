package io.mirror.examples.command.zabbix;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.examples.command.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What keeps the commands from starting: one line that names the parameter and where it stands, and code 1. */
@Timeout(120)
class ZabbixSettingsTest {
    @TempDir
    Path directory;

    private String file(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text).toString();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "StartPollers=5 | line 3: unknown parameter StartPollers",
                "nonsense | line 3: \"nonsense\" is not Name=Value",
                "Hostname=b | line 3: Hostname stands in line 2 already",
                "ProxyMode=2 | line 3: ProxyMode is 0 (active) or 1 (passive), not 2",
                "Server= | Server is missing",
                "Server=a:99999 | line 3: Server is address or address:port",
                "Server=a;:5 | line 3: Server is address or address:port",
                "ConfigFrequency=0 | line 3: ConfigFrequency is 1 to 604800, not 0",
                "ProxyConfigFrequency=x | line 3: ProxyConfigFrequency is a number",
                "DataSenderFrequency=3601 | line 3: DataSenderFrequency is 1 to 3600",
                "HeartbeatFrequency=-1 | line 3: HeartbeatFrequency is 0 to 3600",
                "ListenPort=80 | line 3: ListenPort is 1024 to 32767, not 80",
                "Timeout=31 | line 3: Timeout is 1 to 30",
                "EnableRemoteCommands=2 | line 3: EnableRemoteCommands is 0 to 1",
                "TLSConnect=tls | line 3: TLSConnect is unencrypted, psk or cert, not tls",
                "TLSConnect=psk | TLSPSKIdentity is missing",
                "TLSConnect=cert | TLSCAFile is missing",
                "ProxyBufferMode=disk | DBName is missing",
                "ProxyBufferMode=tape | line 3: ProxyBufferMode is disk, memory or hybrid, not tape",
                "ProxyMemoryBufferSize=1K | line 3: ProxyMemoryBufferSize is a size of at least 131072 bytes",
                "ProxyMemoryBufferSize=M | line 3: ProxyMemoryBufferSize is a size",
                "ProxyMemoryBufferAge=x | line 3: ProxyMemoryBufferAge is a number"
            })
    void aWrongParameterOfAProxyIsOneLine(String line, String part) throws IOException {
        String server = line.startsWith("Server=") ? "#" : "Server=127.0.0.1";
        String config = file("proxy.conf", server + "\nHostname=a\n" + line + "\n");
        assertThat(Run.of("zabbix", "proxy", "--config", config).onlyProblem(1))
                .startsWith("mirror: " + config + ": ")
                .contains(part);
    }

    @Test
    void otherThingsThatKeepAProxyFromStarting() throws IOException {
        String bad = file("name.conf", "Server=127.0.0.1\nHostname=a/b\n");
        assertThat(Run.of("zabbix", "proxy", "--config", bad).onlyProblem(1))
                .contains("line 2: Hostname cannot be used");
        String both = file("both.conf", "Server=a\nHostname=a\nConfigFrequency=5\nProxyConfigFrequency=5\n");
        assertThat(Run.of("zabbix", "proxy", "--config", both).onlyProblem(1)).contains("only one may be given");
        String passive = file("passive.conf", "ProxyMode=1\nServer=10.0.0.1/8\nHostname=a\n");
        assertThat(Run.of("zabbix", "proxy", "--config", passive).onlyProblem(1))
                .contains("line 2: Server cannot be used");
        String key = file("psk", "12\n");
        String psk =
                file("psk.conf", "Server=a\nHostname=a\nTLSConnect=psk\nTLSPSKIdentity=x\nTLSPSKFile=" + key + "\n");
        assertThat(Run.of("zabbix", "proxy", "--config", psk).onlyProblem(1)).contains(key + ": ");
        String good = file("good.conf", "Server=a\nHostname=a\n");
        assertThat(Run.of("zabbix", "proxy", "--config", good, "--dialect", "x").onlyProblem(1))
                .contains("--dialect: ");
        assertThat(Run.of("zabbix", "proxy", "--config", "/nowhere").onlyProblem(1))
                .contains("/nowhere: no such file");
        assertThat(Run.of("zabbix", "proxy").onlyProblem(2)).contains("--config");
        assertThat(Run.of("zabbix").onlyProblem(2)).contains("proxy or server is missing");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[] | begins with no {",
                "{} x | line 1: ",
                "{\"a\":1} | unknown member \"a\"",
                "{\"listen\":\"x:y\"} | listen is address or address:port",
                "{\"version\":\"six\"} | version has the form 6.0.14",
                "{\"version\":\"6.0\",\"version\":\"6.0\"} | line 1: ",
                "{\"proxies\":5} | proxies is no list",
                "{\"proxies\":[5]} | proxies is a list of objects",
                "{\"proxies\":[{}]} | proxies[0]: name is missing",
                "{\"proxies\":[{\"name\":\"p\",\"mode\":\"lazy\"}]} | proxies[0]: mode is one of active, passive, not lazy",
                "{\"proxies\":[{\"name\":\"p/\",\"mode\":\"active\"}]} | proxies[0]: a proxy name has letters",
                "{\"proxies\":[{\"name\":\"p\",\"mode\":\"passive\"}]} | proxies[0]: address is missing",
                "{\"proxies\":[{\"name\":\"p\",\"mode\":\"active\",\"accept\":[\"psk\"]}]} | accept is psk, but tls has nothing",
                "{\"proxies\":[{\"name\":\"p\",\"mode\":\"active\",\"dataFrequency\":0}]} | dataFrequency is 1 to 3600, not 0",
                "{\"proxies\":[{\"name\":\"p\",\"mode\":\"active\"},{\"name\":\"p\",\"mode\":\"active\"}]} | already",
                "{\"hosts\":[{\"host\":\"h\",\"proxy\":\"p\"}]} | hosts[0]: there is no proxy \"p\"",
                "{\"tls\":[]} | tls is no object",
                "{\"tls\":{\"certFile\":\"x\"}} | tls: caFile is missing",
            })
    void aWrongMemberOfAServerIsOneLine(String json, String part) throws IOException {
        String config = file("server.json", json);
        assertThat(Run.of("zabbix", "server", "--config", config).onlyProblem(1))
                .startsWith("mirror: " + config + ": ")
                .contains(part);
    }

    @Test
    void aPassiveProxyNamesAKeyThatIsThere() throws IOException {
        String key = file("psk", "ab".repeat(32) + "\n");
        String config = file(
                "server.json",
                "{\"tls\":{\"psk\":[{\"identity\":\"one\",\"file\":\"" + key
                        + "\"}]},\"proxies\":[{\"name\":\"p\",\"mode\":\"passive\",\"address\":\"127.0.0.1\","
                        + "\"connect\":\"psk\",\"pskIdentity\":\"two\"}]}");
        assertThat(Run.of("zabbix", "server", "--config", config).onlyProblem(1))
                .contains("proxies[0]: pskIdentity is two, but tls.psk has no such key");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"key\":\"k\",\"type\":\"number\"} | hosts[0]: items[0]: type is one of char, float",
                "{\"type\":\"text\"} | hosts[0]: items[0]: key is missing",
                "{\"key\":\"k\",\"itemid\":0} | itemid is 1 to",
                "{\"key\":\"k\",\"itemid\":5},{\"key\":\"l\",\"itemid\":5} | hosts[0]: items[1]: itemid 5 is taken already",
                "{\"key\":[]} | key is no text"
            })
    void aWrongItemIsOneLine(String items, String part) throws IOException {
        String config = file(
                "server.json",
                "{\"proxies\":[{\"name\":\"p\",\"mode\":\"active\"}],\"hosts\":[{\"host\":\"h\",\"proxy\":\"p\",\"items\":["
                        + items + "]}]}");
        assertThat(Run.of("zabbix", "server", "--config", config).onlyProblem(1))
                .contains(part);
    }
}
