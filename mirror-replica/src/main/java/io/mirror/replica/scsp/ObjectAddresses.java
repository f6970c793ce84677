package io.mirror.replica.scsp;

import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/** Which object or context a request is about, and how it is named in answers (SCSP sections 4.1, 4.3). */
final class ObjectAddresses {
    private final NodeSettings settings;

    ObjectAddresses(NodeSettings settings) {
        this.settings = settings;
    }

    /** The key of the object that a target names, or of the context. */
    String key(Exchange exchange) throws RequestException, IOException {
        RequestTarget target = exchange.target();
        if (target.isUuid()) {
            return "u/" + target.segments().get(0).toLowerCase(Locale.ROOT);
        }
        String domain = domain(exchange);
        if (target.segments().isEmpty()) {
            return "c/" + domain;
        }
        String bucket = target.segments().get(0);
        boolean isContext = target.segments().size() == 1;
        requireContext("c/" + domain);
        if (isContext) {
            return "c/" + domain + "/" + bucket;
        }
        requireContext("c/" + domain + "/" + bucket);
        return "n/" + domain + "/" + bucket + "/" + target.segments().get(1);
    }

    private void requireContext(String key) throws RequestException, IOException {
        if (settings.store().info(key).isEmpty()) {
            throw new RequestException(412, "RequiresContext2", "the domain or bucket does not exist");
        }
    }

    String domain(Exchange exchange) throws IOException {
        Optional<String> argument = exchange.target().argument("domain");
        if (argument.isPresent() && !argument.get().equals("true")) {
            return argument.get().toLowerCase(Locale.ROOT);
        }
        String host = exchange.target()
                .authority()
                .or(() -> exchange.headers().first("host"))
                .orElse("");
        String name = host.replaceFirst(":\\d*$", "").toLowerCase(Locale.ROOT);
        return settings.store().info("c/" + name).isPresent() ? name : settings.defaultDomain();
    }

    String location(Exchange exchange, String key) {
        String host = exchange.target()
                .authority()
                .or(() -> exchange.headers().first("host"))
                .orElse("");
        String path = key.startsWith("n/") || (key.startsWith("c/") && key.indexOf('/', 2) > 0)
                ? key.substring(key.indexOf('/', 2) + 1)
                : key.substring(2);
        return settings.scheme() + host + "/" + ScspText.percentEncode(path);
    }

    static String newId() {
        return UUID.randomUUID().toString().replace("-", "");
    }
}
