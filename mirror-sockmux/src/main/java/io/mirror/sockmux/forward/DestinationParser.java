package io.mirror.sockmux.forward;

import io.mirror.core.point.Excerpt;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Reads what stands behind {@code SERVER=} and {@code DEST=} if it is no tunnel. */
final class DestinationParser {
    private static final String IN = ",-in";
    private static final String MATCH = ":-:";
    private static final Map<String, Integer> DEFAULT_PORTS = Map.ofEntries(
            Map.entry("ftp", 21),
            Map.entry("telnet", 23),
            Map.entry("smtp", 25),
            Map.entry("http", 80),
            Map.entry("pop", 110),
            Map.entry("nntp", 119),
            Map.entry("imap", 143),
            Map.entry("https", 443),
            Map.entry("socks", 1080),
            Map.entry("tcprelay", 8701),
            Map.entry("udprelay", 8701));

    private final Map<String, Set<String>> handlers;
    private final ParameterFiles files;

    DestinationParser(Map<String, Set<String>> handlers, ParameterFiles files) {
        this.handlers = handlers;
        this.files = files;
    }

    /** Reads {@code proto://host:port,-in(options):-:match}. */
    Rule server(String parameter, String text, List<String> warnings) {
        int in = text.indexOf(IN);
        if (in < 0) {
            throw new TunnelParameterException(
                    parameter, "a destination of this end of the tunnel ends with \",-in\"; write SERVER=...,-in");
        }
        String rest = text.substring(in + IN.length());
        Map<String, String> options = Map.of();
        if (rest.startsWith("(")) {
            int close = rest.indexOf(')');
            if (close < 0) {
                throw new TunnelParameterException(parameter, "the parenthesis behind -in is not closed");
            }
            options = options(parameter, protocol(text, in), rest.substring(1, close));
            rest = rest.substring(close + 1);
        }
        Match match = Match.ALL;
        if (rest.startsWith(MATCH)) {
            match = match(parameter, rest.substring(MATCH.length()), warnings);
        } else if (!rest.isEmpty()) {
            throw new TunnelParameterException(parameter, "what follows -in must begin with \":-:\"");
        }
        return new Rule(destination(parameter, text.substring(0, in), options), match);
    }

    private static String protocol(String text, int end) {
        int slashes = text.indexOf("://");
        return text.substring(0, slashes < 0 || slashes > end ? end : slashes).toLowerCase(Locale.ROOT);
    }

    private Destination destination(String parameter, String text, Map<String, String> options) {
        int slashes = text.indexOf("://");
        String protocol = protocol(text, text.length());
        boolean embedded = handlers.containsKey(protocol);
        if (slashes < 0) {
            if (!embedded) {
                throw new TunnelParameterException(
                        parameter,
                        "no handler for " + Excerpt.of(protocol) + " is registered here; write " + Excerpt.of(protocol)
                                + "://host:port");
            }
            return new Destination.Embedded(protocol, "", options);
        }
        String target = text.substring(slashes + 3);
        if (embedded) {
            return new Destination.Embedded(protocol, target, options);
        }
        Integer defaultPort = DEFAULT_PORTS.get(protocol);
        if (defaultPort == null) {
            throw new TunnelParameterException(
                    parameter, "unknown protocol " + Excerpt.of(protocol) + "; tcprelay and udprelay forward anything");
        }
        HostPort place = HostPort.parse(parameter, target, defaultPort);
        Transport transport = protocol.equals("udprelay") ? Transport.UDP : Transport.TCP;
        return new Destination.Relay(transport, place.host(), place.port());
    }

    /** Reads a closed set of options; files may hold more of them. */
    private Map<String, String> options(String parameter, String protocol, String text) {
        Set<String> known = handlers.getOrDefault(protocol, Set.of());
        List<String> words = new ArrayList<>();
        for (String word : text.split(",", -1)) {
            if (!word.isBlank()) {
                words.add(word.strip());
            }
        }
        Map<String, String> options = new HashMap<>();
        for (String word : files.expand(words)) {
            int equals = word.indexOf('=');
            String name = equals < 0 ? word : word.substring(0, equals);
            if (!known.contains(name)) {
                throw new TunnelParameterException(
                        parameter,
                        Excerpt.of(name) + " is no option of " + Excerpt.of(protocol)
                                + (known.isEmpty() ? ", which has none" : ""));
            }
            if (options.put(name, equals < 0 ? "" : word.substring(equals + 1)) != null) {
                throw new TunnelParameterException(parameter, name + " is given twice");
            }
        }
        return options;
    }

    /** Reads {@code host:port[/udp][:match]}. */
    Rule dest(String parameter, String text, List<String> warnings) {
        int portAt = portBegin(parameter, text);
        int portEnd = portAt;
        while (portEnd < text.length() && Character.digit(text.charAt(portEnd), 10) >= 0) {
            portEnd++;
        }
        HostPort place = HostPort.parse(parameter, text.substring(0, portEnd), 0);
        String rest = text.substring(portEnd);
        Transport transport = Transport.TCP;
        if (rest.startsWith("/udp") || rest.startsWith(".udp")) {
            transport = Transport.UDP;
            rest = rest.substring("/udp".length());
        }
        Match match = Match.ALL;
        if (rest.startsWith(":")) {
            match = match(parameter, rest.substring(1), warnings);
        } else if (!rest.isEmpty()) {
            throw new TunnelParameterException(parameter, "host:port is followed by /udp or :match only");
        }
        return new Rule(new Destination.Relay(transport, place.host(), place.port()), match);
    }

    private static int portBegin(String parameter, String text) {
        int from = text.startsWith("[") ? Math.max(0, text.indexOf(']')) : 0;
        int colon = text.indexOf(':', from);
        if (colon < 0) {
            throw new TunnelParameterException(parameter, "host:port is missing");
        }
        return colon + 1;
    }

    Match match(String parameter, String text, List<String> warnings) {
        List<Match.Item> items = new ArrayList<>();
        for (String item : text.split(",", -1)) {
            items.add(item(parameter, item, warnings));
        }
        return new Match(items);
    }

    private static Match.Item item(String parameter, String item, List<String> warnings) {
        if (item.startsWith("-P")) {
            String port = item.substring(2);
            if (port.indexOf(':') >= 0) {
                throw new TunnelParameterException(
                        parameter,
                        "a DeleGate ignores hosts in " + Excerpt.of(item) + " or matches nothing; write -P"
                                + Excerpt.of(port.substring(port.indexOf(':') + 1)));
            }
            return new Match.AcceptedPort(HostPort.port(parameter, port));
        }
        int at = item.indexOf('@');
        String host = item.substring(at + 1);
        if (host.isEmpty()) {
            throw new TunnelParameterException(parameter, "an empty item among the sources");
        }
        if (at < 0) {
            String shown = Excerpt.of(item);
            warnings.add("\"" + shown + "\" matches nothing at a DeleGate; it is taken as *@" + shown);
            return new Match.Client("*", host);
        }
        return new Match.Client(item.substring(0, at), host);
    }
}
