package io.mirror.sockmux.forward;

import io.mirror.sockmux.session.MuxOptions;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * DeleGate's parameters for a tunnel, understood (SockMux section 13).
 *
 * @param carrier how the two ends meet
 * @param entries local ports
 * @param rules where channels of the peer come out
 * @param options everything else
 * @param warnings what works, but perhaps not as meant
 */
public record TunnelParameters(
        Carrier carrier, List<Entry> entries, List<Rule> rules, MuxOptions options, List<String> warnings) {

    /** How the two ends of a tunnel meet. */
    public sealed interface Carrier {}

    /**
     * This end listens.
     *
     * @param host an address of this machine
     * @param port 0 to 65535
     */
    public record Listen(String host, int port) implements Carrier {}

    /**
     * This end connects.
     *
     * @param host a name or an address
     * @param port 1 to 65535
     */
    public record Connect(String host, int port) implements Carrier {}

    /**
     * Two named pipes, or one device.
     *
     * @param in where to read
     * @param out where to write
     */
    public record Fifos(Path in, Path out) implements Carrier {}

    /**
     * A command whose standard input and output are the tunnel.
     *
     * @param words program and arguments
     */
    public record Command(List<String> words) implements Carrier {
        /**
         * Copies the words.
         *
         * @param words program and arguments
         */
        public Command {
            words = List.copyOf(words);
        }
    }

    /**
     * Copies the lists.
     *
     * @param carrier how the two ends meet
     * @param entries local ports
     * @param rules where channels of the peer come out
     * @param options everything else
     * @param warnings what works, but perhaps not as meant
     */
    public TunnelParameters {
        Objects.requireNonNull(carrier, "carrier");
        entries = List.copyOf(entries);
        rules = List.copyOf(rules);
        warnings = List.copyOf(warnings);
    }

    /**
     * Starts to configure a parser.
     *
     * @return a parser that knows no embedded handlers and reads no files
     */
    public static Parser parser() {
        return new Parser();
    }

    /** Reads parameters. Not safe for use by several threads. */
    public static final class Parser {
        private final Map<String, Set<String>> handlers = new HashMap<>();
        private Optional<Path> root = Optional.empty();
        private MuxOptions options = MuxOptions.defaults();

        private Parser() {}

        /**
         * Says for which protocol the host has an embedded handler, and which options may stand in parentheses.
         *
         * @param protocol as in {@code SERVER=protocol,-in}
         * @param names the options; any other is an error
         * @return this
         */
        public Parser handler(String protocol, String... names) {
            handlers.put(protocol.toLowerCase(Locale.ROOT), new HashSet<>(Arrays.asList(names)));
            return this;
        }

        /**
         * Allows {@code +=file}: one parameter a line.
         *
         * @param directory files must lie below it
         * @return this
         */
        public Parser configRoot(Path directory) {
            root = Optional.of(directory);
            return this;
        }

        /**
         * Sets the options that parameters change.
         *
         * @param value the options; the defaults if nothing is said
         * @return this
         */
        public Parser options(MuxOptions value) {
            options = Objects.requireNonNull(value, "options");
            return this;
        }

        /**
         * Reads parameters.
         *
         * @param words one parameter each
         * @return what they say
         * @throws TunnelParameterException if one cannot be used; the message names it
         */
        public TunnelParameters parse(List<String> words) {
            ParameterFiles files = new ParameterFiles(root);
            ParameterReader reader = new ParameterReader(new DestinationParser(handlers, files), options);
            files.expand(words).forEach(reader::read);
            return reader.end();
        }
    }
}
