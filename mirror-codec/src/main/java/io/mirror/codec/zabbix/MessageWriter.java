package io.mirror.codec.zabbix;

import com.fasterxml.jackson.core.JsonGenerator;
import io.mirror.core.access.Secret;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Writes messages in the member order of the daemons (sections 6 to 9). */
final class MessageWriter {
    private final JsonGenerator json;
    private final BodyOutput body;
    private final ZabbixVersion dialect;

    MessageWriter(JsonGenerator json, BodyOutput body, ZabbixVersion dialect) {
        this.json = json;
        this.body = body;
        this.dialect = dialect;
    }

    private interface RowWriter<T> {
        void write(T row) throws IOException;
    }

    void write(ProxyMessage message) throws IOException {
        json.writeStartObject();
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
            json.writeNumberField("full_sync", 1);
        }
        writeTables(message);
        writeSections(message);
        if (message.more()) {
            json.writeNumberField("more", 1);
        }
        if (!config && !answer && !stateOnly && message.version().isPresent()) {
            text("version", message.version().get());
        }
        writeNumbers(message);
        writeOther(message.other());
        json.writeEndObject();
    }

    private void writeEarlyVersion(ProxyMessage message, boolean config) throws IOException {
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

    private void writeNumbers(ProxyMessage message) throws IOException {
        if (message.clock().isPresent()) {
            json.writeNumberField("clock", message.clock().getAsLong());
        }
        if (message.ns().isPresent()) {
            json.writeNumberField("ns", message.ns().getAsInt());
        }
        if (message.proxyDelay().orElse(0) != 0) {
            json.writeNumberField("proxy_delay", message.proxyDelay().getAsLong());
        }
        if (message.proxyGroup().isPresent()) {
            raw("proxy_group", message.proxyGroup().get());
        }
        if (message.configRevision().isPresent()) {
            json.writeFieldName("config_revision");
            unsigned(message.configRevision().getAsLong());
        }
        if (message.hostmapRevision().isPresent()) {
            json.writeFieldName("hostmap_revision");
            unsigned(message.hostmapRevision().getAsLong());
        }
    }

    private void writeTables(ProxyMessage message) throws IOException {
        if (message.dataPresent()) {
            json.writeObjectFieldStart("data");
        }
        for (ConfigTable table : message.tables()) {
            writeTable(table);
        }
        if (message.dataPresent()) {
            if (message.secretsInData() && message.macroSecrets().isPresent()) {
                raw("macro.secrets", message.macroSecrets().get());
            }
            json.writeEndObject();
        }
        if (!message.secretsInData() && message.macroSecrets().isPresent()) {
            raw("macro.secrets", message.macroSecrets().get());
        }
        ids("del_hostids", message.deletedHosts());
        ids("del_macro_hostids", message.deletedMacroHosts());
    }

    private void ids(String member, List<Long> ids) throws IOException {
        if (!ids.isEmpty()) {
            json.writeArrayFieldStart(member);
            for (long id : ids) {
                unsigned(id);
            }
            json.writeEndArray();
        }
    }

    private void writeTable(ConfigTable table) throws IOException {
        json.writeObjectFieldStart(table.name());
        json.writeArrayFieldStart("fields");
        for (String field : table.fields()) {
            json.writeString(field);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("data");
        for (ConfigRow row : table.rows()) {
            json.writeStartArray();
            for (int i = 0; i < table.fields().size(); i++) {
                switch (row.kind(i)) {
                    case NULL -> json.writeNull();
                    case NUMBER -> json.writeRawValue(row.text(i));
                    case TEXT -> json.writeString(clean(row.text(i)));
                }
            }
            json.writeEndArray();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private void writeSections(ProxyMessage message) throws IOException {
        rows(Section.AVAILABILITY, message.availability(), this::writeAvailability);
        rows(Section.HOST_AVAILABILITY, message.hostAvailability(), this::writeHostAvailability);
        writeHistory(message.history());
        rows(Section.DISCOVERY, message.discovery(), this::writeDiscovery);
        rows(Section.REGISTRATION, message.registrations(), this::writeRegistration);
        rows(Section.HOST_DATA, message.hostData(), this::writeHostData);
        rows(Section.TASKS, message.tasks(), this::writeTask);
    }

    private <T> void rows(Section section, List<T> rows, RowWriter<T> writer) throws IOException {
        if (!rows.isEmpty()) {
            json.writeArrayFieldStart(section.member());
            for (T row : rows) {
                json.writeStartObject();
                writer.write(row);
                json.writeEndObject();
            }
            json.writeEndArray();
        }
    }

    /** Writes the rows past the generator, which is several times slower. */
    private void writeHistory(List<HistoryRow> rows) throws IOException {
        if (!rows.isEmpty()) {
            json.writeArrayFieldStart(Section.HISTORY.member());
            json.flush();
            new HistoryWriter(body).write(rows);
            json.writeEndArray();
        }
    }

    private void positive(String name, long value) throws IOException {
        if (value != 0) {
            json.writeNumberField(name, value);
        }
    }

    private void writeAvailability(AvailabilityRow row) throws IOException {
        id("interfaceid", row.interfaceId());
        if (row.available().isPresent()) {
            json.writeNumberField("available", row.available().getAsInt());
        }
        if (row.error().isPresent()) {
            text("error", row.error().get());
        }
        writeOther(row.other());
    }

    private void writeHostAvailability(HostAvailabilityRow row) throws IOException {
        id("hostid", row.hostId());
        state("", row.agent());
        state("snmp_", row.snmp());
        state("ipmi_", row.ipmi());
        state("jmx_", row.jmx());
        writeOther(row.other());
    }

    private void state(String prefix, java.util.Optional<HostAvailabilityRow.State> state) throws IOException {
        if (state.isPresent()) {
            json.writeNumberField(prefix + "available", state.get().available());
            text(prefix + "error", state.get().error());
        }
    }

    private void writeHostData(HostDataRow row) throws IOException {
        id("hostid", row.hostId());
        json.writeNumberField("active_status", row.activeStatus());
        writeOther(row.other());
    }

    private void writeDiscovery(DiscoveryRow row) throws IOException {
        json.writeNumberField("clock", row.clock());
        id("drule", row.ruleId());
        if (row.error().isPresent()) {
            text("error", row.error().get());
        } else {
            if (row.checkId().isPresent()) {
                id("dcheck", row.checkId().getAsLong());
            } else {
                json.writeNullField("dcheck");
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

    private void writeRegistration(RegistrationRow row) throws IOException {
        boolean numeric = dialect.atLeast(7, 0);
        json.writeNumberField("clock", row.clock());
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
        json.writeNumberField("tls_accepted", row.tlsAccepted());
        writeOther(row.other());
    }

    private void number(String name, int value, boolean numeric) throws IOException {
        if (numeric) {
            json.writeNumberField(name, value);
        } else {
            json.writeStringField(name, Integer.toString(value));
        }
    }

    private void begin(int type, Task task) throws IOException {
        json.writeNumberField("type", type);
        json.writeNumberField("clock", task.clock());
        json.writeNumberField("ttl", task.ttl());
    }

    private void writeTask(Task task) throws IOException {
        if (task instanceof Task.RemoteCommand command) {
            begin(2, task);
            json.writeNumberField("commandtype", command.commandType());
            text("command", command.command());
            json.writeNumberField("execute_on", command.executeOn());
            json.writeNumberField("port", command.port());
            json.writeNumberField("authtype", command.authType());
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
            json.writeNumberField("datatype", request.dataType());
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

    private void result(int status, String info, long parentTaskId) throws IOException {
        json.writeNumberField("status", status);
        text("info", info);
        id("parent_taskid", parentTaskId);
    }

    private void secret(String name, Secret secret) throws IOException {
        json.writeFieldName(name);
        char[] chars = secret.copyChars();
        try {
            json.writeString(chars, 0, chars.length);
        } finally {
            Arrays.fill(chars, '\0');
        }
    }

    private void id(String name, long value) throws IOException {
        json.writeFieldName(name);
        unsigned(value);
    }

    private void unsigned(long value) throws IOException {
        if (value >= 0) {
            json.writeNumber(value);
        } else {
            json.writeNumber(Long.toUnsignedString(value));
        }
    }

    private void text(String name, String value) throws IOException {
        json.writeStringField(name, clean(value));
    }

    private void raw(String name, String text) throws IOException {
        json.writeFieldName(name);
        json.writeRawValue(text);
    }

    private void writeOther(Map<String, String> members) throws IOException {
        for (Map.Entry<String, String> member : members.entrySet()) {
            raw(member.getKey(), member.getValue());
        }
    }

    /** Half a surrogate pair has no UTF-8 form. */
    private static String clean(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return replaceLoneSurrogates(text);
            }
        }
        return text;
    }

    private static String replaceLoneSurrogates(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints()
                .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c)
                .forEach(clean::appendCodePoint);
        return clean.toString();
    }
}
