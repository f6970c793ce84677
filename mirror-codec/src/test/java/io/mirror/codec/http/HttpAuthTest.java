package io.mirror.codec.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mirror.core.access.Secret;
import io.mirror.testing.JsonText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class HttpAuthTest {

    @TestFactory
    Stream<DynamicTest> computesAllVectors() throws IOException {
        return vectors("vectors.json")
                .map(vector -> DynamicTest.dynamicTest((String) vector.get("id"), () -> check(vector)));
    }

    private static void check(Map<String, Object> vector) throws HttpAuthException {
        Map<String, Object> in = map(vector.get("in"));
        Map<String, Object> out = map(vector.get("out"));
        String header = (String) out.get("authorization");
        DigestCredentials parsed = DigestCredentials.of(AuthScheme.parseOne(header));
        DigestAlgorithm algorithm =
                DigestAlgorithm.of((String) in.get("algorithm")).orElseThrow();
        String user = (String) in.get("username");
        String realm = (String) in.get("realm");
        String ha1 = DigestComputation.ha1(algorithm, user, realm, Secret.of((String) in.get("password")));
        assertThat(ha1).isEqualTo(out.get("ha1"));
        boolean hashed = (Boolean) in.get("userhash");
        assertThat(parsed.username()).isEqualTo(hashed ? DigestComputation.userHash(algorithm, user, realm) : user);
        assertThat(parsed.opaque()).isEqualTo(Optional.ofNullable((String) in.get("opaque")));
        assertThat(parsed.qop()).isEqualTo(in.get("qop") == null ? "" : in.get("qop"));
        String body = (String) in.get("bodyBase64");
        String bodyHash = body == null
                ? ""
                : DigestComputation.bodyHash(algorithm, Base64.getDecoder().decode(body));
        String method = (String) in.get("method");
        assertThat(DigestComputation.response(algorithm, ha1, method, parsed, bodyHash))
                .isEqualTo(out.get("response"));
        if (out.get("rspauth") != null) {
            assertThat(DigestComputation.response(algorithm, ha1, "", parsed, bodyHash))
                    .isEqualTo(out.get("rspauth"));
        }
        assertThat(DigestCredentials.of(AuthScheme.parseOne(parsed.toHeader()))).isEqualTo(parsed);
        String id = (String) vector.get("id");
        if (!id.startsWith("curl") && !id.equals("send-quoted-qop")) {
            assertThat(parsed.toHeader()).isEqualTo(header);
        }
        if (parsed.qop().equals("auth")) {
            DigestChallenge challenge = new DigestChallenge(
                    realm,
                    parsed.nonce(),
                    parsed.opaque(),
                    false,
                    List.of("auth"),
                    Optional.of(algorithm),
                    !parsed.algorithm().isEmpty(),
                    hashed);
            assertThat(DigestChallenge.of(AuthScheme.parseOne(challenge.toHeader())))
                    .isEqualTo(challenge);
            assertThat(challenge.answer(
                            user, ha1, method, parsed.uri(), Integer.parseInt(parsed.nc(), 16), parsed.cnonce()))
                    .isEqualTo(parsed);
        }
    }

    @TestFactory
    Stream<DynamicTest> parsesAllVectors() throws IOException {
        return vectors("parse.json")
                .map(vector -> DynamicTest.dynamicTest((String) vector.get("id"), () -> {
                    Map<String, Object> result = map(vector.get("result"));
                    List<Map<String, Object>> found = new ArrayList<>();
                    boolean valid = true;
                    try {
                        for (AuthScheme scheme : AuthScheme.parseAll((String) vector.get("value"))) {
                            found.add(Map.of("scheme", scheme.name(), "params", scheme.parameters()));
                            if (scheme.is("Digest")) {
                                if (vector.get("header").equals("Authorization")) {
                                    DigestCredentials.of(scheme);
                                } else {
                                    DigestChallenge.of(scheme);
                                }
                            }
                        }
                    } catch (HttpAuthException e) {
                        valid = false;
                    }
                    assertThat(valid).isEqualTo(result.get("valid"));
                    if (valid) {
                        List<Map<String, Object>> wanted = list(result.get("challenges"));
                        assertThat(found).hasSameSizeAs(wanted);
                        for (int i = 0; i < wanted.size(); i++) {
                            assertThat(found.get(i).get("params"))
                                    .isEqualTo(wanted.get(i).get("params"));
                            assertThat((String) found.get(i).get("scheme")).isEqualToIgnoringCase((String)
                                    wanted.get(i).get("scheme"));
                        }
                    }
                }));
    }

    @Test
    void everyPrefixOfAHeaderEitherParsesOrFailsWithAReason() {
        String header = "Digest realm=\"a \\\" b\", nonce=\"n\",qop=auth, Basic realm=\"x\", Negotiate YWJj==";
        for (int i = 0; i < header.length(); i++) {
            try {
                AuthScheme.parseAll(header.substring(0, i));
            } catch (HttpAuthException e) {
                assertThat(e).hasMessageMatching(".+");
            }
        }
    }

    @Test
    void basicKeepsColonsOfThePassword() throws HttpAuthException {
        String header = new BasicCredentials("jäs", Secret.of("a:b")).toHeader();
        BasicCredentials parsed = BasicCredentials.of(AuthScheme.parseOne(header));
        assertThat(parsed.user()).isEqualTo("jäs");
        assertThat(parsed.password().matches(Secret.of("a:b"))).isTrue();
        assertThat(parsed.toString()).doesNotContain("a:b");
    }

    @Test
    void malformedLoginsAreRefused() {
        for (String header : List.of(
                "Basic !",
                "Basic YWJj",
                "Basic /////w==",
                "Digest username=\"u\", realm=\"r\", nonce=\"n\", uri=\"/\", qop=auth, nc=1, cnonce=c, response=\"0\"",
                "Digest username=\"u\", realm=\"r\", nonce=\"n\", uri=\"/\", qop=auth, nc=00000001, response=\"0\"",
                "Digest username=\"u\", username*=UTF-8''u, realm=\"r\", nonce=\"n\", uri=\"/\", response=\"0\"",
                "Digest username*=UTF-8''%zz, realm=\"r\", nonce=\"n\", uri=\"/\", response=\"0\"",
                "Digest " + "a".repeat(AuthScheme.MAX_LENGTH))) {
            assertThatThrownBy(() -> {
                        AuthScheme scheme = AuthScheme.parseOne(header);
                        if (scheme.is("Basic")) {
                            BasicCredentials.of(scheme);
                        } else {
                            DigestCredentials.of(scheme);
                        }
                    })
                    .as(header)
                    .isInstanceOf(HttpAuthException.class);
        }
    }

    @Test
    void extendedNamesAreDecoded() throws HttpAuthException {
        assertThat(DigestCredentials.of(
                                AuthScheme.parseOne(
                                        "Digest username*=UTF-8''j%C3%A4s, realm=\"r\", nonce=\"n\", uri=\"/\", response=\"0\""))
                        .username())
                .isEqualTo("jäs");
    }

    @Test
    void serverProofIsParsed() throws HttpAuthException {
        DigestInfo info = DigestInfo.parse("nextnonce=\"x\", qop=\"auth\", rspauth=\"aa\", cnonce=\"c\", nc=00000001");
        assertThat(info.nextNonce()).contains("x");
        assertThat(info.rspauth()).contains("aa");
    }

    private static Stream<Map<String, Object>> vectors(String name) throws IOException {
        try (var in = HttpAuthTest.class.getResourceAsStream(name)) {
            List<Map<String, Object>> all = list(JsonText.read(new String(in.readAllBytes(), StandardCharsets.UTF_8)));
            return all.stream();
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object value) {
        return (Map<String, Object>) value;
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> list(Object value) {
        return (List<Map<String, Object>>) value;
    }
}
