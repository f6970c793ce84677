package io.mirror.core.link;

import io.mirror.core.command.Command;
import io.mirror.core.command.PointMessage;
import io.mirror.core.command.Received;
import io.mirror.core.point.PointState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a codec and a socket would do between two sessions: messages as values, names as numbers. */
final class Wire {
    private Wire() {}

    /** One message on its way. */
    sealed interface Message {}

    /** A command on its way. */
    record Sent(Command command) implements Message {}

    /** A point message on its way. */
    record SentPoint(PointMessage.Kind kind, String name, PointState state) implements Message {
        @Override
        public String toString() {
            return kind.keyword() + " " + name + " " + state.value() + " q" + state.quality() + " t" + state.seconds()
                    + ((state.flags() & io.mirror.core.point.PointFlags.DELETED) != 0 ? " deleted" : "");
        }
    }

    /** Gives names to numbers as a decoder does, and one reused point message. */
    static final class Names {
        private final Map<String, Integer> ids = new HashMap<>();
        private final PointMessage message = new PointMessage();

        PointMessage message(SentPoint point) {
            int id = ids.computeIfAbsent(point.name(), name -> ids.size());
            message.header(point.kind(), point.name(), id).state().copyFrom(point.state());
            return message;
        }
    }

    /** Hands a message to a session as a transport would. */
    static void feed(MirrorSession session, Names names, Message message, long now) {
        session.bytesReceived(now);
        if (message instanceof SentPoint point) {
            session.receivedPoint(names.message(point), now);
        } else if (message instanceof Sent sent) {
            session.received(received(sent.command()), now);
        }
    }

    /** Adds the words that a reply quotes. */
    static Received received(Command command) {
        List<String> arguments = new ArrayList<>();
        String keyword;
        if (command instanceof Command.AckSuccess c) {
            keyword = "acksuccess";
            arguments.add(c.on() ? "1" : "0");
        } else if (command instanceof Command.Auth c) {
            keyword = "auth";
            arguments.add(c.user());
            arguments.add("***");
        } else if (command instanceof Command.Domain c) {
            keyword = "domain";
            arguments.add(c.name());
        } else if (command instanceof Command.Heartbeat c) {
            keyword = "heartbeat";
            arguments.add(Long.toString(c.millis()));
        } else if (command instanceof Command.Timeout c) {
            keyword = "timeout";
            arguments.add(Long.toString(c.millis()));
        } else if (command instanceof Command.SetAuthoritative c) {
            keyword = "set_authoritative";
            if (!c.domain().isEmpty()) {
                arguments.add(c.domain());
            }
            arguments.add(c.sender() ? "1" : "0");
        } else if (command instanceof Command.MirrorCaps c) {
            keyword = "mirror_caps";
            arguments.addAll(List.of(Long.toString(c.version()), c.uuid(), String.join(" ", c.items())));
        } else if (command instanceof Command.MirrorOpen c) {
            keyword = "mirror_open";
            arguments.addAll(List.of(c.domain(), Integer.toString(c.flags())));
        } else if (command instanceof Command.MirrorSync c) {
            keyword = "mirror_sync";
            arguments.addAll(List.of(c.domain(), c.phase().keyword(), Long.toString(c.count())));
        } else if (command instanceof Command.MirrorDelta c) {
            keyword = "mirror_delta";
            arguments.addAll(List.of(c.domain(), c.step().keyword()));
            arguments.addAll(c.names());
        } else if (command instanceof Command.MirrorDigest c) {
            keyword = "mirror_digest";
            arguments.addAll(List.of(c.domain(), c.part().keyword()));
            arguments.addAll(c.words());
        } else if (command instanceof Command.ReportDomain c) {
            keyword = "report_domain";
            arguments.addAll(List.of(c.domain(), Integer.toString(c.flags())));
        } else if (command instanceof Command.UnreportDomain c) {
            keyword = "unreport_domain";
            arguments.add(c.domain());
        } else if (command instanceof Command.Report c) {
            keyword = c.create() ? "creport" : "report";
            arguments.add(c.point());
        } else if (command instanceof Command.Unreport c) {
            keyword = "unreport";
            arguments.add(c.point());
        } else if (command instanceof Command.Read c) {
            keyword = c.create() ? "cread" : "read";
            arguments.add(c.point());
        } else if (command instanceof Command.Create c) {
            keyword = "create";
            arguments.add(c.point());
        } else if (command instanceof Command.SetValue c) {
            keyword = (c.create() ? "c" : "") + (c.force() ? "force" : "set");
            arguments.addAll(List.of(c.point(), c.value()));
        } else if (command instanceof Command.Append c) {
            keyword = "append";
            arguments.addAll(List.of(c.point(), c.text()));
        } else if (command instanceof Command.Calculate c) {
            keyword = c.operation().keyword();
            arguments.addAll(List.of(c.point(), Double.toString(c.operand().real())));
        } else if (command instanceof Command.Lock c) {
            keyword = "lock";
            arguments.addAll(List.of(c.point(), Integer.toString(c.security()), c.locked() ? "1" : "0"));
        } else if (command instanceof Command.Secure c) {
            keyword = "secure";
            arguments.addAll(List.of(c.point(), Integer.toString(c.claimed()), Integer.toString(c.level())));
        } else if (command instanceof Command.SetCanonical c) {
            keyword = "set_canonical";
            arguments.addAll(List.of(c.point(), c.type()));
        } else if (command instanceof Command.SetAccess c) {
            keyword = "set_access";
            arguments.addAll(List.of(c.point(), (c.read() ? "r" : "") + (c.write() ? "w" : "")));
        } else if (command instanceof Command.Slave c) {
            keyword = "slave";
            arguments.add(c.domain());
            arguments.addAll(c.details());
        } else if (command instanceof Command.Model c) {
            keyword = c.keyword();
            arguments.addAll(c.arguments());
        } else if (command instanceof Command.Configure c) {
            keyword = c.keyword();
            arguments.addAll(c.arguments());
        } else if (command instanceof Command.Alive) {
            keyword = "alive";
        } else if (command instanceof Command.Accepted c) {
            keyword = c.keyword();
        } else if (command instanceof Command.Unknown c) {
            keyword = c.keyword();
        } else if (command instanceof Command.Malformed c) {
            keyword = c.keyword();
        } else {
            keyword = command.getClass().getSimpleName();
        }
        return new Received(command, keyword, arguments);
    }
}
