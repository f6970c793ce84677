package io.mirror.replica.scsp;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Which domains a feed is for, by regular expressions that have to match the whole name (SCSP section 9.4). Unnamed
 * objects are in the domain with the empty name. Immutable and safe for use by several threads.
 */
public final class DomainFilter {
    /** All domains, and unnamed objects. */
    public static final DomainFilter ALL = new DomainFilter(List.of(), List.of());

    private static final int MAX_EXPRESSIONS = 100;

    private final List<Pattern> included;
    private final List<Pattern> excluded;

    private DomainFilter(List<Pattern> included, List<Pattern> excluded) {
        this.included = included;
        this.excluded = excluded;
    }

    /**
     * Makes a filter. A domain passes if it is included and not excluded.
     *
     * @param included expressions of {@link Pattern}, of which one has to match; none for all; 0 to 100
     * @param excluded expressions, of which none may match; 0 to 100
     * @return the filter
     * @throws java.util.regex.PatternSyntaxException if a text is no regular expression
     * @throws IllegalArgumentException if there are too many
     */
    public static DomainFilter of(List<String> included, List<String> excluded) {
        return new DomainFilter(compile("included", included), compile("excluded", excluded));
    }

    private static List<Pattern> compile(String name, List<String> expressions) {
        if (expressions.size() > MAX_EXPRESSIONS) {
            throw new IllegalArgumentException(
                    name + " domains have at most " + MAX_EXPRESSIONS + " expressions, were " + expressions.size());
        }
        return expressions.stream().map(Pattern::compile).toList();
    }

    /**
     * Judges a domain.
     *
     * @param domain its name in any case; empty for unnamed objects
     * @return whether its objects pass
     */
    public boolean admits(String domain) {
        String name = domain.toLowerCase(Locale.ROOT);
        return (included.isEmpty() || matches(included, name)) && !matches(excluded, name);
    }

    /** Judges the domain of an object by its key in the store. */
    boolean admitsKey(String key) {
        return admits(key.startsWith("n/") ? key.substring(2, key.indexOf('/', 2)) : "");
    }

    private static boolean matches(List<Pattern> patterns, String name) {
        return patterns.stream().anyMatch(pattern -> pattern.matcher(name).matches());
    }

    /**
     * Returns the expressions.
     *
     * @return a text that is the same for filters with the same expressions
     */
    @Override
    public String toString() {
        return "included " + included + ", excluded " + excluded;
    }
}
