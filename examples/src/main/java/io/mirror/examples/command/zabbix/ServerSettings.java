package io.mirror.examples.command.zabbix;

import io.mirror.core.point.Excerpt;
import io.mirror.replica.zabbix.ZabbixServer;
import io.mirror.replica.zabbix.ZabbixTls;
import io.mirror.replica.zabbix.exchange.ConfigurationTables;
import io.mirror.replica.zabbix.exchange.ConnectionKind;
import io.mirror.replica.zabbix.exchange.ProxyDefinition;
import io.mirror.replica.zabbix.exchange.ProxyRegistry;
import io.mirror.replica.zabbix.exchange.ServerConfiguration;
import io.mirror.replica.zabbix.exchange.ValueType;
import io.mirror.transport.PskKey;
import io.mirror.transport.PskOptions;
import io.mirror.transport.TlsOptions;
import io.mirror.transport.access.AddressRange;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the file of a server says: proxies, hosts, items. */
final class ServerSettings {
    private static final long FIRST_HOST = 10_001;
    private static final long FIRST_ITEM = 20_001;
    private static final int AGENT_PORT = 10_050;
    private static final Map<String, ConnectionKind> KINDS = Map.of(
            "unencrypted", ConnectionKind.UNENCRYPTED,
            "psk", ConnectionKind.PSK,
            "cert", ConnectionKind.CERTIFICATE);
    private static final Map<String, ValueType> TYPES = Map.of(
            "float", ValueType.FLOAT,
            "char", ValueType.CHARACTER,
            "log", ValueType.LOG,
            "unsigned", ValueType.UNSIGNED,
            "text", ValueType.TEXT);

    private final HostAndPort listen;
    private final ProxyRegistry registry;
    private final ZabbixTls accept;
    private final ZabbixTls connect;
    private final Map<String, PskKey> keys = new LinkedHashMap<>();
    private final Map<String, ZabbixTls> connectTo = new HashMap<>();
    private final Map<String, ConfigurationTables> tables = new LinkedHashMap<>();
    private final Map<String, ServerConfiguration> configurations = new HashMap<>();
    private final Map<Long, ServedItem> items = new HashMap<>();

    /**
     * An item of the file.
     *
     * @param proxy the proxy that has it
     * @param host its host
     * @param key its key
     * @param type what it takes
     */
    record ServedItem(String proxy, String host, String key, ValueType type) {}

    /**
     * Reads the settings.
     *
     * @param file the whole file
     * @throws io.mirror.examples.command.CommandFailure if something in it is wrong
     */
    ServerSettings(JsonObject file) throws IOException {
        file.only("listen", "version", "tls", "proxies", "hosts");
        listen = HostAndPort.of(file, "listen", "127.0.0.1", ProxyDefinition.DEFAULT_PORT);
        try {
            registry = new ProxyRegistry(file.text("version").orElse("6.0.0"));
        } catch (IllegalArgumentException e) {
            throw file.wrong(String.valueOf(e.getMessage()));
        }
        Optional<TlsOptions> certificates = Optional.empty();
        Optional<JsonObject> tls = file.object("tls");
        if (tls.isPresent()) {
            tls.get().only("caFile", "certFile", "keyFile", "psk");
            for (JsonObject key : tls.get().objects("psk")) {
                key.only("identity", "file");
                PskKey read = TlsFiles.key(key.required("identity"), Path.of(key.required("file")));
                keys.put(read.identity(), read);
            }
            if (tls.get().has("certFile")
                    || tls.get().has("keyFile")
                    || tls.get().has("caFile")) {
                certificates = Optional.of(TlsFiles.certificates(
                        Path.of(tls.get().required("caFile")),
                        Path.of(tls.get().required("certFile")),
                        Path.of(tls.get().required("keyFile"))));
            }
        }
        accept = kinds(listening(keys), certificates);
        // The first key is that of passive proxies which name none: a connector has one identity.
        connect = kinds(
                keys.values().stream()
                        .findFirst()
                        .map(key -> PskOptions.zabbix().key(key).build()),
                certificates);
        file.objects("proxies").forEach(this::readProxy);
        long host = FIRST_HOST;
        for (JsonObject object : file.objects("hosts")) {
            readHost(object, host++);
        }
        tables.forEach((proxy, made) -> configurations.put(proxy, ServerConfiguration.of(made.build())));
    }

    private static Optional<PskOptions> listening(Map<String, PskKey> keys) {
        if (keys.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(PskOptions.zabbix()
                .lookup(identity -> Optional.ofNullable(keys.get(identity)))
                .build());
    }

    private static ZabbixTls kinds(Optional<PskOptions> psk, Optional<TlsOptions> certificates) {
        ZabbixTls kinds = ZabbixTls.plain();
        if (psk.isPresent()) {
            kinds = kinds.and(ZabbixTls.psk(psk.get()));
        }
        return certificates.isPresent() ? kinds.and(ZabbixTls.certificates(certificates.get())) : kinds;
    }

    private static <T> T named(JsonObject object, String member, String name, Map<String, T> known) {
        T value = known.get(name);
        if (value == null) {
            throw object.wrong(member + " is one of "
                    + String.join(", ", known.keySet().stream().sorted().toList()) + ", not " + Excerpt.of(name));
        }
        return value;
    }

    private void readProxy(JsonObject proxy) {
        proxy.only(
                "name",
                "mode",
                "address",
                "accept",
                "connect",
                "pskIdentity",
                "issuer",
                "subject",
                "allowed",
                "configFrequency",
                "dataFrequency");
        String name = proxy.required("name");
        boolean active = named(proxy, "mode", proxy.required("mode"), Map.of("active", true, "passive", false));
        try {
            ProxyDefinition definition = active ? activeProxy(proxy, name) : passiveProxy(proxy, name);
            if (tables.put(name, new ConfigurationTables()) != null) {
                throw proxy.wrong("there is a proxy \"" + Excerpt.of(name) + "\" already");
            }
            registry.put(definition
                    .withIdentity(
                            proxy.text("pskIdentity").orElse(""),
                            proxy.text("issuer").orElse(""),
                            proxy.text("subject").orElse(""))
                    .withPeriods(
                            Duration.ofSeconds(proxy.number("configFrequency", 1, 604_800, 3600)),
                            Duration.ofSeconds(proxy.number("dataFrequency", 1, 3600, 1))));
        } catch (IllegalArgumentException e) {
            throw proxy.wrong(String.valueOf(e.getMessage()));
        }
    }

    private ProxyDefinition activeProxy(JsonObject proxy, String name) {
        List<ConnectionKind> kinds = new ArrayList<>();
        for (String kind : proxy.texts("accept")) {
            kinds.add(available(proxy, "accept", kind, accept));
        }
        if (kinds.isEmpty()) {
            kinds.add(ConnectionKind.UNENCRYPTED);
        }
        List<AddressRange> from =
                proxy.texts("allowed").stream().map(AddressRange::parse).toList();
        return ProxyDefinition.active(name, kinds.toArray(ConnectionKind[]::new))
                .withAddresses(from);
    }

    private ProxyDefinition passiveProxy(JsonObject proxy, String name) {
        proxy.required("address");
        HostAndPort address = HostAndPort.of(proxy, "address", "", ProxyDefinition.DEFAULT_PORT);
        ConnectionKind kind = available(proxy, "connect", proxy.text("connect").orElse("unencrypted"), connect);
        Optional<String> identity = proxy.text("pskIdentity");
        if (kind == ConnectionKind.PSK && identity.isPresent()) {
            PskKey key = keys.get(identity.get());
            if (key == null) {
                throw proxy.wrong("pskIdentity is " + Excerpt.of(identity.get()) + ", but tls.psk has no such key");
            }
            connectTo.put(name, ZabbixTls.psk(PskOptions.zabbix().key(key).build()));
        }
        return ProxyDefinition.passive(name, address.host(), address.port(), kind);
    }

    private static ConnectionKind available(JsonObject proxy, String member, String text, ZabbixTls tls) {
        ConnectionKind kind = named(proxy, member, text, KINDS);
        if (!tls.kinds().contains(kind)) {
            throw proxy.wrong(member + " is " + text + ", but tls has nothing for it");
        }
        return kind;
    }

    private void readHost(JsonObject host, long hostId) {
        host.only("host", "proxy", "interface", "items");
        String name = host.required("host");
        String proxy = host.required("proxy");
        ConfigurationTables to = tables.get(proxy);
        if (to == null) {
            throw host.wrong("there is no proxy \"" + Excerpt.of(proxy) + "\"");
        }
        HostAndPort agent = HostAndPort.of(host, "interface", "127.0.0.1", AGENT_PORT);
        to.host(hostId, name, hostId, agent.host(), agent.port());
        for (JsonObject item : host.objects("items")) {
            item.only("key", "type", "delay", "itemid");
            long itemId = item.number("itemid", 1, Long.MAX_VALUE, FIRST_ITEM + items.size());
            ValueType type = named(item, "type", item.text("type").orElse("text"), TYPES);
            String key = item.required("key");
            if (items.put(itemId, new ServedItem(proxy, name, key, type)) != null) {
                throw item.wrong("itemid " + itemId + " is taken already");
            }
            Optional<String> delay = item.text("delay");
            if (delay.isPresent()) {
                to.agentItem(itemId, hostId, hostId, key, type, delay.get());
            } else {
                to.trapperItem(itemId, hostId, key, type);
            }
        }
    }

    ProxyRegistry registry() {
        return registry;
    }

    ServerConfiguration configuration(String proxy) {
        return configurations.getOrDefault(proxy, ServerConfiguration.of(List.of()));
    }

    Optional<ServedItem> item(long itemId) {
        return Optional.ofNullable(items.get(itemId));
    }

    int itemCount() {
        return items.size();
    }

    void apply(ZabbixServer.Builder server) {
        server.bind(listen.host(), listen.port()).accept(accept).connect(connect);
        connectTo.forEach(server::connect);
    }
}
