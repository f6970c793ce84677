package io.mirror.replica.scsp;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The tokens of redirects (SCSP section 3.5). A request with one was sent here by a node that knows the same secret, and
 * is answered here instead of being sent on; that works once. A token says nothing about who asks.
 *
 * <p>It is the second of its issue, the number of its issue and the start of a keyed hash of both, so nothing is kept until
 * it was used. Each node counts from a random number on: its own tokens are all different, and those of two nodes hardly
 * ever the same. Thread-safe.
 */
final class RedirectTokens {
    static final String ARGUMENT = "auth";
    static final long LIFE_SECONDS = 60;
    /** Most tokens that are remembered as used; while there are as many, others count as unknown. */
    static final int MAX_USED = 10_000;

    private static final int OPEN_OCTETS = 8;
    private static final int OCTETS = 16;

    private final byte[] secret;
    private final AtomicInteger nextNumber;
    private final Clock clock;
    /** Used tokens with the second of their issue, in the order of their use. */
    private final Map<String, Long> used = new LinkedHashMap<>();

    /** Makes the tokens of nodes that know a secret; an empty one is known to this node alone. */
    RedirectTokens(byte[] shared, Clock clock) {
        SecureRandom random = new SecureRandom();
        this.clock = clock;
        nextNumber = new AtomicInteger(random.nextInt());
        if (shared.length == 0) {
            secret = new byte[32];
            random.nextBytes(secret);
        } else {
            secret = shared.clone();
        }
    }

    /** Whether a part of the arguments of a request is a token. */
    static boolean isArgument(String part) {
        return part.regionMatches(true, 0, ARGUMENT + "=", 0, ARGUMENT.length() + 1);
    }

    String issue() {
        byte[] open = new byte[OPEN_OCTETS];
        ByteBuffer.wrap(open).putInt((int) now()).putInt(nextNumber.getAndIncrement());
        byte[] token = Arrays.copyOf(open, OCTETS);
        System.arraycopy(seal(open), 0, token, OPEN_OCTETS, OCTETS - OPEN_OCTETS);
        return HexFormat.of().formatHex(token);
    }

    /** Whether a token was issued lately and not used yet; it stays so. */
    boolean isGood(String token) {
        if (!token.matches("[0-9a-f]{32}")) {
            return false;
        }
        byte[] octets = HexFormat.of().parseHex(token);
        byte[] seal = Arrays.copyOf(seal(Arrays.copyOf(octets, OPEN_OCTETS)), OCTETS - OPEN_OCTETS);
        if (!MessageDigest.isEqual(seal, Arrays.copyOfRange(octets, OPEN_OCTETS, OCTETS))) {
            return false;
        }
        // Clocks of two nodes differ a little.
        long age = now() - issued(octets);
        synchronized (used) {
            return Math.abs(age) <= LIFE_SECONDS && !used.containsKey(token);
        }
    }

    /** Uses a token; false if it is not good any more. */
    boolean use(String token) {
        if (!isGood(token)) {
            return false;
        }
        long now = now();
        long issued = issued(HexFormat.of().parseHex(token));
        synchronized (used) {
            if (used.size() >= MAX_USED) {
                used.values().removeIf(second -> now - second > LIFE_SECONDS);
            }
            return used.size() < MAX_USED && used.putIfAbsent(token, issued) == null;
        }
    }

    int remembered() {
        synchronized (used) {
            return used.size();
        }
    }

    private long now() {
        return Math.floorDiv(clock.millis(), 1000L);
    }

    private static long issued(byte[] token) {
        return Integer.toUnsignedLong(ByteBuffer.wrap(token).getInt());
    }

    private byte[] seal(byte[] open) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return mac.doFinal(open);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime lacks HMAC-SHA-256", e);
        }
    }
}
