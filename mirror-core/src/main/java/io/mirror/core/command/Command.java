package io.mirror.core.command;

import io.mirror.core.access.Secret;
import io.mirror.core.point.Timestamp;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * Everything but point messages that can be said on a mirror link (DHTP sections 3, 5 and 5.7).
 *
 * <p>Point names are kept as they were written: {@code domain:name}, or {@code name} alone for the default domain of the
 * connection.
 */
public sealed interface Command {

    // ---- Session, section 5.1 ----

    /**
     * Switches success replies of the receiver on or off.
     *
     * @param on true for replies to every successful command
     */
    record AckSuccess(boolean on) implements Command {}

    /**
     * Logs the connection in.
     *
     * @param user the user, possibly {@code Organization/User}
     * @param password the password in plain text, or its MD5 in hexadecimal if the client is an old one
     */
    record Auth(String user, Secret password) implements Command {}

    /**
     * Sets the default domain of the connection.
     *
     * @param name the domain
     */
    record Domain(String name) implements Command {}

    /**
     * Asks the receiver for a beat at least this often.
     *
     * @param millis milliseconds, 0 for none
     */
    record Heartbeat(long millis) implements Command {}

    /**
     * Tells the receiver after which silence to regard the connection as dead.
     *
     * @param millis milliseconds, 0 for never
     */
    record Timeout(long millis) implements Command {}

    /** The beat. */
    record Alive() implements Command {}

    /**
     * Declares who is the authority for what the sender writes.
     *
     * @param domain the domain, empty for the default domain
     * @param sender true if the sender is the authority, false if the receiver is
     */
    record SetAuthoritative(String domain, boolean sender) implements Command {}

    /**
     * The private handshake of a DataHub that connects as a slave (section 9.3).
     *
     * @param domain the domain
     * @param details the other six arguments, not interpreted
     */
    record Slave(String domain, List<String> details) implements Command {
        /**
         * Copies the list.
         *
         * @param domain the domain
         * @param details the other six arguments, not interpreted
         */
        public Slave {
            details = List.copyOf(details);
        }
    }

    /**
     * Switches the transmission of changes that differ only in time.
     *
     * @param on true to transmit them
     */
    record TransmitInsignificant(boolean on) implements Command {}

    // ---- This library's own, section 5.7 ----

    /**
     * Says what the sender can do (section 8.3).
     *
     * @param version the version of the capability exchange, 1
     * @param uuid the sender's instance
     * @param items the capabilities, unknown ones included
     */
    record MirrorCaps(long version, String uuid, List<String> items) implements Command {
        /**
         * Copies the list.
         *
         * @param version the version of the capability exchange, 1
         * @param uuid the sender's instance
         * @param items the capabilities, unknown ones included
         */
        public MirrorCaps {
            items = List.copyOf(items);
        }
    }

    /**
     * Opens a native session (section 9.2).
     *
     * @param domain the master's domain
     * @param flags the link flags of section 12.1
     */
    record MirrorOpen(String domain, int flags) implements Command {}

    /**
     * Brackets an initial transfer, or acknowledges point messages (section 9.2).
     *
     * @param domain the master's domain
     * @param phase what the mark says
     * @param count number of points between begin and end; for an acknowledgement the number of point messages received
     *     on this connection so far
     */
    record MirrorSync(String domain, Phase phase, long count) implements Command {
        /** What a mark says. */
        public enum Phase {
            /** An initial transfer of everything begins. */
            BEGIN("begin"),
            /** An initial transfer of what has changed since the last connection begins. */
            DELTA("delta"),
            /** The initial transfer is complete. */
            END("end"),
            /** Point messages up to a count have been taken in. */
            ACK("ack");

            private final String keyword;

            Phase(String keyword) {
                this.keyword = keyword;
            }

            /**
             * Returns the word on the wire.
             *
             * @return the keyword
             */
            public String keyword() {
                return keyword;
            }
        }
    }

    /**
     * Helps to find out what changed while two hubs were apart.
     *
     * @param domain the master's domain
     * @param step what it says
     * @param generation of which hub the number is; 0 where the step has none
     * @param number the number of a change, or a count of names; 0 where the step has none
     * @param names names of points without their domain; empty where the step has none
     */
    record MirrorDelta(String domain, Step step, long generation, long number, List<String> names) implements Command {
        /**
         * Copies the list.
         *
         * @param domain the master's domain
         * @param step what it says
         * @param generation of which hub the number is; 0 where the step has none
         * @param number the number of a change, or a count of names; 0 where the step has none
         * @param names names of points without their domain; empty where the step has none
         */
        public MirrorDelta {
            names = List.copyOf(names);
        }

        /** What is said. */
        public enum Step {
            /** The sender has all changes of the receiver up to a number. */
            HAS("has"),
            /** These points changed at the sender since then; more may follow. */
            NAMES("names"),
            /**
             * So many names were sent, and those were all. With the sender's generation: everything else is as the receiver
             * said that it has it.
             */
            NAMED("named"),
            /** The sender cannot tell what changed. */
            ALL("all"),
            /** The receiver now has all changes of the sender up to a number. */
            AT("at");

            private final String keyword;

            Step(String keyword) {
                this.keyword = keyword;
            }

            /**
             * Returns the word on the wire.
             *
             * @return the keyword
             */
            public String keyword() {
                return keyword;
            }
        }
    }

    /**
     * Compares a domain of two hubs by digests.
     *
     * @param domain the master's domain
     * @param part what it says
     * @param words what belongs to it
     */
    record MirrorDigest(String domain, Part part, List<String> words) implements Command {
        /**
         * Copies the list.
         *
         * @param domain the master's domain
         * @param part what it says
         * @param words what belongs to it
         */
        public MirrorDigest {
            words = List.copyOf(words);
        }

        /** What is said. */
        public enum Part {
            /** Build a tree of this depth. */
            BEGIN("begin"),
            /** What is at these nodes? */
            ASK("ask"),
            /** The digests at a node. */
            NODE("node"),
            /** The points at a leaf. */
            LEAF("leaf"),
            /** Send these points. */
            WANT("want"),
            /** The comparison is over. */
            END("end");

            private final String keyword;

            Part(String keyword) {
                this.keyword = keyword;
            }

            /**
             * Returns the word on the wire.
             *
             * @return the keyword
             */
            public String keyword() {
                return keyword;
            }
        }
    }

    // ---- Registration, section 5.2 ----

    /**
     * Registers for one point.
     *
     * @param point the point
     * @param create true to create it if it is absent ({@code creport})
     */
    record Report(String point, boolean create) implements Command {}

    /**
     * Cancels the registration for one point.
     *
     * @param point the point
     */
    record Unreport(String point) implements Command {}

    /**
     * Registers for a domain.
     *
     * @param domain the domain
     * @param flags bits of {@link ReportFlags}
     */
    record ReportDomain(String domain, int flags) implements Command {}

    /**
     * Cancels the registration for a domain.
     *
     * @param domain the domain
     */
    record UnreportDomain(String domain) implements Command {}

    // ---- Point traffic, section 5.3 ----

    /**
     * Asks for a point's value.
     *
     * @param point the point
     * @param create true to create it if it is absent ({@code cread})
     */
    record Read(String point, boolean create) implements Command {}

    /**
     * Creates a point.
     *
     * @param point the point
     */
    record Create(String point) implements Command {}

    /**
     * Writes a value whose type is guessed: integer, then real, then text.
     *
     * @param point the point
     * @param value the value as written
     * @param confidence 0 to 100, empty for 100
     * @param create true to create the point if it is absent
     * @param force true to write even what is old, unchanged or read-only
     */
    record SetValue(String point, String value, OptionalInt confidence, boolean create, boolean force)
            implements Command {}

    /**
     * Appends to a text point.
     *
     * @param point the point
     * @param text what to append
     * @param time the new time, {@link Timestamp#UNSTAMPED} for now
     */
    record Append(String point, String text, Timestamp time) implements Command {}

    /**
     * Calculates with a numeric point.
     *
     * @param operation what to do
     * @param point the point
     * @param operand the second operand
     * @param time the new time, {@link Timestamp#UNSTAMPED} for now
     */
    record Calculate(Operation operation, String point, Operand operand, Timestamp time) implements Command {
        /** What to do with the value. */
        public enum Operation {
            /** Add the operand. */
            ADD("add"),
            /** Multiply by the operand. */
            MULTIPLY("mult"),
            /** Divide by the operand. */
            DIVIDE("div");

            private final String keyword;

            Operation(String keyword) {
                this.keyword = keyword;
            }

            /**
             * Returns the command name.
             *
             * @return the keyword on the wire
             */
            public String keyword() {
                return keyword;
            }
        }

        /**
         * A number that remembers whether it was written as an integer.
         *
         * @param integral true if it was written without fraction and exponent and fits 64 bits
         * @param integer the integer, 0 if not integral
         * @param real the number as a double
         */
        public record Operand(boolean integral, long integer, double real) {
            /**
             * An integer operand.
             *
             * @param number the integer
             * @return the operand
             */
            public static Operand of(long number) {
                return new Operand(true, number, number);
            }

            /**
             * A real operand.
             *
             * @param number the number
             * @return the operand
             */
            public static Operand of(double number) {
                return new Operand(false, 0, number);
            }
        }
    }

    /**
     * Locks or unlocks a point.
     *
     * @param point the point
     * @param security the level that the sender claims, 0 to 32767
     * @param locked true to lock
     */
    record Lock(String point, int security, boolean locked) implements Command {}

    /**
     * Changes the security level of a point.
     *
     * @param point the point
     * @param claimed the level that the sender claims, 0 to 32767
     * @param level the new level, 0 to 32767
     */
    record Secure(String point, int claimed, int level) implements Command {}

    /**
     * Sets the canonical type that written values are converted to.
     *
     * @param point the point
     * @param type the type name, for example {@code R8}
     * @param force true to change a type that is set already
     */
    record SetCanonical(String point, String type, boolean force) implements Command {}

    /**
     * Sets who may do what with a point through commands.
     *
     * @param point the point
     * @param read true if it may be read
     * @param write true if it may be written
     */
    record SetAccess(String point, boolean read, boolean write) implements Command {}

    // ---- Data model, metadata, configuration, sections 5.4 to 5.6 ----

    /**
     * A line of the data model or of metadata, not interpreted.
     *
     * @param keyword the command name
     * @param arguments its arguments, a nested expression as its text
     */
    record Model(String keyword, List<String> arguments) implements Command {
        /**
         * Copies the list.
         *
         * @param keyword the command name
         * @param arguments its arguments, a nested expression as its text
         */
        public Model {
            arguments = List.copyOf(arguments);
        }
    }

    /**
     * A command that changes the configuration of the receiver.
     *
     * @param keyword the command name
     * @param arguments its arguments
     */
    record Configure(String keyword, List<String> arguments) implements Command {
        /**
         * Copies the list.
         *
         * @param keyword the command name
         * @param arguments its arguments
         */
        public Configure {
            arguments = List.copyOf(arguments);
        }

        /** Hides the arguments, which may hold a password. */
        @Override
        public String toString() {
            return "Configure[" + keyword + "]";
        }
    }

    // ---- What has no effect ----

    /**
     * A command that is accepted and acknowledged and has no further effect (tier A).
     *
     * @param keyword the command name
     */
    record Accepted(String keyword) implements Command {}

    /**
     * A command that this library does not know or does not serve (tier X).
     *
     * @param keyword the command name
     */
    record Unknown(String keyword) implements Command {}

    /**
     * A known command with arguments that cannot be read.
     *
     * @param keyword the command name
     * @param reason which argument is wrong and why
     */
    record Malformed(String keyword, String reason) implements Command {}

    // ---- Replies, section 3 ----

    /**
     * The receiver carried a command out.
     *
     * @param keyword the command
     * @param arguments what the reply quotes of its arguments
     */
    record Success(String keyword, List<String> arguments) implements Command {
        /**
         * Copies the list.
         *
         * @param keyword the command
         * @param arguments what the reply quotes of its arguments
         */
        public Success {
            arguments = List.copyOf(arguments);
        }
    }

    /**
     * The receiver refused a command.
     *
     * @param number the status number, not negated; see {@link StatusCode}
     * @param keyword the command, empty if the reply names none
     * @param arguments what the reply quotes of its arguments; an ellipsis for left-out ones is not part of it
     * @param moreArguments true if arguments were left out
     * @param text what went wrong
     */
    record Failure(long number, String keyword, List<String> arguments, boolean moreArguments, String text)
            implements Command {
        /**
         * Copies the list.
         *
         * @param number the status number, not negated; see {@link StatusCode}
         * @param keyword the command, empty if the reply names none
         * @param arguments what the reply quotes of its arguments; an ellipsis for left-out ones is not part of it
         * @param moreArguments true if arguments were left out
         * @param text what went wrong
         */
        public Failure {
            Objects.requireNonNull(text, "text");
            arguments = List.copyOf(arguments);
        }

        /**
         * Makes the reply to a command that failed.
         *
         * @param code why
         * @param keyword the command
         * @param arguments all its arguments; the reply quotes at most two, and only the first if there are more
         * @param text what went wrong
         * @return the reply
         */
        public static Failure of(StatusCode code, String keyword, List<String> arguments, String text) {
            boolean more = arguments.size() > 2;
            List<String> quoted = more ? arguments.subList(0, 1) : arguments;
            return new Failure(code.number(), keyword, quoted, more, text);
        }
    }
}
