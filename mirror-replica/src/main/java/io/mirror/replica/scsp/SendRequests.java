package io.mirror.replica.scsp;

import io.mirror.core.access.Secret;
import io.mirror.transport.access.TargetRefusedException;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** The method SEND at the source (SCSP section 7). */
final class SendRequests {
    private static final int UNREACHABLE = 503;
    private static final long DEFAULT_FEED_TIMEOUT_SECONDS = 30;
    private static final long POLL_MILLIS = 20;
    private static final List<String> FEED_TYPES = List.of("all", "search", "indexing", "replication", "s3backup");

    /** What happens after the head of the answer was sent. */
    private interface Transfer {
        Result run() throws IOException;
    }

    /** How it went: the text at the end of the answer, and what is also told in trailers. */
    private record Result(String text, List<ObjectHeader> lines) {}

    private final NodeSettings settings;
    private final ObjectAddresses addresses;
    private final ObjectReads reads;
    private final FeedQueue feeds;
    private final RemoteClusters remotes;
    private final Semaphore running;

    SendRequests(
            NodeSettings settings,
            ObjectAddresses addresses,
            ObjectReads reads,
            FeedQueue feeds,
            RemoteClusters remotes) {
        this.settings = settings;
        this.addresses = addresses;
        this.reads = reads;
        this.feeds = feeds;
        this.remotes = remotes;
        this.running = new Semaphore(settings.limits().maxSends());
    }

    void send(Exchange exchange, String admin) throws RequestException, IOException {
        if (exchange.hasBody()) {
            throw RequestException.closing(400, "UnexpectedBody", "SEND has no body");
        }
        boolean toFeeds = exchange.target().argument("feedid").isPresent()
                || exchange.target().argument("feedtype").isPresent();
        if (!running.tryAcquire()) {
            throw new RequestException(
                    503, "Busy", "too many SENDs at a time", List.of(new ObjectHeader("Retry-After", "1")), false);
        }
        try {
            if (toFeeds) {
                feeds(exchange);
            } else {
                legacy(exchange, admin);
            }
        } finally {
            running.release();
        }
    }

    private void legacy(Exchange exchange, String admin) throws RequestException, IOException {
        String cluster = exchange.headers()
                .first("castor-system-cluster")
                .orElseThrow(() -> new RequestException(400, "MissingHeader", "SEND needs Castor-System-Cluster"));
        String address = exchange.headers()
                .first("castor-system-target")
                .orElseThrow(() -> new RequestException(400, "MissingHeader", "SEND needs Castor-System-Target"));
        HostPort destination;
        try {
            destination = HostPort.parse(address);
        } catch (IllegalArgumentException e) {
            throw new RequestException(400, "InvalidTarget", "Castor-System-Target: " + e.getMessage());
        }
        Optional<String> auth = exchange.headers().first("castor-system-auth");
        if (auth.isPresent() && auth.get().indexOf(':') < 0) {
            throw new RequestException(400, "InvalidAuth", "Castor-System-Auth has to be user:password");
        }
        String user = auth.map(value -> value.substring(0, value.indexOf(':'))).orElse(admin);
        InetSocketAddress judged = judge(destination);
        String key = addresses.key(exchange);
        try (ObjectStore.StoredObject object = reads.open(exchange, key)) {
            reads.check(object);
            answer(exchange, object.info(), () -> {
                pause(settings.delayMillis());
                try (Secret given = Secret.of(auth.map(value -> value.substring(value.indexOf(':') + 1))
                        .orElse(""))) {
                    Secret password = auth.isPresent()
                            ? given
                            : settings.guard().passwordOf(user).orElse(given);
                    try (RemoteCluster remote = remotes.named(destination, judged, cluster, user, password)) {
                        int code = judged.isUnresolved()
                                ? UNREACHABLE
                                : remote.push(key, false).code();
                        return new Result("Remote cluster returned: " + code, List.of());
                    }
                }
            });
        }
    }

    /** The address to connect to; unresolved if the name is not known, which is the same as nobody being there. */
    private InetSocketAddress judge(HostPort destination) throws RequestException {
        try {
            return settings.targets().resolve(destination.host(), destination.port());
        } catch (TargetRefusedException e) {
            throw new RequestException(403, "TargetNotAllowed", "Castor-System-Target: " + e.getMessage());
        } catch (UnknownHostException e) {
            return InetSocketAddress.createUnresolved(destination.host(), destination.port());
        }
    }

    private void feeds(Exchange exchange) throws RequestException, IOException {
        TreeMap<Integer, Feed> selected = new TreeMap<>();
        for (String id : exchange.target().all("feedid")) {
            boolean known = id.equalsIgnoreCase("all");
            for (Feed feed : settings.feeds()) {
                if (id.equalsIgnoreCase("all") || id.equals(Integer.toString(feed.id()))) {
                    selected.put(feed.id(), feed);
                    known = true;
                }
            }
            if (!known) {
                throw new RequestException(400, "InvalidFeed", "feedid names no feed of this node");
            }
        }
        for (String type : exchange.target().all("feedtype")) {
            if (FEED_TYPES.stream().noneMatch(type::equalsIgnoreCase)) {
                throw new RequestException(400, "InvalidFeed", "feedtype has to be one of " + FEED_TYPES);
            }
            String meant = type.equalsIgnoreCase("indexing") ? "search" : type;
            for (Feed feed : settings.feeds()) {
                if (meant.equalsIgnoreCase("all") || meant.equalsIgnoreCase(feed.type())) {
                    selected.put(feed.id(), feed);
                }
            }
        }
        long waitMillis = timeout(exchange.target().argument("timeout").orElse("false"));
        String key = addresses.key(exchange);
        boolean force = exchange.target().flag("force");
        try (ObjectStore.StoredObject object = reads.open(exchange, key)) {
            answer(exchange, object.info(), () -> {
                for (Feed feed : selected.values()) {
                    if (force || feeds.status(feed, key).status() != 0) {
                        feeds.force(feed, key);
                    }
                }
                long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMillis);
                while (System.nanoTime() < end
                        && selected.values().stream()
                                .anyMatch(feed -> feeds.status(feed, key).status() == 1)) {
                    pause(POLL_MILLIS);
                }
                List<ObjectHeader> lines = new ArrayList<>();
                StringBuilder text = new StringBuilder();
                for (Feed feed : selected.values()) {
                    lines.addAll(feeds.describe(feed, key));
                }
                lines.forEach(line -> text.append(line.name() + ": " + line.value() + "\r\n"));
                return new Result(text.toString(), lines);
            });
        }
    }

    private static long timeout(String value) throws RequestException {
        if (value.equalsIgnoreCase("false") || value.equalsIgnoreCase("no")) {
            return 0;
        }
        if (value.equalsIgnoreCase("true") || value.equalsIgnoreCase("yes")) {
            return TimeUnit.SECONDS.toMillis(DEFAULT_FEED_TIMEOUT_SECONDS);
        }
        if (!value.matches("\\d{1,6}")) {
            throw new RequestException(400, "InvalidArgument", "timeout has to be true, false or seconds");
        }
        return TimeUnit.SECONDS.toMillis(Long.parseLong(value));
    }

    private void answer(Exchange exchange, ObjectInfo info, Transfer transfer) throws IOException {
        HttpResponse head = exchange.head(200, reads.describe(info, true));
        head.headers().set("Transfer-Encoding", "chunked");
        exchange.begin(head);
        exchange.wire().flush();
        // Newlines from the event loop: the transfer blocks this thread.
        ScheduledFuture<?> newlines = exchange.wire()
                .channel()
                .eventLoop()
                .scheduleAtFixedRate(
                        () -> exchange.wire()
                                .channel()
                                .writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(new byte[] {'\n'}))),
                        Math.min(1000, settings.keepAliveMillis()),
                        settings.keepAliveMillis(),
                        TimeUnit.MILLISECONDS);
        Result result;
        try {
            result = transfer.run();
        } finally {
            newlines.cancel(false);
        }
        if (!result.text().isEmpty()) {
            byte[] text = result.text().getBytes(StandardCharsets.UTF_8);
            exchange.wire().sendContent(ByteBuffer.wrap(text), settings.idleMillis());
        }
        exchange.end(exchange.takesTrailers() ? result.lines() : List.of());
    }

    private static void pause(long millis) throws IOException {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the node ends");
        }
    }
}
