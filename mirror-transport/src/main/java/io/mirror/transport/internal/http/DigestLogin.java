package io.mirror.transport.internal.http;

import io.mirror.core.access.Credentials;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Answers one Digest challenge of a proxy, as often as it holds (RFC 7616): SHA-256 or MD5, quality "auth" or none. */
final class DigestLogin {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Pattern PARAMETER =
            Pattern.compile("\\s*([A-Za-z-]+)\\s*=\\s*(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([^\\s,\"]+))\\s*(?:,|$)");

    private final String realm;
    private final String nonce;
    private final Optional<String> opaque;
    private final String algorithm;
    private final boolean qop;
    private int count;

    private DigestLogin(Map<String, String> parameters) {
        realm = parameters.getOrDefault("realm", "");
        nonce = parameters.getOrDefault("nonce", "");
        opaque = Optional.ofNullable(parameters.get("opaque"));
        algorithm = parameters.getOrDefault("algorithm", "MD5").toUpperCase(Locale.ROOT);
        qop = parameters.containsKey("qop");
    }

    /** Chooses the strongest challenge that can be answered. */
    static Optional<DigestLogin> of(List<String> challenges) {
        List<DigestLogin> possible = new ArrayList<>();
        for (String challenge : challenges) {
            if (challenge.regionMatches(true, 0, "Digest ", 0, 7)) {
                Map<String, String> parameters = parameters(challenge.substring(7));
                boolean quality = !parameters.containsKey("qop")
                        || Arrays.asList(parameters
                                        .get("qop")
                                        .toLowerCase(Locale.ROOT)
                                        .split("\\s*,\\s*"))
                                .contains("auth");
                DigestLogin login = new DigestLogin(parameters);
                boolean known = List.of("MD5", "SHA-256").contains(login.algorithm);
                if (quality && known && !login.nonce.isEmpty()) {
                    possible.add(login);
                }
            }
        }
        return possible.stream()
                .filter(login -> login.algorithm.equals("SHA-256"))
                .findFirst()
                .or(() -> possible.stream().findFirst());
    }

    private static Map<String, String> parameters(String text) {
        Map<String, String> parameters = new HashMap<>();
        Matcher matcher = PARAMETER.matcher(text);
        int at = 0;
        while (at < text.length() && matcher.find(at) && matcher.start() == at) {
            String quoted = matcher.group(2);
            String value = quoted == null ? matcher.group(3) : quoted.replaceAll("\\\\(.)", "$1");
            parameters.putIfAbsent(matcher.group(1).toLowerCase(Locale.ROOT), value == null ? "" : value);
            at = matcher.end();
        }
        return parameters;
    }

    String answer(Credentials login, String method, String uri) {
        byte[] random = new byte[16];
        RANDOM.nextBytes(random);
        return answer(login, method, uri, HexFormat.of().formatHex(random));
    }

    String answer(Credentials login, String method, String uri, String cnonce) {
        count++;
        String nc = String.format(Locale.ROOT, "%08x", count);
        byte[] password = login.password().copyUtf8();
        String a1;
        try {
            MessageDigest digest = digest();
            digest.update((login.user() + ":" + realm + ":").getBytes(StandardCharsets.UTF_8));
            a1 = HexFormat.of().formatHex(digest.digest(password));
        } finally {
            Arrays.fill(password, (byte) 0);
        }
        String a2 = hash(method + ":" + uri);
        String response =
                hash(qop ? a1 + ":" + nonce + ":" + nc + ":" + cnonce + ":auth:" + a2 : a1 + ":" + nonce + ":" + a2);
        return "Digest username=" + quoted(login.user()) + ", realm=" + quoted(realm) + ", nonce=" + quoted(nonce)
                + ", uri=" + quoted(uri) + ", response=\"" + response + "\", algorithm=" + algorithm
                + (qop ? ", qop=auth, nc=" + nc + ", cnonce=\"" + cnonce + "\"" : "")
                + opaque.map(value -> ", opaque=" + quoted(value)).orElse("");
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    private String hash(String text) {
        return HexFormat.of().formatHex(digest().digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** MD5 is what proxies ask for to this day; whoever can do better is answered better. */
    private MessageDigest digest() {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has " + algorithm, e);
        }
    }
}
