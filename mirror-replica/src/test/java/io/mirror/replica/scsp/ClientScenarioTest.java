package io.mirror.replica.scsp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.codec.http.AuthScheme;
import io.mirror.codec.http.DigestAlgorithm;
import io.mirror.codec.http.DigestComputation;
import io.mirror.codec.http.DigestCredentials;
import io.mirror.core.access.Secret;
import io.mirror.testing.JsonText;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** Every client scenario of the vectors: scripted peers answer, the outcome is compared. */
@Tag("S-AUTH-3")
@Tag("S-AUTH-4")
@Tag("S-TLS-8")
class ClientScenarioTest {

    @TestFactory
    Stream<DynamicTest> clientEndsAsTheScenariosSay() throws Exception {
        Path folder = Path.of(ClientScenarioTest.class.getResource("client").toURI());
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList().stream()
                    .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> run(file)));
        }
    }

    private static void run(Path file) throws Exception {
        Map<String, Object> scenario = ServerScenarioTest.map(JsonText.read(Files.readString(file)));
        List<Object> scripts = ServerScenarioTest.list(scenario.get("peers"));
        List<Script> peers = new ArrayList<>();
        try {
            for (Object script : scripts) {
                peers.add(new Script(ServerScenarioTest.list(script), peers));
            }
            peers.forEach(Script::start);
            calls(scenario, peers);
            for (Script peer : peers) {
                peer.judge();
            }
        } finally {
            for (Script peer : peers) {
                peer.close();
            }
        }
    }

    private static void calls(Map<String, Object> scenario, List<Script> peers) throws Exception {
        Map<String, Object> options = ServerScenarioTest.map(scenario.get("client"));
        ScspClient.Builder builder = ScspClient.builder()
                .credentials((String) options.get("user"), Secret.of((String) options.get("password")))
                .allowBasic((Boolean) options.getOrDefault("allowBasic", true))
                .allowPlainRemoteAuth(true)
                .idleTimeout(
                        Duration.ofMillis((long) ((Double) options.getOrDefault("idleTimeoutSeconds", 30.0) * 1000)))
                .sendAttempts(1);
        for (Object trusted : ServerScenarioTest.list(options.getOrDefault("trustedRedirects", List.of()))) {
            builder.trustedRedirect(HostPort.parse(fill((String) trusted, peers)));
        }
        try (ScspClient client = builder.build()) {
            for (Object each : ServerScenarioTest.list(scenario.get("calls"))) {
                Map<String, Object> call = ServerScenarioTest.map(each);
                HostPort node = HostPort.parse(fill((String) call.get("node"), peers));
                String target = call.get("path") + "?" + call.get("query");
                SendResult result = (call.containsKey("cluster")
                                ? client.send(
                                        node,
                                        target,
                                        (String) call.get("cluster"),
                                        HostPort.parse((String) call.get("target")),
                                        Optional.ofNullable((String) call.get("remoteAuth"))
                                                .map(Secret::of))
                                : client.sendToFeeds(node, target))
                        .toCompletableFuture()
                        .get(60, TimeUnit.SECONDS);
                Map<String, Object> wanted = ServerScenarioTest.map(call.get("result"));
                assertThat(result.outcome().name()).isEqualTo(wanted.get("outcome"));
                if (wanted.containsKey("status")) {
                    assertThat((double) result.status()).isEqualTo(wanted.get("status"));
                }
                if (wanted.containsKey("remoteStatus")) {
                    assertThat((double) result.remoteStatus()).isEqualTo(wanted.get("remoteStatus"));
                }
                if (wanted.containsKey("retryable")) {
                    assertThat(result.outcome().isRetryable()).isEqualTo(wanted.get("retryable"));
                }
                if (wanted.containsKey("feeds")) {
                    Map<String, Object> feeds = new TreeMap<>();
                    result.feeds().forEach((id, status) -> feeds.put(Integer.toString(id), (double) status));
                    assertThat(feeds).isEqualTo(wanted.get("feeds"));
                }
            }
        }
    }

    private static String fill(String text, List<Script> peers) {
        String filled = text;
        for (int i = 0; i < peers.size(); i++) {
            filled = filled.replace("${peer" + (i + 1) + "}", peers.get(i).address());
        }
        return filled;
    }

    /** A peer that answers its n-th request, on whatever connection, with the n-th reply. */
    private static final class Script implements AutoCloseable {
        private final List<Object> steps;
        private final List<Script> peers;
        private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        private final List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
        private final List<Socket> sockets = Collections.synchronizedList(new ArrayList<>());
        private final CountDownLatch stop = new CountDownLatch(1);
        private int next;

        Script(List<Object> steps, List<Script> peers) throws IOException {
            this.steps = steps;
            this.peers = peers;
        }

        String address() {
            return "127.0.0.1:" + listener.getLocalPort();
        }

        void start() {
            Thread thread = new Thread(this::listen);
            thread.setDaemon(true);
            thread.start();
        }

        private void listen() {
            while (!listener.isClosed()) {
                try {
                    Socket socket = listener.accept();
                    sockets.add(socket);
                    Thread thread = new Thread(() -> serve(socket));
                    thread.setDaemon(true);
                    thread.start();
                } catch (IOException e) {
                    return;
                }
            }
        }

        private void serve(Socket socket) {
            try (socket) {
                InputStream in = new BufferedInputStream(socket.getInputStream());
                while (true) {
                    String head = head(in);
                    if (head.isEmpty()) {
                        return;
                    }
                    Map<String, Object> step;
                    synchronized (this) {
                        assertThat(next).as("requests").isLessThan(steps.size());
                        step = ServerScenarioTest.map(steps.get(next++));
                    }
                    check(head, ServerScenarioTest.map(step.getOrDefault("expect", Map.of())));
                    for (Object part : ServerScenarioTest.list(step.get("reply"))) {
                        if (part instanceof String text) {
                            socket.getOutputStream().write(fill(text, peers).getBytes(StandardCharsets.ISO_8859_1));
                            socket.getOutputStream().flush();
                        } else {
                            double pause = (Double) ServerScenarioTest.map(part).get("pauseSeconds");
                            if (stop.await((long) (pause * 1000), TimeUnit.MILLISECONDS)) {
                                return;
                            }
                        }
                    }
                    if (Boolean.TRUE.equals(step.get("close"))) {
                        return;
                    }
                }
            } catch (IOException e) {
                // The client has closed the connection, which is its right.
            } catch (Throwable e) {
                failures.add(e);
            }
        }

        private static String head(InputStream in) throws IOException {
            ByteArrayOutputStream head = new ByteArrayOutputStream();
            while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
                int octet = in.read();
                if (octet < 0) {
                    return "";
                }
                head.write(octet);
            }
            return head.toString(StandardCharsets.ISO_8859_1);
        }

        private void check(String head, Map<String, Object> expect) throws Exception {
            String[] lines = head.split("\r\n");
            String[] first = lines[0].split(" ");
            if (expect.containsKey("method")) {
                assertThat(first[0]).isEqualTo(expect.get("method"));
            }
            if (expect.containsKey("target")) {
                assertThat(first[1]).isEqualTo(fill((String) expect.get("target"), peers));
            }
            for (Map.Entry<String, Object> header : ServerScenarioTest.map(expect.getOrDefault("headers", Map.of()))
                    .entrySet()) {
                String found = header(lines, header.getKey());
                if (header.getValue() instanceof String text) {
                    assertThat(found).as(header.getKey()).isEqualTo(fill(text, peers));
                } else {
                    assertThat(found).as(header.getKey()).isNull();
                }
            }
            if (expect.containsKey("digest")) {
                Map<String, Object> wanted = ServerScenarioTest.map(expect.get("digest"));
                DigestCredentials login = DigestCredentials.of(AuthScheme.parseOne(header(lines, "Authorization")));
                DigestAlgorithm algorithm =
                        DigestAlgorithm.of(login.algorithm()).orElse(DigestAlgorithm.MD5);
                String ha1 =
                        DigestComputation.ha1(algorithm, (String) wanted.get("user"), login.realm(), Secret.of((String)
                                wanted.get("password")));
                assertThat(login.response()).isEqualTo(DigestComputation.response(algorithm, ha1, first[0], login, ""));
                assertThat(login.uri()).isEqualTo(first[1]);
                if (wanted.containsKey("nonce")) {
                    assertThat(login.nonce()).isEqualTo(wanted.get("nonce"));
                }
                if (wanted.containsKey("nc")) {
                    assertThat(login.nc()).isEqualTo(wanted.get("nc"));
                }
                if (wanted.containsKey("algorithm")) {
                    assertThat(algorithm.token()).isEqualTo(wanted.get("algorithm"));
                }
                if (wanted.containsKey("qop")) {
                    assertThat(login.qop()).isEqualTo(wanted.get("qop"));
                }
                if (wanted.get("opaque") != null) {
                    assertThat(login.opaque()).contains((String) wanted.get("opaque"));
                }
            }
        }

        private static String header(String[] lines, String name) {
            for (String line : lines) {
                int colon = line.indexOf(':');
                if (colon > 0 && line.substring(0, colon).equalsIgnoreCase(name)) {
                    return line.substring(colon + 1).trim();
                }
            }
            return null;
        }

        void judge() {
            assertThat(failures).isEmpty();
            assertThat(next).as("requests").isEqualTo(steps.size());
        }

        @Override
        public void close() throws IOException {
            stop.countDown();
            listener.close();
            for (Socket socket : List.copyOf(sockets)) {
                socket.close();
            }
        }
    }
}
