package io.mirror.core.hub;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * What is known of a domain beside its points: the lines of its data model, the metadata of its points and what commands
 * may do with them (DHTP sections 5.3, 5.5 and 5.6). Nothing in it is interpreted; it is kept in the order in which it
 * came and handed to whoever asks.
 *
 * <p>Safe for use by many threads.
 */
public final class DomainModel {
    /** Most entries of one domain. */
    public static final int MAX_ENTRIES = 100_000;
    /** Most characters of all entries of one domain. */
    public static final int MAX_CHARS = 16 * 1024 * 1024;

    private final Map<Object, Entry> entries = new HashMap<>();
    /** The same entries by their numbers. */
    private final TreeMap<Long, Entry> byNumber = new TreeMap<>();

    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private long lastNumber;
    private long chars;

    DomainModel() {}

    /** One thing that is known. */
    public sealed interface Fact {
        /**
         * Returns all text of the fact.
         *
         * @return the words
         */
        List<String> words();
    }

    /**
     * A line of the data model.
     *
     * @param keyword the command name, for example {@code assembly}
     * @param arguments its arguments after the domain
     */
    public record Line(String keyword, List<String> arguments) implements Fact {
        /**
         * Copies the list.
         *
         * @param keyword the command name
         * @param arguments its arguments after the domain
         */
        public Line {
            Objects.requireNonNull(keyword, "keyword");
            arguments = List.copyOf(arguments);
        }

        @Override
        public List<String> words() {
            return arguments;
        }
    }

    /**
     * The metadata of a point.
     *
     * @param point the point's name without its domain
     * @param valid which items are valid, as bits
     * @param items the items, each {@code (key value)} as it is written
     */
    public record Metadata(String point, long valid, List<String> items) implements Fact {
        /**
         * Copies the list.
         *
         * @param point the point's name without its domain
         * @param valid which items are valid, as bits
         * @param items the items, each {@code (key value)} as it is written
         */
        public Metadata {
            Objects.requireNonNull(point, "point");
            items = List.copyOf(items);
        }

        @Override
        public List<String> words() {
            return items;
        }
    }

    /**
     * What commands may do with a point.
     *
     * @param point the point's name without its domain
     * @param attributes the attributes
     */
    public record Attributes(String point, PointAttributes attributes) implements Fact {
        @Override
        public List<String> words() {
            return List.of(point);
        }
    }

    /**
     * A fact and where it came from.
     *
     * @param number its place in the order; a fact that changes moves to the end
     * @param by who said it
     * @param fact the fact
     */
    public record Entry(long number, Origin by, Fact fact) {}

    private record Subject(Class<? extends Fact> kind, String point) {}

    /** Returns what a fact is about: a later one about the same replaces it. */
    private static Object key(Fact fact) {
        if (fact instanceof Metadata metadata) {
            return new Subject(Metadata.class, metadata.point());
        }
        if (fact instanceof Attributes attributes) {
            return new Subject(Attributes.class, attributes.point());
        }
        return fact;
    }

    private static long chars(Fact fact) {
        long sum = 0;
        for (String word : fact.words()) {
            sum += word.length();
        }
        return sum;
    }

    /**
     * Remembers a fact, in place of what was known of the same thing.
     *
     * @param fact the fact
     * @param by who says it
     * @return false if there is no room for it
     */
    public boolean put(Fact fact, Origin by) {
        synchronized (entries) {
            Entry before = entries.get(key(fact));
            if (before != null && before.fact().equals(fact)) {
                return true;
            }
            long more = chars(fact) - (before == null ? 0 : chars(before.fact()));
            if ((before == null && entries.size() >= MAX_ENTRIES) || chars + more > MAX_CHARS) {
                return false;
            }
            chars += more;
            if (before != null) {
                byNumber.remove(before.number());
            }
            Entry entry = new Entry(++lastNumber, by, fact);
            entries.put(key(fact), entry);
            byNumber.put(entry.number(), entry);
        }
        listeners.forEach(Runnable::run);
        return true;
    }

    /**
     * Returns the metadata of a point.
     *
     * @param point the point's name without its domain
     * @return the metadata, without items if there is none
     */
    public Metadata metadata(String point) {
        Metadata none = new Metadata(point, 0, List.of());
        synchronized (entries) {
            Entry entry = entries.get(key(none));
            return entry == null ? none : (Metadata) entry.fact();
        }
    }

    /**
     * Lists what is known, and what became known later than an entry.
     *
     * @param number the number of that entry, 0 for everything
     * @return the entries in their order
     */
    public List<Entry> since(long number) {
        synchronized (entries) {
            return new ArrayList<>(byNumber.tailMap(number, false).values());
        }
    }

    /**
     * Has a task run after every change.
     *
     * @param listener runs on the thread that made the change, without any lock; must be short
     */
    public void addListener(Runnable listener) {
        listeners.add(listener);
    }

    /**
     * Ends what {@link #addListener} began.
     *
     * @param listener the same object
     */
    public void removeListener(Runnable listener) {
        listeners.remove(listener);
    }
}
