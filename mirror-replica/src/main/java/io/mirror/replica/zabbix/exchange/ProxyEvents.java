package io.mirror.replica.zabbix.exchange;

import io.mirror.codec.zabbix.Task;

/**
 * Hears what happens to a proxy. Called by one thread at a time, which must not be blocked. Every method does nothing by
 * default.
 */
public interface ProxyEvents {
    /**
     * Takes note that values were delivered.
     *
     * @param count number of values that the server has taken
     */
    default void onDelivered(int count) {}

    /**
     * Takes note that an exchange failed; it will be repeated and nothing is lost.
     *
     * @param what name of the request
     * @param reason why
     */
    default void onFailure(String what, String reason) {}

    /**
     * Takes note that the server wants no data, or wants data again.
     *
     * @param enabled true if it wants data
     */
    default void onUpload(boolean enabled) {}

    /**
     * Takes a wish of the server for a value right now.
     *
     * @param task names the item
     */
    default void onCheckNow(Task.CheckNow task) {}

    /**
     * Takes note of a task that was not carried out.
     *
     * @param task the task
     * @param reason why
     */
    default void onTaskRefused(Task task, String reason) {}
}
