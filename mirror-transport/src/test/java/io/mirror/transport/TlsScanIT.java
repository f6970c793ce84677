package io.mirror.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.testing.ExternalProgram;
import io.mirror.testing.ExternalProgram.Result;
import io.mirror.testing.StallMeter;
import io.mirror.testing.TestPki;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a foreign TLS client finds on a listener, with both providers. */
class TlsScanIT {

    private static final Duration SHORT = Duration.ofSeconds(20);

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
            try (StallMeter stalls = StallMeter.start()) {
                long start = System.nanoTime();
                Result result = openssl.run("", SHORT, client(address, version, "-cipher", "ALL:@SECLEVEL=0"));

                assertThat(Duration.ofNanos(System.nanoTime() - start))
                        .isLessThan(Duration.ofMillis(1000 + stalls.allowanceMillis()));
                assertThat(result.output()).contains("Cipher is (NONE)").contains("alert protocol version");
            }
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
        assertThat(loop.acceptedChannels.peek().closeFuture().await(30_000)).isTrue();
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
