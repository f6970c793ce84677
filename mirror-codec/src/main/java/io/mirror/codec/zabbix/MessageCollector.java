package io.mirror.codec.zabbix;

import io.mirror.codec.zabbix.ZabbixDecodeException.Reason;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps the rows of one message, up to a limit, and puts them together with the rest of it at its end.
 *
 * <p>After a bad row in a section where that fails the message, further rows of that section are not kept (section 8.3).
 */
public final class MessageCollector implements MessageListener {
    private final int maxRows;
    private final MessageBuilder rows = ProxyMessage.builder();
    private int tableRows;
    private String table = "";
    private List<String> fields = List.of();
    private List<ConfigRow> configRows = new ArrayList<>();
    private boolean inTable;
    private boolean availabilityFailed;
    private boolean discoveryFailed;
    private boolean registrationFailed;

    /**
     * Creates a collector for one message.
     *
     * @param maxRows most rows of all sections and tables together
     */
    public MessageCollector(int maxRows) {
        this.maxRows = maxRows;
    }

    /**
     * Puts the message together.
     *
     * @param head what the decoder knows besides the rows
     * @return the whole message
     */
    public ProxyMessage finish(ProxyMessage head) {
        endTable();
        head.request().ifPresent(rows::request);
        head.response().ifPresent(rows::response);
        head.info().ifPresent(rows::info);
        head.host().ifPresent(rows::host);
        head.version().ifPresent(rows::version);
        head.session().ifPresent(rows::session);
        head.uploadEnabled().ifPresent(rows::uploadEnabled);
        head.clock().ifPresent(rows::clock);
        head.ns().ifPresent(rows::ns);
        head.proxyDelay().ifPresent(rows::proxyDelay);
        head.configRevision().ifPresent(rows::configRevision);
        head.hostmapRevision().ifPresent(rows::hostmapRevision);
        head.macroSecrets().ifPresent(rows::macroSecrets);
        head.proxyGroup().ifPresent(rows::proxyGroup);
        rows.more(head.more()).fullSync(head.fullSync());
        rows.dataPresent(head.dataPresent()).secretsInData(head.secretsInData());
        head.deletedHosts().forEach(rows::deletedHost);
        head.deletedMacroHosts().forEach(rows::deletedMacroHost);
        head.other().forEach(rows::other);
        return rows.build();
    }

    private void count() {
        if (rows.rows() + tableRows >= maxRows) {
            throw new ZabbixDecodeException(Reason.TOO_LONG, 0, "more than " + maxRows + " rows in one message");
        }
    }

    @Override
    public void onHistory(HistoryRow row) {
        count();
        rows.history(row);
    }

    @Override
    public void onAvailability(AvailabilityRow row) {
        if (!availabilityFailed) {
            count();
            rows.availability(row);
        }
    }

    @Override
    public void onHostAvailability(HostAvailabilityRow row) {
        count();
        rows.hostAvailability(row);
    }

    @Override
    public void onDiscovery(DiscoveryRow row) {
        if (!discoveryFailed) {
            count();
            rows.discovery(row);
        }
    }

    @Override
    public void onRegistration(RegistrationRow row) {
        if (!registrationFailed) {
            count();
            rows.registration(row);
        }
    }

    @Override
    public void onHostData(HostDataRow row) {
        count();
        rows.hostData(row);
    }

    @Override
    public void onTask(Task task) {
        count();
        rows.task(task);
    }

    @Override
    public void onTable(String name, List<String> names) {
        endTable();
        table = name;
        fields = names;
        inTable = true;
    }

    @Override
    public void onTableRow(ConfigRow row) {
        count();
        tableRows++;
        configRows.add(row);
    }

    private void endTable() {
        if (inTable) {
            rows.table(new ConfigTable(table, fields, configRows));
            configRows = new ArrayList<>();
            inTable = false;
        }
    }

    @Override
    public void onRowProblem(RowProblem problem) {
        boolean known = switch (problem.section()) {
            case AVAILABILITY -> availabilityFailed;
            case DISCOVERY -> discoveryFailed;
            case REGISTRATION -> registrationFailed;
            default -> false;
        };
        if (known) {
            return;
        }
        count();
        tableRows++;
        rows.problem(problem);
        switch (problem.section()) {
            case AVAILABILITY -> availabilityFailed = true;
            case DISCOVERY -> discoveryFailed = true;
            case REGISTRATION -> registrationFailed = true;
            default -> {
                // Only this row is left out.
            }
        }
    }
}
