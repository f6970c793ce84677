package io.mirror.replica.scsp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.codec.http.AuthScheme;
import io.mirror.codec.http.DigestAlgorithm;
import io.mirror.codec.http.DigestChallenge;
import io.mirror.codec.http.DigestComputation;
import io.mirror.codec.http.DigestCredentials;
import io.mirror.core.access.Secret;
import io.mirror.testing.FreePort;
import io.mirror.testing.JsonText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** Every server scenario of the vectors against a live node. */
@Tag("S-AUTH-1")
class ServerScenarioTest {

    @TestFactory
    Stream<DynamicTest> nodeAnswersAsTheScenariosSay() throws Exception {
        Path folder = Path.of(ServerScenarioTest.class.getResource("server").toURI());
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList().stream()
                    .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> {
                        try (Run run = new Run(map(JsonText.read(Files.readString(file))))) {
                            run.all();
                        }
                    }));
        }
    }

    private static final class Run implements AutoCloseable {
        private final Map<String, Object> scenario;
        private final Map<String, String> values = new HashMap<>();
        private final Map<String, RawPeer> connections = new HashMap<>();
        private final Map<String, DigestChallenge> sessions = new HashMap<>();
        private final Map<String, Integer> counts = new HashMap<>();
        private final List<ScspNode> nodes = new ArrayList<>();
        private final MovedClock clock = new MovedClock(Clock.systemUTC());

        Run(Map<String, Object> scenario) throws IOException {
            this.scenario = scenario;
            Map<String, Object> setup = map(scenario.getOrDefault("setup", Map.of()));
            List<Object> peers = list(setup.getOrDefault("peers", List.of()));
            List<HostPort> addresses = new ArrayList<>();
            for (Object peer : peers) {
                ScspNode node = start(map(peer), builder -> {});
                addresses.add(new HostPort("127.0.0.1", node.port()));
                values.put("peer" + addresses.size(), "127.0.0.1:" + node.port());
            }
            ScspNode node = start(setup, builder -> {
                for (Object feed : list(setup.getOrDefault("feeds", List.of()))) {
                    Map<String, Object> one = map(feed);
                    boolean moves = one.containsKey("peer");
                    builder.feed(new Feed(
                            number(one.get("id")),
                            (String) one.get("type"),
                            moves ? List.of(addresses.get(number(one.get("peer")) - 1)) : List.of(),
                            (String) one.getOrDefault("cluster", ""),
                            Optional.ofNullable((String) one.get("user")),
                            Optional.ofNullable((String) one.get("password")).map(Secret::of),
                            false,
                            DomainFilter.ALL));
                }
                if (setup.containsKey("redirect")) {
                    Map<String, Object> redirect = map(setup.get("redirect"));
                    builder.redirectTo(addresses.get(number(redirect.get("peer")) - 1), number(redirect.get("code")));
                }
            });
            values.put("host", "127.0.0.1:" + node.port());
            values.put("dead", "127.0.0.1:" + FreePort.next());
        }

        private ScspNode start(Map<String, Object> setup, java.util.function.Consumer<ScspNodeBuilder> more)
                throws IOException {
            ScspNodeBuilder builder = ScspNode.builder(
                            (String) setup.getOrDefault("cluster", "baker"), new MemoryStore(1 << 26))
                    .clock(clock)
                    .allowAnyTarget()
                    .allowTargets("127.0.0.0/8", 1, 65_535)
                    .strictAlias((Boolean) setup.getOrDefault("strictAlias", false))
                    .nonceLife(seconds(setup, "nonceLifetimeSeconds", 300))
                    .keepAlive(seconds(setup, "keepaliveSeconds", 10))
                    .delayBeforeSend(seconds(setup, "delayBeforeSendSeconds", 0));
            map(setup.getOrDefault("admins", Map.of("admin", "ourpwdofchoicehere")))
                    .forEach((user, password) -> builder.admin(user, Secret.of((String) password)));
            for (Object context : list(setup.getOrDefault("contexts", List.of("example.com", "example.com/photos")))) {
                builder.context((String) context);
            }
            more.accept(builder);
            ScspNode node = builder.start();
            nodes.add(node);
            return node;
        }

        void all() throws Exception {
            int number = 0;
            for (Object each : list(scenario.get("steps"))) {
                number++;
                Map<String, Object> step = map(each);
                if (step.containsKey("advanceClockSeconds")) {
                    clock.move(Duration.ofMillis((long) (((Double) step.get("advanceClockSeconds")) * 1000)));
                } else if (!step.containsKey("sleepSeconds")) {
                    try {
                        step(step);
                    } catch (AssertionError | Exception e) {
                        throw new AssertionError("step " + number + ": " + e.getMessage(), e);
                    }
                }
            }
        }

        private void step(Map<String, Object> step) throws Exception {
            String host = fill((String) step.getOrDefault("to", "${host}"));
            Map<String, Object> request = map(step.get("request"));
            Map<String, Object> expect = map(step.get("expect"));
            if (Boolean.TRUE.equals(step.get("newConnection"))) {
                drop(host);
            }
            Map<String, Object> auth = step.containsKey("auth") ? map(step.get("auth")) : null;
            long start = System.nanoTime();
            RawPeer.Answer answer = exchange(host, request, auth, auth != null && sessions.containsKey(host));
            boolean overridden = auth != null && (auth.containsKey("override") || auth.containsKey("drop"));
            if (auth != null && answer.status == 401 && !overridden && !counts.containsKey(host + "!")) {
                adopt(host, answer);
                answer = exchange(host, request, auth, true);
            }
            if (Boolean.TRUE.equals(step.get("adoptChallenge"))) {
                adopt(host, answer);
            }
            check(host, answer, expect);
            if (expect.containsKey("withinSeconds")) {
                assertThat((System.nanoTime() - start) / 1e9).isLessThan(4 * (Double) expect.get("withinSeconds"));
            }
        }

        private void adopt(String host, RawPeer.Answer answer) throws Exception {
            sessions.put(
                    host,
                    DigestChallenge.of(
                            AuthScheme.parseOne(answer.all("www-authenticate").get(0))));
            counts.put(host, 0);
        }

        private RawPeer.Answer exchange(
                String host, Map<String, Object> request, Map<String, Object> auth, boolean login) throws Exception {
            String method = (String) request.get("method");
            String target = fill((String) request.get("target"));
            StringBuilder head = new StringBuilder(
                    method + " " + target + " " + request.getOrDefault("version", "HTTP/1.1") + "\r\n");
            boolean hasHost = Boolean.TRUE.equals(request.get("noHost"));
            boolean hasLength = false;
            boolean expects = false;
            for (Object each : list(request.getOrDefault("headers", List.of()))) {
                List<Object> header = list(each);
                String name = (String) header.get(0);
                hasHost |= name.equalsIgnoreCase("host");
                hasLength |= name.equalsIgnoreCase("content-length") || name.equalsIgnoreCase("transfer-encoding");
                expects |= name.equalsIgnoreCase("expect");
                head.append(name + ": " + fill((String) header.get(1)) + "\r\n");
            }
            if (!hasHost) {
                head.append("Host: example.com\r\n");
            }
            String body = body(request);
            if (!hasLength && !body.isEmpty()) {
                head.append("Content-Length: " + body.length() + "\r\n");
            }
            if (login) {
                head.append("Authorization: " + login(host, method, target, auth) + "\r\n");
            }
            head.append("\r\n");
            RawPeer peer = connections.get(host);
            if (peer == null) {
                HostPort address = HostPort.parse(host);
                peer = new RawPeer(address.host(), address.port());
                connections.put(host, peer);
            }
            try {
                peer.send(expects ? head.toString() : head + body);
            } catch (IOException e) {
                // The node may have refused the head already.
            }
            RawPeer.Answer answer = peer.answer(method.equals("HEAD"), expects ? body : "");
            if ("close".equalsIgnoreCase(answer.header("connection"))) {
                assertThat(peer.endsNow()).isTrue();
                drop(host);
            } else if (!answer.complete) {
                drop(host);
            }
            return answer;
        }

        private String login(String host, String method, String target, Map<String, Object> auth) {
            DigestChallenge challenge = sessions.get(host);
            Map<String, Object> override = map(auth.getOrDefault("override", Map.of()));
            String user = (String) auth.get("user");
            String ha1 = DigestComputation.ha1(
                    DigestAlgorithm.MD5, user, challenge.realm(), Secret.of((String) auth.get("password")));
            int count = counts.merge(host, 1, Integer::sum);
            DigestCredentials plain = challenge.answer(user, ha1, method, target, count, "abc");
            DigestCredentials values = new DigestCredentials(
                    user,
                    challenge.realm(),
                    (String) override.getOrDefault("nonce", plain.nonce()),
                    (String) override.getOrDefault("uri", target),
                    plain.algorithm(),
                    "auth",
                    (String) override.getOrDefault("nc", plain.nc()),
                    plain.cnonce(),
                    "",
                    plain.opaque(),
                    false);
            String response = (String) override.getOrDefault(
                    "response", DigestComputation.response(DigestAlgorithm.MD5, ha1, method, values, ""));
            String header = values.withResponse(response).toHeader();
            if (auth.containsKey("drop")) {
                header = header.replaceAll(", " + auth.get("drop") + "=[^,]*", "");
            }
            return Boolean.TRUE.equals(auth.get("quotedQop")) ? header.replace("qop=auth", "qop=\"auth\"") : header;
        }

        private static String body(Map<String, Object> request) {
            if (request.containsKey("chunks")) {
                StringBuilder body = new StringBuilder();
                for (Object chunk : list(request.get("chunks"))) {
                    String text = (String) chunk;
                    body.append(Integer.toHexString(text.length()) + "\r\n" + text + "\r\n");
                }
                body.append("0\r\n");
                for (Object trailer : list(request.getOrDefault("trailers", List.of()))) {
                    body.append(list(trailer).get(0) + ": " + list(trailer).get(1) + "\r\n");
                }
                return body + "\r\n";
            }
            Object body = request.get("body");
            if (body instanceof Map) {
                Map<String, Object> form = map(body);
                return form.containsKey("repeat")
                        ? ((String) form.get("repeat")).repeat(number(form.get("times")))
                        : new String(
                                Base64.getDecoder().decode((String) form.get("base64")), StandardCharsets.ISO_8859_1);
            }
            return body == null ? "" : (String) body;
        }

        private void check(String host, RawPeer.Answer answer, Map<String, Object> expect) throws IOException {
            Object status = expect.get("status");
            List<Object> allowed = status instanceof List ? list(status) : List.of(status);
            assertThat(allowed.stream().map(ServerScenarioTest::number))
                    .as("status, body %s", answer.body)
                    .contains(answer.status);
            map(expect.getOrDefault("headers", Map.of()))
                    .forEach((name, wanted) -> value(name, answer.all(name), wanted));
            map(expect.getOrDefault("trailers", Map.of())).forEach((name, wanted) -> {
                String found = RawPeer.Answer.find(answer.trailers, name);
                value(name, found == null ? List.of() : List.of(found), wanted);
            });
            if (expect.containsKey("body")) {
                value("body", List.of(answer.body), expect.get("body"));
            }
            if (expect.containsKey("interim")) {
                assertThat(answer.interim)
                        .isEqualTo(list(expect.get("interim")).stream()
                                .map(ServerScenarioTest::number)
                                .toList());
            }
            if (expect.containsKey("leadingNewlineChunksAtLeast")) {
                assertThat(answer.newlineChunks)
                        .isGreaterThanOrEqualTo(number(expect.get("leadingNewlineChunksAtLeast")));
            }
            assertThat(answer.complete).as("complete").isEqualTo(expect.getOrDefault("complete", true));
            if (Boolean.TRUE.equals(expect.get("connectionClosed"))) {
                assertThat(connections).as("connection closed").doesNotContainKey(host);
            }
        }

        private void value(String name, List<String> found, Object wanted) {
            if (wanted instanceof String text) {
                assertThat(found).as(name).isNotEmpty();
                assertThat(found.get(0)).as(name).isEqualTo(fill(text));
                return;
            }
            Map<String, Object> rule = map(wanted);
            if (rule.containsKey("absent")) {
                assertThat(found).as(name).isEmpty();
                return;
            }
            if (rule.containsKey("list")) {
                List<Object> all = list(rule.get("list"));
                assertThat(found).as(name).hasSameSizeAs(all);
                for (int i = 0; i < all.size(); i++) {
                    value(name, found.subList(i, i + 1), all.get(i));
                }
                return;
            }
            assertThat(found).as(name).isNotEmpty();
            if (rule.containsKey("not")) {
                assertThat(found.get(0)).as(name).isNotEqualTo(fill((String) rule.get("not")));
            }
            if (rule.containsKey("regex")) {
                Matcher match = Pattern.compile(fill((String) rule.get("regex")), Pattern.DOTALL)
                        .matcher(found.get(0));
                assertThat(match.find())
                        .as("%s: %s in %s", name, rule.get("regex"), found.get(0))
                        .isTrue();
                if (rule.containsKey("capture")) {
                    values.put((String) rule.get("capture"), match.groupCount() > 0 ? match.group(1) : match.group());
                }
            }
        }

        private String fill(String text) {
            String filled = text;
            for (Map.Entry<String, String> value : values.entrySet()) {
                filled = filled.replace("${" + value.getKey() + "}", value.getValue());
            }
            return filled;
        }

        private void drop(String host) throws IOException {
            RawPeer peer = connections.remove(host);
            if (peer != null) {
                peer.close();
            }
        }

        @Override
        public void close() throws IOException {
            for (String host : List.copyOf(connections.keySet())) {
                drop(host);
            }
            nodes.forEach(ScspNode::close);
        }
    }

    private static Duration seconds(Map<String, Object> setup, String name, double otherwise) {
        return Duration.ofMillis((long) (((Double) setup.getOrDefault(name, otherwise)) * 1000));
    }

    private static int number(Object value) {
        return ((Double) value).intValue();
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> map(Object value) {
        return (Map<String, Object>) value;
    }

    @SuppressWarnings("unchecked")
    static List<Object> list(Object value) {
        return (List<Object>) value;
    }
}
