package io.mirror.transport.access;

import io.mirror.codec.dhtp.ConfigurationException;
import io.mirror.codec.dhtp.ConfigurationFile;
import io.mirror.codec.dhtp.DhtpDecodeException;
import io.mirror.codec.dhtp.Expression;
import io.mirror.codec.dhtp.PasswordObfuscation;
import io.mirror.core.access.Right;
import io.mirror.core.access.Secret;
import io.mirror.core.point.Excerpt;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Reads the lines of a users file; see {@link AccessPolicy#read}. */
final class PolicyReader {

    private static final int RIGHTS_FROM = 5;

    private final AccessPolicy.Builder policy = AccessPolicy.builder();
    private final Set<String> users = new HashSet<>();
    /** Users that rules name, with the line of the first such rule. */
    private final Map<String, Integer> named = new LinkedHashMap<>();

    AccessPolicy read(String text) {
        for (ConfigurationFile.Entry entry : ConfigurationFile.read(text)) {
            try {
                read(entry);
            } catch (IllegalArgumentException e) {
                throw new ConfigurationException(entry.line(), String.valueOf(e.getMessage()));
            }
        }
        named.forEach((user, line) -> {
            if (!users.contains(user)) {
                throw new ConfigurationException(
                        line,
                        "no user is named \"" + Excerpt.of(user) + "\" in this file; add a line (user NAME PASSWORD)");
            }
        });
        return policy.build();
    }

    private void read(ConfigurationFile.Entry entry) {
        Expression line = entry.expression();
        switch (line.command()) {
            case "user" -> user(line);
            case "allow" -> allow(line, entry.line());
            case "accept_md5" -> acceptMd5(line);
            default ->
                throw new IllegalArgumentException(
                        "\"" + Excerpt.of(line.command()) + "\" is none of user, allow, accept_md5");
        }
    }

    private void user(Expression line) {
        requireSize(line, 3, 3, "(user NAME PASSWORD)");
        String name = text(line, 1);
        Secret password;
        try {
            password = PasswordObfuscation.reveal(text(line, 2));
        } catch (DhtpDecodeException e) {
            throw new IllegalArgumentException(
                    "the password of user \"" + Excerpt.of(name) + "\" is damaged; write it again", e);
        }
        policy.user(name, password);
        users.add(name);
    }

    private void allow(Expression line, int number) {
        requireSize(line, RIGHTS_FROM + 1, Integer.MAX_VALUE, "(allow USER ADDRESS PROTOCOL DOMAIN RIGHT ...)");
        UserPattern user = UserPattern.of(text(line, 1));
        policy.rule(new AccessRule(
                user,
                AddressRange.parse(text(line, 2)),
                protocols(text(line, 3)),
                DomainPattern.of(text(line, 4)),
                rights(line)));
        if (!user.equals(UserPattern.ANONYMOUS) && user.toString().indexOf('*') < 0) {
            named.putIfAbsent(user.toString(), number);
        }
    }

    private static Set<AccessProtocol> protocols(String text) {
        if (text.equals("*")) {
            return AccessProtocol.ALL;
        }
        for (AccessProtocol protocol : AccessProtocol.values()) {
            if (protocol.name().toLowerCase(Locale.ROOT).equals(text)) {
                return Set.of(protocol);
            }
        }
        throw new IllegalArgumentException(
                "\"" + Excerpt.of(text) + "\" is none of the protocols tcp, tls, ws, wss, *");
    }

    private static Rights rights(Expression line) {
        Rights sum = Rights.NONE;
        boolean none = false;
        for (int i = RIGHTS_FROM; i < line.size(); i++) {
            String word = text(line, i);
            none |= word.equals("none");
            sum = sum.plus(rights(word));
        }
        if (none && line.size() > RIGHTS_FROM + 1) {
            throw new IllegalArgumentException("none stands alone");
        }
        return sum;
    }

    private static Rights rights(String word) {
        if (word.equals("none")) {
            return Rights.NONE;
        }
        if (word.equals("data")) {
            return Rights.ALL_DATA;
        }
        for (Right right : Right.values()) {
            if (right.name().toLowerCase(Locale.ROOT).equals(word)) {
                return Rights.of(right);
            }
        }
        throw new IllegalArgumentException("\"" + Excerpt.of(word)
                + "\" is none of the rights connect, read, write, create, delete, admin, data, none");
    }

    private void acceptMd5(Expression line) {
        requireSize(line, 2, 2, "(accept_md5 0) or (accept_md5 1)");
        switch (text(line, 1)) {
            case "0" -> policy.acceptMd5(false);
            case "1" -> policy.acceptMd5(true);
            default -> throw new IllegalArgumentException("accept_md5 takes 0 or 1");
        }
    }

    private static void requireSize(Expression line, int min, int max, String form) {
        if (line.size() < min || line.size() > max) {
            throw new IllegalArgumentException("the form of this line is " + form);
        }
    }

    private static String text(Expression line, int index) {
        return line.text(index)
                .orElseThrow(() -> new IllegalArgumentException("item " + index + " must be a word, not a list"));
    }
}
