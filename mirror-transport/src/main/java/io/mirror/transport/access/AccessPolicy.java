package io.mirror.transport.access;

import io.mirror.codec.dhtp.ConfigurationException;
import io.mirror.core.access.ConnectionAccess;
import io.mirror.core.access.Permissions;
import io.mirror.core.access.Right;
import io.mirror.core.access.Secret;
import io.mirror.core.point.Excerpt;
import io.mirror.transport.TransportException;
import io.mirror.transport.internal.SecretFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The users of a listener and the rules that say what they may do.
 *
 * <p>How rules are applied to a connection:
 *
 * <ol>
 *   <li>Rules count whose user, address range and protocol match the connection.
 *   <li>Of these only the ones with the nearest address range count, that is the one with the most bits. A narrow
 *       range therefore replaces what a wider one grants, in both directions.
 *   <li>The rights of the remaining rules whose domain pattern matches add up. The rights to connect and to administer
 *       belong to the connection and are taken from all remaining rules.
 *   <li>A connection to which no rule applies may connect and nothing more. In particular anonymous connections can
 *       read and write nothing unless a rule for {@code anonymous} says so.
 * </ol>
 *
 * <p>Instances are immutable and safe for use by several threads. They own the passwords of their users.
 */
public final class AccessPolicy {

    /** Longest user name in characters. */
    public static final int MAX_USER_NAME = 255;

    /** Nobody can log in; everybody may connect and nothing more. The default of a listener. */
    public static final AccessPolicy CONNECT_ONLY = builder().build();

    private static final AccessPolicy OPEN = builder()
            .rule(new AccessRule(
                    UserPattern.ANONYMOUS, AddressRange.ANY, AccessProtocol.ALL, DomainPattern.ANY, Rights.ALL_DATA))
            .rule(new AccessRule(
                    UserPattern.ANONYMOUS,
                    AddressRange.ANY,
                    AccessProtocol.ALL,
                    DomainPattern.of("$*"),
                    Rights.of(Right.READ)))
            .build();

    private static final int MAX_FILE_BYTES = 4 * 1024 * 1024;
    private static final Secret NO_USER = Secret.of("");

    private final Map<String, Secret> users;
    private final List<AccessRule> rules;
    private final boolean acceptMd5;

    private AccessPolicy(Builder builder) {
        this.users = Map.copyOf(builder.users);
        this.rules = List.copyOf(builder.rules);
        this.acceptMd5 = builder.acceptMd5;
    }

    /**
     * The policy for trusted networks and tests: nobody can log in and nobody needs to, every connection may do
     * everything with the points of all domains, and read what the hub publishes about itself in domains whose names
     * begin with {@code $}. Nobody may administer.
     *
     * @return a policy that protects nothing
     */
    public static AccessPolicy open() {
        return OPEN;
    }

    /**
     * Reads a policy from a file, in the syntax of configuration files (DHTP section 5.4):
     *
     * <pre>
     * ; name and password; plain, or obfuscated with {mm1} (DHTP section 12.3)
     * (user ops "{mm1}AAECAwQFBgcHOh32LWw")
     * (user Plant/anna secret)
     *
     * ; user, address range, protocol, domain, rights
     * (allow ops       10.0.0.0/8  *   plant*  read write create)
     * (allow Plant/*   *           tls plant   read)
     * (allow *         *           *   public  read)
     * (allow anonymous 127.0.0.1   *   *       read)
     *
     * ; accept the MD5 of a password in its place (DHTP section 8.2); 0 by default
     * (accept_md5 0)
     * </pre>
     *
     * <p>A user is a name, {@code Organization/*}, {@code *} for all who logged in, or {@code anonymous}; a protocol is
     * {@code tcp}, {@code tls}, {@code ws}, {@code wss} or {@code *}; rights are {@code connect}, {@code read},
     * {@code write}, {@code create}, {@code delete}, {@code admin}, {@code data} for all but the last, or {@code none}.
     *
     * @param file the file; at most 4 MiB
     * @param strictFiles true to refuse a file that group or others may read, false to log a warning
     * @return the policy
     * @throws io.mirror.transport.TransportException if the file cannot be read, is refused, or a line is wrong; the
     *     message names the file and the line
     */
    public static AccessPolicy read(Path file, boolean strictFiles) {
        try {
            SecretFiles.checkPrivate(file, strictFiles);
            return parse(SecretFiles.readText(file, MAX_FILE_BYTES));
        } catch (ConfigurationException e) {
            throw new TransportException(file + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw new TransportException("the users file cannot be used: " + e.getMessage(), e);
        }
    }

    /**
     * Reads a policy from text in the syntax that {@link #read(Path, boolean)} describes.
     *
     * @param text the whole text
     * @return the policy
     * @throws ConfigurationException if a line is wrong; the message names it
     */
    public static AccessPolicy parse(String text) {
        return new PolicyReader().read(text);
    }

    /**
     * Starts an empty policy.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Checks a login. Takes about the same time whether or not the user exists.
     *
     * @param user the name, which may carry an organization
     * @param presented the password, or its MD5 in hexadecimal if the policy accepts that; not closed
     * @return true if the user exists and the password is right
     */
    public boolean authenticate(String user, Secret presented) {
        Secret stored = users.get(user);
        Secret expected = stored == null ? NO_USER : stored;
        boolean plain = expected.matches(presented);
        boolean md5 = acceptMd5 && expected.matchesMd5Hex(presented);
        return stored != null && (plain || md5);
    }

    /**
     * Tells whether anybody can log in.
     *
     * @return true if there is at least one user
     */
    public boolean hasUsers() {
        return !users.isEmpty();
    }

    /**
     * Applies the rules to a connection.
     *
     * @param user the name that logged in, or empty if nobody did
     * @param address the source address
     * @param protocol how the connection arrived
     * @return the rights of the connection
     */
    public ConnectionRights rightsOf(String user, InetAddress address, AccessProtocol protocol) {
        List<AccessRule> nearest = new ArrayList<>();
        int bits = Integer.MIN_VALUE;
        for (AccessRule rule : rules) {
            if (rule.user().matches(user)
                    && rule.protocols().contains(protocol)
                    && rule.addresses().contains(address)) {
                int length = rule.addresses().prefixLength();
                if (length > bits) {
                    nearest.clear();
                    bits = length;
                }
                if (length == bits) {
                    nearest.add(rule);
                }
            }
        }
        return new ConnectionRights(nearest);
    }

    /**
     * Returns what a session needs to know about one connection (DHTP section 8.2).
     *
     * <p>A login that the throttle holds back is answered late whether it is right or wrong, so that a guesser who
     * does not wait learns nothing. A right login of a user who may not connect from that address or by that protocol
     * is refused.
     *
     * @param address the source address
     * @param protocol how the connection arrived
     * @param loginRequired whether the connection must log in to stay
     * @param throttle remembers failures, shared by the connections of a listener
     * @param nowMillis tells the time for the throttle in milliseconds; must not run backwards
     * @return the access of that connection
     */
    public ConnectionAccess connection(
            InetAddress address,
            AccessProtocol protocol,
            boolean loginRequired,
            LoginThrottle throttle,
            LongSupplier nowMillis) {
        Permissions anonymous = rightsOf("", address, protocol);
        return new ConnectionAccess() {
            @Override
            public Permissions anonymous() {
                return anonymous;
            }

            @Override
            public boolean loginRequired() {
                return loginRequired;
            }

            @Override
            public Decision login(String user, Secret password) {
                ConnectionRights rights = rightsOf(user, address, protocol);
                boolean good = authenticate(user, password) && rights.allows(Right.CONNECT, "");
                long delay = throttle.onLogin(address, user, good, nowMillis.getAsLong());
                return new Decision(good ? Optional.of(rights) : Optional.empty(), Duration.ofMillis(delay));
            }
        };
    }

    /**
     * Returns the number of users and rules, no names and no passwords.
     *
     * @return a short text
     */
    @Override
    public String toString() {
        return "AccessPolicy[" + users.size() + " users, " + rules.size() + " rules]";
    }

    /** Collects users and rules. Not safe for use by several threads. */
    public static final class Builder {

        private final Map<String, Secret> users = new HashMap<>();
        private final List<AccessRule> rules = new ArrayList<>();
        private boolean acceptMd5;

        private Builder() {}

        /**
         * Adds a user.
         *
         * @param name 1 to {@value AccessPolicy#MAX_USER_NAME} characters, may be {@code Organization/User}; letter
         *     case counts
         * @param password a password of at least one character; owned by the policy from now on
         * @return this builder
         * @throws IllegalArgumentException if the name is taken, reserved or malformed, or the password is empty
         */
        public Builder user(String name, Secret password) {
            if (name.isEmpty() || name.length() > MAX_USER_NAME || name.indexOf('*') >= 0) {
                throw new IllegalArgumentException("not a user name: \"" + Excerpt.of(name) + "\"; 1 to "
                        + MAX_USER_NAME + " characters without *");
            }
            if (name.equals(UserPattern.ANONYMOUS.toString())) {
                throw new IllegalArgumentException("the user name anonymous is reserved");
            }
            if (password.isEmpty()) {
                throw new IllegalArgumentException("user \"" + Excerpt.of(name) + "\" has an empty password");
            }
            if (users.putIfAbsent(name, password) != null) {
                throw new IllegalArgumentException("user \"" + Excerpt.of(name) + "\" is there already");
            }
            return this;
        }

        /**
         * Adds a rule; the order of rules has no meaning.
         *
         * @param rule the rule
         * @return this builder
         */
        public Builder rule(AccessRule rule) {
            rules.add(rule);
            return this;
        }

        /**
         * Accepts the MD5 of a password in its place, which old clients send (DHTP section 8.2).
         *
         * @param value false by default
         * @return this builder
         */
        public Builder acceptMd5(boolean value) {
            acceptMd5 = value;
            return this;
        }

        /**
         * Finishes the policy.
         *
         * @return the policy
         */
        public AccessPolicy build() {
            return new AccessPolicy(this);
        }
    }
}
