package io.mirror.replica.zabbix.exchange;

import io.mirror.codec.zabbix.Task;
import java.util.concurrent.CompletionStage;

/**
 * Carries out the commands of a server. A command is code of somebody else: a proxy has no executor unless its host
 * supplies one.
 */
@FunctionalInterface
public interface CommandExecutor {
    /**
     * What became of a command.
     *
     * @param status 0 success, negative failure
     * @param info output, or the reason of the failure; what is beyond 524,288 characters is cut off
     */
    record Outcome(int status, String info) {}

    /**
     * Starts a command. Called on the thread of the exchange, so the work belongs elsewhere.
     *
     * @param command the command; it is not past its time and was not handed over before
     * @return completes with the outcome; a failure of the stage is reported with its message
     */
    CompletionStage<Outcome> execute(Task.RemoteCommand command);
}
