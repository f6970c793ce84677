package io.mirror.examples.command.scsp;

import io.mirror.core.point.Excerpt;
import io.mirror.replica.scsp.DomainFilter;
import io.mirror.replica.scsp.Feed;
import io.mirror.replica.scsp.HostPort;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.PatternSyntaxException;
import picocli.CommandLine.Option;

/** The feeds of a node. */
final class FeedOptions {
    private static final int PARTS_OF_A_FEED = 4;

    @Option(
            names = "--feed",
            paramLabel = "ID,TYPE,ADDRESS:PORT,CLUSTER",
            description = "Feed to another cluster. Repeatable.")
    List<String> feeds = List.of();

    @Option(
            names = "--feed-node",
            paramLabel = "ID,ADDRESS:PORT",
            description = "Another node of that cluster, asked when the first cannot be reached. Repeatable.")
    List<String> nodes = List.of();

    @Option(
            names = "--feed-include",
            paramLabel = "ID,REGEX",
            description = "Domains the feed is for. Default: all. Repeatable.")
    List<String> included = List.of();

    @Option(names = "--feed-exclude", paramLabel = "ID,REGEX", description = "Domains the feed is not for. Repeatable.")
    List<String> excluded = List.of();

    @Option(names = "--deletions", description = "Feeds delete there what is deleted here.")
    boolean deletions;

    /** Reads the options, or throws an IllegalArgumentException that says what is wrong with them. */
    List<Feed> feeds() {
        Map<Integer, String[]> known = new TreeMap<>();
        for (String feed : feeds) {
            String[] parts = feed.split(",", -1);
            if (parts.length != PARTS_OF_A_FEED || !parts[0].matches("[0-9]{1,6}")) {
                throw new IllegalArgumentException("--feed has to be ID,TYPE,ADDRESS:PORT,CLUSTER");
            }
            if (known.putIfAbsent(Integer.valueOf(parts[0]), parts) != null) {
                throw new IllegalArgumentException("--feed " + parts[0] + " is there twice");
            }
        }
        Map<Integer, List<String>> moreNodes = byFeed("--feed-node", nodes, known);
        Map<Integer, List<String>> include = byFeed("--feed-include", included, known);
        Map<Integer, List<String>> exclude = byFeed("--feed-exclude", excluded, known);
        List<Feed> made = new ArrayList<>();
        known.forEach((id, parts) -> {
            List<HostPort> destinations = new ArrayList<>();
            destinations.add(HostPort.parse(parts[2]));
            moreNodes.getOrDefault(id, List.of()).forEach(node -> destinations.add(HostPort.parse(node)));
            made.add(new Feed(
                    id,
                    parts[1],
                    destinations,
                    parts[3],
                    Optional.empty(),
                    Optional.empty(),
                    deletions,
                    filter(include.getOrDefault(id, List.of()), exclude.getOrDefault(id, List.of()))));
        });
        return made;
    }

    private static DomainFilter filter(List<String> include, List<String> exclude) {
        try {
            return DomainFilter.of(include, exclude);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    "not a regular expression: \"" + Excerpt.of(e.getPattern()) + "\": " + e.getDescription(), e);
        }
    }

    private static Map<Integer, List<String>> byFeed(String option, List<String> values, Map<Integer, String[]> known) {
        Map<Integer, List<String>> sorted = new TreeMap<>();
        for (String value : values) {
            int comma = value.indexOf(',');
            String id = comma < 0 ? "" : value.substring(0, comma);
            if (!id.matches("[0-9]{1,6}") || !known.containsKey(Integer.valueOf(id))) {
                throw new IllegalArgumentException(
                        option + " has to begin with the ID of a --feed and a comma, was " + Excerpt.of(value));
            }
            sorted.computeIfAbsent(Integer.valueOf(id), any -> new ArrayList<>())
                    .add(value.substring(comma + 1));
        }
        return sorted;
    }
}
