package io.mirror.codec.dhtp;

import io.mirror.codec.internal.number.NumberReader;
import io.mirror.core.access.Credentials;
import io.mirror.core.link.LinkConfig;
import io.mirror.core.link.LinkFlags;
import io.mirror.core.link.ProxySettings;
import io.mirror.core.link.ServerAddress;
import io.mirror.core.point.Excerpt;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Link configurations as {@code mirror_master_2} and {@code master} expressions (DHTP sections 12.1 and 12.2).
 *
 * <p>Mind the order: {@code mirror_master_2} has the heartbeat before the timeout, {@code master} after it. Passwords are
 * read in plain or obfuscated form and always written obfuscated.
 */
public final class LinkLines {
    /** The command that is given to a slave. */
    public static final String MIRROR_MASTER_2 = "mirror_master_2";
    /** The form in which a DataHub keeps it. */
    public static final String MASTER = "master";

    private static final int MIRROR_MASTER_2_REQUIRED = 7;
    private static final int MIRROR_MASTER_2_MAX = 9;
    private static final int MASTER_COUNT = 16;

    private final String keyword;
    private final List<String> arguments;
    private final int line;

    private LinkLines(String keyword, List<String> arguments, int line) {
        this.keyword = keyword;
        this.arguments = arguments;
        this.line = line;
    }

    /**
     * Tells whether a command describes a link.
     *
     * @param keyword the name of the command
     * @return true for {@code mirror_master_2} and {@code master}
     */
    public static boolean isLink(String keyword) {
        return keyword.equals(MIRROR_MASTER_2) || keyword.equals(MASTER);
    }

    /**
     * Reads a link from an entry of a configuration file.
     *
     * @param entry an entry for whose command {@link #isLink} is true
     * @return the configuration; strange combinations of flags are not refused here
     * @throws ConfigurationException if an argument is missing or unusable
     */
    public static LinkConfig read(ConfigurationFile.Entry entry) {
        return read(entry.expression().command(), Arguments.texts(entry.expression()), entry.line());
    }

    /**
     * Reads a link from a command that arrived as a message.
     *
     * @param keyword a name for which {@link #isLink} is true
     * @param arguments the arguments, unescaped
     * @return the configuration; strange combinations of flags are not refused here
     * @throws ConfigurationException if an argument is missing or unusable
     */
    public static LinkConfig read(String keyword, List<String> arguments) {
        return read(keyword, arguments, 0);
    }

    private static LinkConfig read(String keyword, List<String> arguments, int line) {
        LinkLines in = new LinkLines(keyword, arguments, line);
        if (!isLink(keyword)) {
            throw in.wrong("\"" + Excerpt.of(keyword) + "\" does not describe a link");
        }
        try {
            return keyword.equals(MASTER) ? in.master() : in.mirrorMaster2();
        } catch (IllegalArgumentException e) {
            throw in.wrong(keyword + ": " + e.getMessage());
        } catch (DhtpDecodeException e) {
            throw in.wrong(keyword + ": password: " + e.getMessage() + "; enter the password again");
        }
    }

    private LinkConfig mirrorMaster2() {
        int count = arguments.size();
        if (count != MIRROR_MASTER_2_REQUIRED && count != MIRROR_MASTER_2_MAX) {
            throw wrong("mirror_master_2 has " + count + " arguments; it takes host port flags localdomain remotedomain"
                    + " heartbeat timeout [username password]");
        }
        LinkConfig.Builder config = LinkConfig.to(address(0, "host"))
                .flags(flags(2))
                .localDomain(arguments.get(3))
                .remoteDomain(arguments.get(4))
                .heartbeatAndTimeoutMillis(millis(5, "heartbeat"), millis(6, "timeout"));
        credentials(7).ifPresent(config::credentials);
        return config.build();
    }

    private LinkConfig master() {
        if (arguments.size() != MASTER_COUNT) {
            throw wrong("master has " + arguments.size() + " arguments; it takes 16: primaryhost primaryport"
                    + " secondaryhost secondaryport localdomain remotedomain remoteusername remotepassword flags timeout"
                    + " heartbeat retrydelay proxyaddress proxyport proxyusername proxypassword, blank ones as \"\"");
        }
        LinkConfig.Builder config = LinkConfig.to(address(0, "primaryhost"))
                .localDomain(arguments.get(4))
                .remoteDomain(arguments.get(5))
                .flags(flags(8))
                .heartbeatAndTimeoutMillis(millis(10, "heartbeat"), millis(9, "timeout"));
        if (!arguments.get(11).isEmpty()) {
            config.retryDelayMillis(millis(11, "retrydelay"));
        }
        if (!arguments.get(2).isEmpty()) {
            config.secondary(address(2, "secondaryhost"));
        }
        credentials(6).ifPresent(config::credentials);
        if (!arguments.get(12).isEmpty()) {
            config.proxy(new ProxySettings(address(12, "proxyaddress"), credentials(14)));
        }
        return config.build();
    }

    private ConfigurationException wrong(String problem) {
        return new ConfigurationException(line, problem);
    }

    private ConfigurationException wrongArgument(String name, String problem, String found) {
        return wrong(keyword + ": " + name + " " + problem + ", was \"" + Excerpt.of(found) + "\"");
    }

    private ServerAddress address(int index, String name) {
        String host = arguments.get(index);
        String port = arguments.get(index + 1);
        if (host.isEmpty()) {
            throw wrong(keyword + ": " + name + " is empty");
        }
        if (port.isEmpty()) {
            throw wrong(keyword + ": " + name + " \"" + Excerpt.of(host) + "\" has no port");
        }
        NumberReader numbers = new NumberReader();
        byte[] bytes = port.getBytes(StandardCharsets.UTF_8);
        if (numbers.readLong(bytes, 0, bytes.length) && (numbers.longValue() < 1 || numbers.longValue() > 65535)) {
            throw wrongArgument("port of " + name, "must be 1 to 65535 or the name of a service", port);
        }
        return new ServerAddress(host, port);
    }

    private LinkFlags flags(int index) {
        String text = arguments.get(index);
        NumberReader numbers = new NumberReader();
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (!numbers.readMask(bytes, 0, bytes.length)
                || numbers.longValue() < Integer.MIN_VALUE
                || numbers.longValue() > 0xFFFF_FFFFL) {
            throw wrongArgument("flags", "must be a 32-bit number, decimal or 0x and hexadecimal", text);
        }
        return new LinkFlags((int) numbers.longValue());
    }

    private long millis(int index, String name) {
        String text = arguments.get(index);
        NumberReader numbers = new NumberReader();
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (!numbers.readLong(bytes, 0, bytes.length)
                || numbers.longValue() < 0
                || numbers.longValue() > Integer.MAX_VALUE) {
            throw wrongArgument(name, "must be milliseconds, 0 to " + Integer.MAX_VALUE, text);
        }
        return numbers.longValue();
    }

    private Optional<Credentials> credentials(int index) {
        if (index >= arguments.size()) {
            return Optional.empty();
        }
        String user = arguments.get(index);
        String password = arguments.get(index + 1);
        return user.isEmpty() && password.isEmpty()
                ? Optional.empty()
                : Optional.of(new Credentials(user, PasswordObfuscation.reveal(password)));
    }

    /**
     * Writes a link as {@code mirror_master_2}. The secondary host, the retry delay and the proxy have no place there.
     *
     * @param config the link
     * @return the expression, flags in hexadecimal, the password obfuscated
     */
    public static Expression mirrorMaster2(LinkConfig config) {
        List<String> texts = new ArrayList<>(List.of(
                MIRROR_MASTER_2,
                config.primary().host(),
                config.primary().port(),
                "0x" + Integer.toHexString(config.flags().bits()).toUpperCase(Locale.ROOT),
                config.localDomain(),
                config.remoteDomain(),
                Long.toString(config.heartbeatMillis()),
                Long.toString(config.timeoutMillis())));
        config.credentials().ifPresent(c -> texts.addAll(List.of(c.user(), PasswordObfuscation.hide(c.password()))));
        return Expression.of(texts.toArray(String[]::new));
    }

    /**
     * Writes a link as {@code master}, 16 arguments, blank entries empty.
     *
     * @param config the link
     * @return the expression, flags in decimal, passwords obfuscated
     */
    public static Expression master(LinkConfig config) {
        List<String> texts = new ArrayList<>(List.of(MASTER));
        addAddress(Optional.of(config.primary()), texts);
        addAddress(config.secondary(), texts);
        texts.add(config.localDomain());
        texts.add(config.remoteDomain());
        addCredentials(config.credentials(), texts);
        texts.add(Integer.toUnsignedString(config.flags().bits()));
        texts.add(Long.toString(config.timeoutMillis()));
        texts.add(Long.toString(config.heartbeatMillis()));
        texts.add(Long.toString(config.retryDelayMillis()));
        addAddress(config.proxy().map(ProxySettings::address), texts);
        addCredentials(config.proxy().flatMap(ProxySettings::credentials), texts);
        return Expression.of(texts.toArray(String[]::new));
    }

    /**
     * Converts {@code mirror_master_2} to {@code master} as a DataHub does for its own file. A password that is obfuscated
     * already keeps its text.
     *
     * @param mirrorMaster2 an expression whose command is {@code mirror_master_2}
     * @return the {@code master} expression
     * @throws ConfigurationException if an argument is missing or unusable
     */
    public static Expression toMaster(Expression mirrorMaster2) {
        List<String> arguments = Arguments.texts(mirrorMaster2);
        List<Item> items = new ArrayList<>(
                master(read(mirrorMaster2.command(), arguments, 0)).items());
        if (arguments.size() == MIRROR_MASTER_2_MAX && PasswordObfuscation.isHidden(arguments.get(8))) {
            items.set(8, Atom.of(arguments.get(8)));
        }
        return Expression.of(items);
    }

    private static void addAddress(Optional<ServerAddress> address, List<String> texts) {
        texts.add(address.map(ServerAddress::host).orElse(""));
        texts.add(address.map(ServerAddress::port).orElse(""));
    }

    private static void addCredentials(Optional<Credentials> credentials, List<String> texts) {
        texts.add(credentials.map(Credentials::user).orElse(""));
        texts.add(credentials.map(c -> PasswordObfuscation.hide(c.password())).orElse(""));
    }
}
