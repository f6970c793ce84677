package io.mirror.core.link;

import io.mirror.core.command.Command;
import io.mirror.core.command.PointMessage;
import java.util.List;

/** Tells the peer what became of its messages (DHTP section 3.1). */
final class Replies {
    private final MirrorSession session;
    final Counter refused = new Counter();
    private boolean ackSuccess;

    Replies(MirrorSession session) {
        this.session = session;
    }

    /** Says whether the peer wants to hear of success. */
    void ackSuccess(boolean on) {
        ackSuccess = on;
    }

    void reply(String keyword, List<String> arguments, Outcome outcome) {
        switch (outcome.code()) {
            case OK -> succeed(keyword, arguments.isEmpty() ? arguments : arguments.subList(0, 1));
            case REPLIED -> {}
            default -> {
                refused.increment();
                session.reporter.inputRefused(keyword, outcome.text());
                session.send(Command.Failure.of(outcome.code(), keyword, Quotation.of(arguments), outcome.text()));
            }
        }
    }

    void reply(PointMessage message, Outcome outcome) {
        switch (outcome.code()) {
            case OK -> {
                // Asked first: this is the path of every update.
                if (ackSuccess) {
                    succeed(message.kind().keyword(), List.of(message.name()));
                }
            }
            case REPLIED -> {}
            default -> {
                refused.increment();
                session.reporter.inputRefused(message.kind().keyword(), outcome.text());
                List<String> quoted = Quotation.of(List.of(message.name()));
                session.send(new Command.Failure(
                        outcome.code().number(), message.kind().keyword(), quoted, true, outcome.text()));
            }
        }
    }

    private void succeed(String keyword, List<String> subject) {
        if (ackSuccess) {
            session.send(new Command.Success(keyword, subject));
        }
    }
}
