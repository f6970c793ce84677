package io.mirror.replica.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.codec.journal.JournalDecodeException;
import io.mirror.codec.journal.JournalLimits;
import io.mirror.codec.journal.RequestReader;
import io.mirror.core.access.Secret;
import io.mirror.testing.JsonText;
import io.mirror.testing.TestPki;
import io.mirror.transport.TlsProvider;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Our receiver and our sender in the place of either end of every recorded connection of the original programs. */
class RecordedExchangeTest {
    private static final Path VECTORS =
            Path.of("..", "mirror-codec", "src", "test", "resources", "io", "mirror", "codec", "journal");
    private static final byte[] ACCEPTED = {'T'};
    private static final byte[] NOTHING = {};

    @TempDir
    Path work;

    private static List<Map<?, ?>> items(String file, String name) throws IOException {
        Map<?, ?> all = (Map<?, ?>) JsonText.read(Files.readString(VECTORS.resolve(file)));
        List<Map<?, ?>> items = new ArrayList<>();
        ((List<?>) value(all, name)).forEach(each -> items.add((Map<?, ?>) each));
        return items;
    }

    private static Object value(Map<?, ?> map, String name) {
        Object value = map.get(name);
        assertThat(value).as("%s of %s", name, map.get("id")).isNotNull();
        return value;
    }

    private static String text(Map<?, ?> map, String name) {
        return value(map, name).toString();
    }

    private static byte[] payload(Map<?, ?> vector) throws IOException {
        return Files.readAllBytes(VECTORS.resolve(text((Map<?, ?>) value(vector, "payload"), "file")));
    }

    private static byte[] stream(Map<?, ?> connection, String side) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Object each : (List<?>) value((Map<?, ?>) value(connection, side), "parts")) {
            Map<?, ?> part = (Map<?, ?>) each;
            if (part.get("hex") != null) {
                out.writeBytes(ByteBufUtil.decodeHexDump(text(part, "hex")));
            } else {
                byte[] file = Files.readAllBytes(VECTORS.resolve(text(part, "file")));
                Object length = part.get("length");
                out.writeBytes(length == null ? file : Arrays.copyOf(file, ((Number) length).intValue()));
            }
        }
        return out.toByteArray();
    }

    /** What a client sent; the capture of 2015 goes on with the raw record that closed its TLS connection. */
    private static byte[] request(Map<?, ?> vector, Map<?, ?> connection, String side) throws IOException {
        byte[] all = stream(connection, side);
        return text(vector, "id").equals("commands-journal-2015")
                ? Arrays.copyOf(all, length(all, payload(vector), text(vector, "key")))
                : all;
    }

    private static List<Map<?, ?>> connections(Map<?, ?> vector) {
        List<Map<?, ?>> connections = new ArrayList<>();
        ((List<?>) value(vector, "connections")).forEach(each -> connections.add((Map<?, ?>) each));
        return connections;
    }

    private static boolean isOld(Map<?, ?> vector) {
        return "unacked-blob".equals(vector.get("dialect"));
    }

    private static String url(byte[] request) {
        String head = new String(request, StandardCharsets.ISO_8859_1);
        return head.substring("GET /".length(), head.indexOf(" HTTP/"));
    }

    /** What our receiver says: as recorded, but for answers that the recording lost or changed on their way. */
    private static byte[] answer(Map<?, ?> vector, byte[] request, byte[] recorded) throws IOException {
        String id = text(vector, "id");
        boolean whole = new String(request, StandardCharsets.ISO_8859_1)
                .endsWith(new String(payload(vector), StandardCharsets.ISO_8859_1) + "T");
        return id.startsWith("fault-") && !id.equals("fault-wrong-key") && !id.equals("fault-not-found") && whole
                ? ACCEPTED
                : recorded;
    }

    private static boolean isOneShot(Map<?, ?> vector) {
        return vector.get("mode").equals("one-shot");
    }

    /** Keeps what it is given, as a store that is never full. */
    private static final class Memory implements ReceiveSession.Routes, ReceiveSession.Route, ReceiveSession.Store {
        private final String path;
        private final byte[] key;
        private final ByteArrayOutputStream data = new ByteArrayOutputStream();
        private String name = "";
        private boolean committed;

        Memory(String path, String key) {
            this.path = path;
            this.key = key.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public Optional<ReceiveSession.Route> find(String wanted) {
            return wanted.equals(path) ? Optional.of(this) : Optional.empty();
        }

        @Override
        public boolean accepts(byte[] got) {
            return Arrays.equals(got, key);
        }

        @Override
        public String refusal() {
            return "";
        }

        @Override
        public ReceiveSession.Store store() {
            return this;
        }

        @Override
        public long beginBatch(ReceiveSession.Batch batch) {
            return 0;
        }

        @Override
        public void beginBlob(String blob, long length) {
            name = blob;
        }

        @Override
        public void data(ByteBuf bytes) {
            byte[] copy = new byte[bytes.readableBytes()];
            bytes.readBytes(copy);
            data.writeBytes(copy);
        }

        @Override
        public void commit() {
            committed = true;
        }

        @Override
        public boolean isApplied() {
            return false;
        }

        /** Receives a request that comes in two parts, and tells what became of it. */
        String receive(byte[] request, int cut, boolean old) {
            ReceiveSession session = new ReceiveSession(this);
            RequestReader reader = new RequestReader(JournalLimits.DEFAULT, old);
            for (ByteBuf part : new ByteBuf[] {
                Unpooled.wrappedBuffer(request, 0, cut), Unpooled.wrappedBuffer(request, cut, request.length - cut)
            }) {
                try {
                    reader.read(part, session);
                } catch (JournalDecodeException e) {
                    session.onMalformed(e);
                }
                session.onReadComplete();
            }
            if (reader.state() == RequestReader.State.DATA_TO_END) {
                session.onEndOfOldBlob();
            }
            String stored = committed ? name + " " + data.toString(StandardCharsets.ISO_8859_1) : "";
            return session.outcome() + " " + session.reason() + " " + stored;
        }
    }

    private static int step(int cut, int length) {
        // Every offset of lines and ends; that data may be cut anywhere is tried with the reader alone.
        return length < 1_000 || cut < 300 || cut > length - 100 ? 1 : Math.max(101, length / 100);
    }

    @Test
    void aReceiverDecidesTheSameWhereverARecordedRequestIsCut() throws IOException {
        int requests = 0;
        Set<String> seen = new HashSet<>();
        for (Map<?, ?> vector : items("index.json", "wire")) {
            for (Map<?, ?> connection : connections(vector)) {
                for (String side : new String[] {"edge_c2s", "app_c2s"}) {
                    if (isOneShot(vector) || connection.get(side) == null) {
                        continue;
                    }
                    byte[] request = request(vector, connection, side);
                    requests++;
                    if (!seen.add(HexFormat.of().formatHex(RouteStore.sha256().digest(request)))) {
                        continue;
                    }
                    String key = text(vector, "key");
                    String whole = new Memory(url(request), key).receive(request, request.length, isOld(vector));
                    for (int cut = 1; cut < request.length; cut += step(cut, request.length)) {
                        assertThat(new Memory(url(request), key).receive(request, cut, isOld(vector)))
                                .as("%s %s cut at %d", vector.get("id"), side, cut)
                                .isEqualTo(whole);
                    }
                }
            }
        }
        assertThat(requests).isEqualTo(47);
    }

    /** Writes the database a recording begins with, which is the one that another recording ended with. */
    private static void database(Map<?, ?> vector, Path directory) throws IOException {
        if (vector.get("database_before") instanceof List<?> files) {
            for (int file = 0; file < files.size(); file++) {
                Files.createDirectories(directory);
                Files.copy(VECTORS.resolve(files.get(file).toString()), directory.resolve(DatabaseFiles.name(file)));
            }
        }
    }

    /** Serves a request as it was recorded and returns the answer. */
    private static byte[] serve(JournalReceiver receiver, InputStream request) throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        receiver.serve(request, answer, "a recording");
        return answer.toByteArray();
    }

    private static JournalReceiver receiver(JournalRoute route) {
        return JournalReceiver.builder().route(route).reserve(0).start();
    }

    /** Gives single bytes. */
    private static InputStream slowly(byte[] bytes) {
        return new ByteArrayInputStream(bytes) {
            @Override
            public synchronized int read(byte[] into, int from, int length) {
                return super.read(into, from, Math.min(1, length));
            }
        };
    }

    @TestFactory
    List<DynamicTest> aReceiverAnswersAndStoresWhatWasRecorded() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        Path replica = work.resolve("replica");
        for (Map<?, ?> vector : items("index.json", "wire")) {
            if (!isOneShot(vector)) {
                tests.add(DynamicTest.dynamicTest(text(vector, "id"), () -> receive(vector, replica)));
            }
        }
        assertThat(tests).hasSize(19);
        return tests;
    }

    private void receive(Map<?, ?> vector, Path replica) throws IOException {
        String id = text(vector, "id");
        boolean block = vector.get("block_shifts") != null;
        if (block && vector.get("follows") == null) {
            database(vector, replica);
        }
        int number = 0;
        for (Map<?, ?> connection : connections(vector)) {
            for (String side : new String[] {"edge", "app"}) {
                if (connection.get(side + "_c2s") == null) {
                    continue;
                }
                byte[] request = request(vector, connection, side + "_c2s");
                Path place = work.resolve(id + number++);
                PieceHandler files = PieceHandlers.files(place.resolve("pieces"));
                // A database takes the batch once; what comes through the front end is stored as a file.
                PieceHandler handler =
                        block && side.equals("edge") ? PieceHandlers.databaseFiles(replica, List.of(3, 4)) : files;
                JournalRoute route = JournalRoute.of(
                                id.equals("fault-not-found") ? "another" : url(request),
                                place.resolve("inbox"),
                                handler)
                        .key(Secret.of(text(vector, "key")))
                        .allowWeakKeys(true)
                        .answerWhenApplied(true)
                        .blobs(place.resolve("blob"))
                        .blobsToTheEnd(isOld(vector))
                        .build();
                byte[] recorded = answer(vector, request, stream(connection, side + "_s2c"));
                boolean small = request.length < 100_000;
                byte[] answer;
                try (JournalReceiver receiver = receiver(route)) {
                    answer = serve(
                            receiver,
                            small && side.equals("app") ? slowly(request) : new ByteArrayInputStream(request));
                }
                if (recorded.length > 1) {
                    assertThat(answer).asString().startsWith("HTTP/1.0 404 Not Found\r\n");
                } else {
                    assertThat(answer).as(side).isEqualTo(recorded);
                }
                boolean stored = Arrays.equals(answer, ACCEPTED) || id.equals("blob-2015");
                if (stored && vector.get("mode").equals("blob")) {
                    assertThat(place.resolve("blob").resolve(text(vector, "path")))
                            .hasBinaryContent(payload(vector));
                } else if (stored && handler == files) {
                    assertThat(place.resolve("pieces/00000000000000000001.jnl")).hasBinaryContent(payload(vector));
                }
            }
        }
        if (vector.get("database_after_sha256") instanceof List<?> after) {
            for (int file = 0; file < after.size(); file++) {
                byte[] content = Files.readAllBytes(replica.resolve(DatabaseFiles.name(file)));
                assertThat(HexFormat.of().formatHex(RouteStore.sha256().digest(content)))
                        .as("database file %d", file)
                        .isEqualTo(after.get(file));
            }
        }
    }

    @Test
    void handMadeRequestsAreAnsweredAsTheSpecificationSays() throws IOException {
        int like = 0;
        Path place = work.resolve("reactions");
        JournalRoute route = JournalRoute.of(
                        "!replica",
                        place.resolve("inbox"),
                        PieceHandlers.databaseFiles(place.resolve("db"), List.of(3, 4)))
                .key(Secret.of("kk"))
                .allowWeakKeys(true)
                .assumeDuplicates(true)
                .answerWhenApplied(true)
                .blobs(place.resolve("blob"))
                .build();
        List<Map<?, ?>> reactions = items("reactions.json", "items");
        assertThat(reactions).hasSize(32);
        try (JournalReceiver receiver = receiver(route)) {
            for (Map<?, ?> reaction : reactions) {
                like += react(receiver, reaction) ? 1 : 0;
            }
            assertThat(receiver.status().duplicates()).isEqualTo(1);
        }
        assertThat(like).isEqualTo(21);
        assertThat(place.resolve("blob/a/b.pic")).hasContent("new content");
        try (var files = Files.walk(place.resolve("blob"))) {
            assertThat(files.filter(Files::isRegularFile)).hasSize(1);
        }
    }

    /** Returns true if the original is to be followed. */
    private static boolean react(JournalReceiver receiver, Map<?, ?> reaction) throws IOException {
        String id = text(reaction, "id");
        String recorded = text(reaction, "reply_hex");
        byte[] request = ByteBufUtil.decodeHexDump(text(reaction, "request_hex"));
        String got = HexFormat.of().formatHex(serve(receiver, new ByteArrayInputStream(request)));
        String follow = text(reaction, "follow");
        if (follow.startsWith("same") || follow.startsWith("acknowledge again")) {
            assertThat(got).as(id).isEqualTo(recorded);
            return true;
        } else if (id.equals("head-lf-only")) {
            assertThat(got).as(id).isIn("", "54");
        } else if (follow.equals("404") || id.equals("head-put")) {
            String status = id.equals("head-put") ? "HTTP/1.0 501 " : "HTTP/1.0 404 ";
            assertThat(new String(HexFormat.of().parseHex(got), StandardCharsets.US_ASCII))
                    .startsWith(status);
        } else {
            assertThat(got).as(id + ": " + follow).isIn("", "46");
        }
        return false;
    }

    /** Takes one request of a known length and answers byte by byte, then waits for the end. */
    private static byte[] original(ServerSocket server, int length, byte[] answer) throws IOException {
        try (Socket socket = server.accept()) {
            socket.setSoTimeout((int) JournalFixture.LIMIT.toMillis());
            InputStream in = socket.getInputStream();
            byte[] got = length < 0 ? in.readAllBytes() : in.readNBytes(length);
            try {
                for (byte each : answer) {
                    socket.getOutputStream().write(each);
                    socket.getOutputStream().flush();
                }
            } catch (SocketException e) {
                // Who sees from the first byte that this is no acknowledgement need not wait for the others.
                assertThat(answer).as(e.toString()).hasSizeGreaterThan(1);
            }
            if (length >= 0 && answer.length == 1) {
                assertThat(in.readAllBytes()).as("behind the request").isEmpty();
            }
            return got;
        }
    }

    /** The recorded request, towards the port of this test. */
    private static byte[] expected(byte[] recorded, int port) {
        String text = new String(recorded, StandardCharsets.ISO_8859_1);
        return text.replaceFirst("\r\nHost: localhost:22001\r\n", "\r\nHost: localhost:" + port + "\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    @TestFactory
    List<DynamicTest> aSenderSendsWhatWasRecorded() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (Map<?, ?> vector : items("index.json", "wire")) {
            tests.add(DynamicTest.dynamicTest(text(vector, "id"), () -> {
                if (isOneShot(vector)) {
                    transfer(vector);
                } else {
                    send(vector);
                }
            }));
        }
        assertThat(tests).hasSize(25);
        return tests;
    }

    private void send(Map<?, ?> vector) throws Exception {
        String id = text(vector, "id");
        Path place = Files.createDirectories(work.resolve(id));
        byte[] payload = payload(vector);
        boolean blob = vector.get("mode").equals("blob");
        Path journal = place.resolve("journal");
        JournalSource.Builder source = JournalSource.builder(journal, place.resolve("spool"))
                .reserve(0)
                .interval(java.time.Duration.ofMillis(20), java.time.Duration.ofMillis(20));
        if (blob) {
            Path file = place.resolve("app").resolve(text(vector, "path"));
            Files.createDirectories(java.util.Objects.requireNonNull(file.getParent()));
            Files.write(file, payload);
            // The sender of 2015 took links of any name.
            Files.createSymbolicLink(
                    place.resolve("app").resolve(isOld(vector) ? "=x" : text(vector, "link")),
                    Path.of(text(vector, "path")));
            source.blobs(place.resolve("app"));
        } else {
            Files.write(journal, payload);
        }
        String key = id.equals("fault-wrong-key") ? "not the key" : text(vector, "key");
        byte[] first = stream(connections(vector).get(0), "edge_c2s");
        try (ServerSocket server = new ServerSocket(0, 10, InetAddress.getByName("localhost"))) {
            JournalTarget target = JournalTarget.of(
                            "localhost",
                            server.getLocalPort(),
                            url(first),
                            Secret.of(key),
                            TestPki.connector(TlsProvider.JDK))
                    .withoutTls()
                    .withoutExtensions()
                    .withBlobsToTheEnd(isOld(vector));
            try (JournalSender sender = JournalSender.start(target, source.build())) {
                server.setSoTimeout((int) JournalFixture.LIMIT.toMillis());
                for (Map<?, ?> connection : connections(vector)) {
                    byte[] request = expected(first, server.getLocalPort());
                    int length = blob && isOld(vector) ? -1 : length(request, payload, key);
                    byte[] got = original(server, length, stream(connection, "edge_s2c"));
                    assertThat(got).isEqualTo(length < 0 ? request : Arrays.copyOf(request, length));
                }
                boolean fails = id.equals("fault-wrong-key") || id.equals("fault-not-found");
                Awaitility.await()
                        .atMost(JournalFixture.LIMIT)
                        .untilAsserted(() -> assertThat(sender.status())
                                .returns(blob || fails ? 0L : 1L, SenderStatus::pieces)
                                .returns(blob ? 1L : 0L, SenderStatus::blobs));
                assertThat(sender.status().failures() > 0)
                        .isEqualTo(connections(vector).size() > 1);
            }
        }
    }

    private static int length(byte[] request, byte[] payload, String key) {
        String text = new String(request, StandardCharsets.ISO_8859_1);
        int data = text.indexOf("\n", text.indexOf("\r\n\r\n" + key + "\n") + key.length() + 5) + 1;
        if (!text.substring(data).startsWith(new String(payload, StandardCharsets.ISO_8859_1) + "T")) {
            data = text.indexOf('\n', data) + 1;
        }
        return data + payload.length + 1;
    }

    private void transfer(Map<?, ?> vector) throws Exception {
        Map<?, ?> connection = connections(vector).get(0);
        byte[] recorded = stream(connection, "edge_c2s");
        byte[] answer = stream(connection, "edge_s2c");
        List<?> words = (List<?>) value(vector, "argv");
        try (ServerSocket server = new ServerSocket(0, 10, InetAddress.getByName("localhost"))) {
            server.setSoTimeout((int) JournalFixture.LIMIT.toMillis());
            byte[] request = expected(recorded, server.getLocalPort());
            CompletableFuture<byte[]> got = CompletableFuture.supplyAsync(() -> {
                try {
                    return original(server, request.length, answer);
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            List<InputStream> parts = new ArrayList<>();
            String body = new String(recorded, StandardCharsets.ISO_8859_1);
            body = body.substring(body.indexOf("\r\n\r\n") + 4);
            for (Object word : words.subList(3, words.size())) {
                // What was in a file is the rest of the request; the first one has the key.
                boolean literal = word.toString().startsWith("-");
                boolean last = word.equals(words.get(words.size() - 1));
                int end = last ? body.length() : body.indexOf('\n') + 1;
                String part = literal ? word.toString().substring(1) : body.substring(0, end);
                assertThat(body).startsWith(part);
                body = body.substring(part.length());
                parts.add(new ByteArrayInputStream(part.getBytes(StandardCharsets.ISO_8859_1)));
            }
            assertThat(body).isEmpty();
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try (JournalClient client =
                    new JournalClient("localhost", server.getLocalPort(), Optional.empty(), JournalFixture.LIMIT)) {
                client.put(words.get(2).toString(), parts, out);
            }
            assertThat(got.get(30, TimeUnit.SECONDS)).isEqualTo(request);
            assertThat(out.toString(StandardCharsets.UTF_8))
                    .isEqualTo(text((Map<?, ?>) value(vector, "expect"), "stdout"));
        }
    }
}
