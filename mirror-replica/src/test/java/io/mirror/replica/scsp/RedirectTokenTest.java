package io.mirror.replica.scsp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.core.access.Secret;
import io.mirror.testing.FreePort;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Two nodes that redirect to each other, and the tokens that end that (SCSP section 3.5). */
class RedirectTokenTest {
    private static final byte[] SHARED = "shared secret".getBytes(StandardCharsets.UTF_8);

    private final int[] ports = {FreePort.next(), FreePort.next()};
    private final MemoryStore store = new MemoryStore(1 << 20);
    private final MovedClock clock = new MovedClock(Clock.fixed(Instant.ofEpochSecond(1_800_000_000), ZoneOffset.UTC));

    @Test
    void tokenIsGoodOnceAndOnlyWithTheSecret() {
        RedirectTokens here = new RedirectTokens(SHARED, clock);
        RedirectTokens there = new RedirectTokens(SHARED, clock);
        RedirectTokens stranger = new RedirectTokens(new byte[0], clock);
        String token = there.issue();
        assertThat(stranger.isGood(token)).isFalse();
        assertThat(here.isGood(token)).isTrue();
        assertThat(here.use(token)).isTrue();
        assertThat(here.isGood(token)).isFalse();
        assertThat(here.use(token)).isFalse();
        assertThat(here.isGood("")).isFalse();
        assertThat(here.isGood("0".repeat(32))).isFalse();
        assertThat(here.isGood(there.issue().toUpperCase(java.util.Locale.ROOT) + "0"))
                .isFalse();
    }

    @Test
    void noOctetOfATokenCanBeChanged() {
        RedirectTokens tokens = new RedirectTokens(SHARED, clock);
        String token = tokens.issue();
        for (int i = 0; i < token.length(); i++) {
            char other = token.charAt(i) == '0' ? '1' : '0';
            assertThat(tokens.isGood(token.substring(0, i) + other + token.substring(i + 1)))
                    .as("digit %d", i)
                    .isFalse();
        }
        assertThat(tokens.isGood(token)).isTrue();
    }

    @Test
    void tokenEnds() {
        RedirectTokens tokens = new RedirectTokens(SHARED, clock);
        String token = tokens.issue();
        clock.move(Duration.ofSeconds(RedirectTokens.LIFE_SECONDS));
        assertThat(tokens.isGood(token)).isTrue();
        clock.move(Duration.ofSeconds(1));
        assertThat(tokens.isGood(token)).isFalse();
        assertThat(tokens.use(token)).isFalse();
    }

    @Test
    void usedTokensAreBoundedAndNeverForgottenInTheirLife() {
        RedirectTokens tokens = new RedirectTokens(SHARED, clock);
        String first = tokens.issue();
        Set<String> all = new HashSet<>(Set.of(first));
        assertThat(tokens.use(first)).isTrue();
        while (tokens.remembered() < RedirectTokens.MAX_USED) {
            String token = tokens.issue();
            assertThat(all.add(token)).isTrue();
            assertThat(tokens.use(token)).isTrue();
        }
        assertThat(tokens.use(tokens.issue())).isFalse();
        assertThat(tokens.use(first)).isFalse();
        clock.move(Duration.ofSeconds(RedirectTokens.LIFE_SECONDS + 1));
        assertThat(tokens.use(tokens.issue())).isTrue();
        assertThat(tokens.remembered()).isEqualTo(1);
    }

    @Test
    void nodesThatRedirectToEachOtherAnswerOnceForEachToken() throws Exception {
        try (ScspNode one = node(0, "secret of the cluster");
                ScspNode two = node(1, "secret of the cluster");
                RawPeer first = new RawPeer("127.0.0.1", one.port());
                RawPeer second = new RawPeer("127.0.0.1", two.port())) {
            String target = redirected(first, "POST", "/photos/a?x=1", ports[1], "abc");
            assertThat(target).matches("/photos/a\\?x=1&auth=[0-9a-f]{32}");
            assertThat(ask(second, "POST", target, "abc").status).isEqualTo(201);
            // The token is used up: the node sends on, with a token of its own in the place of the old one.
            String again = redirected(second, "GET", target, ports[0], "");
            assertThat(again).matches("/photos/a\\?x=1&auth=[0-9a-f]{32}").isNotEqualTo(target);
            assertThat(ask(first, "GET", again, "").status).isEqualTo(200);
            // A login comes first, and then the same token is still good.
            String guarded = redirected(first, "DELETE", "/photos/a?admin", ports[1], "");
            assertThat(ask(second, "DELETE", guarded, "").status).isEqualTo(401);
            assertThat(ask(second, "DELETE", guarded, "").status).isEqualTo(401);
            assertThat(ask(second, "DELETE", guarded.replace("admin&", ""), "").status)
                    .isEqualTo(200);
        }
    }

    @Test
    void clientGetsThroughNodesThatRedirectToEachOther() throws Exception {
        HostPort there = new HostPort("127.0.0.1", ports[1]);
        try (ScspNode one = node(0, "secret of the cluster");
                ScspNode two = node(1, "secret of the cluster");
                ScspClient client = ScspClient.builder()
                        .credentials("admin", Secret.of("pw"))
                        .trustedRedirect(there)
                        .build()) {
            HostPort node = new HostPort("127.0.0.1", one.port());
            for (ScspRequest request : new ScspRequest[] {
                ScspRequest.of("POST", "/photos/a").with(ScspBody.of(new byte[100_000])),
                ScspRequest.of("GET", "/photos/a"),
                ScspRequest.of("DELETE", "/photos/a?admin")
            }) {
                try (ScspAnswer answer = client.call(node, request)) {
                    assertThat(answer.status()).isIn(200, 201);
                    answer.read(1 << 20);
                }
            }
            assertThat(two.port()).isEqualTo(ports[1]);
        }
    }

    @Test
    void nodesWithoutACommonSecretSendRoundAndRound() throws Exception {
        try (ScspNode one = node(0, "one secret");
                ScspNode two = node(1, "another secret");
                RawPeer first = new RawPeer("127.0.0.1", one.port());
                RawPeer second = new RawPeer("127.0.0.1", two.port())) {
            String target = redirected(first, "GET", "/photos/a", ports[1], "");
            String back = redirected(second, "GET", target, ports[0], "");
            assertThat(back).isNotEqualTo(target);
            assertThat(redirected(first, "GET", back, ports[1], "")).isNotEqualTo(back);
        }
    }

    private ScspNode node(int number, String secret) throws IOException {
        return ScspNode.builder("baker", store)
                .address(new java.net.InetSocketAddress(java.net.InetAddress.getLoopbackAddress(), ports[number]))
                .admin("admin", Secret.of("pw"))
                .context("example.com/photos")
                .redirectTo(new HostPort("127.0.0.1", ports[1 - number]), 307)
                .redirectSecret(Secret.of(secret))
                .start();
    }

    private static String redirected(RawPeer peer, String method, String target, int port, String body)
            throws Exception {
        RawPeer.Answer answer = ask(peer, method, target, body);
        assertThat(answer.status).isEqualTo(307);
        String location = answer.header("location");
        String place = "http://127.0.0.1:" + port;
        assertThat(location).startsWith(place);
        return location.substring(place.length());
    }

    private static RawPeer.Answer ask(RawPeer peer, String method, String target, String body) throws Exception {
        peer.send(method + " " + target + " HTTP/1.1\r\nHost: example.com\r\nContent-Length: " + body.length()
                + "\r\n\r\n" + body);
        return peer.answer(method.equals("HEAD"), "");
    }
}
