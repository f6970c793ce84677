package io.mirror.replica.zabbix.exchange;

import io.mirror.codec.zabbix.Task;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a server remembers of one proxy. Guarded by itself. */
final class ProxyState {
    static final int MAX_TASKS = 10_000;
    private static final int MAX_SESSIONS = 1_000;
    private static final long SESSION_NANOS = Duration.ofHours(24).toNanos();

    /** The last number under a token (section 8.4). */
    private static final class Mark {
        private long lastId;
        private long usedNanos;
    }

    private final Map<String, Mark> sessions = new LinkedHashMap<>();
    private final ArrayDeque<Task> tasks = new ArrayDeque<>();
    private ProxyDefinition definition;
    private boolean compress = true;
    private String configSession = "";
    private @Nullable ServerConfiguration handedOut;

    ProxyState(ProxyDefinition definition) {
        this.definition = definition;
    }

    synchronized ProxyDefinition definition() {
        return definition;
    }

    synchronized void definition(ProxyDefinition changed) {
        definition = changed;
    }

    /** Number of the last row that was taken under the token, 0 if there was none. */
    synchronized long lastId(String session, Moment now) {
        Mark mark = sessions.get(session);
        if (mark == null) {
            return 0;
        }
        mark.usedNanos = now.nanoTime();
        return mark.lastId;
    }

    synchronized void taken(String session, long id, Moment now) {
        Mark mark = sessions.get(session);
        if (mark == null) {
            sessions.values().removeIf(old -> now.nanoTime() - old.usedNanos > SESSION_NANOS);
            if (sessions.size() >= MAX_SESSIONS) {
                sessions.remove(sessions.keySet().iterator().next());
            }
            mark = new Mark();
            sessions.put(session, mark);
        }
        mark.usedNanos = now.nanoTime();
        if (Long.compareUnsigned(id, mark.lastId) > 0) {
            mark.lastId = id;
        }
    }

    synchronized boolean submit(Task task) {
        return tasks.size() < MAX_TASKS && tasks.add(task);
    }

    /** Takes the tasks to hand out; a task is handed out once. */
    synchronized List<Task> takeTasks(Moment now) {
        List<Task> due = new ArrayList<>();
        for (Task task : tasks) {
            if (task.ttl() == 0 || now.clock() <= task.clock() + task.ttl()) {
                due.add(task);
            }
        }
        tasks.clear();
        return due;
    }

    /** Takes tasks back whose message never left. */
    synchronized void putBack(List<Task> unsent) {
        for (int i = unsent.size() - 1; i >= 0; i--) {
            tasks.addFirst(unsent.get(i));
        }
    }

    synchronized boolean compress() {
        return compress;
    }

    synchronized void compress(boolean mark) {
        compress = mark;
    }

    /**
     * Remembers what a proxy is given, and under which token.
     *
     * @return what the proxy has now; nothing if that is unknown, because it has nothing, has started again, or has
     *     something else than it was given last
     */
    synchronized Optional<ServerConfiguration> handOut(String session, long known, ServerConfiguration configuration) {
        ServerConfiguration last = handedOut;
        boolean same = known != 0 && session.equals(configSession) && last != null && last.revision() == known;
        configSession = session;
        handedOut = configuration;
        return same ? Optional.ofNullable(last) : Optional.empty();
    }
}
