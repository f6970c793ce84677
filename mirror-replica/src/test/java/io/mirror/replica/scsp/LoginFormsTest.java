package io.mirror.replica.scsp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mirror.codec.http.AuthScheme;
import io.mirror.codec.http.DigestAlgorithm;
import io.mirror.codec.http.DigestChallenge;
import io.mirror.codec.http.DigestComputation;
import io.mirror.codec.http.DigestCredentials;
import io.mirror.core.access.Secret;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Logins in forms that a node offers or takes only when it is told to. */
class LoginFormsTest {
    private static final String TARGET = "/?admin";

    private static ScspNodeBuilder builder() {
        return ScspNode.builder("baker", new MemoryStore(1_000)).admin("admin", Secret.of("pw"));
    }

    private static List<String> challenges(ScspNode node) throws IOException {
        try (RawPeer peer = new RawPeer("127.0.0.1", node.port())) {
            peer.send("GET " + TARGET + " HTTP/1.1\r\nHost: a\r\n\r\n");
            return peer.answer(false, "").all("www-authenticate");
        }
    }

    private static int status(ScspNode node, String authorization) throws IOException {
        try (RawPeer peer = new RawPeer("127.0.0.1", node.port())) {
            peer.send("GET " + TARGET + " HTTP/1.1\r\nHost: a\r\nAuthorization: " + authorization + "\r\n\r\n");
            return peer.answer(false, "").status;
        }
    }

    /** A login as the first challenge of an algorithm asks for it. */
    private static String login(ScspNode node, DigestAlgorithm algorithm, String password) throws Exception {
        for (String challenge : challenges(node)) {
            DigestChallenge digest = DigestChallenge.of(AuthScheme.parseOne(challenge));
            if (digest.algorithm().equals(Optional.of(algorithm))) {
                String ha1 = DigestComputation.ha1(algorithm, "admin", digest.realm(), Secret.of(password));
                return digest.answer("admin", ha1, "GET", TARGET, 1, "abc").toHeader();
            }
        }
        throw new AssertionError("no challenge with " + algorithm);
    }

    @ParameterizedTest
    @EnumSource(
            value = DigestAlgorithm.class,
            names = {"MD5", "SHA_256", "SHA_512_256"})
    @Tag("S-AUTH-3")
    void offeredAlgorithmsAreTaken(DigestAlgorithm algorithm) throws Exception {
        try (ScspNode node = builder()
                .digestAlgorithms(DigestAlgorithm.SHA_512_256, DigestAlgorithm.SHA_256, DigestAlgorithm.MD5)
                .start()) {
            assertThat(challenges(node))
                    .map(challenge -> challenge.replaceFirst(".*algorithm=", "").replaceFirst(" .*", ""))
                    .containsExactly("SHA-512-256", "SHA-256", "MD5", "Basic");
            assertThat(status(node, login(node, algorithm, "pw"))).isEqualTo(200);
            assertThat(status(node, login(node, algorithm, "wrong"))).isEqualTo(401);
            String once = login(node, algorithm, "pw");
            assertThat(status(node, once)).isEqualTo(200);
            assertThat(status(node, once)).as("replayed").isEqualTo(401);
        }
    }

    @Test
    @Tag("S-AUTH-3")
    void algorithmThatIsNotOfferedIsRefusedAndTheClientTakesWhatThereIs() throws Exception {
        try (ScspNode node = builder().digestAlgorithms(DigestAlgorithm.SHA_256).start();
                ScspClient client = ScspClient.builder()
                        .credentials("admin", Secret.of("pw"))
                        .allowMd5(false)
                        .build()) {
            String login = login(node, DigestAlgorithm.SHA_256, "pw");
            assertThat(status(node, login.replace("algorithm=SHA-256", "algorithm=MD5")))
                    .isEqualTo(401);
            assertThat(status(node, login.replace(", algorithm=SHA-256", ""))).isEqualTo(401);
            assertThat(status(node, login.replace("algorithm=SHA-256", "algorithm=SHA-256-sess")))
                    .isEqualTo(401);
            assertThat(status(node, login.replace("algorithm=SHA-256", "algorithm=XYZ")))
                    .isEqualTo(401);
            try (ScspAnswer answer =
                    client.call(new HostPort("127.0.0.1", node.port()), ScspRequest.of("GET", TARGET))) {
                assertThat(answer.status()).isEqualTo(200);
            }
        }
        try (ScspNode node = builder().start()) {
            assertThat(challenges(node)).hasSize(2).first().asString().endsWith("algorithm=MD5");
        }
    }

    @Test
    void listOfAlgorithmsIsChecked() {
        assertThatThrownBy(() -> builder().digestAlgorithms()).hasMessageContaining("digestAlgorithms");
        assertThatThrownBy(() -> builder().digestAlgorithms(DigestAlgorithm.MD5, DigestAlgorithm.MD5))
                .hasMessageContaining("different");
        assertThatThrownBy(() -> builder().digestAlgorithms(DigestAlgorithm.MD5_SESS))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void oldFormWithoutQopIsTakenOnlyWhereItIsAllowed() throws Exception {
        for (boolean allowed : new boolean[] {false, true}) {
            try (ScspNode node = builder().allowLegacyDigest(allowed).start()) {
                DigestChallenge challenge =
                        DigestChallenge.of(AuthScheme.parseOne(challenges(node).get(0)));
                for (String password : List.of("pw", "wrong")) {
                    String ha1 =
                            DigestComputation.ha1(DigestAlgorithm.MD5, "admin", challenge.realm(), Secret.of(password));
                    DigestCredentials open = new DigestCredentials(
                            "admin",
                            challenge.realm(),
                            challenge.nonce(),
                            TARGET,
                            "",
                            "",
                            "",
                            "",
                            "",
                            challenge.opaque(),
                            false);
                    String header = open.withResponse(
                                    DigestComputation.response(DigestAlgorithm.MD5, ha1, "GET", open, ""))
                            .toHeader();
                    assertThat(header).doesNotContain("qop");
                    int expected = !allowed ? 400 : password.equals("pw") ? 200 : 401;
                    assertThat(status(node, header)).isEqualTo(expected);
                    String foreign = header.replace(challenge.nonce(), "0".repeat(68));
                    assertThat(status(node, foreign)).isEqualTo(allowed ? 401 : 400);
                }
            }
        }
    }

    @Test
    void nonceWithoutCountEnds() {
        NonceTable nonces = new NonceTable(1_000);
        String nonce = nonces.issue(5_000);
        assertThat(nonces.look(nonce, 6_000)).isEqualTo(NonceTable.Verdict.FRESH);
        assertThat(nonces.look(nonce, 6_001)).isEqualTo(NonceTable.Verdict.STALE);
        assertThat(nonces.look("x" + nonce, 5_000)).isEqualTo(NonceTable.Verdict.FOREIGN);
    }
}
