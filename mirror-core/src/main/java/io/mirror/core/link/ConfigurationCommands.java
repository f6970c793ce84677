package io.mirror.core.link;

import io.mirror.core.access.Right;
import io.mirror.core.command.Command;
import io.mirror.core.command.StatusCode;
import io.mirror.core.point.Excerpt;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Hands an administrator's configuration commands to the host and brings its answers back (DHTP section 5.4). */
final class ConfigurationCommands {
    /** Commands of one connection that are carried out at a time. */
    static final int MAX_PENDING = 16;

    static final Outcome REFUSED =
            Outcome.refused(StatusCode.NOT_ALLOWED, "Configuration cannot be changed over a connection");

    private static final Set<String> QUEUE_DEPTHS = Set.of("type.pointqueuedepth", "type.perpointqueuedepth");

    private final MirrorSession session;
    private final Optional<RemoteConfiguration> host;
    /** Guarded by itself: the host's threads add, the session's takes. */
    private final Queue<Finished> finished = new ArrayDeque<>();

    private int pending;

    private record Finished(Command.Configure command, Outcome outcome) {}

    ConfigurationCommands(MirrorSession session, Optional<RemoteConfiguration> host) {
        this.session = session;
        this.host = host;
    }

    /** Tells whether a name is that of a setting: no client may make a point of it. */
    static boolean isSetting(String point) {
        return QUEUE_DEPTHS.contains(point);
    }

    /** Reads {@code set} of a setting as the configuration command that it is. */
    Outcome execute(Command.SetValue command, String user) {
        return command.create() || command.force()
                ? REFUSED
                : execute(new Command.Configure("set", List.of(command.point(), command.value())), user);
    }

    Outcome execute(Command.Configure command, String user) {
        RemoteConfiguration executor = host.orElse(null);
        if (executor == null || !session.isLoggedIn()) {
            return REFUSED;
        }
        session.rights.require(Right.ADMIN, "");
        if (pending >= MAX_PENDING) {
            return Outcome.refused(StatusCode.FULL, "More than " + MAX_PENDING + " commands are being carried out");
        }
        session.reporter.information(
                "configuration: " + Excerpt.of(command.keyword()) + " by user \"" + Excerpt.of(user) + "\"");
        pending++;
        executor.execute(command, answer -> {
            synchronized (finished) {
                finished.add(new Finished(command, new Outcome(answer.code(), answer.text())));
            }
            session.output.requestFlush();
        });
        return Outcome.ANSWERED;
    }

    /** Sends the answers that have come. */
    void flush() {
        if (pending == 0) {
            return;
        }
        for (Finished next = poll(); next != null; next = poll()) {
            pending--;
            session.replies.reply(next.command().keyword(), next.command().arguments(), next.outcome());
        }
    }

    private @Nullable Finished poll() {
        synchronized (finished) {
            return finished.poll();
        }
    }
}
