package io.mirror.replica.zabbix.exchange;

import io.mirror.codec.zabbix.Task;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** Deals with the tasks that a server hands out, each once (section 9). */
final class TaskDesk {
    static final int REMEMBERED = 10_000;
    /** Longest output of a command in characters; daemons keep as much. */
    static final int MAX_INFO = 512 << 10;

    static final String NOT_PERMITTED = "No permissions to execute task.";
    static final String EXPIRED = "The remote command has been expired.";

    private final ProxyOutbox outbox;
    private final @Nullable CommandExecutor executor;
    private final ProxyEvents events;
    private final Set<Long> seen = new LinkedHashSet<>();
    private final Queue<Finished> finished = new ConcurrentLinkedQueue<>();

    /** A command that was carried out, perhaps on another thread; its result gets its time later. */
    private record Finished(int status, String info, long parentTaskId) {}

    TaskDesk(ProxyOutbox outbox, Optional<CommandExecutor> executor, ProxyEvents events) {
        this.outbox = outbox;
        this.executor = executor.orElse(null);
        this.events = events;
    }

    /** Puts the results of commands that have ended into the outbox. */
    void collect(Moment now) {
        Finished next = finished.poll();
        while (next != null) {
            outbox.offer(new Task.CommandResult(now.clock(), 0, next.status(), next.info(), next.parentTaskId()));
            next = finished.poll();
        }
    }

    void accept(List<Task> tasks, Moment now) {
        for (Task task : tasks) {
            if (task instanceof Task.CheckNow check) {
                if (isExpired(task, now)) {
                    events.onTaskRefused(task, "expired");
                } else {
                    events.onCheckNow(check);
                }
            } else if (task instanceof Task.RemoteCommand command) {
                accept(command, now);
            } else if (task instanceof Task.DataRequest request) {
                if (isNew(task, request.parentTaskId())) {
                    events.onTaskRefused(task, "data of type " + request.dataType() + " is not offered");
                    outbox.offer(new Task.DataResult(
                            now.clock(), 0, Task.FAILURE, "Not supported by this proxy.", request.parentTaskId()));
                }
            } else {
                events.onTaskRefused(task, task instanceof Task.UnknownTask u ? u.problem() : "not for a proxy");
            }
        }
    }

    private void accept(Task.RemoteCommand command, Moment now) {
        if (!isNew(command, command.parentTaskId())) {
            return;
        }
        CommandExecutor by = executor;
        if (by == null) {
            refuse(command, NOT_PERMITTED, now);
        } else if (isExpired(command, now)) {
            refuse(command, EXPIRED, now);
        } else {
            execute(by, command);
        }
    }

    private void execute(CommandExecutor by, Task.RemoteCommand command) {
        try {
            by.execute(command).whenComplete((outcome, failure) -> {
                if (failure == null) {
                    finish(outcome.status(), outcome.info(), command);
                } else {
                    finish(Task.FAILURE, textOf(failure), command);
                }
            });
        } catch (RuntimeException e) {
            finish(Task.FAILURE, textOf(e), command);
        }
    }

    private void finish(int status, String info, Task.RemoteCommand command) {
        String bounded = info.length() <= MAX_INFO ? info : info.substring(0, MAX_INFO);
        finished.add(new Finished(status, bounded, command.parentTaskId()));
    }

    private static String textOf(Throwable failure) {
        Throwable cause = failure.getCause();
        return failure instanceof CompletionException && cause != null
                ? textOf(cause)
                : String.valueOf(failure.getMessage());
    }

    private void refuse(Task.RemoteCommand command, String reason, Moment now) {
        events.onTaskRefused(command, reason);
        outbox.offer(new Task.CommandResult(now.clock(), 0, Task.FAILURE, reason, command.parentTaskId()));
    }

    private boolean isNew(Task task, long id) {
        if (!seen.add(id)) {
            events.onTaskRefused(task, "task " + Long.toUnsignedString(id) + " was handed out before");
            return false;
        }
        if (seen.size() > REMEMBERED) {
            seen.remove(seen.iterator().next());
        }
        return true;
    }

    private static boolean isExpired(Task task, Moment now) {
        return task.ttl() != 0 && now.clock() > task.clock() + task.ttl();
    }
}
