package io.mirror.replica.scsp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mirror.codec.http.AuthScheme;
import io.mirror.codec.http.DigestAlgorithm;
import io.mirror.codec.http.DigestComputation;
import io.mirror.codec.http.DigestCredentials;
import io.mirror.codec.http.HttpAuthException;
import io.mirror.core.access.Secret;
import io.mirror.testing.JsonText;
import io.mirror.transport.internal.net.EventLoops;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The recorded exchanges of the protocol document: requests are read as a node, answers as a client. */
class TranscriptTest {
    private static final String CUT_OFF = "cut off";
    private static final EventLoops LOOPS = EventLoops.of(null, "transcript", 1);

    /** A message taken apart by hand. */
    private record Message(String first, List<String> headers, byte[] rest) {
        static Message of(byte[] octets) {
            String text = new String(octets, StandardCharsets.ISO_8859_1);
            int end = text.indexOf("\r\n\r\n");
            List<String> lines = List.of(text.substring(0, end).split("\r\n"));
            return new Message(
                    lines.get(0),
                    lines.stream()
                            .skip(1)
                            .map(line -> line.replaceFirst(":[ \t]*", ": ").strip())
                            .toList(),
                    text.substring(end + 4).getBytes(StandardCharsets.ISO_8859_1));
        }

        Optional<String> header(String name) {
            return headers.stream()
                    .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                    .map(line -> line.substring(name.length() + 1).strip())
                    .findFirst();
        }

        /** The content, without the marks of chunks and what follows the last. */
        String content() {
            String text = new String(rest, StandardCharsets.ISO_8859_1);
            if (header("transfer-encoding").isEmpty()) {
                return text;
            }
            StringBuilder content = new StringBuilder();
            int at = 0;
            while (true) {
                int line = text.indexOf("\r\n", at);
                int size = Integer.parseInt(text.substring(at, line), 16);
                if (size == 0) {
                    return content.toString();
                }
                content.append(text, line + 2, line + 2 + size);
                at = line + 2 + size + 2;
            }
        }
    }

    @AfterAll
    static void stop() {
        LOOPS.close();
    }

    static Stream<Arguments> exchanges() throws Exception {
        Path root =
                Path.of(TranscriptTest.class.getResource("vectors/transcripts").toURI());
        List<Arguments> all = new ArrayList<>();
        try (Stream<Path> folders = Files.list(root)) {
            for (Path folder : folders.sorted().toList()) {
                Map<?, ?> meta = (Map<?, ?>) JsonText.read(Files.readString(folder.resolve("meta.json")));
                for (Object entry : (List<?>) meta.get("exchanges")) {
                    Map<?, ?> exchange = (Map<?, ?>) entry;
                    all.add(Arguments.of(folder.getFileName() + "/" + exchange.get("n"), folder, meta, exchange));
                }
            }
        }
        assertThat(all).hasSize(51);
        return all.stream();
    }

    private static int status(Map<?, ?> exchange) {
        return ((Number) exchange.get("status")).intValue();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("exchanges")
    void aNodeReadsTheRequestHoweverItIsCut(String name, Path folder, Map<?, ?> meta, Map<?, ?> exchange)
            throws Exception {
        byte[] octets = Files.readAllBytes(folder.resolve(exchange.get("n") + ".req"));
        Message request = Message.of(octets);
        assertThat(request.first()).isEqualTo(exchange.get("request"));
        String whole = read(octets, octets.length);
        if (whole.startsWith("refused ")) {
            assertThat(whole).isEqualTo("refused " + status(exchange));
        } else {
            StringBuilder expected = new StringBuilder(request.first());
            request.headers().forEach(line -> expected.append('\n').append(line));
            assertThat(whole).isEqualTo(expected + "\n\n" + request.content());
        }
        for (int cut = 1; cut < octets.length; cut++) {
            assertThat(read(octets, cut)).as("cut at %d", cut).isEqualTo(whole);
        }
        assertThat(read(octets, 1)).isEqualTo(whole);
        Optional<String> login = request.header("authorization").filter(text -> text.startsWith("Digest "));
        if (login.isPresent()) {
            checkDigest(login.get(), request.first().split(" "), (Map<?, ?>) meta.get("credentials"));
        }
    }

    /** Decodes as a node does: in two pieces, or octet by octet if the first is one octet long. */
    private static String read(byte[] octets, int cut) {
        StringBuilder text = new StringBuilder();
        EmbeddedChannel channel = new EmbeddedChannel(
                new FramingHandler(), new HttpRequestDecoder(65_536, 65_536, 65_536), new Reader(text));
        int step = cut == 1 ? 1 : octets.length;
        for (int at = 0; at < octets.length; ) {
            int end = at == 0 ? cut : Math.min(octets.length, at + step);
            channel.writeInbound(Unpooled.copiedBuffer(octets, at, end - at));
            at = end;
        }
        channel.finishAndReleaseAll();
        return text.toString();
    }

    private static final class Reader extends ChannelInboundHandlerAdapter {
        private final StringBuilder text;
        private boolean refused;

        Reader(StringBuilder text) {
            this.text = text;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (refused) {
                ReferenceCountUtil.release(message);
                return;
            }
            if (message instanceof HttpRequest head) {
                text.append(head.method() + " " + head.uri() + " " + head.protocolVersion());
                head.headers()
                        .forEach(entry -> text.append('\n')
                                .append(entry.getKey() + ": " + entry.getValue().strip()));
                text.append("\n\n");
            }
            if (message instanceof HttpContent content) {
                text.append(content.content().toString(StandardCharsets.ISO_8859_1));
            }
            if (message instanceof LastHttpContent last) {
                assertThat(last.trailingHeaders().isEmpty()).isTrue();
            }
            ReferenceCountUtil.release(message);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof MalformedHttpException malformed) {
                refused = true;
                text.setLength(0);
                text.append("refused " + malformed.status());
            }
        }
    }

    private static void checkDigest(String header, String[] line, Map<?, ?> credentials) throws HttpAuthException {
        DigestCredentials login = DigestCredentials.of(AuthScheme.parseOne(header));
        assertThat(login.uri()).isEqualTo(line[1]);
        if (!login.username().equals(credentials.get("user"))) {
            return;
        }
        try (Secret password = Secret.of(String.valueOf(credentials.get("password")))) {
            String ha1 = DigestComputation.ha1(DigestAlgorithm.MD5, login.username(), login.realm(), password);
            assertThat(DigestComputation.response(DigestAlgorithm.MD5, ha1, line[0], login, ""))
                    .isEqualTo(login.response());
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("exchanges")
    void aClientReadsTheAnswer(String name, Path folder, Map<?, ?> meta, Map<?, ?> exchange) throws Exception {
        byte[] octets = Files.readAllBytes(folder.resolve(exchange.get("n") + ".res"));
        Message answer = Message.of(octets);
        boolean interim = answer.first().startsWith("HTTP/1.1 100");
        if (interim) {
            answer = Message.of(answer.rest());
        }
        String[] line = String.valueOf(exchange.get("request")).split(" ");
        ScspRequest request = ScspRequest.of(line[0], line[1]);
        // A body of unknown length is sent after an interim answer.
        ScspRequest sent = interim ? request.with(new Unmeasured()) : request;
        try (Recording peer = new Recording(octets);
                ConnectionPool pool = new ConnectionPool(
                        LOOPS,
                        10_000,
                        Optional.empty(),
                        any -> new InetSocketAddress(InetAddress.getLoopbackAddress(), peer.port()))) {
            ClientExchange client =
                    new ClientExchange(pool, null, 80, 30_000, new RateLimit(0), (which, bytes, total) -> {});
            try (ScspAnswer read =
                    client.run(new HostPort("127.0.0.1", peer.port()), line[1], sent, Optional.empty())) {
                assertThat(read.status()).isEqualTo(status(exchange));
                assertThat(read.headers().stream()
                                .map(header -> (header.name() + ": " + header.value()).strip())
                                .toList())
                        .isEqualTo(answer.headers());
                ByteArrayOutputStream content = new ByteArrayOutputStream();
                int announced = Integer.parseInt(answer.header("content-length").orElse("0"));
                if (announced > answer.rest().length && !line[0].equals("HEAD")) {
                    assertThat(String.valueOf(meta.get("title"))).contains(CUT_OFF);
                    assertThatThrownBy(() -> read.readTo(content)).isInstanceOf(EOFException.class);
                } else {
                    read.readTo(content);
                    assertThat(content.toString(StandardCharsets.ISO_8859_1)).isEqualTo(answer.content());
                }
            }
        }
    }

    private static final class Unmeasured implements ScspBody {
        @Override
        public long length() {
            return -1;
        }

        @Override
        public InputStream open() {
            return InputStream.nullInputStream();
        }
    }

    /** Gives one answer as it was recorded, and ends the connection behind it. */
    private static final class Recording implements AutoCloseable {
        private final ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());

        Recording(byte[] octets) throws IOException {
            Thread thread = new Thread(
                    () -> {
                        try (Socket socket = listener.accept()) {
                            InputStream in = socket.getInputStream();
                            for (String tail = ""; !tail.equals("\r\n\r\n"); ) {
                                tail = (tail + (char) in.read());
                                tail = tail.substring(Math.max(0, tail.length() - 4));
                            }
                            socket.getOutputStream().write(octets);
                            socket.shutdownOutput();
                            in.readAllBytes();
                        } catch (IOException e) {
                            // The client has gone, or the test has ended.
                        }
                    },
                    "recording");
            thread.setDaemon(true);
            thread.start();
        }

        int port() {
            return listener.getLocalPort();
        }

        @Override
        public void close() throws IOException {
            listener.close();
        }
    }
}
