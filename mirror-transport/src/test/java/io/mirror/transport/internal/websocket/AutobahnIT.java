package io.mirror.transport.internal.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mirror.testing.ExternalProgram;
import io.mirror.testing.FreePort;
import io.mirror.transport.internal.net.Place;
import io.mirror.transport.websocket.WebSocketOptions;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ResourceLeakDetector;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The Autobahn test suite against both roles. The Maven profile "autobahn" puts the suite and the Python interpreter that
 * it needs where this test finds them; without the profile it is skipped.
 */
@Tag("S-WS-1")
class AutobahnIT {
    /** The cases of the suite without those of compression, which is never negotiated. */
    private static final int SERVER_CASES = 301;

    private static final int CLIENT_CASES = 300;
    private static final Path SUITE = Path.of("target", "autobahn");
    /** The suite itself ends a case that takes too long, after 500 seconds at most. */
    private static final int CASE_SECONDS = 600;

    private static final Duration LIMIT = Duration.ofMinutes(40);
    /** Section 9 sends messages of 16 MiB, and of 4 MiB in frames of 64 bytes. */
    private static final WebSocketOptions OPTIONS =
            WebSocketOptions.builder().limits(17 << 20, 17 << 20, 100_000).build();

    /** How much of the suite's own output a failure shows. */
    private static final int LOG_LINES = 20;

    private final List<Process> programs = new ArrayList<>();
    /** What ended a connection on our side without being the peer's violation of the rules, which is what the cases try. */
    private final List<Throwable> caught = new CopyOnWriteArrayList<>();

    private static ResourceLeakDetector.Level leakDetection;

    private EventLoopGroup loops;

    @TempDir
    Path directory;

    @BeforeAll
    static void findSuite() {
        Assumptions.assumeTrue(
                Boolean.getBoolean("mirror.autobahn"), "build with the profile autobahn to run its suite");
        if (!Files.isDirectory(SUITE)) {
            ExternalProgram.missing("the Autobahn suite is not in " + SUITE);
        }
        // Following every buffer of hundreds of thousands of frames would take minutes.
        leakDetection = ResourceLeakDetector.getLevel();
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.SIMPLE);
    }

    @AfterAll
    static void detectLeaksAgain() {
        if (leakDetection != null) {
            ResourceLeakDetector.setLevel(leakDetection);
        }
    }

    @BeforeEach
    void start() {
        loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    }

    @AfterEach
    void stop() throws InterruptedException {
        for (Process program : programs) {
            program.destroyForcibly().waitFor();
        }
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).sync();
    }

    /** Sends back what comes, fragment by fragment. */
    private class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object frame) {
            context.write(frame);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            context.channel().config().setAutoRead(context.channel().isWritable());
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            if (!(cause instanceof WebSocketViolation)) {
                caught.add(cause);
            }
            context.close();
        }
    }

    private Process start(Path directory, String mode, String specification) throws Exception {
        Path file = Files.writeString(directory.resolve(mode + ".json"), specification);
        try (Stream<Path> jars = Files.list(SUITE)) {
            String classPath = String.join(
                    java.io.File.pathSeparator,
                    jars.map(jar -> jar.toAbsolutePath().toString()).sorted().toList());
            Path script = Path.of(AutobahnIT.class.getResource("wstest.py").toURI());
            Process program = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Dpython.cachedir.skip=true",
                            "-Dpython.import.site=false",
                            "-cp",
                            classPath,
                            "org.python.util.jython",
                            script.toString(),
                            "-m",
                            mode,
                            "-s",
                            file.toString())
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve(mode + ".log").toFile())
                    .start();
            programs.add(program);
            return program;
        }
    }

    private static Map<String, String> results(Path directory) throws IOException {
        Map<String, String> behaviour = new TreeMap<>();
        Matcher cases = Pattern.compile("\"([0-9]+(?:\\.[0-9]+)+)\": \\{([^}]*)\\}")
                .matcher(Files.readString(directory.resolve("reports/index.json")));
        while (cases.find()) {
            Matcher words = Pattern.compile("\"(behavior|behaviorClose)\": \"([^\"]*)\"")
                    .matcher(cases.group(2));
            List<String> both = new ArrayList<>();
            while (words.find()) {
                both.add(words.group(2));
            }
            behaviour.put(cases.group(1), String.join("/", both));
        }
        assertThat(behaviour).isNotEmpty();
        return behaviour;
    }

    private static List<String> failures(Path directory, Map<String, String> behaviour) throws IOException {
        List<String> failed = new ArrayList<>();
        for (Map.Entry<String, String> result : behaviour.entrySet()) {
            if (!result.getValue().matches("(OK|NON-STRICT|INFORMATIONAL|UNIMPLEMENTED)/(OK|INFORMATIONAL)")) {
                failed.add(result.getKey() + " " + result.getValue() + reasons(directory, result.getKey()));
            }
        }
        return failed;
    }

    /** What the suite says about one case: which side waited for what. */
    private static List<String> reasons(Path directory, String number) throws IOException {
        Path report = directory.resolve("reports/mirror_case_" + number.replace('.', '_') + ".json");
        return Pattern.compile(
                        "\"(duration|result\\w*|was\\w+|\\w+CloseCode|[rt]xFrameStats)\": (\\{[^}]*}|[^\\n]*[^\\n,])")
                .matcher(Files.readString(report))
                .results()
                .map(property -> property.group().replaceAll("\\s+", " "))
                .toList();
    }

    /** The server's half is a program of its own, so the client's cases run meanwhile. */
    @Test
    void bothRolesPassAllCases() throws Exception {
        Path server = Files.createDirectory(directory.resolve("server"));
        Path client = Files.createDirectory(directory.resolve("client"));
        Process fuzzingClient = startFuzzingClient(server);
        runClientCases(client);
        assertThat(fuzzingClient.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertPassed(server, "fuzzingclient", SERVER_CASES);
        assertPassed(client, "fuzzingserver", CLIENT_CASES);
    }

    private void assertPassed(Path directory, String mode, int cases) throws IOException {
        Map<String, String> behaviour = results(directory);
        System.err.println(directory.getFileName() + ": " + summary(behaviour));
        assertThat(failures(directory, behaviour))
                .as("of %s; caught on our side: %s; the suite ended with%n%s", mode, caught, lastLines(directory, mode))
                .isEmpty();
        assertThat(behaviour).hasSize(cases);
    }

    private static String lastLines(Path directory, String mode) throws IOException {
        List<String> lines = Files.readAllLines(directory.resolve(mode + ".log"), StandardCharsets.ISO_8859_1);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
    }

    /** Starts our server and the program that tries every case on it. */
    private Process startFuzzingClient(Path directory) throws Exception {
        Channel server = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        WebSocketCarrier.addServer(Place.atEnd(channel.pipeline()), OPTIONS, Messages.FRAMES);
                        channel.pipeline().addLast(new Echo());
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .sync()
                .channel();
        int port = ((java.net.InetSocketAddress) server.localAddress()).getPort();
        return start(
                directory,
                "fuzzingclient",
                "{\"outdir\": \"" + directory.resolve("reports") + "\", \"servers\": [{\"agent\": \"mirror\", \"url\":"
                        + " \"ws://127.0.0.1:" + port
                        + "\"}], \"cases\": [\"*\"], \"exclude-cases\": [\"12.*\", \"13.*\"], \"exclude-agent-cases\": {}}");
    }

    private void runClientCases(Path directory) throws Exception {
        int port = FreePort.next();
        start(
                directory,
                "fuzzingserver",
                "{\"url\": \"ws://127.0.0.1:" + port + "\", \"webport\": 0, \"outdir\": \""
                        + directory.resolve("reports") + "\", \"cases\": [\"1.*\", \"2.*\", \"3.*\", \"4.*\", \"5.*\","
                        + " \"6.*\", \"7.*\", \"9.*\"], \"exclude-cases\": [], \"exclude-agent-cases\": {}}");
        await().atMost(5, TimeUnit.MINUTES).ignoreExceptions().until(() -> {
            new Socket(InetAddress.getLoopbackAddress(), port).close();
            return true;
        });
        List<String> count = new ArrayList<>();
        run(port, "/getCaseCount", new Echo() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object frame) {
                count.add(((TextWebSocketFrame) frame).text());
                ((WebSocketFrame) frame).release();
            }
        });
        int cases = Integer.parseInt(count.get(0));
        assertThat(cases).isEqualTo(CLIENT_CASES);
        for (int number = 1; number <= cases; number++) {
            run(port, "/runCase?case=" + number + "&agent=mirror", new Echo());
        }
        run(port, "/updateReports?agent=mirror", new Echo());
    }

    private static String summary(Map<String, String> behaviour) {
        Map<String, Integer> counts = new TreeMap<>();
        behaviour.values().forEach(how -> counts.merge(how, 1, Integer::sum));
        return behaviour.size() + " cases: " + counts;
    }

    private void run(int port, String path, Echo handler) throws InterruptedException {
        WebSocketOptions options = OPTIONS.toBuilder().path(path).build();
        Channel channel = new Bootstrap()
                .group(loops)
                .channel(NioSocketChannel.class)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel socket) {
                        WebSocketCarrier.addClient(
                                Place.atEnd(socket.pipeline()),
                                options,
                                Messages.FRAMES,
                                "127.0.0.1",
                                port,
                                false,
                                null);
                        socket.pipeline().addLast(handler);
                    }
                })
                .connect(InetAddress.getLoopbackAddress(), port)
                .sync()
                .channel();
        assertThat(channel.closeFuture().await(CASE_SECONDS, TimeUnit.SECONDS))
                .as(path)
                .isTrue();
    }
}
