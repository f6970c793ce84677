package io.mirror.sockmux.forward;

import io.mirror.codec.sockmux.KeyGroup;
import io.mirror.core.access.Secret;
import io.mirror.core.point.Excerpt;
import io.mirror.sockmux.session.MuxOptions;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Takes one parameter after the other. */
final class ParameterReader {
    private static final int DEFAULT_PORT = 8707;
    private static final int MAX_RANGE = 1024;
    private static final String UDP = "/udp";

    private final DestinationParser destinations;
    private final MuxOptions.Builder options;
    private final List<Entry> entries = new ArrayList<>();
    private final List<Rule> rules = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private TunnelParameters.@Nullable Carrier carrier;
    private boolean listens;
    private @Nullable HostPort listenAt;
    private @Nullable Path in;
    private @Nullable Path out;
    private Optional<KeyGroup> group = Optional.empty();
    private Optional<Secret> password = Optional.empty();
    private boolean plain;

    ParameterReader(DestinationParser destinations, MuxOptions options) {
        this.destinations = destinations;
        this.options = options.toBuilder();
    }

    void read(String word) {
        if (word.startsWith("-P")) {
            if (listenAt != null) {
                throw new TunnelParameterException(word, "a second port for the tunnel; give one of them");
            }
            listenAt = listenAddress(word);
            return;
        }
        int equals = word.indexOf('=');
        String name = equals < 0 ? word : word.substring(0, equals);
        String value = equals < 0 ? "" : word.substring(equals + 1);
        switch (name) {
            case "SERVER" -> server(word, value);
            case "PORT" -> ports(word, value);
            case "DEST" -> rules.add(destinations.dest(word, value, warnings));
            case "SOXCONF" -> conf(word, value);
            case "CRYPT" -> crypt(value);
            case "MYAUTH" -> myAuth(value);
            case "AUTHORIZER" -> authorizer(value);
            default ->
                throw new TunnelParameterException(
                        name,
                        "unknown parameter; known are SERVER=, PORT=, DEST=, -P, SOXCONF=, CRYPT=, MYAUTH=, AUTHORIZER="
                                + " and +=");
        }
    }

    private static HostPort listenAddress(String word) {
        String text = word.substring(2);
        if (text.indexOf(':') < 0) {
            return new HostPort(Entry.LOOPBACK, HostPort.port(word, text));
        }
        return text.startsWith("*:")
                ? new HostPort(Entry.ANY, HostPort.port(word, text.substring(2)))
                : HostPort.parse(word, text, 0);
    }

    private void server(String word, String value) {
        if (value.equals("sockmux")) {
            listens = true;
        } else if (value.startsWith("sockmux://")) {
            HostPort peer = HostPort.parse(word, value.substring("sockmux://".length()), DEFAULT_PORT);
            carrier(word, new TunnelParameters.Connect(peer.host(), peer.port()));
        } else if (value.startsWith("sockmux:")) {
            device(word, value.substring("sockmux:".length()));
        } else {
            rules.add(destinations.server(word, value, warnings));
        }
    }

    private void carrier(String word, TunnelParameters.Carrier chosen) {
        if (carrier != null) {
            throw new TunnelParameterException(word, "a second way to reach the other end; give one of them");
        }
        carrier = chosen;
    }

    private void device(String word, String text) {
        int at = text.indexOf('@');
        String kind = at < 0 ? text : text.substring(0, at);
        String name = at < 0 ? "" : text.substring(at + 1);
        if (name.isEmpty()) {
            throw new TunnelParameterException(word, "a name is missing; write sockmux:commin@/path/of/fifo");
        }
        switch (kind) {
            case "commin" -> in = once(word, in, name);
            case "commout" -> out = once(word, out, name);
            case "comm" -> carrier(word, new TunnelParameters.Fifos(path(word, name), path(word, name)));
            case "proc" -> {
                List<String> words = List.of(name.strip().split(" +"));
                if (!path(word, words.get(0)).isAbsolute()) {
                    throw new TunnelParameterException(word, "the command must have an absolute path");
                }
                carrier(word, new TunnelParameters.Command(words));
            }
            default ->
                throw new TunnelParameterException(word, "unknown carrier; known are commin, commout, comm and proc");
        }
    }

    private static Path once(String word, @Nullable Path before, String name) {
        if (before != null) {
            throw new TunnelParameterException(word, "a second device for the same direction; give one of them");
        }
        return path(word, name);
    }

    private static Path path(String word, String name) {
        try {
            return Path.of(name);
        } catch (InvalidPathException e) {
            throw new TunnelParameterException(word, "no path of a file: " + e.getReason());
        }
    }

    private void ports(String word, String value) {
        for (String text : value.split(",", -1)) {
            boolean udp = text.endsWith(UDP);
            String place = udp ? text.substring(0, text.length() - UDP.length()) : text;
            int colon = place.lastIndexOf(':');
            String host = colon < 0 ? Entry.LOOPBACK : place.substring(0, colon);
            if (host.equals("*")) {
                host = Entry.ANY;
            } else if (colon >= 0) {
                host = HostPort.parse(word, host + ":1", 0).host();
            }
            String range = place.substring(colon + 1);
            int dash = range.indexOf('-');
            int first = HostPort.port(word, dash < 0 ? range : range.substring(0, dash));
            int last = dash < 0 ? first : HostPort.port(word, range.substring(dash + 1));
            if (last < first || last - first >= MAX_RANGE) {
                throw new TunnelParameterException(word, "a range of ports rises, by less than " + MAX_RANGE);
            }
            for (int port = first; port <= last; port++) {
                entries.add(new Entry(udp ? Transport.UDP : Transport.TCP, host, port));
            }
        }
    }

    private void conf(String word, String value) {
        for (String item : value.split(",", -1)) {
            int colon = item.indexOf(':');
            String name = colon < 0 ? item : item.substring(0, colon);
            String text = colon < 0 ? "" : item.substring(colon + 1);
            switch (name) {
                case "crypt" -> {
                    if (!text.equals("no")) {
                        throw new TunnelParameterException(word, "only crypt:no is known; dhkey:2 switches it on");
                    }
                    plain = true;
                }
                case "packsize" -> packetSize(word, text);
                case "noconndata" -> {
                    if (colon >= 0) {
                        throw new TunnelParameterException(word, "noconndata stands alone");
                    }
                    options.connectData(false);
                }
                case "nodelay" -> {
                    if (!text.equals("on")) {
                        throw new TunnelParameterException(
                                word, "nodelay is always on here; write nodelay:on or nothing");
                    }
                    warnings.add("nodelay is always on here");
                }
                case "dhkey" -> keyGroup(word, text);
                default -> throw new TunnelParameterException(word, "unknown setting " + Excerpt.of(name));
            }
        }
    }

    private void packetSize(String word, String text) {
        try {
            options.packetSize(Integer.parseInt(text));
        } catch (IllegalArgumentException e) {
            throw new TunnelParameterException(word, "a size is a number from 129 to 16384");
        }
    }

    private void keyGroup(String word, String text) {
        switch (text) {
            case "no" -> plain = true;
            case "0" -> group = Optional.of(KeyGroup.GROUP_0);
            case "1" -> group = Optional.of(KeyGroup.GROUP_1);
            case "2" -> group = Optional.of(KeyGroup.GROUP_2);
            default -> throw new TunnelParameterException(word, "groups are 0, 1 and 2, or no");
        }
    }

    private void crypt(String value) {
        if (!value.startsWith("pass:") || value.length() == "pass:".length()) {
            throw new TunnelParameterException("CRYPT", "write CRYPT=pass:SECRET");
        }
        password = Optional.of(Secret.of(value.substring("pass:".length())));
    }

    private void myAuth(String value) {
        int colon = value.indexOf(':');
        if (colon < 1) {
            throw new TunnelParameterException("MYAUTH", "write MYAUTH=user:password");
        }
        options.credentials(
                new MuxOptions.Credentials(value.substring(0, colon), Secret.of(value.substring(colon + 1))));
    }

    private void authorizer(String value) {
        if (!value.startsWith("-list{") || !value.endsWith("}")) {
            throw new TunnelParameterException("AUTHORIZER", "write AUTHORIZER=-list{user:password,...}");
        }
        Map<String, Secret> users = new HashMap<>();
        for (String user :
                value.substring("-list{".length(), value.length() - 1).split(",", -1)) {
            int colon = user.indexOf(':');
            if (colon < 1) {
                throw new TunnelParameterException("AUTHORIZER", "every user is written as user:password");
            }
            users.put(user.substring(0, colon), Secret.of(user.substring(colon + 1)));
        }
        Secret nobody = Secret.of("");
        options.authorizer((user, given) -> {
            Secret expected = users.getOrDefault(user, nobody);
            // Compared in any case: the time shall not tell which users there are.
            boolean same = expected.matches(given);
            return same && users.containsKey(user);
        });
    }

    TunnelParameters end() {
        TunnelParameters.Carrier chosen = carrierOf();
        if (entries.isEmpty() && rules.isEmpty()) {
            throw new TunnelParameterException("PORT", "nothing to forward; give PORT= or SERVER=...,-in");
        }
        if (password.isPresent() || group.isPresent()) {
            if (plain) {
                throw new TunnelParameterException("SOXCONF", "crypt:no contradicts a key group or password");
            }
            KeyGroup wanted = group.orElse(KeyGroup.GROUP_2);
            options.obfuscation(
                    new MuxOptions.LegacyObfuscation(wanted, KeyGroup.GROUP_0, password.orElse(Secret.of(""))));
            warnings.add("DeleGate's obfuscation protects nothing; use TLS for security");
        }
        return new TunnelParameters(chosen, entries, rules, options.build(), warnings);
    }

    private TunnelParameters.Carrier carrierOf() {
        Path reading = in;
        Path writing = out;
        if (reading != null || writing != null) {
            if (reading == null || writing == null) {
                throw new TunnelParameterException("SERVER", "commin and commout belong together; one is missing");
            }
            carrier("SERVER=sockmux:commin", new TunnelParameters.Fifos(reading, writing));
        }
        HostPort bound = listenAt;
        if (listens) {
            if (bound == null) {
                throw new TunnelParameterException("SERVER=sockmux", "the port is missing; give -P127.0.0.1:9000");
            }
            carrier("SERVER=sockmux", new TunnelParameters.Listen(bound.host(), bound.port()));
        } else if (bound != null) {
            warnings.add("nothing listens on the port of -P: it is for SERVER=sockmux");
        }
        TunnelParameters.Carrier chosen = carrier;
        if (chosen == null) {
            throw new TunnelParameterException(
                    "SERVER", "no tunnel; give SERVER=sockmux with -P to listen, or SERVER=sockmux://host:port");
        }
        return chosen;
    }
}
