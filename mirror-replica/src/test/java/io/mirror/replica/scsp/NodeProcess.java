package io.mirror.replica.scsp;

import io.mirror.core.access.Secret;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A node in a process of its own, which can be killed. It answers each line on its standard input with a number. */
final class NodeProcess implements AutoCloseable {
    private final Process process;
    private final BufferedReader out;
    private final int port;

    private NodeProcess(Process process, BufferedReader out, int port) {
        this.process = process;
        this.out = out;
        this.port = port;
    }

    /** The program: cluster, directory, port, idle seconds, and the port and cluster of a feed if there is one. */
    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[1]);
        DirectoryStore store = DirectoryStore.open(directory);
        ScspNodeBuilder builder = ScspNode.builder(arguments[0], store)
                .address(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), Integer.parseInt(arguments[2])))
                .admin("admin", Secret.of("pw"))
                .context("example.com/photos")
                .allowTargets("127.0.0.1", 1, 65_535)
                .limits(ScspLimits.DEFAULT.withIdleTimeout(Duration.ofSeconds(Integer.parseInt(arguments[3]))))
                .feedDirectory(directory.resolve("feeds"));
        if (arguments.length > 4) {
            builder.feed(Feed.replication(1, new HostPort("127.0.0.1", Integer.parseInt(arguments[4])), arguments[5]));
        }
        try (ScspNode node = builder.start();
                BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            System.out.println("port " + node.port());
            while (in.readLine() != null) {
                System.out.println(node.pendingInFeeds());
            }
        }
        store.close();
    }

    static NodeProcess start(Path log, int heapMegabytes, String... arguments) throws Exception {
        URI here = NodeProcess.class.getResource("NodeProcess.class").toURI();
        String tests = Path.of(here).getParent().toString().replace("/io/mirror/replica/scsp", "");
        String classPath = Stream.of(
                        tests, System.getProperty("java.class.path"), System.getProperty("jdk.module.path"))
                .filter(path -> path != null && !path.isEmpty())
                .collect(Collectors.joining(File.pathSeparator));
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heapMegabytes + "m",
                "-XX:MaxDirectMemorySize=" + heapMegabytes + "m",
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classPath,
                NodeProcess.class.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = out.readLine();
        if (line == null || !line.startsWith("port ")) {
            process.destroyForcibly();
            throw new AssertionError("the node did not start: " + java.nio.file.Files.readString(log));
        }
        return new NodeProcess(process, out, Integer.parseInt(line.substring(5)));
    }

    int port() {
        return port;
    }

    HostPort address() {
        return new HostPort("127.0.0.1", port);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    int pending() throws IOException {
        OutputStream in = process.getOutputStream();
        in.write('\n');
        in.flush();
        return Integer.parseInt(out.readLine());
    }

    /** As {@code kill -9}. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        try {
            if (process.waitFor(30, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
        throw new AssertionError("the node did not end");
    }
}
