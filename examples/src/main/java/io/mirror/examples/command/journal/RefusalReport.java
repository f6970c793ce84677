package io.mirror.examples.command.journal;

import io.mirror.replica.journal.ReceiverListener;
import io.mirror.replica.journal.Refusal;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Says what a receiver refuses without being flooded by strangers: the first of each kind at once, the others of that
 * kind counted in one line a minute. A problem of a route is said when it is another one than before.
 */
final class RefusalReport implements ReceiverListener {
    private final Consumer<String> lines;
    private final Map<Refusal, Others> kinds = new EnumMap<>(Refusal.class);
    private final Map<String, String> problems = new HashMap<>();

    /** What came behind the one that was said. */
    private static final class Others {
        private int count;
        private String last = "";
    }

    RefusalReport(Consumer<String> lines) {
        this.lines = lines;
    }

    @Override
    public synchronized void onRefused(Refusal kind, String peer, String reason) {
        Others others = kinds.get(kind);
        if (others == null) {
            kinds.put(kind, new Others());
            lines.accept("refused " + peer + ": " + reason);
        } else {
            others.count++;
            others.last = peer + ": " + reason;
        }
    }

    @Override
    public synchronized void onProblem(String route, String problem) {
        if (!problem.equals(problems.put(route, problem))) {
            lines.accept("/" + route + ": " + problem);
        }
    }

    /** A minute has passed: tells how many were refused in it besides, and begins anew with kinds that are over. */
    synchronized void minutePassed() {
        kinds.values().removeIf(others -> others.count == 0);
        kinds.values().forEach(others -> {
            lines.accept("refused " + others.count + " more like that, the last was " + others.last);
            others.count = 0;
        });
    }
}
