package io.mirror.replica.zabbix.exchange;

import io.mirror.codec.zabbix.Task;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Deals with the tasks that a server hands out, each once (section 9). */
final class TaskDesk {
    static final int REMEMBERED = 10_000;
    static final String NOT_PERMITTED = "No permissions to execute task.";
    static final String EXPIRED = "The remote command has been expired.";

    private final ProxyOutbox outbox;
    private final @Nullable CommandExecutor executor;
    private final ProxyEvents events;
    private final Set<Long> seen = new LinkedHashSet<>();

    TaskDesk(ProxyOutbox outbox, Optional<CommandExecutor> executor, ProxyEvents events) {
        this.outbox = outbox;
        this.executor = executor.orElse(null);
        this.events = events;
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
            long clock = now.clock();
            by.execute(command).whenComplete((outcome, failure) -> {
                int status = failure == null ? outcome.status() : Task.FAILURE;
                String info = failure == null ? outcome.info() : String.valueOf(failure.getMessage());
                outbox.offer(new Task.CommandResult(clock, 0, status, info, command.parentTaskId()));
            });
        }
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
