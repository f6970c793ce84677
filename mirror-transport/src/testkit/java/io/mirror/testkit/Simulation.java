package io.mirror.testkit;

import io.mirror.core.link.LinkConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Hubs and links in virtual time. All that is random follows from one seed; two runs of the same program with the same
 * seed do exactly the same, which {@link #fingerprint} tells.
 *
 * <p>Virtual time passes only inside the methods named {@code run...} and {@link #settle}. Between them nothing happens:
 * a host may read and write hubs, cut links and so on.
 *
 * <p>Not safe for use by several threads.
 */
public final class Simulation implements AutoCloseable {
    /** What the hubs' clocks say at the beginning, in seconds since 1970-01-01T00:00:00Z. */
    public static final long EPOCH_SECONDS = 1_700_000_000L;

    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final Duration SETTLE_LIMIT = Duration.ofHours(1);
    private static final int QUIET_SECONDS = 15;

    private final long seed;
    private final SplittableRandom random;
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final List<SimulatedHub> hubs = new ArrayList<>();
    private final List<SimulatedLink> links = new ArrayList<>();
    private final Fingerprint fingerprint = new Fingerprint();
    private @Nullable Consumer<String> trace;
    private long now;
    private long scheduled;
    private long executed;

    /** Something that happens at a certain time. */
    abstract static class Event implements Comparable<Event> {
        long at;
        long order;

        abstract void happen();

        @Override
        public final int compareTo(Event other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(order, other.order);
        }
    }

    /**
     * Starts a simulation at virtual time 0.
     *
     * @param seed decides everything that is random
     */
    public Simulation(long seed) {
        this.seed = seed;
        random = new SplittableRandom(seed);
    }

    /**
     * Returns the seed.
     *
     * @return the seed
     */
    public long seed() {
        return seed;
    }

    /**
     * Returns another source of random numbers that follows from the seed. Each user has one of its own, so that what
     * one of them does leaves the numbers of the others as they are.
     *
     * @return a new source
     */
    public SplittableRandom newRandom() {
        return random.split();
    }

    /**
     * Returns the virtual time.
     *
     * @return nanoseconds since the simulation began
     */
    public long nanos() {
        return now;
    }

    /**
     * Makes a hub that is up and empty.
     *
     * @param name what to call it
     * @return the hub
     */
    public SimulatedHub hub(String name) {
        SimulatedHub hub = new SimulatedHub(this, Objects.requireNonNull(name, "name"));
        hubs.add(hub);
        return hub;
    }

    /**
     * Prepares a link; {@link SimulatedLink.Builder#start} makes it.
     *
     * @param slave the side that connects
     * @param master the side that listens
     * @param config domains, flags, heartbeat, timeout and retry delay of the link; its addresses have no meaning
     * @return a builder
     */
    public SimulatedLink.Builder link(SimulatedHub slave, SimulatedHub master, LinkConfig config) {
        return new SimulatedLink.Builder(this, slave, master, config);
    }

    void add(SimulatedLink link) {
        links.add(link);
    }

    /**
     * Returns the hubs.
     *
     * @return the hubs in the order in which they were made
     */
    public List<SimulatedHub> hubs() {
        return List.copyOf(hubs);
    }

    /**
     * Returns the links.
     *
     * @return the links in the order in which they were made
     */
    public List<SimulatedLink> links() {
        return List.copyOf(links);
    }

    /**
     * Has something done later.
     *
     * @param delay how much later
     * @param action what to do
     */
    public void after(Duration delay, Runnable action) {
        after(delay.toNanos(), action);
    }

    void after(long delayNanos, Runnable action) {
        schedule(
                new Event() {
                    @Override
                    void happen() {
                        action.run();
                    }
                },
                now + delayNanos);
    }

    void schedule(Event event, long at) {
        event.at = Math.max(at, now);
        event.order = scheduled++;
        events.add(event);
    }

    /**
     * Lets virtual time pass.
     *
     * @param duration how much
     */
    public void run(Duration duration) {
        runUntil(now + duration.toNanos());
    }

    private void runUntil(long end) {
        while (true) {
            Event next = events.peek();
            if (next == null || next.at > end) {
                now = end;
                return;
            }
            events.poll();
            now = next.at;
            executed++;
            next.happen();
        }
    }

    /**
     * Lets virtual time pass until nothing happens any more but beats: all hubs are up, all links are mirroring, no
     * change is pending or under way, and 15 s went by without a point message.
     *
     * @throws AssertionError if this is not reached within a virtual hour, or if the books of a queue do not balance
     */
    public void settle() {
        if (!settle(SETTLE_LIMIT)) {
            throw new AssertionError("not quiet after " + SETTLE_LIMIT + ": " + describe());
        }
    }

    /**
     * Lets virtual time pass until nothing happens any more but beats, or until the limit.
     *
     * @param limit how long to wait at most
     * @return true if it became quiet, false if the limit was reached
     * @throws AssertionError if the books of a queue do not balance
     */
    public boolean settle(Duration limit) {
        long end = now + limit.toNanos();
        long messages = pointMessages();
        int quiet = 0;
        while (now < end) {
            runUntil(now + NANOS_PER_SECOND);
            long after = pointMessages();
            quiet = after == messages && isAtRest() ? quiet + 1 : 0;
            messages = after;
            if (quiet >= QUIET_SECONDS) {
                checkBooks();
                return true;
            }
        }
        return false;
    }

    private boolean isAtRest() {
        for (SimulatedHub hub : hubs) {
            if (!hub.isUp()) {
                return false;
            }
        }
        for (SimulatedLink link : links) {
            if (!link.isAtRest()) {
                return false;
            }
        }
        return true;
    }

    /**
     * Returns how many point messages were sent on all links since the simulation began.
     *
     * @return the number, echoes included
     */
    public long pointMessages() {
        long sum = 0;
        for (SimulatedLink link : links) {
            sum += link.pointMessages();
        }
        return sum;
    }

    /**
     * Checks the books of all queues: what was offered was delivered, left out for a reason that is counted, or is
     * pending.
     *
     * @throws AssertionError if the books of a queue do not balance
     */
    public void checkBooks() {
        for (SimulatedLink link : links) {
            link.checkBooks();
        }
    }

    /**
     * Adds up how long links existed.
     *
     * @return the sum over all links of the virtual time since each was made
     */
    public Duration linkTime() {
        long sum = 0;
        for (SimulatedLink link : links) {
            sum += now - link.madeAtNanos();
        }
        return Duration.ofNanos(sum);
    }

    /**
     * Returns how many events were carried out.
     *
     * @return the number
     */
    public long eventCount() {
        return executed;
    }

    /**
     * Returns a number that stands for all bytes that arrived anywhere and when, and for all faults. It is equal for two
     * runs that did the same.
     *
     * @return the fingerprint so far
     */
    public long fingerprint() {
        return fingerprint.value();
    }

    Fingerprint fingerprints() {
        return fingerprint;
    }

    /**
     * Has everything that happens on links told to a listener from now on: bytes that arrive, faults, changes of state.
     *
     * @param listener is given one line for each, beginning with the virtual time in seconds
     */
    public void trace(Consumer<String> listener) {
        trace = listener;
    }

    boolean isTraced() {
        return trace != null;
    }

    void trace(String who, String what) {
        Consumer<String> listener = trace;
        if (listener != null) {
            long micros = now / 1000;
            String fraction = Long.toString(1_000_000 + micros % 1_000_000).substring(1);
            listener.accept(micros / 1_000_000 + "." + fraction + " " + who + " " + what);
        }
    }

    /**
     * Describes the simulation for a message of failure.
     *
     * @return seed, virtual time, hubs and links
     */
    public String describe() {
        StringBuilder text = new StringBuilder("seed ").append(seed);
        text.append(", ").append(Duration.ofNanos(now)).append(" of virtual time");
        for (SimulatedHub hub : hubs) {
            text.append("; ").append(hub);
        }
        for (SimulatedLink link : links) {
            text.append("; ").append(link);
        }
        return text.toString();
    }

    /** Ends the simulation and releases its buffers. */
    @Override
    public void close() {
        events.clear();
        for (SimulatedLink link : links) {
            link.release();
        }
    }
}
