package io.mirror.examples.command;

import io.mirror.codec.dhtp.ConfigurationException;
import io.mirror.codec.dhtp.ConfigurationFile;
import io.mirror.codec.dhtp.Expression;
import io.mirror.codec.dhtp.LinkLines;
import io.mirror.core.hub.QueueOptions;
import io.mirror.core.link.LinkConfig;
import io.mirror.core.point.Excerpt;
import io.mirror.core.point.PointName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a DataHub-style configuration file says (DHTP sections 5.4, 11.2 and 12).
 *
 * @param tcpService the port to listen on, if the file names one
 * @param tcpServer false if the file switches listening off
 * @param slave false if the file switches links to masters off
 * @param domains domains to create
 * @param queue depths of the queues for slow peers
 * @param links links to masters, in the order of the file
 * @param warnings lines that have no effect, with their numbers
 */
record HubConfiguration(
        Optional<Integer> tcpService,
        boolean tcpServer,
        boolean slave,
        List<String> domains,
        QueueOptions queue,
        List<Link> links,
        List<String> warnings) {

    /**
     * A link to a master.
     *
     * @param line where it stands
     * @param config what it says
     */
    record Link(int line, LinkConfig config) {}

    /**
     * Reads a file's text.
     *
     * @throws ConfigurationException naming the line that is wrong
     */
    static HubConfiguration read(String text) {
        Reader reader = new Reader();
        for (ConfigurationFile.Entry entry : ConfigurationFile.read(text)) {
            reader.take(entry);
        }
        return new HubConfiguration(
                Optional.ofNullable(reader.tcpService),
                reader.tcpServer,
                reader.slave,
                List.copyOf(reader.domains),
                QueueOptions.defaults().withDepths(reader.perPointDepth, reader.totalDepth),
                List.copyOf(reader.links),
                List.copyOf(reader.warnings));
    }

    private static final class Reader {
        private @Nullable Integer tcpService;
        private boolean tcpServer = true;
        private boolean slave = true;
        private int totalDepth = QueueOptions.DEFAULT_TOTAL_DEPTH;
        private int perPointDepth = QueueOptions.DEFAULT_PER_POINT_DEPTH;
        private final List<String> domains = new ArrayList<>();
        private final List<Link> links = new ArrayList<>();
        private final List<String> warnings = new ArrayList<>();

        void take(ConfigurationFile.Entry entry) {
            String command = entry.expression().command();
            switch (command) {
                case "tcp_service" -> tcpService = number(entry, 1, 65535);
                case "enable_tcp_server" -> tcpServer = number(entry, 0, 1) == 1;
                case "enable_mirror_slave" -> slave = number(entry, 0, 1) == 1;
                case "enable_mirror_master" -> {
                    if (number(entry, 0, 1) == 0) {
                        warn(
                                entry,
                                "enable_mirror_master 0 has no effect here: mirror slaves and other clients use"
                                        + " one port; enable_tcp_server 0 closes it");
                    }
                }
                case "create_domain" -> domains.add(domain(entry));
                case "set" -> set(entry);
                default -> {
                    if (LinkLines.isLink(command)) {
                        links.add(new Link(entry.line(), LinkLines.read(entry)));
                    } else {
                        warn(entry, "\"" + Excerpt.of(command) + "\" is unknown here and ignored");
                    }
                }
            }
        }

        private void set(ConfigurationFile.Entry entry) {
            String name = entry.expression().text(1).orElse("");
            switch (name) {
                case "type.pointqueuedepth" -> totalDepth = numberAt(entry, 2, name, 0, Integer.MAX_VALUE);
                case "type.perpointqueuedepth" ->
                    perPointDepth = numberAt(entry, 2, name, 0, QueueOptions.MAX_PER_POINT_DEPTH);
                default -> warn(entry, "set \"" + Excerpt.of(name) + "\" is unknown here and ignored");
            }
        }

        private static int number(ConfigurationFile.Entry entry, int min, int max) {
            return numberAt(entry, 1, entry.expression().command(), min, max);
        }

        private static int numberAt(ConfigurationFile.Entry entry, int index, String name, int min, int max) {
            String text = onlyArgument(entry, index, name);
            try {
                int number = Integer.parseInt(text);
                if (number >= min && number <= max) {
                    return number;
                }
            } catch (NumberFormatException e) {
                // Reported below, like a number that is out of range.
            }
            throw new ConfigurationException(
                    entry.line(),
                    name + " must be a number from " + min + " to " + max + ", was \"" + Excerpt.of(text) + "\"");
        }

        private static String domain(ConfigurationFile.Entry entry) {
            String name = onlyArgument(entry, 1, "create_domain");
            try {
                PointName.checkDomain(name);
                return name;
            } catch (IllegalArgumentException e) {
                throw new ConfigurationException(entry.line(), "create_domain: " + e.getMessage());
            }
        }

        private static String onlyArgument(ConfigurationFile.Entry entry, int index, String name) {
            Expression expression = entry.expression();
            String text = expression.text(index).orElse(null);
            if (text == null || expression.size() != index + 1) {
                throw new ConfigurationException(
                        entry.line(), name + " takes one value, found " + Math.max(0, expression.size() - index));
            }
            return text;
        }

        private void warn(ConfigurationFile.Entry entry, String text) {
            warnings.add("line " + entry.line() + ": " + text);
        }
    }
}
