package io.mirror.core.link;

import io.mirror.core.access.ConnectionAccess;
import io.mirror.core.access.Permissions;
import io.mirror.core.command.Command;
import io.mirror.core.command.PointMessage.Kind;
import io.mirror.core.command.ReportFlags;
import io.mirror.core.hub.Origin;
import io.mirror.core.hub.PointHub;
import io.mirror.core.point.PointState;
import java.util.List;
import java.util.OptionalInt;

/** Any client of a master: says something and reads what comes back. */
final class Client {
    static final long MILLI = 1_000_000L;

    final LinkEnd master;
    private final Wire.Names names = new Wire.Names();
    long now = 77 * MILLI;

    Client(PointHub hub, ConnectionAccess access, LinkOptions options) {
        master = new LinkEnd(hub, "plant");
        master.session = MirrorSession.master(hub, access, Origin.of("client"), options, master.output, master.events);
        master.session.opened(now);
    }

    Client(PointHub hub, Permissions permissions) {
        this(hub, ConnectionAccess.withoutUsers(permissions), LinkOptions.defaults());
    }

    Client(PointHub hub) {
        this(hub, Permissions.all());
    }

    /** Sends one command and returns what comes back at once, flushed changes included. */
    List<String> say(Command command) {
        Wire.feed(master.session, names, new Wire.Sent(command), now);
        master.session.batchEnd(now);
        return hear();
    }

    List<String> point(Kind kind, String name, PointState state) {
        Wire.feed(master.session, names, new Wire.SentPoint(kind, name, state), now);
        master.session.batchEnd(now);
        return hear();
    }

    List<String> cwrite(String name, long value) {
        return point(Kind.CWRITE, name, state(value));
    }

    static PointState state(long value) {
        return new PointState().integer(value).quality(192).time(1_700_000_000, 0);
    }

    List<String> set(String name, String value) {
        return say(new Command.SetValue(name, value, OptionalInt.empty(), false, false));
    }

    List<String> reportDomain(String domain) {
        return say(new Command.ReportDomain(domain, ReportFlags.MIRROR));
    }

    /** Lets time pass and returns what the master sends of itself. */
    List<String> pass(long millis) {
        now += millis * MILLI;
        master.session.tick(now);
        return hear();
    }

    List<String> hear() {
        if (master.output.flushRequested) {
            master.flush(now);
        }
        return master.output.take().stream().map(Client::describe).toList();
    }

    /** Shows a message in the form of the transcripts, times left out. */
    static String describe(Wire.Message message) {
        if (message instanceof Wire.SentPoint point) {
            String deleted = (point.state().flags() & io.mirror.core.point.PointFlags.DELETED) != 0 ? " deleted" : "";
            return point.kind().keyword() + " " + point.name() + " "
                    + point.state().value() + " q" + point.state().quality() + deleted;
        }
        Command command = ((Wire.Sent) message).command();
        if (command instanceof Command.Success success) {
            return ("success " + success.keyword() + " " + String.join(" ", success.arguments())).trim();
        }
        if (command instanceof Command.Failure failure) {
            return "error -" + failure.number() + " (" + failure.keyword() + " " + String.join(" ", failure.arguments())
                    + (failure.moreArguments() ? " ..." : "") + "): " + failure.text();
        }
        return (Wire.received(command).keyword() + " "
                        + String.join(" ", Wire.received(command).arguments()))
                .trim();
    }
}
