package io.mirror.codec.zabbix;

import io.mirror.core.access.Secret;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Writes messages in the member order of the daemons (sections 6 to 9). */
final class MessageWriter {
    private final JsonOutput json;
    private final ZabbixVersion dialect;

    MessageWriter(JsonOutput json, ZabbixVersion dialect) {
        this.json = json;
        this.dialect = dialect;
    }

    private interface RowWriter<T> {
        void write(MessageWriter writer, T row);
    }

    void write(ProxyMessage message) {
        json.beginObject();
        if (message.request().isPresent()) {
            text("request", message.request().get());
        }
        if (message.host().isPresent()) {
            text("host", message.host().get());
        }
        boolean answer = message.response().isPresent();
        boolean config = message.isRequest(ProxyMessage.CONFIG);
        if (config || answer) {
            writeEarlyVersion(message, config);
        }
        boolean stateOnly = !config
                && !answer
                && message.configRevision().isPresent()
                && message.version().isPresent();
        if (stateOnly) {
            text("version", message.version().get());
        }
        if (message.session().isPresent()) {
            text("session", message.session().get());
        }
        if (message.fullSync()) {
            number("full_sync", 1);
        }
        writeTables(message);
        writeSections(message);
        if (message.more()) {
            number("more", 1);
        }
        if (!config && !answer && !stateOnly && message.version().isPresent()) {
            text("version", message.version().get());
        }
        writeNumbers(message);
        writeOther(message.other());
        json.endObject();
    }

    private void writeEarlyVersion(ProxyMessage message, boolean config) {
        if (message.uploadEnabled().isPresent()) {
            text("upload", message.uploadEnabled().get() ? "enabled" : "disabled");
        }
        if (message.response().isPresent()) {
            text("response", message.response().get());
        }
        if (message.info().isPresent()) {
            text("info", message.info().get());
        }
        if (message.version().isPresent() && (config || message.response().isPresent())) {
            text("version", message.version().get());
        }
    }

    private void writeNumbers(ProxyMessage message) {
        if (message.clock().isPresent()) {
            number("clock", message.clock().getAsLong());
        }
        if (message.ns().isPresent()) {
            number("ns", message.ns().getAsInt());
        }
        if (message.proxyDelay().orElse(0) != 0) {
            number("proxy_delay", message.proxyDelay().getAsLong());
        }
        if (message.proxyGroup().isPresent()) {
            raw("proxy_group", message.proxyGroup().get());
        }
        if (message.configRevision().isPresent()) {
            json.name("config_revision");
            json.unsigned(message.configRevision().getAsLong());
        }
        if (message.hostmapRevision().isPresent()) {
            json.name("hostmap_revision");
            json.unsigned(message.hostmapRevision().getAsLong());
        }
    }

    private void writeTables(ProxyMessage message) {
        if (message.dataPresent()) {
            json.name("data");
            json.beginObject();
        }
        for (ConfigTable table : message.tables()) {
            writeTable(table);
        }
        if (message.dataPresent()) {
            if (message.secretsInData() && message.macroSecrets().isPresent()) {
                raw("macro.secrets", message.macroSecrets().get());
            }
            json.endObject();
        }
        if (!message.secretsInData() && message.macroSecrets().isPresent()) {
            raw("macro.secrets", message.macroSecrets().get());
        }
        ids("del_hostids", message.deletedHosts());
        ids("del_macro_hostids", message.deletedMacroHosts());
    }

    private void ids(String member, List<Long> ids) {
        if (!ids.isEmpty()) {
            json.name(member);
            json.beginArray();
            for (long id : ids) {
                json.next();
                json.unsigned(id);
            }
            json.endArray();
        }
    }

    private void writeTable(ConfigTable table) {
        json.name(table.name());
        json.beginObject();
        json.name("fields");
        json.beginArray();
        for (String field : table.fields()) {
            json.next();
            json.text(field);
        }
        json.endArray();
        json.name("data");
        json.beginArray();
        for (ConfigRow row : table.rows()) {
            json.next();
            json.beginArray();
            for (int i = 0; i < table.fields().size(); i++) {
                json.next();
                switch (row.kind(i)) {
                    case NULL -> json.raw("null");
                    case NUMBER -> json.raw(row.text(i));
                    case TEXT -> json.text(row.text(i));
                }
            }
            json.endArray();
        }
        json.endArray();
        json.endObject();
    }

    private void writeSections(ProxyMessage message) {
        rows(Section.AVAILABILITY, message.availability(), MessageWriter::writeAvailability);
        rows(Section.HOST_AVAILABILITY, message.hostAvailability(), MessageWriter::writeHostAvailability);
        writeHistory(message.history());
        rows(Section.DISCOVERY, message.discovery(), MessageWriter::writeDiscovery);
        rows(Section.REGISTRATION, message.registrations(), MessageWriter::writeRegistration);
        rows(Section.HOST_DATA, message.hostData(), MessageWriter::writeHostData);
        rows(Section.TASKS, message.tasks(), MessageWriter::writeTask);
    }

    private <T> void rows(Section section, List<T> rows, RowWriter<T> writer) {
        if (!rows.isEmpty()) {
            json.name(section.member());
            json.beginArray();
            for (T row : rows) {
                json.next();
                json.beginObject();
                writer.write(this, row);
                json.endObject();
            }
            json.endArray();
        }
    }

    /** Writes the rows past the generator, which is several times slower. */
    private void writeHistory(List<HistoryRow> rows) {
        if (!rows.isEmpty()) {
            json.name(Section.HISTORY.member());
            json.beginArray();
            new HistoryWriter(json).write(rows);
            json.endArray();
        }
    }

    private void positive(String name, long value) {
        if (value != 0) {
            number(name, value);
        }
    }

    private void writeAvailability(AvailabilityRow row) {
        id("interfaceid", row.interfaceId());
        if (row.available().isPresent()) {
            number("available", row.available().getAsInt());
        }
        if (row.error().isPresent()) {
            text("error", row.error().get());
        }
        writeOther(row.other());
    }

    private void writeHostAvailability(HostAvailabilityRow row) {
        id("hostid", row.hostId());
        state("", row.agent());
        state("snmp_", row.snmp());
        state("ipmi_", row.ipmi());
        state("jmx_", row.jmx());
        writeOther(row.other());
    }

    private void state(String prefix, java.util.Optional<HostAvailabilityRow.State> state) {
        if (state.isPresent()) {
            number(prefix + "available", state.get().available());
            text(prefix + "error", state.get().error());
        }
    }

    private void writeHostData(HostDataRow row) {
        id("hostid", row.hostId());
        number("active_status", row.activeStatus());
        writeOther(row.other());
    }

    private void writeDiscovery(DiscoveryRow row) {
        number("clock", row.clock());
        id("drule", row.ruleId());
        if (row.error().isPresent()) {
            text("error", row.error().get());
        } else {
            if (row.checkId().isPresent()) {
                id("dcheck", row.checkId().getAsLong());
            } else {
                raw("dcheck", "null");
            }
            text("ip", row.ip());
            text("dns", row.dns());
            positive("port", row.port());
            if (!row.value().isEmpty()) {
                text("value", row.value());
            }
            positive("status", row.status());
        }
        writeOther(row.other());
    }

    private void writeRegistration(RegistrationRow row) {
        boolean numeric = dialect.atLeast(7, 0);
        number("clock", row.clock());
        text("host", row.host());
        if (!row.ip().isEmpty()) {
            text("ip", row.ip());
        }
        text("dns", row.dns());
        number("port", row.port(), numeric);
        if (!row.metadata().isEmpty()) {
            text("host_metadata", row.metadata());
        }
        if (row.flags() != 0) {
            number("flags", row.flags(), numeric);
        }
        number("tls_accepted", row.tlsAccepted());
        writeOther(row.other());
    }

    private void number(String name, int value, boolean numeric) {
        if (numeric) {
            number(name, value);
        } else {
            text(name, Integer.toString(value));
        }
    }

    private void begin(int type, Task task) {
        number("type", type);
        number("clock", task.clock());
        number("ttl", task.ttl());
    }

    private void writeTask(Task task) {
        if (task instanceof Task.RemoteCommand command) {
            begin(2, task);
            number("commandtype", command.commandType());
            text("command", command.command());
            number("execute_on", command.executeOn());
            number("port", command.port());
            number("authtype", command.authType());
            text("username", command.username());
            secret("password", command.password());
            secret("publickey", command.publicKey());
            secret("privatekey", command.privateKey());
            id("alertid", command.alertId());
            id("parent_taskid", command.parentTaskId());
            id("hostid", command.hostId());
        } else if (task instanceof Task.CommandResult result) {
            begin(3, task);
            result(result.status(), result.info(), result.parentTaskId());
        } else if (task instanceof Task.CheckNow check) {
            begin(6, task);
            id("itemid", check.itemId());
        } else if (task instanceof Task.DataRequest request) {
            begin(7, task);
            number("datatype", request.dataType());
            id("parent_taskid", request.parentTaskId());
            text("data", request.data());
        } else if (task instanceof Task.DataResult result) {
            begin(8, task);
            result(result.status(), result.info(), result.parentTaskId());
        } else if (task instanceof Task.UnknownTask unknown) {
            writeOther(unknown.members());
            for (Map.Entry<String, Secret> secret : unknown.secrets().entrySet()) {
                secret(secret.getKey(), secret.getValue());
            }
        }
    }

    private void result(int status, String info, long parentTaskId) {
        number("status", status);
        text("info", info);
        id("parent_taskid", parentTaskId);
    }

    private void secret(String name, Secret secret) {
        json.name(name);
        char[] chars = secret.copyChars();
        try {
            json.secret(chars);
        } finally {
            Arrays.fill(chars, '\0');
        }
    }

    private void id(String name, long value) {
        json.name(name);
        json.unsigned(value);
    }

    private void number(String name, long value) {
        json.name(name);
        json.signed(value);
    }

    private void text(String name, String value) {
        json.name(name);
        json.text(value);
    }

    private void raw(String name, String text) {
        json.name(name);
        json.raw(text);
    }

    private void writeOther(Map<String, String> members) {
        if (!members.isEmpty()) {
            for (Map.Entry<String, String> member : members.entrySet()) {
                raw(member.getKey(), member.getValue());
            }
        }
    }
}
