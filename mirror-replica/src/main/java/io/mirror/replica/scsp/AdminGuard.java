package io.mirror.replica.scsp;

import io.mirror.codec.http.AuthScheme;
import io.mirror.codec.http.BasicCredentials;
import io.mirror.codec.http.DigestAlgorithm;
import io.mirror.codec.http.DigestChallenge;
import io.mirror.codec.http.DigestComputation;
import io.mirror.codec.http.DigestCredentials;
import io.mirror.codec.http.HttpAuthException;
import io.mirror.core.access.Secret;
import io.mirror.transport.access.LoginThrottle;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Judges the logins of administrators (SCSP sections 8.2, 8.3). */
final class AdminGuard {
    static final String REALM = "CAStor administrator";

    /** The administrator, or why there is none. */
    record Judgement(Optional<String> user, int status, boolean stale, String reason, long delayMillis) {
        static Judgement anonymous() {
            return new Judgement(Optional.empty(), 200, false, "", 0);
        }

        static Judgement refused(boolean stale) {
            return new Judgement(Optional.empty(), 401, stale, "administrator credentials are required", 0);
        }

        static Judgement malformed(String reason) {
            return new Judgement(Optional.empty(), 400, false, reason, 0);
        }

        Judgement after(long millis) {
            return new Judgement(user, status, stale, reason, millis);
        }
    }

    private final Map<String, Secret> admins;
    private final LoginForms forms;
    private final NonceTable nonces;
    private final LoginThrottle throttle = new LoginThrottle();
    private final Clock clock;
    private final LongSupplier throttleMillis;
    private final String opaque;

    AdminGuard(
            Map<String, Secret> admins,
            LoginForms forms,
            long nonceLifeMillis,
            Clock clock,
            LongSupplier throttleMillis) {
        this.admins = Map.copyOf(admins);
        this.forms = forms;
        this.nonces = new NonceTable(nonceLifeMillis);
        this.clock = clock;
        this.throttleMillis = throttleMillis;
        byte[] octets = new byte[16];
        new SecureRandom().nextBytes(octets);
        this.opaque = HexFormat.of().formatHex(octets);
    }

    Optional<Secret> passwordOf(String user) {
        return Optional.ofNullable(admins.get(user));
    }

    List<String> challenges(boolean stale) {
        String nonce = nonces.issue(clock.millis());
        List<String> challenges = new ArrayList<>();
        for (DigestAlgorithm algorithm : forms.digests()) {
            DigestChallenge digest = new DigestChallenge(
                    REALM, nonce, Optional.of(opaque), stale, List.of("auth"), Optional.of(algorithm), true, false);
            challenges.add(digest.toHeader());
        }
        challenges.add("Basic realm=\"" + REALM + "\"");
        return challenges;
    }

    /** Judges a login; the answer may have to wait, as the judgement says. */
    Judgement judge(InetAddress address, String method, String target, List<String> authorization) {
        if (authorization.isEmpty()) {
            return Judgement.refused(false);
        }
        if (authorization.size() > 1) {
            return Judgement.malformed("more than one Authorization");
        }
        try {
            AuthScheme scheme = AuthScheme.parseOne(ScspText.decode(authorization.get(0)));
            if (scheme.is("Digest")) {
                return digest(address, method, target, DigestCredentials.of(scheme));
            }
            if (scheme.is("Basic")) {
                return basic(address, BasicCredentials.of(scheme));
            }
            return Judgement.refused(false);
        } catch (HttpAuthException e) {
            return Judgement.malformed("malformed Authorization: " + e.getMessage());
        }
    }

    private Judgement basic(InetAddress address, BasicCredentials login) {
        try (Secret given = login.password()) {
            Secret password = admins.get(login.user());
            boolean good = forms.basic() && password != null && password.matches(given);
            return throttled(
                    address,
                    login.user(),
                    good ? new Judgement(Optional.of(login.user()), 200, false, "", 0) : Judgement.refused(false));
        }
    }

    private Judgement throttled(InetAddress address, String user, Judgement judgement) {
        return judgement.after(
                throttle.onLogin(address, user, judgement.user().isPresent(), throttleMillis.getAsLong()));
    }

    private Judgement digest(InetAddress address, String method, String target, DigestCredentials login) {
        boolean legacy = login.qop().isEmpty();
        if (legacy && !forms.legacyDigest()) {
            return Judgement.malformed("malformed Authorization: Digest lacks qop");
        }
        if (!ScspText.encode(login.uri()).equals(target)) {
            return Judgement.malformed("malformed Authorization: uri is not the target of the request");
        }
        Optional<DigestAlgorithm> algorithm = forms.digest(login.algorithm());
        if (!login.realm().equals(REALM)
                || algorithm.isEmpty()
                || !(legacy || login.qop().equals("auth"))
                || !login.opaque().orElse(opaque).equals(opaque)
                || !nonces.isOurs(login.nonce())) {
            return Judgement.refused(false);
        }
        Secret password = admins.get(login.username());
        // An unknown user takes the same path, so that the time does not tell who exists.
        String ha1 = password == null
                ? DigestComputation.userHash(algorithm.get(), login.username(), REALM)
                : DigestComputation.ha1(algorithm.get(), login.username(), REALM, password);
        String expected = DigestComputation.response(algorithm.get(), ha1, method, login, "");
        if (!DigestComputation.matches(expected, login.response()) || password == null) {
            return throttled(address, login.username(), Judgement.refused(false));
        }
        return use(login) == NonceTable.Verdict.FRESH
                ? throttled(address, login.username(), new Judgement(Optional.of(login.username()), 200, false, "", 0))
                : Judgement.refused(true);
    }

    private NonceTable.Verdict use(DigestCredentials login) {
        if (login.qop().isEmpty()) {
            return nonces.look(login.nonce(), clock.millis());
        }
        int count = (int) Math.min(Integer.MAX_VALUE, Long.parseLong(login.nc(), 16));
        return nonces.use(login.nonce(), count, clock.millis());
    }
}
