package io.mirror.codec.zabbix;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.mirror.codec.zabbix.ZabbixDecodeException.Reason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a server of 7.0 tells a member of a proxy group about the hosts of the group (section 6.2).
 *
 * @param hostmapRevision revision of the map of hosts, 0 if there is none
 * @param failoverDelay how long a proxy may be away before its hosts move, such as {@code 1m}; empty if there is none
 * @param fullSync true if the table {@code host_proxy} of the message is the whole map
 * @param deletedHosts rows of {@code host_proxy} to delete, by their key
 */
public record ProxyGroup(long hostmapRevision, String failoverDelay, boolean fullSync, List<Long> deletedHosts) {
    private static final JsonFactory FACTORY = JsonFactories.create(ZabbixLimits.DEFAULT);

    /**
     * Copies the list.
     *
     * @param hostmapRevision revision of the map of hosts, 0 if there is none
     * @param failoverDelay how long a proxy may be away before its hosts move, such as {@code 1m}; empty if there is none
     * @param fullSync true if the table {@code host_proxy} of the message is the whole map
     * @param deletedHosts rows of {@code host_proxy} to delete, by their key
     */
    public ProxyGroup {
        deletedHosts = List.copyOf(deletedHosts);
    }

    /**
     * Reads the member {@code proxy_group}.
     *
     * @param json its text, see {@link ProxyMessage#proxyGroup()}
     * @return what it says; unknown members are ignored
     * @throws ZabbixDecodeException if it is no such object
     */
    public static ProxyGroup parse(String json) {
        long revision = 0;
        String delay = "";
        boolean full = false;
        List<Long> deleted = new ArrayList<>();
        try (JsonParser parser = FACTORY.createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new ZabbixDecodeException(Reason.BAD_MEMBER, 0, "\"proxy_group\" is no object");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonToken token = parser.nextToken();
                if (token == JsonToken.START_ARRAY && name.equals("del_hostproxyids")) {
                    readIds(parser, deleted);
                } else if (token.isStructStart()) {
                    parser.skipChildren();
                } else if (name.equals("hostmap_revision")) {
                    revision = Scalars.number(parser, token).orElse(0);
                } else if (name.equals("failover_delay")) {
                    delay = Scalars.text(parser, token);
                } else if (name.equals("full_sync")) {
                    full = Scalars.number(parser, token).orElse(0) == 1;
                }
            }
        } catch (IOException e) {
            throw new ZabbixDecodeException(Reason.BAD_JSON, 0, "\"proxy_group\"");
        }
        return new ProxyGroup(revision, delay, full, deleted);
    }

    private static void readIds(JsonParser parser, List<Long> ids) throws IOException {
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            if (token.isStructStart()) {
                parser.skipChildren();
            } else {
                Scalars.number(parser, token).ifPresent(ids::add);
            }
        }
    }
}
