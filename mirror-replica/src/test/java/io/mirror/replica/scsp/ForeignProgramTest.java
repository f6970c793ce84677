package io.mirror.replica.scsp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.codec.http.DigestAlgorithm;
import io.mirror.core.access.Secret;
import io.mirror.testing.ExternalProgram;
import io.mirror.testing.FreePort;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs of others: curl asks our node, Apache and nginx are asked by our client. */
class ForeignProgramTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private final MemoryStore here = new MemoryStore(1 << 26);
    private final MemoryStore there = new MemoryStore(1 << 26);
    private ScspNode source;
    private ScspNode destination;

    @BeforeEach
    void start() throws IOException {
        destination = ScspNode.builder("dr", there)
                .admin("admin", Secret.of("pw"))
                .admin("f\u00e4r", Secret.of("fernpasswort"))
                .context("example.com/photos")
                .start();
        source = ScspNode.builder("baker", here)
                .admin("admin", Secret.of("pw"))
                .context("example.com/photos")
                .allowTarget(new HostPort("127.0.0.1", destination.port()))
                .start();
    }

    @AfterEach
    void stop() {
        source.close();
        destination.close();
        here.close();
        there.close();
    }

    private String url(ScspNode node, String path) {
        return "http://127.0.0.1:" + node.port() + path;
    }

    private String curl(String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of("-s", "-S", "-i", "--max-time", "50"));
        all.addAll(Arrays.asList(arguments));
        ExternalProgram.Result result = ExternalProgram.find("curl", "curl").run("", LIMIT, all.toArray(String[]::new));
        assertThat(result.exitCode()).as(result.output()).isZero();
        return result.output();
    }

    private static String last(String output) {
        return output.substring(output.lastIndexOf("HTTP/1.1 "));
    }

    private static String header(String output, String name) {
        return output.lines()
                .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                .reduce((first, second) -> second)
                .map(line -> line.substring(name.length() + 1).trim())
                .orElse("");
    }

    @Test
    void curlWritesReadsAndDeletesEveryKindOfObject() throws Exception {
        Path body = Files.write(directory.resolve("body"), new byte[100_000]);
        String written = curl("--data-binary", "@" + body, "-H", "Content-Type: text/x", url(source, "/"));
        assertThat(last(written)).startsWith("HTTP/1.1 201");
        String uuid = header(written, "Content-UUID");
        assertThat(uuid).matches("[0-9a-f]{32}");
        String read = curl(url(source, "/" + uuid));
        assertThat(read).startsWith("HTTP/1.1 200").contains("Content-Length: 100000", "text/x");
        assertThat(curl("-I", url(source, "/" + uuid))).startsWith("HTTP/1.1 200");
        assertThat(curl("-r", "0-499,500-999", url(source, "/" + uuid))).contains("206", "bytes 0-999/100000");

        String alias = header(curl("--data-binary", "one", url(source, "/?alias=yes")), "Content-UUID");
        assertThat(curl("-X", "PUT", "--data-binary", "two", url(source, "/" + alias + "?alias=yes")))
                .contains("201");
        assertThat(curl("-X", "APPEND", "--data-binary", "three", url(source, "/" + alias + "?alias=yes")))
                .contains("201");
        assertThat(curl("-X", "COPY", "-H", "X-A-Meta: b", "-H", "Content-Length: 0", url(source, "/" + alias)))
                .contains("201");
        assertThat(curl(url(source, "/" + alias))).endsWith("twothree").contains("X-A-Meta: b");
        assertThat(curl("-X", "DELETE", url(source, "/" + alias))).startsWith("HTTP/1.1 200");
        assertThat(curl(url(source, "/" + alias))).startsWith("HTTP/1.1 404");

        assertThat(curl("-T", body.toString(), "-H", "Host: example.com", url(source, "/photos/a?putcreate=yes")))
                .contains("201");
        assertThat(curl(
                        "-H",
                        "Host: example.com",
                        "-H",
                        "Expect: 100-continue",
                        "--data-binary",
                        "hello",
                        url(source, "/photos/b?hashtype=md5")))
                .contains("100 Continue", "hash=5d41402abc4b2a76b9719d911017c592");
        assertThat(curl(
                        "-H",
                        "Host: example.com",
                        "-H",
                        "Transfer-Encoding: chunked",
                        "--data-binary",
                        "hello",
                        url(source, "/photos/c")))
                .contains("201");
        assertThat(curl(
                        "-H",
                        "Host: example.com",
                        "-H",
                        "If-None-Match: *",
                        "--data-binary",
                        "x",
                        url(source, "/photos/c")))
                .startsWith("HTTP/1.1 412");
    }

    @Test
    void curlLogsInWithDigestAndAnyauth() throws Exception {
        for (String how : List.of("--digest", "--anyauth")) {
            String status = curl(how, "-u", "admin:pw", url(source, "/?admin"));
            assertThat(status).startsWith("HTTP/1.1 401").contains("HTTP/1.1 200", "Castor-System-Cluster: baker");
            assertThat(curl(how, "-u", "admin:wrong", url(source, "/?admin"))).doesNotContain("HTTP/1.1 200");
        }
        assertThat(curl("--basic", "-u", "admin:pw", url(source, "/?admin"))).doesNotContain("HTTP/1.1 200");
        assertThat(curl("--digest", "-u", "f\u00e4r:fernpasswort", url(destination, "/?admin")))
                .contains("HTTP/1.1 200");
        String uuid = "0123456789abcdef0123456789abcdef";
        assertThat(curl("--digest", "-u", "admin:pw", "--data-binary", "x", url(source, "/" + uuid + "?admin")))
                .contains("HTTP/1.1 201");
        assertThat(here.info("u/" + uuid)).isPresent();
    }

    @Test
    void curlLogsInWithTheAlgorithmThatIsOffered() throws Exception {
        for (DigestAlgorithm algorithm : List.of(DigestAlgorithm.MD5, DigestAlgorithm.SHA_256)) {
            try (ScspNode node = ScspNode.builder("baker", here)
                    .admin("admin", Secret.of("pw"))
                    .digestAlgorithms(algorithm)
                    .start()) {
                assertThat(curl("--digest", "-u", "admin:pw", url(node, "/?admin")))
                        .contains("algorithm=" + algorithm.token(), "HTTP/1.1 200");
                assertThat(curl("--digest", "-u", "admin:wrong", url(node, "/?admin")))
                        .doesNotContain("HTTP/1.1 200");
            }
        }
    }

    @Test
    void curlSendsAnObjectAsTheVendorDocumentsIt() throws Exception {
        String uuid = header(curl("--data-binary", "hello", url(source, "/?alias=yes")), "Content-UUID");
        String[] send = {
            "-X",
            "SEND",
            "--location-trusted",
            "--anyauth",
            "-u",
            "admin:pw",
            "-H",
            "Castor-System-Cluster: dr",
            "-H",
            "Castor-System-Target: 127.0.0.1:" + destination.port(),
            url(source, "/" + uuid + "?alias&admin")
        };
        assertThat(last(curl(send)))
                .startsWith("HTTP/1.1 200")
                .contains("Castor-System-Alias: " + uuid, "chunked")
                .endsWith("Remote cluster returned: 201");
        assertThat(there.info("u/" + uuid).orElseThrow().sha256())
                .isEqualTo(here.info("u/" + uuid).orElseThrow().sha256());
        assertThat(curl(send)).endsWith("Remote cluster returned: 409");
        List<String> other = new ArrayList<>(Arrays.asList(send));
        other.addAll(6, List.of("-H", "Castor-System-Auth: f\u00e4r:fernpasswort"));
        assertThat(curl(other.toArray(String[]::new))).endsWith("Remote cluster returned: 409");
        other.set(7, "Castor-System-Auth: admin:wrong");
        assertThat(curl(other.toArray(String[]::new))).endsWith("Remote cluster returned: 401");
    }

    @Test
    void curlFollowsARedirectWithTrustedLocation() throws Exception {
        String uuid = header(curl("--data-binary", "hello", url(source, "/")), "Content-UUID");
        try (MemoryStore none = new MemoryStore(1 << 20);
                ScspNode access = ScspNode.builder("baker", none)
                        .redirectTo(new HostPort("127.0.0.1", source.port()), 307)
                        .start()) {
            String[] send = {
                "-X",
                "SEND",
                "--location-trusted",
                "--anyauth",
                "-u",
                "admin:pw",
                "-H",
                "Castor-System-Cluster: dr",
                "-H",
                "Castor-System-Target: 127.0.0.1:" + destination.port(),
                url(access, "/" + uuid + "?admin")
            };
            assertThat(curl(send)).startsWith("HTTP/1.1 307").endsWith("Remote cluster returned: 201");
            send[2] = "--location";
            assertThat(curl(send)).endsWith("</html>\n").contains("HTTP/1.1 401");
            String posted =
                    curl("-L", "--post301", "--data-binary", "more", url(access, "/photos/p?domain=example.com"));
            assertThat(last(posted)).startsWith("HTTP/1.1 201");
        }
    }

    private static String digest(String algorithm, String text) throws Exception {
        return java.util.HexFormat.of()
                .formatHex(java.security.MessageDigest.getInstance(algorithm)
                        .digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    private ExternalProgram.Running apache(int port, String more) throws Exception {
        ExternalProgram program = ExternalProgram.find("apache2", "apache2");
        // As root it insists on another user, who has to reach the files.
        boolean root = System.getProperty("user.name").equals("root");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path modules = Path.of("/usr/lib/apache2/modules");
        Path pages = Files.createDirectories(directory.resolve("www"));
        Files.write(pages.resolve("file"), new byte[100_000]);
        Files.writeString(
                directory.resolve("users"),
                "admin:CAStor administrator:" + digest("MD5", "admin:CAStor administrator:pw") + "\n");
        StringBuilder text = new StringBuilder("ServerName localhost\nListen 127.0.0.1:" + port + "\nPidFile "
                + directory.resolve("apache.pid") + "\nDefaultRuntimeDir " + directory + "\nMutex file:" + directory
                + "\nErrorLog " + directory.resolve("apache.log") + "\nDocumentRoot " + pages + "\n");
        for (String module : List.of(
                "mpm_event",
                "authz_core",
                "authz_user",
                "authn_core",
                "authn_file",
                "auth_digest",
                "proxy",
                "proxy_http")) {
            text.append("LoadModule " + module + "_module " + modules.resolve("mod_" + module + ".so") + "\n");
        }
        if (root) {
            text.append("User nobody\nGroup nogroup\n");
        }
        Files.writeString(directory.resolve("apache.conf"), text + more);
        ExternalProgram.Running running = program.start(
                directory.resolve("apache.out"),
                "-f",
                directory.resolve("apache.conf").toString(),
                "-D",
                "FOREGROUND");
        running.awaitPort(port);
        return running;
    }

    @Test
    @Tag("S-AUTH-3")
    void apacheAcceptsOurDigestAndProvesItself() throws Exception {
        int port = FreePort.next();
        String location = "<Location />\nAuthType Digest\nAuthName \"CAStor administrator\"\nAuthDigestProvider file\n"
                + "AuthUserFile " + directory.resolve("users")
                + "\nAuthDigestAlgorithm MD5\nAuthDigestQop auth\nAuthDigestNonceLifetime 1\nRequire valid-user\n"
                + "</Location>\n";
        try (ExternalProgram.Running running = apache(port, location);
                ScspClient client = ScspClient.builder()
                        .credentials("admin", Secret.of("pw"))
                        .build();
                ScspClient stranger = ScspClient.builder()
                        .credentials("admin", Secret.of("wrong"))
                        .build()) {
            HostPort apache = new HostPort("127.0.0.1", port);
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(3);
            // For three seconds, so that nonces end on the way and new ones are given.
            for (int i = 0; i < 20 || System.nanoTime() < end; i++) {
                try (ScspAnswer answer = client.call(apache, ScspRequest.of("GET", "/file?x=" + i))) {
                    assertThat(answer.status()).isEqualTo(200);
                    assertThat(answer.read(200_000)).hasSize(100_000);
                    assertThat(answer.header("authentication-info").orElse("rspauth"))
                            .contains("rspauth");
                }
            }
            try (ScspAnswer answer = stranger.call(apache, ScspRequest.of("GET", "/file"))) {
                assertThat(answer.status()).isEqualTo(401);
            }
            assertThat(running.process().isAlive()).isTrue();
        }
    }

    @Test
    void apachePassesTheMethodsOfTheProtocolOn() throws Exception {
        int port = FreePort.next();
        try (ExternalProgram.Running running =
                apache(port, "ProxyPass / http://127.0.0.1:" + source.port() + "/\nProxyPreserveHost On\n")) {
            throughProxy(port);
            assertThat(running.process().isAlive()).isTrue();
        }
    }

    @Test
    void nginxPassesTheMethodsOfTheProtocolOn() throws Exception {
        ExternalProgram program = ExternalProgram.find("nginx", "nginx-light");
        int port = FreePort.next();
        Files.createDirectories(directory.resolve("tmp"));
        StringBuilder temp = new StringBuilder();
        for (String kind : List.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi")) {
            temp.append(kind + "_temp_path " + directory.resolve("tmp").resolve(kind) + ";\n");
        }
        Files.writeString(
                directory.resolve("nginx.conf"),
                "daemon off;\npid " + directory.resolve("nginx.pid") + ";\nerror_log "
                        + directory.resolve("nginx.log") + ";\nevents {}\nhttp {\naccess_log off;\n" + temp
                        + "server {\nlisten 127.0.0.1:" + port + ";\nlocation / {\nproxy_pass http://127.0.0.1:"
                        + source.port()
                        + ";\nproxy_http_version 1.1;\nproxy_set_header Host $http_host;\nproxy_buffering off;\n"
                        + "proxy_request_buffering off;\nclient_max_body_size 0;\n}\n}\n}\n");
        try (ExternalProgram.Running running = program.start(
                directory.resolve("nginx.out"),
                "-p",
                directory.toString(),
                "-e",
                directory.resolve("nginx.log").toString(),
                "-c",
                directory.resolve("nginx.conf").toString())) {
            running.awaitPort(port);
            throughProxy(port);
        }
    }

    /** Every method of our client by way of a proxy in front of the source. */
    private void throughProxy(int port) throws Exception {
        HostPort proxy = new HostPort("127.0.0.1", port);
        byte[] content = new byte[3_000_000];
        new java.util.Random(port).nextBytes(content);
        try (ScspClient client =
                ScspClient.builder().credentials("admin", Secret.of("pw")).build()) {
            assertThat(status(client, proxy, "POST", "/photos/a?domain=example.com", content))
                    .isEqualTo(201);
            assertThat(status(client, proxy, "PUT", "/photos/a?domain=example.com", content))
                    .isEqualTo(201);
            assertThat(status(client, proxy, "APPEND", "/photos/a?domain=example.com", new byte[] {1}))
                    .isEqualTo(201);
            assertThat(status(client, proxy, "COPY", "/photos/a?domain=example.com", new byte[0]))
                    .isEqualTo(201);
            assertThat(status(client, proxy, "HEAD", "/photos/a?domain=example.com&admin", null))
                    .isEqualTo(200);
            try (ScspAnswer answer = client.call(proxy, ScspRequest.of("GET", "/photos/a?domain=example.com"))) {
                ByteArrayOutputStream read = new ByteArrayOutputStream();
                answer.readTo(read);
                assertThat(Arrays.copyOf(read.toByteArray(), content.length)).isEqualTo(content);
                assertThat(read.size()).isEqualTo(content.length + 1);
            }
            SendResult result = client.send(
                            proxy,
                            "/photos/a?domain=example.com&admin",
                            "dr",
                            new HostPort("127.0.0.1", destination.port()),
                            Optional.empty())
                    .toCompletableFuture()
                    .get(60, TimeUnit.SECONDS);
            assertThat(result.remoteStatus()).isEqualTo(201);
            assertThat(there.info("n/example.com/photos/a")).isPresent();
            assertThat(status(client, proxy, "DELETE", "/photos/a?domain=example.com", null))
                    .isEqualTo(200);
        }
    }

    private static int status(ScspClient client, HostPort node, String method, String path, byte[] body)
            throws IOException {
        ScspRequest request = ScspRequest.of(method, path);
        try (ScspAnswer answer = client.call(node, body == null ? request : request.with(ScspBody.of(body)))) {
            answer.read(100_000);
            return answer.status();
        }
    }
}
