package io.mirror.codec.zabbix;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.mirror.codec.zabbix.ZabbixDecodeException.Reason;
import io.mirror.core.point.Excerpt;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/** The top object of a message, and {@code data} inside it. */
final class RootScope extends Scope {
    private static final int MAX_MEMBERS = 256;
    private static final Map<String, Section> SECTIONS = new HashMap<>();

    static {
        for (Section section : Section.values()) {
            SECTIONS.put(section.member(), section);
        }
    }

    private final MessageReader reader;
    /** Few, as a rule. */
    private final List<String> seen = new ArrayList<>();

    private String name = "";
    private boolean repeated;

    RootScope(MessageReader reader) {
        this.reader = reader;
    }

    @Override
    void name(String next) {
        name = next;
        // Of a member that comes twice the first counts.
        repeated = seen.contains(next);
        if (!repeated) {
            seen.add(next);
        }
        if (seen.size() > MAX_MEMBERS) {
            throw new Refusal(Reason.JSON_LIMIT, "more than " + MAX_MEMBERS + " members");
        }
    }

    @Override
    void scalar(JsonParser parser, JsonToken token) throws IOException {
        if (repeated) {
            return;
        }
        MessageBuilder head = reader.head();
        switch (name) {
            case "request" -> head.request(Scalars.text(parser, token));
            case "response" -> head.response(Scalars.text(parser, token));
            case "info" -> head.info(Scalars.text(parser, token));
            case "host" -> head.host(Scalars.text(parser, token));
            case "version" -> head.version(Scalars.text(parser, token));
            case "session" -> head.session(Scalars.text(parser, token));
            case "upload" -> head.uploadEnabled(!Scalars.text(parser, token).equals("disabled"));
            case "clock" -> number(parser, token).ifPresent(head::clock);
            case "ns" -> number(parser, token).ifPresent(n -> head.ns((int) n));
            case "more" -> head.more(number(parser, token).orElse(0) == 1);
            case "proxy_delay" -> number(parser, token).ifPresent(head::proxyDelay);
            case "config_revision" -> number(parser, token).ifPresent(head::configRevision);
            case "hostmap_revision" -> number(parser, token).ifPresent(head::hostmapRevision);
            case "full_sync" -> head.fullSync(number(parser, token).orElse(0) == 1);
            default -> {
                if (SECTIONS.containsKey(name) || name.equals("data")) {
                    throw bad();
                }
                head.other(name, Scalars.json(parser, token));
            }
        }
    }

    private static OptionalLong number(JsonParser parser, JsonToken token) throws IOException {
        return Scalars.number(parser, token);
    }

    private Refusal bad() {
        return new Refusal(Reason.BAD_MEMBER, "\"" + Excerpt.of(name) + "\"");
    }

    @Override
    Scope open(boolean array) {
        if (repeated) {
            return new Skip();
        }
        MessageBuilder head = reader.head();
        Section section = SECTIONS.get(name);
        if (section != null) {
            if (!array) {
                throw bad();
            }
            return new RowsScope(reader, section);
        }
        String member = name;
        if (array) {
            return switch (member) {
                case "del_hostids" -> new IdsScope(member, head::deletedHost);
                case "del_macro_hostids" -> new IdsScope(member, head::deletedMacroHost);
                default -> new Raw(true, reader.maxOtherChars(), json -> head.other(member, json));
            };
        }
        return switch (member) {
            case "data" -> {
                head.dataPresent(true);
                yield new DataScope();
            }
            case "macro.secrets" -> new Raw(false, reader.maxOtherChars(), head::macroSecrets);
            case "proxy_group" -> new Raw(false, reader.maxOtherChars(), head::proxyGroup);
            default -> new ObjectScope(reader, member, json -> head.other(member, json));
        };
    }

    @Override
    void close() {}

    /** The tables of a passive configuration or of one from 6.4 on. */
    private final class DataScope extends Scope {
        private final Set<String> tables = new HashSet<>();
        private String table = "";
        private boolean again;

        @Override
        void name(String next) {
            table = next;
            again = !tables.add(next);
            if (tables.size() > MAX_MEMBERS) {
                throw new Refusal(Reason.JSON_LIMIT, "more than " + MAX_MEMBERS + " tables");
            }
        }

        @Override
        void scalar(JsonParser parser, JsonToken token) {
            throw notATable();
        }

        @Override
        Scope open(boolean array) {
            if (again) {
                return new Skip();
            }
            if (array) {
                throw notATable();
            }
            if (table.equals("macro.secrets")) {
                return new Raw(false, reader.maxOtherChars(), reader.head()::macroSecretsInData);
            }
            return new ObjectScope(reader, table, json -> {
                throw notATable();
            });
        }

        private Refusal notATable() {
            return new Refusal(Reason.BAD_MEMBER, "\"" + Excerpt.of(table) + "\" in \"data\" is no table");
        }

        @Override
        void close() {}
    }
}
