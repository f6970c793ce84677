package io.mirror.replica.scsp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mirror.core.access.Secret;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What arguments do with objects and what answers say about them, beyond the scenarios. */
class ObjectArgumentsTest {
    private static final String NAME = "/photos/a?domain=example.com";
    private static final String OTHER = "/photos/dir/b%20c?domain=example.com";
    private static final String MOVED = "&newname=dir/b%20c";

    @TempDir
    Path directory;

    private DirectoryStore store;
    private ScspNode node;
    private ScspClient client;

    /** An answer whose content was read. */
    private record Read(ScspAnswer answer, String content) {
        int status() {
            return answer.status();
        }

        String header(String name) {
            return answer.header(name).orElse("");
        }
    }

    @BeforeEach
    void start() throws IOException {
        store = DirectoryStore.open(directory.resolve("store"));
        node = start(store);
        client = ScspClient.builder().credentials("admin", Secret.of("pw")).build();
    }

    private static ScspNode start(ObjectStore store) throws IOException {
        return ScspNode.builder("baker", store)
                .admin("admin", Secret.of("pw"))
                .context("example.com/photos")
                .start();
    }

    @AfterEach
    void end() throws IOException {
        client.close();
        node.close();
        store.close();
    }

    private Read ask(ScspRequest request) throws IOException {
        try (ScspAnswer answer = client.call(new HostPort("127.0.0.1", node.port()), request)) {
            return new Read(answer, new String(answer.read(10_000_000), StandardCharsets.US_ASCII));
        }
    }

    private Read ask(String method, String target, ObjectHeader... headers) throws IOException {
        ScspRequest request = ScspRequest.of(method, target);
        for (ObjectHeader header : headers) {
            request = request.with(header.name(), header.value());
        }
        return ask(request);
    }

    private Read write(String method, String target, String content) throws IOException {
        return ask(ScspRequest.of(method, target)
                .with("X-Number-Meta", content)
                .with(ScspBody.of(content.getBytes(StandardCharsets.US_ASCII))));
    }

    @Test
    void answersNameTheVolumeWhichStaysTheSame() throws IOException {
        Read written = write("POST", NAME, "one");
        String volume = written.header("volume");
        assertThat(volume).matches("[0-9a-f]{32}");
        node.close();
        store.close();
        store = DirectoryStore.open(directory.resolve("store"));
        node = start(store);
        for (String method : List.of("GET", "HEAD", "DELETE")) {
            assertThat(ask(method, NAME).header("volume")).as(method).isEqualTo(volume);
        }
        try (DirectoryStore other = DirectoryStore.open(directory.resolve("other"))) {
            assertThat(other.volume()).isPresent().isNotEqualTo(store.volume());
        }
        Files.writeString(directory.resolve("other/volume"), "0123");
        assertThatThrownBy(() -> DirectoryStore.open(directory.resolve("other")))
                .hasMessageContaining("32 hexadecimal digits")
                .hasMessageContaining("volume");
    }

    @Test
    void answersNameThePlaceOfAnObject() throws IOException {
        write("POST", OTHER, "one");
        Read read = ask("HEAD", OTHER);
        assertThat(read.header("Castor-System-Name")).isEqualTo("dir/b c");
        assertThat(read.header("Castor-System-Domain")).isEqualTo("example.com");
        assertThat(read.header("Castor-System-Path")).isEqualTo("/example.com/photos/dir/b c");
        assertThat(read.header("Castor-System-CID"))
                .isEqualTo(store.info("c/example.com/photos").orElseThrow().etag());
        assertThat(ask("HEAD", "/photos?domain=example.com").header("etag"))
                .isEqualTo('"' + read.header("Castor-System-CID") + '"');
    }

    @Test
    void newnameMovesAnObjectWithEveryWritingMethod() throws IOException {
        for (String method : List.of("PUT", "COPY", "APPEND")) {
            assertThat(write("POST", NAME, "one").status()).isEqualTo(201);
            Read moved = method.equals("COPY")
                    ? ask(method, NAME + MOVED, new ObjectHeader("X-Number-Meta", "two"))
                    : write(method, NAME + MOVED, "two");
            assertThat(moved.status()).as(method).isEqualTo(201);
            assertThat(moved.header("location")).contains("/photos/dir/b%20c");
            assertThat(ask("GET", NAME).status()).isEqualTo(404);
            Read there = ask("GET", OTHER);
            assertThat(there.content())
                    .isEqualTo(
                            switch (method) {
                                case "PUT" -> "two";
                                case "COPY" -> "one";
                                default -> "onetwo";
                            });
            assertThat(there.header("X-Number-Meta")).isEqualTo(method.equals("APPEND") ? "one" : "two");
            assertThat(there.header("etag")).isEqualTo(moved.header("etag"));
        }
    }

    @Test
    void newnameThatIsTheOldNameChangesNothingElse() throws IOException {
        write("POST", NAME, "one");
        assertThat(write("PUT", NAME + "&newname=a", "two").status()).isEqualTo(201);
        assertThat(ask("GET", NAME).content()).isEqualTo("two");
        assertThat(write("PUT", NAME + "&newname=", "three").status()).isEqualTo(400);
        assertThat(ask("GET", NAME).content()).isEqualTo("two");
    }

    @Test
    void preserveKeepsWhatTheRequestDoesNotReplace() throws IOException {
        for (String method : List.of("PUT", "COPY")) {
            ask(ScspRequest.of("POST", NAME)
                    .with("X-One-Meta", "1")
                    .with("X-Two-Meta", "2")
                    .with("Content-Type", "text/plain")
                    .with(ScspBody.of(new byte[1])));
            for (String preserve : List.of("&preserve", "")) {
                ScspRequest request = ScspRequest.of(method, NAME + preserve).with("X-Two-Meta", "3");
                assertThat(ask(method.equals("PUT") ? request.with(ScspBody.of(new byte[2])) : request)
                                .status())
                        .isEqualTo(201);
                Read read = ask("HEAD", NAME);
                boolean kept = !preserve.isEmpty();
                assertThat(read.header("X-One-Meta")).as(method).isEqualTo(kept ? "1" : "");
                assertThat(read.header("X-Two-Meta")).isEqualTo("3");
                assertThat(read.header("Content-Type")).isEqualTo(kept ? "text/plain" : "application/octet-stream");
            }
        }
    }

    @Test
    void contentMd5IsComputedWhenItIsAskedFor() throws IOException {
        String md5 = ObjectContent.base64(
                ObjectRecords.Hashes.of("MD5").digest("hello".getBytes(StandardCharsets.US_ASCII)));
        assertThat(write("POST", NAME, "hello").header("Content-MD5")).isEmpty();
        Read read = ask("GET", NAME + "&gencontentmd5");
        assertThat(read.content()).isEqualTo("hello");
        assertThat(read.header("Trailer")).isEqualTo("Content-MD5");
        assertThat(read.answer().trailers()).containsExactly(new ObjectHeader("Content-MD5", md5));
        assertThat(ask("GET", NAME).answer().trailers()).isEmpty();

        assertThat(write("PUT", NAME + "&gencontentmd5", "hello").header("Content-MD5"))
                .isEqualTo(md5);
        Read stored = ask("GET", NAME + "&gencontentmd5");
        assertThat(stored.header("Content-MD5")).isEqualTo(md5);
        assertThat(stored.answer().trailers()).isEmpty();
        assertThat(write("APPEND", NAME + "&gencontentmd5", "x").status()).isEqualTo(400);
    }

    @Test
    void contentThatChangesOnItsWayIsNotStored() throws IOException {
        AtomicInteger opened = new AtomicInteger();
        ScspBody changing = new ScspBody() {
            @Override
            public long length() {
                return 5;
            }

            @Override
            public InputStream open() {
                String content = opened.getAndIncrement() == 0 ? "hello" : "jello";
                return new ByteArrayInputStream(content.getBytes(StandardCharsets.US_ASCII));
            }
        };
        Read refused = ask(ScspRequest.of("POST", NAME).with(changing).withContentMd5());
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.content()).contains("Content-MD5 is not that of the content");
        assertThat(ask("HEAD", NAME).status()).isEqualTo(404);

        Read stored = ask(ScspRequest.of("POST", NAME).with(changing).withContentMd5());
        assertThat(stored.status()).isEqualTo(201);
        assertThat(Base64.getDecoder().decode(stored.header("Content-MD5"))).hasSize(16);
        assertThat(ScspRequest.of("GET", NAME).withContentMd5().headers()).isEmpty();
    }

    @Test
    void sealIsProvedAndMayBeReplacedByAnother() throws IOException {
        Read written = write("POST", NAME + "&hashtype=MD5", "hello");
        assertThat(written.header("location")).endsWith("?hashtype=md5&hash=5d41402abc4b2a76b9719d911017c592");
        String seal = "&hashtype=md5&hash=5D41402ABC4B2A76B9719D911017C592";
        Read proved = ask("GET", NAME + seal);
        assertThat(proved.content()).isEqualTo("hello");
        assertThat(trailer(proved)).endsWith("?hashtype=md5&hash=5d41402abc4b2a76b9719d911017c592");
        Read upgraded = ask("GET", NAME + seal + "&newhashtype=sha1");
        assertThat(trailer(upgraded)).endsWith("?hashtype=sha1&hash=aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d");
        // A seal is for the whole object.
        Read whole = ask("GET", NAME + seal, new ObjectHeader("Range", "bytes=1-2"));
        assertThat(whole.status()).isEqualTo(200);
        assertThat(whole.content()).isEqualTo("hello");
        assertThatThrownBy(() -> ask("GET", NAME + "&hashtype=md5&hash=00")).isInstanceOf(IOException.class);
        assertThat(ask("GET", NAME + "&validate").content()).isEqualTo("hello");
        for (String wrong : List.of("&hashtype=crc32&hash=00", seal + "&newhashtype=crc32")) {
            assertThat(ask("GET", NAME + wrong).status()).as(wrong).isEqualTo(400);
        }
    }

    private static String trailer(Read read) {
        assertThat(read.answer().trailers()).hasSize(1);
        assertThat(read.answer().trailers().get(0).name()).isEqualTo("Location");
        return read.answer().trailers().get(0).value();
    }

    @Test
    void rangeIsSentOnlyOfTheObjectThatIsMeant() throws IOException {
        Read written = write("POST", NAME, "hello");
        String tag = written.header("etag");
        String date = written.header("last-modified");
        Object[][] cases = {
            {tag, 206},
            {'"' + "0123" + '"', 200},
            {date, 206},
            {"Thu, 01 Jan 1970 00:00:00 GMT", 200},
            {"yesterday", 200}
        };
        for (Object[] one : cases) {
            Read read = ask(
                    "GET", NAME, new ObjectHeader("Range", "bytes=1-2"), new ObjectHeader("If-Range", (String) one[0]));
            assertThat(read.status()).as((String) one[0]).isEqualTo(one[1]);
            assertThat(read.content()).isEqualTo(read.status() == 206 ? "el" : "hello");
        }
        assertThat(ask("GET", NAME, new ObjectHeader("If-Range", tag)).status()).isEqualTo(200);
        for (int count : new int[] {64, 65}) {
            String ranges = "bytes=" + "0-0,".repeat(count - 1) + "2-2";
            assertThat(ask("GET", NAME, new ObjectHeader("Range", ranges)).status())
                    .as("%s ranges", count)
                    .isEqualTo(count == 64 ? 206 : 200);
        }
    }

    @Test
    void contextIsDeletedWithAllThatIsInItIfThatIsMeant() throws IOException {
        write("POST", NAME, "one");
        write("POST", OTHER, "two");
        String bucket = "/photos?domain=example.com";
        assertThat(ask("DELETE", bucket).status()).isEqualTo(400);
        assertThat(ask("HEAD", NAME).status()).isEqualTo(200);
        assertThat(ask("DELETE", bucket + "&recursive").status()).isEqualTo(200);
        assertThat(ask("HEAD", NAME).status()).isEqualTo(412);
        assertThat(store.keys("")).containsExactly("c/example.com");
    }
}
