package io.mirror.transport.dhtp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.core.hub.PointHub;
import io.mirror.testing.ExternalProgram;
import io.mirror.testing.TestPki;
import io.mirror.transport.TlsIdentity;
import io.mirror.transport.TlsOptions;
import io.mirror.transport.TlsProvider;
import io.mirror.transport.websocket.WebSocketOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the usual scanners find on the listeners of a master: links over TLS, and WebSockets over TLS. */
@Tag("S-TLS-1")
@Tag("S-TLS-2")
@Tag("S-TLS-3")
class ListenerScanIT {
    /** Scans each listener by itself, which takes four times as long as one that serves both kinds. */
    private static final boolean ALL = Boolean.getBoolean("mirror.scan.all");

    private static final String ACCEPTED = "/io/mirror/transport/testssl-accepted.txt";

    private final List<MirrorMaster> masters = new ArrayList<>();

    @AfterEach
    void close() {
        masters.forEach(MirrorMaster::close);
    }

    private String listen(TlsProvider provider, boolean rsa, Carrier... carriers) throws Exception {
        var leaf = TestPki.leaf().addSanIpAddress("127.0.0.1");
        TlsIdentity identity = TestPki.identity(TestPki.build(rsa ? leaf.rsa2048() : leaf, TestPki.CA));
        MirrorMaster master = MirrorMaster.builder(PointHub.create())
                .bind("127.0.0.1", 0)
                .tls(TlsOptions.builder().provider(provider).identity(identity).build())
                .webSocket(WebSocketOptions.builder().path("/mirror").build())
                .accept(carriers)
                // A scanner is one address with many connections that never log in.
                .limits(ListenerLimits.defaults().withConnections(10_000, 1000))
                .start();
        masters.add(master);
        return "127.0.0.1:" + master.port();
    }

    @ParameterizedTest
    @EnumSource(TlsProvider.class)
    void sslscanFindsTwoVersionsAndForwardSecretSuitesOnly(TlsProvider provider) throws Exception {
        ExternalProgram sslscan = ExternalProgram.find("sslscan", "sslscan");
        for (Carrier carrier : List.of(Carrier.TLS, Carrier.SECURE_WEBSOCKET)) {
            for (boolean rsa : new boolean[] {true, false}) {
                String output = sslscan.run("", Duration.ofSeconds(60), "--no-colour", listen(provider, rsa, carrier))
                        .output();

                for (String old : List.of("SSLv2", "SSLv3", "TLSv1.0", "TLSv1.1")) {
                    assertThat(output).containsPattern(Pattern.quote(old) + " +disabled");
                }
                assertThat(output).containsPattern("TLSv1.2 +enabled").containsPattern("TLSv1.3 +enabled");
                assertThat(output).contains("Session renegotiation not supported");
                Matcher suites = Pattern.compile("(?m)^(?:Preferred|Accepted) +(\\S+) +\\d+ bits +(\\S+)")
                        .matcher(output);
                int found = 0;
                while (suites.find()) {
                    found++;
                    assertThat(suites.group(2))
                            .matches("TLS_.*|ECDHE-(RSA|ECDSA)-(AES\\d+-GCM-SHA\\d+|CHACHA20-POLY1305)");
                }
                assertThat(found).as(output).isGreaterThanOrEqualTo(5);
            }
        }
    }

    @Test
    void testsslHasNoFindingAboutTheListeners(@TempDir Path directory) throws Exception {
        ExternalProgram testssl = ExternalProgram.find("testssl", "testssl.sh");
        Set<String> accepted = accepted();
        Map<String, CompletableFuture<String>> reports = new LinkedHashMap<>();
        for (TlsProvider provider : TlsProvider.values()) {
            Carrier[][] listeners = ALL
                    ? new Carrier[][] {{Carrier.TLS}, {Carrier.SECURE_WEBSOCKET}}
                    : new Carrier[][] {{Carrier.TLS, Carrier.SECURE_WEBSOCKET}};
            for (Carrier[] carriers : listeners) {
                String name = provider + " " + List.of(carriers);
                Path report = directory.resolve(reports.size() + ".json");
                String address = listen(provider, false, carriers);
                reports.put(name, CompletableFuture.supplyAsync(() -> scan(testssl, report, address)));
            }
        }
        for (Map.Entry<String, CompletableFuture<String>> report : reports.entrySet()) {
            String json = report.getValue().join();
            assertThat(json)
                    .as("what was tested with %s", report.getKey())
                    .contains(
                            "\"SSLv3\"", "\"TLS1_1\"", "\"secure_client_renego\"", "\"PFS\"", "\"LUCKY13\"", "\"RC4\"");
            assertThat(findings(json, accepted)).as("%s", report.getKey()).isEmpty();
        }
    }

    @Test
    void everyAcceptedFindingHasAReason() throws Exception {
        List<String> ids = List.copyOf(accepted());
        assertThat(ids).isNotEmpty();
        assertThat(lines())
                .allSatisfy(line -> assertThat(line.split("\\s+", 2)[1]).hasSizeGreaterThan(10));
    }

    /** Protocols, suites, forward secrecy, preferences, defaults, vulnerabilities; no simulation of browsers. */
    private static String scan(ExternalProgram testssl, Path report, String address) {
        try {
            testssl.run(
                    "",
                    Duration.ofSeconds(ALL ? 1200 : 600),
                    ("-p -s -f -P -S -U --quiet --color 0 --warnings off --jsonfile " + report + " " + address)
                            .split(" "));
            return Files.readString(report);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> lines() throws IOException, URISyntaxException {
        Path file = Path.of(Objects.requireNonNull(ListenerScanIT.class.getResource(ACCEPTED))
                .toURI());
        return Files.readAllLines(file).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .toList();
    }

    private static Set<String> accepted() throws IOException, URISyntaxException {
        Set<String> ids = new HashSet<>();
        for (String line : lines()) {
            ids.add(line.split("\\s+", 2)[0]);
        }
        return ids;
    }

    private static List<String> findings(String json, Set<String> accepted) {
        List<String> findings = new ArrayList<>();
        Matcher entries = Pattern.compile(
                        "\"id\"\\s*:\\s*\"([^\"]*)\"[^}]*?\"severity\"\\s*:\\s*\"([^\"]*)\"[^}]*?\"finding\"\\s*:\\s*\"([^\"]*)\"")
                .matcher(json);
        while (entries.find()) {
            boolean matters =
                    Set.of("LOW", "MEDIUM", "HIGH", "CRITICAL", "WARN", "FATAL").contains(entries.group(2));
            if (matters && !accepted.contains(entries.group(1))) {
                findings.add(entries.group(2) + " " + entries.group(1) + ": " + entries.group(3));
            }
        }
        return findings;
    }
}
