package io.mirror.replica.scsp;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The nonces of a node (SCSP section 8.4). A nonce proves itself by a keyed hash, so nothing is kept until one was used
 * with a right password; then the counts used with it are.
 */
final class NonceTable {
    /** What is to be said about a nonce and a count. */
    enum Verdict {
        FRESH,
        STALE,
        FOREIGN
    }

    private static final class Used {
        final long issued;
        final BitSet window = new BitSet(WINDOW);
        int highest;

        Used(long issued) {
            this.issued = issued;
        }
    }

    private static final int WINDOW = 128;
    private static final int MAX_NONCES = 10_000;
    private static final int TIME_DIGITS = 12;
    private static final int SALT_DIGITS = 32;
    private static final int SEAL_DIGITS = 24;

    private final SecureRandom random = new SecureRandom();
    private final byte[] secret = new byte[32];
    private final long lifeMillis;
    private final Map<String, Used> used = new LinkedHashMap<>();
    private long forgottenUpTo = Long.MIN_VALUE;

    NonceTable(long lifeMillis) {
        this.lifeMillis = lifeMillis;
        random.nextBytes(secret);
    }

    String issue(long now) {
        byte[] salt = new byte[SALT_DIGITS / 2];
        random.nextBytes(salt);
        String time = HexFormat.of().toHexDigits(now).substring(16 - TIME_DIGITS);
        String open = time + HexFormat.of().formatHex(salt);
        return open + seal(open);
    }

    boolean isOurs(String nonce) {
        int open = TIME_DIGITS + SALT_DIGITS;
        return nonce.length() == open + SEAL_DIGITS
                && MessageDigest.isEqual(
                        seal(nonce.substring(0, open)).getBytes(StandardCharsets.UTF_8),
                        nonce.substring(open).getBytes(StandardCharsets.UTF_8));
    }

    /** Judges a nonce that comes without a count, so that its requests can be replayed while it lives. */
    synchronized Verdict look(String nonce, long now) {
        if (!isOurs(nonce)) {
            return Verdict.FOREIGN;
        }
        long issued = issued(nonce);
        return now - issued > lifeMillis || issued <= forgottenUpTo ? Verdict.STALE : Verdict.FRESH;
    }

    private static long issued(String nonce) {
        return Long.parseLong(nonce, 0, TIME_DIGITS, 16);
    }

    /** Records a count of a nonce whose request had a right proof. */
    synchronized Verdict use(String nonce, int count, long now) {
        Verdict verdict = look(nonce, now);
        if (verdict != Verdict.FRESH) {
            return verdict;
        }
        if (count <= 0) {
            return Verdict.STALE;
        }
        long issued = issued(nonce);
        Used known = used.get(nonce);
        if (known == null) {
            makeRoom(now);
            known = new Used(issued);
            used.put(nonce, known);
        }
        if (count <= known.highest - WINDOW) {
            return Verdict.STALE;
        }
        if (count > known.highest) {
            // Slots between the old and the new highest count belong to counts that were not used yet.
            if ((long) count - known.highest >= WINDOW) {
                known.window.clear();
            } else {
                for (int i = known.highest + 1; i < count; i++) {
                    known.window.clear(i % WINDOW);
                }
            }
            known.highest = count;
        } else if (known.window.get(count % WINDOW)) {
            return Verdict.STALE;
        }
        known.window.set(count % WINDOW);
        return Verdict.FRESH;
    }

    private void makeRoom(long now) {
        if (used.size() < MAX_NONCES) {
            return;
        }
        used.values().removeIf(entry -> now - entry.issued > lifeMillis);
        if (used.size() >= MAX_NONCES) {
            Map.Entry<String, Used> oldest = used.entrySet().stream()
                    .min((a, b) -> Long.compare(a.getValue().issued, b.getValue().issued))
                    .orElseThrow();
            // Its counts are forgotten: requests with it, or with any as old, could be replayed.
            long mark = oldest.getValue().issued;
            forgottenUpTo = Math.max(forgottenUpTo, mark);
            used.values().removeIf(entry -> entry.issued <= mark);
        }
    }

    private String seal(String open) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return HexFormat.of()
                    .formatHex(mac.doFinal(open.getBytes(StandardCharsets.UTF_8)))
                    .substring(0, SEAL_DIGITS);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime lacks HMAC-SHA-256", e);
        }
    }
}
