package io.mirror.core.link;

import io.mirror.core.command.Command;
import io.mirror.core.command.StatusCode;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Has every command of the peer carried out by whom it concerns (DHTP section 5). */
final class Commands {
    private final MirrorSession session;
    private final Registrations registrations;
    private final PointCommands pointCommands;

    Commands(MirrorSession session, Registrations registrations, PointCommands pointCommands) {
        this.session = session;
        this.registrations = registrations;
        this.pointCommands = pointCommands;
    }

    /** Carries a command out that arrived, and returns what became of it. */
    Outcome carryOut(Command command) {
        if (command instanceof Command.Unknown || command instanceof Command.Malformed) {
            session.countMalformed();
        }
        try {
            session.checkAllowedNow(command);
            Outcome outcome = session.execute(command);
            if (outcome == null) {
                outcome = executeCommon(command);
            }
            if (outcome == null) {
                outcome = registrations.execute(command);
            }
            if (outcome == null) {
                outcome = pointCommands.execute(command);
            }
            return outcome == null ? Outcome.refused(StatusCode.SYNTAX) : outcome;
        } catch (Refusal refusal) {
            return refusal.outcome();
        } catch (IllegalArgumentException e) {
            // The reply quotes the argument already.
            return Outcome.refused(StatusCode.SYNTAX, Quotation.without(Objects.requireNonNull(e.getMessage())));
        }
    }

    private @Nullable Outcome executeCommon(Command command) {
        if (command instanceof Command.AckSuccess ack) {
            session.replies.ackSuccess(ack.on());
            return Outcome.ANSWERED;
        }
        if (command instanceof Command.MirrorSync mark) {
            return session.synchronize(mark);
        }
        if (command instanceof Command.MirrorDelta delta) {
            return session.mode() == LinkMode.NATIVE && delta.domain().equals(session.linkDomain())
                    ? session.catchUp.received(delta)
                    : Outcome.refused(StatusCode.SYNTAX, "No native session for this domain");
        }
        if (command instanceof Command.MirrorDigest digest) {
            return session.mode() == LinkMode.NATIVE && digest.domain().equals(session.linkDomain())
                    ? session.digests.received(digest)
                    : Outcome.refused(StatusCode.SYNTAX, "No native session for this domain");
        }
        if (command instanceof Command.TransmitInsignificant transmit) {
            session.queue.insignificant(transmit.on());
            return Outcome.DONE;
        }
        if (command instanceof Command.Model model) {
            return session.models.take(model);
        }
        if (command instanceof Command.Accepted) {
            return Outcome.DONE;
        }
        if (command instanceof Command.Configure) {
            return ConfigurationCommands.REFUSED;
        }
        if (command instanceof Command.Malformed wrong) {
            return Outcome.refused(StatusCode.SYNTAX, wrong.reason());
        }
        return null;
    }
}
