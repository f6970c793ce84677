package io.mirror.core.command;

import java.util.List;
import java.util.Objects;

/**
 * A command as it arrived, with the words that a reply must quote (DHTP section 3.1).
 *
 * @param command the typed command
 * @param keyword the command name as received
 * @param arguments the arguments as received, unescaped; a nested expression is given as its text
 */
public record Received(Command command, String keyword, List<String> arguments) {
    /**
     * Copies the list.
     *
     * @param command the typed command
     * @param keyword the command name as received
     * @param arguments the arguments as received, unescaped; a nested expression is given as its text
     */
    public Received {
        Objects.requireNonNull(command, "command");
        Objects.requireNonNull(keyword, "keyword");
        arguments = List.copyOf(arguments);
    }

    /** Shows the keyword only: an argument may be a password. */
    @Override
    public String toString() {
        return "Received[" + keyword + ", " + arguments.size() + " arguments]";
    }
}
