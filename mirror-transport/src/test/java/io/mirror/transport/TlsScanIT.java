package io.mirror.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.testing.ExternalProgram;
import io.mirror.testing.ExternalProgram.Result;
import io.mirror.testing.TestPki;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the usual scanners and a foreign TLS client find on a listener, with both providers. */
class TlsScanIT {

    private static final Duration SHORT = Duration.ofSeconds(20);

    /**
     * Findings of testssl that are about the certificate of this test or about DNS, not about the listener; and resumption
     * of sessions, which a listener need not offer and which testssl cannot always tell on a busy machine.
     */
    private static final Set<String> NOT_ABOUT_THE_LISTENER = Set.of(
            "cert_trust",
            "cert_chain_of_trust",
            "cert_expirationStatus",
            "cert_notAfter",
            "cert_revocation",
            "DNS_CAArecord",
            "sessionresumption_ticket",
            "sessionresumption_ID");

    private TlsLoop loop;

    @BeforeEach
    void start() {
        loop = new TlsLoop();
    }

    @AfterEach
    void stop() {
        loop.close();
    }

    private InetSocketAddress listen(TlsProvider provider, boolean rsa) throws Exception {
        var leaf = TestPki.leaf().addSanIpAddress("127.0.0.1");
        TlsIdentity identity = TestPki.identity(TestPki.build(rsa ? leaf.rsa2048() : leaf, TestPki.CA));
        return loop.listen(TlsContext.forListener(
                TlsOptions.builder().provider(provider).identity(identity).build()));
    }

    private static String text(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    static List<Arguments> forbiddenSuites() {
        List<Arguments> rows = new ArrayList<>();
        for (TlsProvider provider : TlsProvider.values()) {
            for (String suite : List.of(
                    "AES128-SHA",
                    "AES256-SHA256",
                    "AES128-GCM-SHA256",
                    "AES256-GCM-SHA384",
                    "CAMELLIA128-SHA",
                    "ECDHE-RSA-AES128-SHA",
                    "ECDHE-RSA-AES256-SHA384",
                    "DHE-RSA-AES128-GCM-SHA256",
                    "DHE-RSA-AES256-SHA",
                    "NULL-SHA256",
                    "ECDHE-RSA-NULL-SHA",
                    "ADH-AES128-GCM-SHA256")) {
                rows.add(Arguments.of(provider, suite));
            }
        }
        return rows;
    }

    @ParameterizedTest
    @MethodSource("forbiddenSuites")
    @Tag("S-TLS-2")
    void forbiddenSuiteIsNotNegotiated(TlsProvider provider, String suite) throws Exception {
        ExternalProgram openssl = ExternalProgram.find("openssl", "openssl");
        String address = text(listen(provider, true));

        Result forbidden = openssl.run("", SHORT, client(address, "-tls1_2", "-cipher", suite + ":@SECLEVEL=0"));
        Result allowed = openssl.run(
                "", SHORT, client(address, "-tls1_2", "-cipher", "ECDHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0"));

        assertThat(forbidden.output()).contains("Cipher is (NONE)", "handshake failure");
        assertThat(forbidden.exitCode()).isNotZero();
        assertThat(allowed.output()).contains("Cipher is ECDHE-RSA-AES128-GCM-SHA256");
    }

    @ParameterizedTest
    @EnumSource(TlsProvider.class)
    @Tag("S-TLS-1")
    void clientThatOffersOnlyAnOldVersionFailsWithinASecond(TlsProvider provider) throws Exception {
        ExternalProgram openssl = ExternalProgram.find("openssl", "openssl");
        String address = text(listen(provider, true));
        for (String version : List.of("-tls1", "-tls1_1")) {
            long start = System.nanoTime();
            Result result = openssl.run("", SHORT, client(address, version, "-cipher", "ALL:@SECLEVEL=0"));

            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
            assertThat(result.output()).contains("Cipher is (NONE)").contains("alert protocol version");
        }
    }

    @ParameterizedTest
    @EnumSource(TlsProvider.class)
    @Tag("S-TLS-3")
    void renegotiationAskedForByAForeignClientClosesTheConnection(TlsProvider provider) throws Exception {
        ExternalProgram openssl = ExternalProgram.find("openssl", "openssl");
        InetSocketAddress address = listen(provider, false);

        Result result = openssl.run("R\n".repeat(10), SHORT, client(text(address), "-tls1_2", "-msg"));

        assertThat(result.output()).contains("RENEGOTIATING");
        assertThat(count(result.output(), "(?m)^<<< TLS 1.2, Handshake \\[length [0-9a-f]+\\], ServerHello$"))
                .isEqualTo(1);
        assertThat(loop.acceptedChannels.peek().closeFuture().await(5000)).isTrue();
    }

    @ParameterizedTest
    @EnumSource(TlsProvider.class)
    @Tag("S-TLS-1")
    @Tag("S-TLS-2")
    void sslscanFindsTwoVersionsAndForwardSecretSuitesOnly(TlsProvider provider) throws Exception {
        ExternalProgram sslscan = ExternalProgram.find("sslscan", "sslscan");
        for (boolean rsa : new boolean[] {true, false}) {
            String output = sslscan.run("", Duration.ofSeconds(60), "--no-colour", text(listen(provider, rsa)))
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
                assertThat(suites.group(2)).matches("TLS_.*|ECDHE-(RSA|ECDSA)-(AES\\d+-GCM-SHA\\d+|CHACHA20-POLY1305)");
            }
            assertThat(found).as(output).isGreaterThanOrEqualTo(5);
        }
    }

    @Test
    @Tag("S-TLS-1")
    @Tag("S-TLS-2")
    @Tag("S-TLS-3")
    void testsslHasNoFindingAboutTheListeners(@TempDir Path directory) throws Exception {
        ExternalProgram testssl = ExternalProgram.find("testssl", "testssl.sh");
        Map<TlsProvider, CompletableFuture<String>> reports = new EnumMap<>(TlsProvider.class);
        for (TlsProvider provider : TlsProvider.values()) {
            Path report = directory.resolve(provider + ".json");
            String address = text(listen(provider, false));
            // Protocols, suites, forward secrecy, preferences, defaults, vulnerabilities; no simulation of browsers.
            reports.put(provider, CompletableFuture.supplyAsync(() -> scan(testssl, report, address)));
        }
        for (Map.Entry<TlsProvider, CompletableFuture<String>> report : reports.entrySet()) {
            String json = report.getValue().join();
            assertThat(json)
                    .as("what was tested with %s", report.getKey())
                    .contains(
                            "\"SSLv3\"", "\"TLS1_1\"", "\"secure_client_renego\"", "\"PFS\"", "\"LUCKY13\"", "\"RC4\"");
            assertThat(findingsAboutTheListener(json)).as("%s", report.getKey()).isEmpty();
        }
    }

    private static String scan(ExternalProgram testssl, Path report, String address) {
        try {
            testssl.run(
                    "",
                    Duration.ofSeconds(300),
                    ("-p -s -f -P -S -U --quiet --color 0 --warnings off --jsonfile " + report + " " + address)
                            .split(" "));
            return Files.readString(report);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> findingsAboutTheListener(String json) {
        List<String> findings = new ArrayList<>();
        Matcher entries = Pattern.compile(
                        "\"id\"\\s*:\\s*\"([^\"]*)\"[^}]*?\"severity\"\\s*:\\s*\"([^\"]*)\"[^}]*?\"finding\"\\s*:\\s*\"([^\"]*)\"")
                .matcher(json);
        while (entries.find()) {
            boolean matters =
                    Set.of("LOW", "MEDIUM", "HIGH", "CRITICAL", "WARN", "FATAL").contains(entries.group(2));
            if (matters && !NOT_ABOUT_THE_LISTENER.contains(entries.group(1))) {
                findings.add(entries.group(2) + " " + entries.group(1) + ": " + entries.group(3));
            }
        }
        return findings;
    }

    private static String[] client(String address, String... options) {
        List<String> arguments = new ArrayList<>(List.of("s_client", "-connect", address));
        arguments.addAll(List.of(options));
        return arguments.toArray(new String[0]);
    }

    private static int count(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        int found = 0;
        while (matcher.find()) {
            found++;
        }
        return found;
    }
}
