package io.mirror.replica.scsp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.mirror.core.access.Secret;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which objects a feed carries, and to which node. */
class FeedScopeTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    private final MemoryStore here = new MemoryStore(1 << 24);
    private final MemoryStore there = new MemoryStore(1 << 24);
    private ScspNode destination;
    private HostPort address;
    private ScspClient client;
    private final List<AutoCloseable> opened = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        destination =
                ScspNode.builder("dr", there).admin("admin", Secret.of("pw")).start();
        address = at(destination);
        client = ScspClient.builder().credentials("admin", Secret.of("pw")).build();
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        for (AutoCloseable one : opened) {
            one.close();
        }
        destination.close();
        here.close();
        there.close();
    }

    private ScspNode source(UnaryOperator<Feed> change) throws IOException {
        ScspNode node = ScspNode.builder("baker", here)
                .admin("admin", Secret.of("pw"))
                .context("example.com/photos")
                .context("test.com/photos")
                .feed(change.apply(Feed.replication(1, address, "dr")))
                .feedDirectory(directory)
                .start();
        opened.add(node);
        return node;
    }

    private ScspNode plainSource() throws IOException {
        ScspNode node = ScspNode.builder("baker", here)
                .admin("admin", Secret.of("pw"))
                .context("example.com/photos")
                .context("test.com/photos")
                .start();
        opened.add(node);
        return node;
    }

    private void post(ScspNode node, String path) throws IOException {
        byte[] content = path.getBytes(StandardCharsets.UTF_8);
        try (ScspAnswer answer =
                client.call(at(node), ScspRequest.of("POST", path).with(ScspBody.of(content)))) {
            assertThat(answer.status()).isEqualTo(201);
            answer.read(10_000);
        }
    }

    private static HostPort at(ScspNode node) {
        return new HostPort("127.0.0.1", node.port());
    }

    private static FeedStatus status(ScspNode node) {
        return node.feedStatus().get(0);
    }

    private static void settle(ScspNode node) {
        await().atMost(LONG).until(() -> node.pendingInFeeds() == 0);
    }

    private void awaitSearched() {
        await().atMost(LONG).until(() -> Files.exists(directory.resolve("1.begun")));
    }

    @Test
    void objectsOutsideTheDomainsStayHereAndCountAsDone() throws IOException {
        ScspNode source = source(feed -> feed.withDomains(DomainFilter.of(List.of(".*\\.com"), List.of("test\\..*"))));
        post(source, "/photos/a?domain=example.com");
        post(source, "/photos/b?domain=test.com");
        post(source, "/");
        settle(source);
        assertThat(there.keys("n/")).containsExactly("n/example.com/photos/a");
        assertThat(there.keys("u/")).isEmpty();
        try (ScspAnswer answer = client.call(
                at(source), ScspRequest.of("SEND", "/photos/b?domain=test.com&admin&feedid=1&timeout=true&force"))) {
            assertThat(new String(answer.read(10_000), StandardCharsets.UTF_8)).contains("Feed-1-Status: 0\r\n");
        }
        assertThat(there.keys("n/")).hasSize(1);
        assertThat(status(source).moved()).isEqualTo(1);
    }

    @Test
    void otherNodesOfTheDestinationAreTriedInTurn() throws IOException {
        try (Socket dead = new Socket()) {
            dead.bind(new InetSocketAddress("127.0.0.1", 0));
            HostPort nobody = new HostPort("127.0.0.1", dead.getLocalPort());
            ScspNode source = source(feed -> feed.withDestinations(List.of(nobody, at(destination))));
            post(source, "/photos/a");
            settle(source);
            assertThat(there.keys("n/")).containsExactly("n/example.com/photos/a");
            assertThat(status(source).failures()).isEmpty();
        }
        HostPort one = new HostPort("a", 1);
        Feed feed = Feed.replication(1, one, "dr");
        assertThatThrownBy(() -> feed.withDestinations(Collections.nCopies(65, one)))
                .hasMessageContaining("at most 64 destinations, were 65");
    }

    @Test
    void newFeedIsForWhatIsThereAlready() throws IOException {
        ScspNode plain = plainSource();
        for (int i = 0; i < 20; i++) {
            post(plain, "/photos/" + i);
        }
        post(plain, "/");
        plain.close();
        ScspNode source = source(feed -> feed);
        awaitSearched();
        assertThat(there.keys("n/")).hasSize(20);
        assertThat(there.keys("u/")).hasSize(1);
        assertThat(status(source).moved()).isEqualTo(21);
        assertThat(source.pendingInFeeds()).isZero();
    }

    @Test
    void feedLooksAgainOnlyWhenItHasChanged() throws IOException {
        ScspNode first = source(feed -> feed.withDomains(DomainFilter.of(List.of("example.com"), List.of())));
        awaitSearched();
        post(first, "/photos/a");
        post(first, "/photos/b?domain=test.com");
        settle(first);
        first.close();
        // What is missing there shows whether anything is looked for.
        there.delete("n/example.com/photos/a", any -> true);
        ScspNode same = source(feed -> feed.withDomains(DomainFilter.of(List.of("example.com"), List.of())));
        post(same, "/photos/c");
        settle(same);
        assertThat(status(same).moved()).isEqualTo(1);
        same.close();
        ScspNode changed = source(feed -> feed);
        await().atMost(LONG).until(() -> there.keys("n/").size() == 3);
        settle(changed);
        assertThat(status(changed).moved()).isEqualTo(2);
        assertThat(status(changed).alreadyPresent()).isEqualTo(1);
    }

    @Test
    void whatWaitsIsForgottenWhenItsDomainIsExcluded() throws IOException {
        int port = destination.port();
        destination.close();
        ScspNode first = source(feed -> feed);
        post(first, "/photos/a");
        post(first, "/photos/b?domain=test.com");
        assertThat(first.pendingInFeeds()).isEqualTo(2);
        first.close();
        ScspNode limited = source(feed -> feed.withDomains(DomainFilter.of(List.of(), List.of("test\\.com"))));
        assertThat(limited.pendingInFeeds()).isEqualTo(1);
        destination = ScspNode.builder("dr", there)
                .address(new InetSocketAddress("127.0.0.1", port))
                .admin("admin", Secret.of("pw"))
                .start();
        settle(limited);
        assertThat(there.keys("n/")).containsExactly("n/example.com/photos/a");
        try (var notes = Files.list(directory.resolve("1"))) {
            assertThat(notes).isEmpty();
        }
    }

    @Test
    void moreObjectsThanAreHeldAtATimeAreFound() throws IOException {
        ScspNode plain = plainSource();
        post(plain, "/photos/a");
        ObjectInfo info = here.info("n/example.com/photos/a").orElseThrow();
        for (int i = 0; i < 110; i++) {
            copy(info, "n/example.com/photos/" + i);
        }
        plain.close();
        int port = destination.port();
        destination.close();
        ScspNode source = source(feed -> feed);
        await().atMost(LONG).until(() -> status(source).pending() == 100);
        assertThat(Files.exists(directory.resolve("1.begun"))).isFalse();
        assertThat(status(source).pendingBytes()).isEqualTo(100 * info.length());
        destination = ScspNode.builder("dr", there)
                .address(new InetSocketAddress("127.0.0.1", port))
                .admin("admin", Secret.of("pw"))
                .start();
        await().atMost(LONG).until(() -> there.keys("n/").size() == 111);
        awaitSearched();
    }

    private void copy(ObjectInfo info, String key) throws IOException {
        ObjectInfo copy = info.withKey(key);
        try (ObjectStore.Sink sink = here.begin()) {
            sink.write(java.nio.ByteBuffer.wrap("/photos/a".getBytes(StandardCharsets.UTF_8)));
            assertThat(sink.commit(copy, any -> true)).isTrue();
        }
    }

    @Test
    void nothingIsMadeInAnotherClusterThanTheOneThatIsMeant() throws IOException {
        ScspNode source = source(feed -> new Feed(
                1,
                "replication",
                feed.destinations(),
                "elsewhere",
                feed.user(),
                feed.password(),
                false,
                DomainFilter.ALL));
        post(source, "/photos/a");
        await().atMost(LONG).until(() -> status(source).failures().getOrDefault(412, 0L) > 0);
        assertThat(there.keys("")).isEmpty();
    }

    @Test
    void deletionOfADomainIsCarriedObjectByObject() throws IOException {
        ScspNode source = source(feed -> feed.withDeletions(true));
        post(source, "/photos/a");
        post(source, "/photos/b");
        settle(source);
        assertThat(there.keys("n/")).hasSize(2);
        for (int status : new int[] {400, 200, 404}) {
            String recursive = status == 400 ? "" : "&recursive";
            ScspRequest delete = ScspRequest.of("DELETE", "/?domain=example.com&admin" + recursive);
            try (ScspAnswer answer = client.call(at(source), delete)) {
                answer.read(10_000);
                assertThat(answer.status()).isEqualTo(status);
            }
        }
        settle(source);
        assertThat(there.keys("n/")).isEmpty();
        assertThat(here.keys("n/")).isEmpty();
        assertThat(here.keys("c/")).containsExactlyInAnyOrder("c/test.com", "c/test.com/photos");
        // The domain and the bucket stay there, and nothing that has their names is taken for them.
        assertThat(there.keys("c/")).hasSize(2);
        assertThat(status(source).moved()).isEqualTo(4);
    }
}
