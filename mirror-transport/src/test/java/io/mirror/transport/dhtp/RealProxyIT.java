package io.mirror.transport.dhtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mirror.core.access.Credentials;
import io.mirror.core.hub.PointHub;
import io.mirror.core.link.LinkConfig;
import io.mirror.core.link.LinkFlag;
import io.mirror.core.link.LinkFlags;
import io.mirror.core.link.ProxySettings;
import io.mirror.core.link.ServerAddress;
import io.mirror.core.point.Point;
import io.mirror.core.point.PointValue;
import io.mirror.testing.ExternalProgram;
import io.mirror.testing.FreePort;
import io.mirror.testing.TestPki;
import io.mirror.transport.TlsProvider;
import io.mirror.transport.access.AccessPolicy;
import io.mirror.transport.websocket.WebSocketOptions;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Links through squid and tinyproxy, and to masters behind nginx and haproxy, all on loopback. */
class RealProxyIT {
    private static final LinkFlags TWO_WAY = LinkFlags.of(LinkFlag.READABLE, LinkFlag.WRITABLE, LinkFlag.SYNC_TIME);
    /** How long links are idle: S-WS-4 in full is -Dmirror.idle.seconds=600 -Dmirror.idle.limit=30. */
    private static final int IDLE_SECONDS = Integer.getInteger("mirror.idle.seconds", 6);

    private static final int IDLE_LIMIT_SECONDS = Integer.getInteger("mirror.idle.limit", 2);

    private final PointHub plant = PointHub.create();
    private final PointHub office = PointHub.create();
    private final List<AutoCloseable> open = new ArrayList<>();

    @TempDir
    Path directory;

    @BeforeEach
    void letServersOfOtherUsersIn() throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @AfterEach
    void closeAll() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    private <T extends AutoCloseable> T keep(T resource) {
        open.add(resource);
        return resource;
    }

    private void start(ExternalProgram program, int port, String... arguments) throws IOException {
        keep(program.start(directory.resolve("server.log"), arguments)).awaitPort(port);
    }

    /** What squid asks its clients for. */
    enum Login {
        NONE,
        BASIC,
        DIGEST
    }

    private int squid(Login login) throws IOException {
        ExternalProgram squid = ExternalProgram.find("squid", "squid");
        int port = FreePort.next();
        Path users = directory.resolve("users");
        String rules = switch (login) {
            case NONE -> "http_access allow all\n";
            case BASIC -> {
                // The form of crypt(3) of "s3cret" by MD5, as htpasswd writes it.
                Files.writeString(users, "me:" + cryptOf("s3cret") + "\n");
                yield "auth_param basic program /usr/lib/squid/basic_ncsa_auth " + users
                        + "\nauth_param basic children 1\nauth_param basic realm plant\n";
            }
            case DIGEST -> {
                Files.writeString(users, "me:s3cret\n");
                yield "auth_param digest program /usr/lib/squid/digest_file_auth " + users
                        + "\nauth_param digest children 1\nauth_param digest realm plant\n";
            }
        };
        if (login != Login.NONE) {
            rules += "acl known proxy_auth REQUIRED\nhttp_access allow known\nhttp_access deny all\n";
        }
        Path configuration = Files.writeString(
                directory.resolve("squid.conf"),
                "http_port 127.0.0.1:" + port
                        + "\npid_filename none\ncache deny all\naccess_log none\ncache_log /dev/null\n"
                        + "coredump_dir " + directory + "\nshutdown_lifetime 0 seconds\nvisible_hostname localhost\n"
                        + "read_timeout " + IDLE_LIMIT_SECONDS + " seconds\n"
                        + "http_upgrade_request_protocols websocket allow all\n" + rules);
        start(squid, port, "-N", "-f", configuration.toString());
        return port;
    }

    private static String cryptOf(String password) throws IOException {
        try {
            return ExternalProgram.find("openssl", "openssl")
                    .run("", Duration.ofSeconds(20), "passwd", "-apr1", "-salt", "abcdefgh", password)
                    .output()
                    .strip();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private int tinyproxy(boolean login) throws IOException {
        ExternalProgram tinyproxy = ExternalProgram.find("tinyproxy", "tinyproxy");
        int port = FreePort.next();
        Path configuration = Files.writeString(
                directory.resolve("tinyproxy.conf"),
                "Port " + port + "\nListen 127.0.0.1\nTimeout 600\nMaxClients 20\nAllow 127.0.0.1\n"
                        + (login ? "BasicAuth me s3cret\n" : ""));
        start(tinyproxy, port, "-d", "-c", configuration.toString());
        return port;
    }

    private int nginx(int backend, boolean tls) throws Exception {
        ExternalProgram nginx = ExternalProgram.find("nginx", "nginx-light");
        int port = FreePort.next();
        String listen = "listen 127.0.0.1:" + port + ";";
        if (tls) {
            Path certificate = certificate();
            listen = "listen 127.0.0.1:" + port + " ssl; ssl_certificate " + certificate + "; ssl_certificate_key "
                    + certificate + ";";
        }
        Path configuration = Files.writeString(
                directory.resolve("nginx.conf"),
                "daemon off; pid " + directory + "/nginx.pid; error_log stderr; events {}\nhttp { access_log off;"
                        + " client_body_temp_path " + directory + "/body; proxy_temp_path " + directory
                        + "/proxy; fastcgi_temp_path " + directory + "/fastcgi; uwsgi_temp_path " + directory
                        + "/uwsgi; scgi_temp_path " + directory + "/scgi;\nserver { " + listen
                        + " location /mirror { proxy_pass http://127.0.0.1:" + backend
                        + "; proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade;"
                        + " proxy_set_header Connection upgrade; proxy_read_timeout " + IDLE_LIMIT_SECONDS
                        + "s; proxy_send_timeout " + IDLE_LIMIT_SECONDS + "s; } } }\n");
        start(nginx, port, "-p", directory.toString(), "-c", configuration.toString());
        return port;
    }

    private int haproxy(int backend, boolean tls) throws Exception {
        ExternalProgram haproxy = ExternalProgram.find("haproxy", "haproxy");
        int port = FreePort.next();
        Path configuration = Files.writeString(
                directory.resolve("haproxy.cfg"),
                "defaults\n mode http\n timeout connect 5s\n timeout client " + IDLE_LIMIT_SECONDS
                        + "s\n timeout server "
                        + IDLE_LIMIT_SECONDS + "s\n timeout tunnel " + IDLE_LIMIT_SECONDS
                        + "s\nfrontend f\n bind 127.0.0.1:"
                        + port + (tls ? " ssl crt " + certificate() : "")
                        + "\n default_backend b\nbackend b\n server s 127.0.0.1:" + backend + "\n");
        start(haproxy, port, "-db", "-f", configuration.toString());
        return port;
    }

    private Path certificate() throws Exception {
        X509Bundle issued = TestPki.issued("localhost");
        return Files.writeString(
                directory.resolve("localhost.pem"), issued.getCertificatePathPEM() + issued.getPrivateKeyPEM());
    }

    private MirrorMaster master() {
        return keep(MirrorMaster.builder(plant)
                .bind("127.0.0.1", 0)
                .access(AccessPolicy.open())
                .tls(TestPki.listener(TlsProvider.JDK, "localhost"))
                .webSocket(WebSocketOptions.builder().path("/mirror").build())
                .accept(Carrier.values())
                .start());
    }

    private MirrorSlave slave(int port, LinkFlags flags, Optional<ProxySettings> proxy, long heartbeat) {
        return slave(office, port, flags, proxy, heartbeat);
    }

    private MirrorSlave slave(PointHub hub, int port, LinkFlags flags, Optional<ProxySettings> proxy, long heartbeat) {
        LinkConfig.Builder config = LinkConfig.to(ServerAddress.of("localhost", port))
                .domain("plant")
                .retryDelayMillis(200)
                .heartbeatAndTimeoutMillis(heartbeat, 3 * heartbeat)
                .flags(flags);
        proxy.ifPresent(config::proxy);
        return keep(MirrorSlave.builder(hub, config.build())
                .tls(TestPki.connector(TlsProvider.JDK))
                .webSocket(WebSocketOptions.builder().path("/mirror").build())
                .allowPlaintextSecrets(true)
                .start());
    }

    private static Optional<ProxySettings> through(int port, boolean login) {
        return Optional.of(new ProxySettings(
                ServerAddress.of("127.0.0.1", port),
                login ? Optional.of(Credentials.of("me", "s3cret")) : Optional.empty()));
    }

    private void awaitBothWays(MirrorSlave slave) {
        try {
            slave.mirroring()
                    .toCompletableFuture()
                    .orTimeout(30, TimeUnit.SECONDS)
                    .join();
        } catch (RuntimeException e) {
            throw new AssertionError(slave.status().toString(), e);
        }
        plant.point("plant:down").write(System.nanoTime());
        office.point("plant:up").write(System.nanoTime());
        await().atMost(30, TimeUnit.SECONDS).untilAsserted(() -> {
            assertThat(office.read("plant:down").map(Point::value))
                    .isEqualTo(plant.read("plant:down").map(Point::value));
            assertThat(plant.read("plant:up").map(Point::value))
                    .isEqualTo(office.read("plant:up").map(Point::value))
                    .isNotEqualTo(Optional.of(PointValue.of(0)));
        });
    }

    /** With and without TLS, WebSocket and CONNECT; what the rows leave out is refused or ignored by the flags' rules. */
    @ParameterizedTest
    @CsvSource({
        "NONE, USE_WEBSOCKET",
        "NONE, USE_WEBSOCKET USE_HTTP_CONNECT",
        "NONE, USE_HTTP_CONNECT",
        "NONE, USE_HTTP_CONNECT USE_SSL",
        "NONE, USE_WEBSOCKET USE_SSL",
        "BASIC, USE_WEBSOCKET",
        "BASIC, USE_WEBSOCKET USE_HTTP_CONNECT USE_SSL",
        "DIGEST, USE_WEBSOCKET",
        "DIGEST, USE_WEBSOCKET USE_HTTP_CONNECT USE_SSL",
        "DIGEST, USE_HTTP_CONNECT"
    })
    void linkCrossesSquid(Login login, String flags) throws Exception {
        int proxy = squid(login);
        awaitBothWays(slave(master().port(), flags(flags), through(proxy, login != Login.NONE), 500));
    }

    @ParameterizedTest
    @CsvSource({
        "false, USE_WEBSOCKET USE_HTTP_CONNECT",
        "false, USE_HTTP_CONNECT USE_SSL",
        "true, USE_WEBSOCKET USE_HTTP_CONNECT",
        "true, USE_WEBSOCKET USE_SSL"
    })
    void linkCrossesTinyproxy(boolean login, String flags) throws Exception {
        int proxy = tinyproxy(login);
        awaitBothWays(slave(master().port(), flags(flags), through(proxy, login), 500));
    }

    private static LinkFlags flags(String names) {
        LinkFlags flags = TWO_WAY.with(LinkFlag.USE_PROXY);
        for (String name : names.split(" ")) {
            flags = flags.with(LinkFlag.valueOf(name));
        }
        return flags.has(LinkFlag.USE_SSL) ? flags.with(LinkFlag.VALIDATE_SSL, LinkFlag.VALIDATE_HOST) : flags;
    }

    @Test
    void wrongPasswordOfTheProxyIsNamed() throws Exception {
        int proxy = squid(Login.DIGEST);
        Optional<ProxySettings> wrong = Optional.of(
                new ProxySettings(ServerAddress.of("127.0.0.1", proxy), Optional.of(Credentials.of("me", "wrong"))));
        MirrorSlave slave = slave(master().port(), flags("USE_HTTP_CONNECT"), wrong, 500);
        await().atMost(30, TimeUnit.SECONDS)
                .untilAsserted(() -> assertThat(slave.status().lastCause())
                        .hasValueSatisfying(cause -> assertThat(cause).contains("the proxy refused the login")));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void masterServesBehindNginx(boolean tls) throws Exception {
        awaitBothWays(slave(nginx(master().port(), tls), behind(tls), Optional.empty(), 500));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void masterServesBehindHaproxy(boolean tls) throws Exception {
        awaitBothWays(slave(haproxy(master().port(), tls), behind(tls), Optional.empty(), 500));
    }

    @Test
    void masterBehindNginxIsReachedThroughSquid() throws Exception {
        int reverse = nginx(master().port(), true);
        awaitBothWays(slave(reverse, behind(true).with(LinkFlag.USE_PROXY), through(squid(Login.DIGEST), true), 500));
    }

    private static LinkFlags behind(boolean tls) {
        LinkFlags flags = TWO_WAY.with(LinkFlag.USE_WEBSOCKET);
        return tls ? flags.with(LinkFlag.USE_SSL, LinkFlag.VALIDATE_SSL, LinkFlag.VALIDATE_HOST) : flags;
    }

    /** Heartbeats keep connections alive where proxies cut idle ones. */
    @Test
    @Tag("S-WS-4")
    void idleLinksAreNotCut() throws Exception {
        int port = master().port();
        long heartbeat = IDLE_LIMIT_SECONDS * 1000L / 3;
        List<MirrorSlave> slaves = new ArrayList<>();
        for (String proxy : List.of("squid", "nginx", "haproxy")) {
            MirrorSlave slave = idleSlave(proxy, port, heartbeat);
            slave.mirroring()
                    .toCompletableFuture()
                    .orTimeout(30, TimeUnit.SECONDS)
                    .join();
            slaves.add(slave);
        }
        await().pollDelay(Duration.ofSeconds(IDLE_SECONDS))
                .atMost(Duration.ofSeconds(IDLE_SECONDS + 60))
                .until(() -> true);
        assertThat(slaves)
                .extracting(slave ->
                        slave.status().state() + ", connected " + slave.status().connects() + " times")
                .containsOnly("MIRRORING, connected 1 times");
    }

    /** These proxies do cut idle connections: without heartbeats they cut the same links. */
    @ParameterizedTest
    @ValueSource(strings = {"squid", "nginx", "haproxy"})
    @Tag("S-WS-4")
    void idleLinkWithoutHeartbeatsIsCutAndComesBack(String proxy) throws Exception {
        MirrorSlave slave = idleSlave(proxy, master().port(), 0);
        await().atMost(IDLE_LIMIT_SECONDS + 60L, TimeUnit.SECONDS)
                .until(() -> slave.status().connects() >= 2);
    }

    private MirrorSlave idleSlave(String proxy, int port, long heartbeat) throws Exception {
        PointHub hub = PointHub.create();
        return switch (proxy) {
            case "nginx" -> slave(hub, nginx(port, false), behind(false), Optional.empty(), heartbeat);
            case "haproxy" -> slave(hub, haproxy(port, false), behind(false), Optional.empty(), heartbeat);
            default ->
                slave(hub, port, flags("USE_WEBSOCKET USE_HTTP_CONNECT"), through(squid(Login.NONE), false), heartbeat);
        };
    }
}
