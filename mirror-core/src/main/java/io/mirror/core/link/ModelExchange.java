package io.mirror.core.link;

import io.mirror.core.access.Right;
import io.mirror.core.command.Command;
import io.mirror.core.command.StatusCode;
import io.mirror.core.hub.DomainModel;
import io.mirror.core.hub.DomainModel.Attributes;
import io.mirror.core.hub.DomainModel.Fact;
import io.mirror.core.hub.DomainModel.Line;
import io.mirror.core.hub.DomainModel.Metadata;
import io.mirror.core.hub.PointAttributes;
import io.mirror.core.point.PointName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Takes data models, metadata and attributes from the peer, and sends them to a peer that asked for them
 * (DHTP sections 5.5 and 5.6).
 */
final class ModelExchange {
    private static final String SET_META = "set_meta";
    /** The order in which the vendor's programs write metadata. */
    private static final List<String> META_ORDER =
            List.of("eu", "desc", "euhi", "eulo", "inshi", "inslo", "close", "open");

    private final MirrorSession session;
    private final Map<String, Asked> askedByDomain = new HashMap<>();
    private final Runnable listener = this::modelChanged;
    private volatile boolean pending;

    /** What the peer wants to know of a domain, and the last of it that it was sent. */
    private static final class Asked {
        boolean model;
        boolean metadata;
        long sent;
    }

    ModelExchange(MirrorSession session) {
        this.session = session;
    }

    // ---- To the peer ----

    /** The peer wants to know the model or the metadata of a domain, now and as they change. */
    void ask(String domain, boolean model, boolean metadata) {
        if (!model && !metadata) {
            return;
        }
        Asked asked = askedByDomain.get(domain);
        if (asked == null) {
            asked = new Asked();
            askedByDomain.put(domain, asked);
            session.hub.model(domain).addListener(listener);
        }
        asked.model |= model;
        asked.metadata |= metadata;
        asked.sent = 0;
        pending = true;
    }

    /** Called by whoever changes a model. */
    private void modelChanged() {
        pending = true;
        session.output.requestFlush();
    }

    void forget(String domain) {
        if (askedByDomain.remove(domain) != null) {
            session.hub.model(domain).removeListener(listener);
        }
    }

    void close() {
        List.copyOf(askedByDomain.keySet()).forEach(this::forget);
    }

    /** Sends what the peer asked for and does not have. */
    void flush() {
        if (!pending) {
            return;
        }
        pending = false;
        askedByDomain.forEach((domain, asked) -> {
            for (DomainModel.Entry entry : session.hub.model(domain).since(asked.sent)) {
                asked.sent = entry.number();
                if (entry.by() != session.origin) {
                    send(domain, asked, entry.fact());
                }
            }
        });
    }

    private void send(String domain, Asked asked, Fact fact) {
        if (fact instanceof Line line && asked.model) {
            List<String> arguments = new ArrayList<>();
            arguments.add(session.wireDomain(domain));
            arguments.addAll(line.arguments());
            session.send(new Command.Model(line.keyword(), arguments));
        } else if (fact instanceof Metadata metadata && asked.metadata) {
            List<String> arguments = new ArrayList<>();
            arguments.add(session.wireName(PointName.of(domain, metadata.point())));
            arguments.add(Long.toString(metadata.valid()));
            arguments.addAll(metadata.items());
            session.send(new Command.Model(SET_META, arguments));
        } else if (fact instanceof Attributes known && asked.model) {
            String name = session.wireName(PointName.of(domain, known.point()));
            PointAttributes attributes = known.attributes();
            session.send(new Command.Create(name));
            session.send(new Command.SetCanonical(
                    name, attributes.canonical().name() + (attributes.array() ? " ARRAY" : ""), true));
            session.send(new Command.SetAccess(name, attributes.readable(), attributes.writable()));
        }
    }

    // ---- From the peer ----

    Outcome take(Command.Model command) {
        List<String> arguments = command.arguments();
        if (arguments.isEmpty()) {
            return Outcome.refused(StatusCode.SYNTAX, "Argument 1 is missing");
        }
        return command.keyword().equals(SET_META) ? takeMetadata(arguments) : takeLine(command.keyword(), arguments);
    }

    private Outcome takeLine(String keyword, List<String> arguments) {
        String domain = session.localDomain(arguments.get(0));
        session.rights.require(Right.WRITE, domain);
        return put(domain, new Line(keyword, arguments.subList(1, arguments.size())));
    }

    private Outcome takeMetadata(List<String> arguments) {
        PointName name = session.localName(arguments.get(0));
        session.rights.require(Right.WRITE, name.domain());
        if (arguments.size() < 2) {
            return Outcome.refused(StatusCode.SYNTAX, "Argument 2 is missing");
        }
        long valid = Long.decode(arguments.get(1));
        Metadata known = session.hub.model(name.domain()).metadata(name.name());
        Map<String, String> items = new LinkedHashMap<>();
        META_ORDER.forEach(key -> items.put(key, ""));
        known.items().forEach(item -> items.put(key(item), item));
        arguments.subList(2, arguments.size()).forEach(item -> items.put(key(item), item));
        items.values().removeIf(String::isEmpty);
        return put(name.domain(), new Metadata(name.name(), known.valid() | valid, List.copyOf(items.values())));
    }

    private static String key(String item) {
        int end = 1;
        while (end < item.length() && item.charAt(end) != ' ' && item.charAt(end) != '"' && item.charAt(end) != ')') {
            end++;
        }
        return item.isEmpty() ? item : item.substring(1, Math.min(end, item.length()));
    }

    private Outcome put(String domain, Fact fact) {
        if (!session.hub.hasDomain(domain)) {
            session.rights.require(Right.CREATE, domain);
        }
        boolean kept = session.hub.model(domain).put(fact, session.origin);
        return kept
                ? Outcome.DONE
                : Outcome.refused(StatusCode.FULL, "The data model of domain " + domain + " has no more room");
    }
}
