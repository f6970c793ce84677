package io.mirror.replica.scsp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.codec.http.AuthScheme;
import io.mirror.codec.http.DigestAlgorithm;
import io.mirror.codec.http.DigestChallenge;
import io.mirror.codec.http.DigestComputation;
import io.mirror.core.access.Secret;
import io.mirror.transport.access.AccessPolicy;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Logins at a node and of a client, against everything between them. */
class LoginTest {
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();

    private final MemoryStore store = new MemoryStore(1 << 24);
    private ScspNode node;

    @BeforeEach
    void start() throws IOException {
        node = builder().start();
    }

    private ScspNodeBuilder builder() {
        return ScspNode.builder("baker", store)
                .admin("admin", Secret.of("pw"))
                .admin("other", Secret.of("pw2"))
                .context("example.com/photos");
    }

    @AfterEach
    void stop() {
        node.close();
        store.close();
    }

    private DigestChallenge challenge() throws Exception {
        try (RawPeer peer = peer()) {
            peer.send("HEAD /?admin HTTP/1.1\r\nHost: a\r\n\r\n");
            RawPeer.Answer answer = peer.answer(true, "");
            assertThat(answer.status).isEqualTo(401);
            return DigestChallenge.of(AuthScheme.parseOne(answer.header("www-authenticate")));
        }
    }

    private RawPeer peer() throws IOException {
        return new RawPeer("127.0.0.1", node.port());
    }

    private static String request(DigestChallenge challenge, String user, String password, int count) {
        String ha1 = DigestComputation.ha1(DigestAlgorithm.MD5, user, challenge.realm(), Secret.of(password));
        return "HEAD /?admin HTTP/1.1\r\nHost: a\r\nAuthorization: "
                + challenge
                        .answer(user, ha1, "HEAD", "/?admin", count, "c" + count)
                        .toHeader() + "\r\n\r\n";
    }

    @Test
    @Tag("S-AUTH-1")
    void thousandReplaysAreRefusedAsStale() throws Exception {
        DigestChallenge challenge = challenge();
        List<String> recorded = new ArrayList<>();
        try (RawPeer peer = peer()) {
            for (int count = 1; count <= 1_000; count++) {
                String request = request(challenge, "admin", "pw", count);
                recorded.add(request);
                peer.send(request);
                assertThat(peer.answer(true, "").status).isEqualTo(200);
            }
        }
        try (RawPeer peer = peer()) {
            for (String request : recorded) {
                peer.send(request);
                RawPeer.Answer answer = peer.answer(true, "");
                assertThat(answer.status).isEqualTo(401);
                assertThat(answer.header("www-authenticate")).contains("stale=true");
            }
        }
    }

    @Test
    @Tag("S-AUTH-1")
    void sixtyFourParallelRequestsOnOneNonceAreAccepted() throws Exception {
        DigestChallenge challenge = challenge();
        CountDownLatch go = new CountDownLatch(1);
        ExecutorService threads = Executors.newFixedThreadPool(64);
        try {
            List<Future<Integer>> answers = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                int count = 64 - i;
                answers.add(threads.submit(() -> {
                    try (RawPeer peer = peer()) {
                        go.await();
                        peer.send(request(challenge, "admin", "pw", count));
                        return peer.answer(true, "").status;
                    }
                }));
            }
            go.countDown();
            for (Future<Integer> answer : answers) {
                assertThat(answer.get(60, TimeUnit.SECONDS)).isEqualTo(200);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static AdminGuard guard(Map<String, Secret> admins, AtomicLong millis) {
        return new AdminGuard(admins, LoginForms.DEFAULT, 300_000, Clock.systemUTC(), millis::get);
    }

    @Test
    @Tag("S-AUTH-2")
    void millionRequestsWithoutLoginLeaveNothingBehind() {
        AdminGuard guard = guard(Map.of("admin", Secret.of("pw")), new AtomicLong());
        String bogus = "Digest username=\"admin\", realm=\"CAStor administrator\", nonce=\"%s\", uri=\"/?admin\","
                + " qop=auth, nc=00000001, cnonce=\"x\", response=\"00000000000000000000000000000000\"";
        long before = used();
        for (int i = 0; i < 1_000_000; i++) {
            List<String> login = i % 10 == 0 ? List.of(String.format(Locale.ROOT, bogus, "n" + i)) : List.of();
            assertThat(guard.judge(HERE, "HEAD", "/?admin", login).user()).isEmpty();
            if (i % 10 == 1) {
                guard.challenges(false);
            }
        }
        assertThat(used() - before).isLessThan(4L << 20);
    }

    private static long used() {
        Runtime runtime = Runtime.getRuntime();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            System.gc();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }

    /** What a client answers to a 401: the first word of its header and its algorithm, or nothing. */
    private static String answer(ClientLogin login, HostPort host, String... challenges) {
        boolean again = login.challenged(host, List.of(challenges), false);
        if (!again) {
            return "";
        }
        String header = login.forRequest(host, "GET", "/").orElseThrow().header();
        return header.startsWith("Basic")
                ? "Basic"
                : header.replaceFirst("(?s).*algorithm=([^,]+).*", "$1").replaceFirst("(?s)^Digest.*", "MD5");
    }

    @Test
    @Tag("S-AUTH-3")
    void strongestSchemeIsAnsweredAndNeverAWeakerOneLater() {
        String md5 = "Digest realm=\"r\", nonce=\"n\", qop=\"auth\", algorithm=MD5";
        String sha = "Digest realm=\"r\", nonce=\"n\", qop=\"auth\", algorithm=SHA-256";
        String sha512 = "Digest realm=\"r\", nonce=\"n\", qop=\"auth\", algorithm=SHA-512-256";
        String basic = "Basic realm=\"r\"";
        HostPort a = new HostPort("a", 80);
        String[][] cases = {
            {"MD5", md5, basic},
            {"MD5", basic, md5},
            {"SHA-256", md5, sha, basic},
            {"SHA-256", sha, md5},
            {"SHA-512-256", md5, sha512, sha, basic},
            {"Basic", basic},
            {"", "Negotiate"},
            {"MD5", md5 + ", " + basic},
        };
        for (String[] one : cases) {
            ClientLogin login = new ClientLogin("u", Secret.of("p"), true, true, () -> 0);
            String[] challenges = java.util.Arrays.copyOfRange(one, 1, one.length);
            assertThat(answer(login, a, challenges))
                    .as(String.join(" | ", challenges))
                    .isEqualTo(one[0]);
        }
        assertThat(answer(new ClientLogin("u", Secret.of("p"), false, true, () -> 0), a, basic))
                .isEmpty();
        assertThat(answer(new ClientLogin("u", Secret.of("p"), true, false, () -> 0), a, md5, sha))
                .isEqualTo("SHA-256");
        assertThat(answer(new ClientLogin("u", Secret.of("p"), false, false, () -> 0), a, md5, basic))
                .isEmpty();

        AtomicLong nanos = new AtomicLong();
        ClientLogin login = new ClientLogin("u", Secret.of("p"), true, true, nanos::get);
        HostPort b = new HostPort("a", 81);
        assertThat(answer(login, a, sha, md5, basic)).isEqualTo("SHA-256");
        nanos.set(TimeUnit.HOURS.toNanos(24) - 1);
        assertThat(answer(login, a, md5, basic)).isEmpty();
        assertThat(answer(login, a, basic)).isEmpty();
        assertThat(login.forRequest(a, "GET", "/")).isEmpty();
        assertThat(answer(login, b, md5)).isEqualTo("MD5");
        assertThat(answer(login, a, sha)).isEqualTo("SHA-256");
        nanos.addAndGet(TimeUnit.HOURS.toNanos(24));
        assertThat(answer(login, a, md5)).isEqualTo("MD5");
    }

    @Test
    @Tag("S-AUTH-4")
    void credentialsFollowOnlyToTheSamePlaceAndToListedOnes() throws Exception {
        String challenge = "HTTP/1.1 401 No\r\nWWW-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth\","
                + " algorithm=MD5\r\nContent-Length: 0\r\n\r\n";
        String good = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
        try (ScriptedPeer elsewhere = new ScriptedPeer(head -> head.contains("Authorization") ? good : challenge);
                ScriptedPeer listed = new ScriptedPeer(head -> head.contains("Authorization") ? good : challenge)) {
            int other = elsewhere.address().port();
            String[][] cases = {
                {"/there", "200"},
                {"http://127.0.0.1:OWN/there", "200"},
                {"http://" + listed.address() + "/there", "200"},
                {"http://127.0.0.1:" + other + "/there", "UNTRUSTED_REDIRECT"},
                {"http://localhost:OWN/there", "UNTRUSTED_REDIRECT"},
                {"https://127.0.0.1:OWN/there", "UNTRUSTED_REDIRECT"},
                {"//127.0.0.1:" + other + "/there", "UNTRUSTED_REDIRECT"},
                {"http://127.0.0.1:OWN@127.0.0.1:" + other + "/there", "PROTOCOL"},
            };
            for (String[] one : cases) {
                String[] location = {""};
                try (ScriptedPeer first = new ScriptedPeer(head -> !head.contains("Authorization")
                                ? challenge
                                : head.startsWith("GET /there")
                                        ? good
                                        : "HTTP/1.1 307 There\r\nLocation: " + location[0]
                                                + "\r\nContent-Length: 0\r\n\r\n");
                        ScspClient client = ScspClient.builder()
                                .credentials("u", Secret.of("p"))
                                .trustedRedirect(listed.address())
                                .build()) {
                    location[0] = one[0].replace(
                            "OWN", Integer.toString(first.address().port()));
                    String outcome;
                    try (ScspAnswer answer = client.call(first.address(), ScspRequest.of("GET", "/here"))) {
                        outcome = Integer.toString(answer.status());
                    } catch (ScspException e) {
                        outcome = e.outcome().name();
                    }
                    assertThat(outcome).as(one[0]).isEqualTo(one[1]);
                }
            }
            assertThat(elsewhere.heads).isEmpty();
            assertThat(listed.heads).hasSize(2);
        }
    }

    @Test
    @Tag("S-AUTH-4")
    void sixthRedirectIsNotFollowed() throws Exception {
        AtomicLong asked = new AtomicLong();
        try (ScriptedPeer peer = new ScriptedPeer(head -> "HTTP/1.1 307 There\r\nLocation: /" + asked.incrementAndGet()
                        + "\r\nContent-Length: 0\r\n\r\n");
                ScspClient client = ScspClient.builder().build()) {
            ScspException error = org.assertj.core.api.Assertions.catchThrowableOfType(
                    ScspException.class, () -> client.call(peer.address(), ScspRequest.of("GET", "/")));
            assertThat(error.outcome()).isEqualTo(ScspOutcome.TOO_MANY_REDIRECTS);
            assertThat(asked).hasValue(6);
        }
    }

    @Test
    @Tag("S-AUTH-5")
    void hundredGuessesTakeAMinuteAndOthersDoNotWait() throws Exception {
        AtomicLong millis = new AtomicLong();
        AdminGuard guard = guard(Map.of("admin", Secret.of("pw"), "other", Secret.of("pw2")), millis);
        DigestChallenge challenge =
                DigestChallenge.of(AuthScheme.parseOne(guard.challenges(false).get(0)));
        long last = 0;
        for (int i = 1; i <= 100; i++) {
            AdminGuard.Judgement guess = judge(guard, challenge, "admin", "guess" + i, i);
            assertThat(guess.status()).isEqualTo(401);
            assertThat(guess.delayMillis()).isGreaterThanOrEqualTo(last);
            last = guess.delayMillis();
            assertThat(last).isEqualTo(i <= 5 ? 0 : last);
        }
        assertThat(last).isGreaterThanOrEqualTo(60_000);
        assertThat(judge(guard, challenge, "other", "pw2", 200).delayMillis()).isZero();
        AdminGuard.Judgement right = judge(guard, challenge, "admin", "pw", 201);
        assertThat(right.status()).isEqualTo(200);
        assertThat(right.delayMillis()).isGreaterThan(last);
    }

    private static AdminGuard.Judgement judge(
            AdminGuard guard, DigestChallenge challenge, String user, String password, int count) {
        String request = request(challenge, user, password, count);
        String header = request.replaceFirst("(?s).*Authorization: (.*?)\r\n.*", "$1");
        return guard.judge(HERE, "HEAD", "/?admin", List.of(header));
    }

    @Test
    @Tag("S-AUTH-5")
    void waitingAnswersHoldNoThreadAndGoodLoginsPassThem() throws Exception {
        DigestChallenge challenge = challenge();
        int guesses = 14;
        ConcurrentLinkedQueue<RawPeer> waiting = new ConcurrentLinkedQueue<>();
        for (int i = 1; i <= guesses; i++) {
            RawPeer peer = peer();
            waiting.add(peer);
            peer.send(request(challenge, "admin", "guess", i));
        }
        // The last guess is answered after two minutes; a good login of another user passes all that wait.
        try (RawPeer good = peer()) {
            good.send(request(challenge, "other", "pw2", 500));
            assertThat(good.answer(true, "").status).isEqualTo(200);
        }
        assertThat(waiting).last().matches(peer -> !peer.hasAnswer());
        org.awaitility.Awaitility.await()
                .atMost(java.time.Duration.ofSeconds(30))
                .until(() -> Thread.getAllStackTraces().entrySet().stream()
                                .filter(thread -> thread.getKey().getName().startsWith("scsp-worker"))
                                .filter(thread -> java.util.Arrays.stream(thread.getValue())
                                        .anyMatch(frame -> frame.getClassName().endsWith("NodeWorker")))
                                .count()
                        < guesses);
        for (RawPeer peer : waiting) {
            peer.close();
        }
    }

    @Test
    @Tag("S-AUTH-6")
    void rightsAreThoseOfThePolicy() throws Exception {
        node.close();
        node = builder()
                .context("open.org/b")
                .context("plant.example/b")
                .admin("anna", Secret.of("a"))
                .admin("boss", Secret.of("b"))
                .accessPolicy(AccessPolicy.parse("(user anna x)\n(user boss y)\n(allow anonymous * * open* read)\n"
                        + "(allow anna * tcp plant* read write create)\n"
                        + "(allow anna 127.0.0.0/8 tcp plant* read write create)\n"
                        + "(allow anna 127.0.0.2 tcp plant* read)\n"
                        + "(allow anna * tls * data)\n"
                        + "(allow boss * * * data)\n"
                        + "(allow boss * * * admin)\n"))
                .start();
        for (String domain : List.of("open.org", "plant.example")) {
            makeObject(domain);
        }
        String[] cases = {
            // user, source, domain, method, status
            "- 1 open.org GET 200",
            "- 1 open.org HEAD 200",
            "- 1 open.org PUT 401",
            "- 1 open.org POST 401",
            "- 1 open.org DELETE 401",
            "- 1 open.org COPY 401",
            "- 1 open.org APPEND 401",
            "- 1 open.org SEND 401",
            "- 1 plant.example GET 401",
            "- 1 plant.example PUT 401",
            "- 1 plant.example POST 401",
            "- 1 plant.example DELETE 401",
            "- 1 plant.example SEND 401",
            "- 2 open.org GET 200",
            "anna 1 plant.example GET 200",
            "anna 1 plant.example HEAD 200",
            "anna 1 plant.example PUT 201",
            "anna 1 plant.example POST 201",
            "anna 1 plant.example COPY 201",
            "anna 1 plant.example APPEND 201",
            "anna 1 plant.example DELETE 403",
            "anna 1 plant.example SEND 403",
            "anna 1 open.org GET 403",
            "anna 1 open.org PUT 403",
            "anna 1 open.org POST 403",
            "anna 1 open.org DELETE 403",
            "anna 2 plant.example GET 200",
            "anna 2 plant.example PUT 403",
            "anna 2 plant.example POST 403",
            "anna 2 plant.example APPEND 403",
            "anna 3 plant.example PUT 201",
            "boss 1 open.org GET 200",
            "boss 1 open.org PUT 201",
            "boss 1 open.org POST 201",
            "boss 1 plant.example COPY 201",
            "boss 1 plant.example APPEND 201",
            "boss 1 plant.example SEND 400",
            "boss 2 plant.example SEND 400",
            "boss 2 open.org DELETE 200",
            "boss 1 plant.example DELETE 200",
        };
        assertThat(cases).hasSize(40);
        for (String one : cases) {
            String[] words = one.split(" ");
            assertThat(status(words[0], words[1], words[2], words[3])).as(one).isEqualTo(Integer.parseInt(words[4]));
        }
    }

    private void makeObject(String domain) throws IOException {
        ObjectInfo info = new ObjectInfo(
                "n/" + domain + "/b/o",
                ObjectKind.NAMED,
                "0".repeat(32),
                1,
                "baker",
                0,
                ObjectRecords.Hashes.sha256(""),
                "",
                List.of());
        try (ObjectStore.Sink sink = store.begin()) {
            assertThat(sink.commit(info, any -> true)).isTrue();
        }
    }

    private int status(String user, String source, String domain, String method) throws Exception {
        Map<String, String> passwords = Map.of("anna", "a", "boss", "b");
        try (RawPeer peer = new RawPeer("127.0.0.1", node.port(), "127.0.0." + source)) {
            String login = "";
            if (!user.equals("-")) {
                DigestChallenge challenge = challenge();
                String ha1 = DigestComputation.ha1(
                        DigestAlgorithm.MD5, user, challenge.realm(), Secret.of(passwords.get(user)));
                login = "Authorization: "
                        + challenge.answer(user, ha1, method, "/b/o", 1, "c").toHeader() + "\r\n";
            }
            peer.send(method + " /b/o HTTP/1.1\r\nHost: " + domain + "\r\nContent-Length: 0\r\n" + login + "\r\n");
            return peer.answer(method.equals("HEAD"), "").status;
        }
    }
}
