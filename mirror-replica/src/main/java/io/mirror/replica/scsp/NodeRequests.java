package io.mirror.replica.scsp;

import java.io.IOException;
import java.util.Optional;

/** The methods of a node. */
final class NodeRequests {
    private final ObjectAddresses addresses;
    private final ObjectReads reads;
    private final ObjectWrites writes;
    private final ObjectDeletes deletes;
    private final SendRequests sends;

    NodeRequests(NodeSettings settings, FeedQueue feeds, RemoteClusters remotes, Repairs repairs) {
        addresses = new ObjectAddresses(settings);
        reads = new ObjectReads(settings, addresses, repairs, feeds);
        writes = new ObjectWrites(settings, addresses, reads, feeds);
        deletes = new ObjectDeletes(settings, addresses, reads, feeds);
        sends = new SendRequests(settings, addresses, reads, feeds, remotes);
    }

    /** The domain whose rights a request needs; objects without a name are in none. */
    String domain(Exchange exchange) throws IOException {
        return exchange.target().isUuid() ? "" : addresses.domain(exchange);
    }

    void handle(Exchange exchange, Optional<String> admin) throws RequestException, IOException {
        switch (exchange.method()) {
            case "GET", "HEAD" -> reads.read(exchange, admin.isPresent());
            case "DELETE" -> deletes.delete(exchange, admin);
            case "SEND" -> sends.send(exchange, admin.orElseThrow());
            default -> writes.write(exchange, admin);
        }
    }
}
