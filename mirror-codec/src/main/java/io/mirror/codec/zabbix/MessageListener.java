package io.mirror.codec.zabbix;

import java.util.List;

/**
 * Takes the rows of a message while it arrives. Nothing is known yet about what follows: a message may turn out to be
 * broken after any number of rows, so whoever acts on rows has to be able to take that back, or wait for the end.
 *
 * <p>Every method does nothing by default.
 */
public interface MessageListener {
    /**
     * Takes a value. Who does not keep rows overrides this, and nothing is made for those it passes over.
     *
     * @param row the row, valid until this method returns
     */
    default void onHistory(HistoryView row) {
        onHistory(row.toRow());
    }

    /**
     * Takes a value; called for each unless {@link #onHistory(HistoryView)} is overridden.
     *
     * @param row the row
     */
    default void onHistory(HistoryRow row) {}

    /**
     * Takes the availability of an interface.
     *
     * @param row the row
     */
    default void onAvailability(AvailabilityRow row) {}

    /**
     * Takes the availability of a host.
     *
     * @param row the row
     */
    default void onHostAvailability(HostAvailabilityRow row) {}

    /**
     * Takes a result of network discovery.
     *
     * @param row the row
     */
    default void onDiscovery(DiscoveryRow row) {}

    /**
     * Takes an announced agent.
     *
     * @param row the row
     */
    default void onRegistration(RegistrationRow row) {}

    /**
     * Takes the state of an active agent.
     *
     * @param row the row
     */
    default void onHostData(HostDataRow row) {}

    /**
     * Takes a task or a result.
     *
     * @param task the task
     */
    default void onTask(Task task) {}

    /**
     * Takes the beginning of a configuration table, once its columns are known.
     *
     * @param name name of the table
     * @param fields names of the columns
     */
    default void onTable(String name, List<String> fields) {}

    /**
     * Takes a row of the configuration table that began last.
     *
     * @param row the row
     */
    default void onTableRow(ConfigRow row) {}

    /**
     * Takes note of a row that cannot be taken.
     *
     * @param problem what is wrong with it
     */
    default void onRowProblem(RowProblem problem) {}
}
