package io.mirror.sockmux.forward;

import io.mirror.codec.sockmux.ConnectText;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Where channels of the peer come out. Rules are tried in their order and the first that matches wins (SockMux section
 * 13).
 *
 * @param destination where to
 * @param match which channels
 */
public record Rule(Destination destination, Match match) {
    /**
     * Checks the rule.
     *
     * @param destination where to
     * @param match which channels
     */
    public Rule {
        Objects.requireNonNull(destination, "destination");
        Objects.requireNonNull(match, "match");
    }

    /**
     * Makes a rule for all channels.
     *
     * @param destination where to
     * @return the rule
     */
    public static Rule to(Destination destination) {
        return new Rule(destination, Match.ALL);
    }

    /**
     * Finds the destination of a channel.
     *
     * @param rules in the order of trying
     * @param text what the peer says about client and entry
     * @return the destination of the first rule that matches; empty if none does
     */
    public static Optional<Destination> select(List<Rule> rules, ConnectText text) {
        for (Rule rule : rules) {
            if (rule.match.applies(text)) {
                return Optional.of(rule.destination);
            }
        }
        return Optional.empty();
    }
}
