package io.mirror.replica.scsp;

import io.mirror.codec.http.AuthScheme;
import io.mirror.codec.http.BasicCredentials;
import io.mirror.codec.http.DigestAlgorithm;
import io.mirror.codec.http.DigestChallenge;
import io.mirror.codec.http.DigestComputation;
import io.mirror.codec.http.DigestCredentials;
import io.mirror.codec.http.DigestInfo;
import io.mirror.codec.http.HttpAuthException;
import io.mirror.core.access.Secret;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The logins of a client, one for each node; a nonce is never carried to another (SCSP section 8.5). */
final class ClientLogin {
    /** A login with Digest while its nonce lasts. */
    private static final class Session {
        final DigestChallenge challenge;
        final String ha1;
        int count;

        Session(DigestChallenge challenge, String ha1) {
            this.challenge = challenge;
            this.ha1 = ha1;
        }
    }

    /** What went out with a request, kept to check the proof of the server. */
    record Sent(String header, @Nullable DigestCredentials digest, String ha1) {}

    /** The best scheme that a node has offered lately; a worse one is then somebody else's answer. */
    private record Offer(int strength, long nanos) {}

    private static final int CNONCE_BYTES = 16;
    private static final int MAX_NODES = 1_000;
    private static final int BASIC = 0;
    private static final int MD5 = 1;
    private static final long REMEMBERED_NANOS = TimeUnit.HOURS.toNanos(24);

    private final String user;
    private final Secret password;
    private final boolean allowBasic;
    private final boolean allowMd5;
    private final LongSupplier nanoTime;
    private final Map<HostPort, Offer> offers = new LinkedHashMap<>();
    private final SecureRandom random = new SecureRandom();
    private final Map<HostPort, Session> sessions = new HashMap<>();
    private final Map<HostPort, Boolean> basic = new HashMap<>();

    ClientLogin(String user, Secret password, boolean allowBasic, boolean allowMd5, LongSupplier nanoTime) {
        this.user = user;
        this.password = password;
        this.allowBasic = allowBasic;
        this.allowMd5 = allowMd5;
        this.nanoTime = nanoTime;
    }

    synchronized Optional<Sent> forRequest(HostPort node, String method, String target) {
        Session session = sessions.get(node);
        if (session != null) {
            session.count++;
            byte[] octets = new byte[CNONCE_BYTES];
            random.nextBytes(octets);
            String cnonce = Base64.getUrlEncoder().withoutPadding().encodeToString(octets);
            DigestCredentials login =
                    session.challenge.answer(user, session.ha1, method, target, session.count, cnonce);
            return Optional.of(new Sent(login.toHeader(), login, session.ha1));
        }
        if (basic.containsKey(node)) {
            return Optional.of(new Sent(new BasicCredentials(user, password).toHeader(), null, ""));
        }
        return Optional.empty();
    }

    /** Takes the challenges of a 401; true if another attempt makes sense. */
    synchronized boolean challenged(HostPort node, List<String> values, boolean sent) {
        DigestChallenge best = null;
        boolean basicOffered = false;
        for (String value : values) {
            try {
                for (AuthScheme scheme : AuthScheme.parseAll(value)) {
                    basicOffered |= scheme.is("Basic");
                    if (scheme.is("Digest")) {
                        DigestChallenge challenge = DigestChallenge.of(scheme);
                        if (isAllowed(challenge) && (best == null || strength(challenge) > strength(best))) {
                            best = challenge;
                        }
                    }
                }
            } catch (HttpAuthException e) {
                // A challenge that cannot be read is none; another one may do.
            }
        }
        sessions.remove(node);
        if (isWeakened(node, best == null ? BASIC : strength(best))) {
            basic.remove(node);
            return false;
        }
        if (best != null) {
            if (sent && !best.stale()) {
                return false;
            }
            DigestAlgorithm algorithm = best.algorithm().orElseThrow();
            sessions.put(node, new Session(best, DigestComputation.ha1(algorithm, user, best.realm(), password)));
            return true;
        }
        if (sent) {
            basic.remove(node);
            return false;
        }
        if (basicOffered && allowBasic) {
            basic.put(node, true);
            return true;
        }
        return false;
    }

    /** Checks the proof of the server and takes its next nonce; false if the proof is wrong. */
    synchronized boolean answered(HostPort node, Sent sent, @Nullable String info) {
        DigestCredentials login = sent.digest();
        if (info == null || login == null) {
            return true;
        }
        try {
            DigestInfo parsed = DigestInfo.parse(info);
            DigestAlgorithm algorithm = DigestAlgorithm.of(login.algorithm()).orElse(DigestAlgorithm.MD5);
            if (parsed.rspauth().isPresent()
                    && !DigestComputation.matches(
                            DigestComputation.response(algorithm, sent.ha1(), "", login, ""),
                            parsed.rspauth().get())) {
                return false;
            }
            Session session = sessions.get(node);
            if (parsed.nextNonce().isPresent() && session != null) {
                DigestChallenge old = session.challenge;
                DigestChallenge next = new DigestChallenge(
                        old.realm(),
                        parsed.nextNonce().get(),
                        old.opaque(),
                        false,
                        old.qop(),
                        old.algorithm(),
                        old.namesAlgorithm(),
                        old.userhash());
                sessions.put(node, new Session(next, session.ha1));
            }
            return true;
        } catch (HttpAuthException e) {
            return false;
        }
    }

    private boolean isAllowed(DigestChallenge challenge) {
        return challenge.isUsable() && (allowMd5 || strength(challenge) > MD5);
    }

    /** Whether the node has offered something stronger within a day (S-AUTH-3). */
    private boolean isWeakened(HostPort node, int strength) {
        long now = nanoTime.getAsLong();
        Offer known = offers.get(node);
        if (known != null && known.strength() > strength && now - known.nanos() < REMEMBERED_NANOS) {
            return true;
        }
        offers.remove(node);
        offers.put(node, new Offer(strength, now));
        if (offers.size() > MAX_NODES) {
            HostPort eldest = offers.keySet().iterator().next();
            offers.remove(eldest);
            sessions.remove(eldest);
            basic.remove(eldest);
        }
        return false;
    }

    /** Basic is below all of them. */
    private static int strength(DigestChallenge challenge) {
        return switch (challenge.algorithm().orElseThrow()) {
            case MD5, MD5_SESS -> MD5;
            case SHA_256, SHA_256_SESS -> MD5 + 1;
            case SHA_512_256, SHA_512_256_SESS -> MD5 + 2;
        };
    }
}
