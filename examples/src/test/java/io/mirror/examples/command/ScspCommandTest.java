package io.mirror.examples.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.replica.scsp.HostPort;
import io.mirror.replica.scsp.MemoryStore;
import io.mirror.replica.scsp.ScspNode;
import io.mirror.testing.FreePort;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The two clusters of examples/README.md and the object that is sent between them. */
class ScspCommandTest {
    @TempDir
    Path directory;

    private final List<Thread> nodes = new ArrayList<>();
    private final List<Socket> nobody = new ArrayList<>();

    @AfterEach
    void end() throws Exception {
        for (Socket taken : nobody) {
            taken.close();
        }
        for (Thread node : nodes) {
            node.interrupt();
            node.join(TimeUnit.SECONDS.toMillis(30));
            assertThat(node.isAlive()).isFalse();
        }
    }

    private Path admins() throws Exception {
        return Pki.write(directory.resolve("admins"), "# who may send\nadmin:secret\n");
    }

    private int node(String cluster, String... more) throws Exception {
        return nodeWith(cluster, directory.resolve(cluster).toString(), more);
    }

    private int nodeWith(String cluster, String data, String... more) throws Exception {
        return nodeAt("127.0.0.1", cluster, data, more);
    }

    private int nodeAt(String host, String cluster, String data, String... more) throws Exception {
        int port = FreePort.next();
        List<String> words = new ArrayList<>(List.of(
                "scsp",
                "node",
                "--port",
                Integer.toString(port),
                "--cluster",
                cluster,
                "--data",
                data,
                "--admins",
                admins().toString(),
                "--context",
                "example.com/photos"));
        words.addAll(List.of(more));
        Thread thread = new Thread(() -> Run.of(words.toArray(String[]::new)));
        thread.start();
        nodes.add(thread);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!listens(host, port)) {
            assertThat(thread.isAlive() && System.nanoTime() < deadline)
                    .as("the node runs")
                    .isTrue();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        return port;
    }

    /** An address where nobody listens. */
    private String nobody() throws Exception {
        Socket taken = new Socket();
        nobody.add(taken);
        taken.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
        return "127.0.0.1:" + taken.getLocalPort();
    }

    private static boolean listens(String host, int port) {
        try (Socket probe = new Socket(InetAddress.getByName(host), port)) {
            return probe.isConnected();
        } catch (java.io.IOException notYet) {
            return false;
        }
    }

    @Test
    void anObjectGoesFromOneClusterToTheOther() throws Exception {
        String dr = "127.0.0.1:" + node("dr");
        String baker = "127.0.0.1:" + node("baker", "--allow-target", dr);
        Path file = Files.writeString(directory.resolve("README.md"), "hello");
        String admins = admins().toString();
        Run put = Run.of("scsp", "put", baker, "/photos/a", file.toString());
        assertThat(put.code()).isZero();
        assertThat(put.out()).isEqualTo("http://" + baker + "/photos/a\n");

        String object = "/photos/a?domain=example.com&admin";
        Run send = Run.of("scsp", "send", baker, object, "--cluster", "dr", "--target", dr, "--admins", admins);
        assertThat(send.err()).isEmpty();
        assertThat(send.out()).isEqualTo("created (status 200, destination 201)\n");
        assertThat(send.code()).isZero();

        Path copy = directory.resolve("copy");
        assertThat(Run.of("scsp", "get", dr, "/photos/a?domain=example.com", copy.toString())
                        .code())
                .isZero();
        assertThat(copy).hasContent("hello");
        assertThat(Run.of("scsp", "head", dr, "/photos/a").out()).contains("Castor-System-Cluster: ");
        assertThat(Run.of("scsp", "delete", dr, "/photos/a").code()).isZero();
        assertThat(Run.of("scsp", "get", dr, "/photos/a", copy.toString()).onlyProblem(1))
                .contains("404");

        curlSendsItToo(baker, dr);
    }

    /** The same line with curl, as the README has it. */
    private static void curlSendsItToo(String baker, String dr) throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/curl")), "curl is not installed");
        Process curl = new ProcessBuilder(
                        "/usr/bin/curl",
                        "-sS",
                        "--max-time",
                        "60",
                        "-X",
                        "SEND",
                        "--location-trusted",
                        "--anyauth",
                        "-u",
                        "admin:secret",
                        "-H",
                        "Castor-System-Cluster: dr",
                        "-H",
                        "Castor-System-Target: " + dr,
                        "http://" + baker + "/photos/a?domain=example.com&admin")
                .redirectErrorStream(true)
                .start();
        String answer = new String(curl.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(answer.strip()).isEqualTo("Remote cluster returned: 201");
        assertThat(curl.waitFor()).isZero();
    }

    @Test
    void feedCarriesWhatIsWrittenAndDeleted() throws Exception {
        String dr = "127.0.0.1:" + nodeWith("dr", "memory:");
        String baker = "127.0.0.1:" + node("baker", "--feed", "1,replication," + dr + ",dr", "--deletions");
        String file = Files.writeString(directory.resolve("file"), "hello").toString();
        String admins = admins().toString();
        String object = "/photos/a?domain=example.com";
        assertThat(Run.of("scsp", "put", baker, object, file).code()).isZero();
        Run update = Run.of("scsp", "put", baker, object, file, "--update", "--type", "text/plain");
        assertThat(update.err()).isEmpty();
        String toFeeds = object + "&admin&feedtype=replication&timeout=60";
        Run send = Run.of("scsp", "send", baker, toFeeds, "--admins", admins);
        assertThat(send.out()).isEqualTo("complete (status 200, feeds {1=0})\n");
        assertThat(send.code()).isZero();
        assertThat(Run.of("scsp", "head", dr, object).out())
                .contains("Content-Type: text/plain", "Content-MD5: XUFAKrxLKna5cZ2REBfFkg==", "Volume: ");

        assertThat(Run.of("scsp", "delete", baker, object).code()).isZero();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (Run.of("scsp", "head", dr, object).code() == 0) {
            assertThat(System.nanoTime()).as("the deletion arrives").isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
        assertThat(Run.of("scsp", "send", baker, object, "--cluster", "dr").onlyProblem(2))
                .contains("--cluster and --target");
    }

    @Test
    void otherNodesAreAskedWhenOneCannotBeReached() throws Exception {
        String dr = "127.0.0.1:" + nodeWith("dr", "memory:");
        String baker = "127.0.0.1:"
                + node(
                        "baker",
                        "--context",
                        "test.com/photos",
                        "--feed",
                        "1,replication," + nobody() + ",dr",
                        "--feed-node",
                        "1," + dr,
                        "--feed-include",
                        "1,.*\\.com",
                        "--feed-exclude",
                        "1,test\\..*");
        String file = Files.writeString(directory.resolve("file"), "hello").toString();
        String feeds = "&admin&feedid=1&timeout=60";
        for (String domain : List.of("example.com", "test.com")) {
            String object = "/photos/a?domain=" + domain;
            Run put = Run.of("scsp", "put", nobody(), object, file, "--also", nobody(), "--also", baker);
            assertThat(put.err()).isEmpty();
            assertThat(put.code()).isZero();
            Run send =
                    Run.of("scsp", "send", nobody(), object + feeds, "--also", baker, "--admins", admins().toString());
            assertThat(send.out()).isEqualTo("complete (status 200, feeds {1=0})\n");
        }
        assertThat(Run.of("scsp", "head", nobody(), "/photos/a?domain=example.com", "--also", dr)
                        .code())
                .isZero();
        // Outside the feed: the destination does not even have the domain.
        assertThat(Run.of("scsp", "head", dr, "/photos/a?domain=test.com").onlyProblem(1))
                .contains("412");
        Path copy = directory.resolve("copy");
        assertThat(Run.of("scsp", "get", nobody(), "/photos/a", copy.toString(), "--also", dr)
                        .code())
                .isZero();
        assertThat(copy).hasContent("hello");
        assertThat(Run.of("scsp", "delete", nobody(), "/photos/a", "--also", dr).code())
                .isZero();
        assertThat(Run.of("scsp", "head", dr, "/photos/a").onlyProblem(1)).contains("404");
        String first = nobody();
        String second = nobody();
        assertThat(Run.of("scsp", "head", first, "/x", "--also", second).onlyProblem(1))
                .contains(first)
                .contains(second);
        assertThat(Run.of("scsp", "head", first, "/x", "--also", "h:p").onlyProblem(1))
                .contains("not a port");
    }

    @Test
    void nodeListensWhereItIsTold() throws Exception {
        int port = nodeAt("127.0.0.2", "c", "memory:", "--listen", "127.0.0.2");
        String file = Files.writeString(directory.resolve("file"), "hello").toString();
        assertThat(Run.of("scsp", "put", "127.0.0.2:" + port, "/photos/a", file).code())
                .isZero();
        assertThat(Run.of("scsp", "head", "127.0.0.1:" + port, "/photos/a").onlyProblem(1))
                .contains("refused");
        assertThat(node("--admins", admins(), "--port", "0", "--listen", "192.0.2.1")
                        .onlyProblem(1))
                .contains("cannot listen on /192.0.2.1:0");
    }

    @Test
    void nodeSpeaksTlsToClustersThatItTrusts() throws Exception {
        Pki pki = Pki.in(directory);
        int tls = nodeWith(
                "dr",
                "memory:",
                "--cert",
                pki.cert().toString(),
                "--key",
                pki.key().toString());
        String dr = "localhost:" + tls;
        String ca = pki.ca().toString();
        String trusting = "127.0.0.1:" + nodeWith("baker", "memory:", "--allow-target", dr, "--target-ca", ca);
        String plain = "127.0.0.1:" + nodeWith("cook", "memory:", "--allow-target", dr);
        String file = Files.writeString(directory.resolve("file"), "hello").toString();
        String object = "/photos/a?domain=example.com&admin";
        for (String source : List.of(plain, trusting)) {
            assertThat(Run.of("scsp", "put", source, "/photos/a", file).code()).isZero();
            Run send = Run.of(
                    "scsp", "send", source, object, "--cluster", "dr", "--target", dr, "--admins", admins().toString());
            // Without TLS the destination ends the connection before it has understood a request.
            assertThat(send.out())
                    .isEqualTo(
                            source.equals(trusting)
                                    ? "created (status 200, destination 201)\n"
                                    : "transient (status 200, destination 502)\n");
        }
        assertThat(Run.of("scsp", "head", dr, "/photos/a", "--ca", ca).code()).isZero();
    }

    @Test
    void redirectsAreFollowedOnlyWhereTheyAreTrusted() throws Exception {
        String there = "127.0.0.1:" + nodeWith("dr", "memory:");
        String file = Files.writeString(directory.resolve("file"), "hello").toString();
        assertThat(Run.of("scsp", "put", there, "/photos/a", file).code()).isZero();
        try (ScspNode here = ScspNode.builder("dr", new MemoryStore(1 << 20))
                .redirectTo(HostPort.parse(there), 307)
                .start()) {
            String node = "127.0.0.1:" + here.port();
            assertThat(Run.of("scsp", "head", node, "/photos/a").onlyProblem(1))
                    .contains("the redirect to " + there + " is not trusted");
            assertThat(Run.of("scsp", "head", node, "/photos/a", "--location-trusted")
                            .code())
                    .isZero();
        }
    }

    @Test
    void nodeAndClientSpeakTls() throws Exception {
        Pki pki = Pki.in(directory);
        int port =
                node("tls", "--cert", pki.cert().toString(), "--key", pki.key().toString());
        Path file = Files.writeString(directory.resolve("f"), "x");
        String node = "localhost:" + port;
        Run put = Run.of(
                "scsp",
                "put",
                node,
                "/photos/a?domain=example.com",
                file.toString(),
                "--ca",
                pki.ca().toString());
        assertThat(put.err()).isEmpty();
        assertThat(put.out()).startsWith("https://");
        Run stranger = Run.of("scsp", "head", node, "/photos/a", "--tls");
        assertThat(stranger.code()).isEqualTo(1);
        assertThat(stranger.err().lines()).hasSize(1);
        assertThat(stranger.err()).startsWith("mirror: no TLS with " + node);
    }

    @Test
    void mistakesAreToldInOneLine() throws Exception {
        Path open = Files.writeString(directory.resolve("open"), "admin:secret\n");
        Files.setPosixFilePermissions(open, java.nio.file.attribute.PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(node("--admins", open, "--port", "0").onlyProblem(1)).contains("chmod 600");
        assertThat(node("--admins", admins(), "--port", "70000").onlyProblem(2)).contains("0 to 65535");
        assertThat(node("--admins", admins(), "--port", "0", "--cert", open.toString())
                        .onlyProblem(2))
                .contains("--cert and --key");
        assertThat(node("--admins", admins(), "--port", "0", "--feed", "x").onlyProblem(2))
                .contains("--feed has to be");
        String feed = "1,replication,h:1,c";
        String[][] wrong = {
            {"--feed", feed, "--feed 1 is there twice"},
            {"--feed-node", "2,h:1", "the ID of a --feed"},
            {"--feed-node", "1,h:p", "not a port"},
            {"--feed-include", "x", "the ID of a --feed"},
            {"--feed-include", "1,(", "not a regular expression"},
            {"--feed-exclude", "1,[", "not a regular expression"}
        };
        for (String[] one : wrong) {
            assertThat(node("--admins", admins(), "--port", "0", "--feed", feed, one[0], one[1])
                            .onlyProblem(2))
                    .contains(one[2]);
        }
        String nobody = nobody();
        String file = directory.resolve("file").toString();
        assertThat(Run.of("scsp", "head", nobody, "/x").onlyProblem(1)).contains("refused");
        assertThat(Run.of("scsp", "get", nobody, "/x", file).onlyProblem(1)).contains("refused");
        for (String path : List.of("x", "/a b", "")) {
            assertThat(Run.of("scsp", "head", nobody, path).onlyProblem(1)).contains("path that begins with a slash");
            assertThat(Run.of("scsp", "get", nobody, path, file).onlyProblem(1)).contains("path that begins");
            assertThat(Run.of("scsp", "delete", nobody, path).onlyProblem(1)).contains("path that begins");
            assertThat(Run.of("scsp", "send", nobody, path, "--cluster", "c", "--target", nobody)
                            .onlyProblem(1))
                    .contains("path that begins");
        }
    }

    private Run node(String option, Path admins, String... more) {
        List<String> words = new ArrayList<>(List.of("scsp", "node", "--cluster", "c", "--data", "memory:"));
        words.addAll(List.of(option, admins.toString()));
        words.addAll(List.of(more));
        return Run.of(words.toArray(String[]::new));
    }
}
