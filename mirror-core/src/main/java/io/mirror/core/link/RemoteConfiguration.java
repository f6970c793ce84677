package io.mirror.core.link;

import io.mirror.core.command.Command;
import io.mirror.core.command.StatusCode;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Carries out the configuration commands that an administrator sends over a connection (DHTP section 5.4). A session asks
 * it only for {@code mirror_master_2}, {@code mirror_master}, {@code tcp_service}, {@code enable_tcp_server},
 * {@code enable_mirror_master}, {@code enable_mirror_slave}, {@code create_domain} and {@code set} of a queue depth, and
 * only for a client that has logged in and has {@link io.mirror.core.access.Right#ADMIN}.
 */
@FunctionalInterface
public interface RemoteConfiguration {
    /**
     * Carries out a command. Called on the connection's thread; must not block.
     *
     * @param command the command; its arguments may hold a password
     * @param answer to be given what to answer, once, on any thread; what is done after that is done when the answer is
     *     on its way
     */
    void execute(Command.Configure command, Consumer<Answer> answer);

    /**
     * What became of a command.
     *
     * @param code {@link StatusCode#OK} if it was carried out
     * @param text why it was not; no secret, excerpts of the command escaped and short
     */
    record Answer(StatusCode code, String text) {
        /** The command was carried out. */
        public static final Answer DONE = new Answer(StatusCode.OK, "");

        /**
         * Refuses null.
         *
         * @param code {@link StatusCode#OK} if it was carried out
         * @param text why it was not
         */
        public Answer {
            Objects.requireNonNull(code, "code");
            Objects.requireNonNull(text, "text");
        }
    }
}
