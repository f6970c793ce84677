package io.mirror.transport.internal.http;

import io.mirror.codec.http.AuthScheme;
import io.mirror.codec.http.BasicCredentials;
import io.mirror.codec.http.DigestAlgorithm;
import io.mirror.codec.http.DigestChallenge;
import io.mirror.codec.http.DigestComputation;
import io.mirror.codec.http.HttpAuthException;
import io.mirror.core.access.Credentials;
import io.mirror.core.point.Excerpt;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one endpoint knows about logging in to its proxy (RFC 9110 section 11): nothing before the proxy has asked, then the
 * way it asked for. A proxy that asks again within an attempt is not answered twice. Used by one event loop at a time.
 */
public final class ProxyLogin {
    /** The cause of failure that is answered by another connection at once. */
    public static final String WANTED = "the proxy wants a login";

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int CNONCE_BYTES = 16;

    private final @Nullable Credentials credentials;
    private final boolean basicInClear;
    private boolean answered;
    private boolean basic;
    private @Nullable DigestChallenge digest;
    private int digestCount;

    /**
     * Creates what knows nothing yet.
     *
     * @param credentials user and password of the proxy, if there are any
     * @param basicInClear true if the password may be sent as it is
     * @throws IllegalArgumentException if the user cannot be part of a request
     */
    public ProxyLogin(Optional<Credentials> credentials, boolean basicInClear) {
        this.credentials = credentials.orElse(null);
        this.basicInClear = basicInClear;
        credentials.ifPresent(login -> HttpText.checkValue("the user of the proxy", login.user()));
    }

    /** A new attempt to connect begins, not one that answers the proxy. */
    public void newAttempt() {
        answered = false;
    }

    /** Returns the value of Proxy-Authorization for a request, if the proxy is known to want one. */
    public Optional<String> authorization(String method, String uri) {
        Credentials login = credentials;
        DigestChallenge challenge = digest;
        if (login == null) {
            return Optional.empty();
        }
        if (challenge != null) {
            return Optional.of(digestOf(login, challenge, method, uri));
        }
        return basic ? Optional.of(new BasicCredentials(login.user(), login.password()).toHeader()) : Optional.empty();
    }

    private String digestOf(Credentials login, DigestChallenge challenge, String method, String uri) {
        byte[] random = new byte[CNONCE_BYTES];
        RANDOM.nextBytes(random);
        DigestAlgorithm algorithm = challenge.algorithm().orElseThrow();
        String ha1 = DigestComputation.ha1(algorithm, login.user(), challenge.realm(), login.password());
        digestCount++;
        return challenge
                .answer(
                        login.user(),
                        ha1,
                        method,
                        uri,
                        digestCount,
                        HexFormat.of().formatHex(random))
                .toHeader();
    }

    /**
     * Takes a challenge of status 407 in.
     *
     * @return why it cannot be answered; empty if the next connection will answer it
     */
    public String challenged(HttpHead head) {
        Credentials login = credentials;
        basic = false;
        digest = null;
        if (login == null) {
            return "the proxy wants a login and there is none; set the credentials of the proxy";
        }
        if (answered) {
            return "the proxy refused the login of its user";
        }
        answered = true;
        try {
            return choose(AuthScheme.parseAll(String.join(", ", head.values("proxy-authenticate"))), login);
        } catch (HttpAuthException e) {
            return "the proxy wants a login in a form that cannot be read: "
                    + Excerpt.of(String.valueOf(e.getMessage()));
        }
    }

    /** The strongest that both sides can; the password in clear only if nothing else is on offer. */
    private String choose(List<AuthScheme> offers, Credentials login) {
        digest = offers.stream()
                .filter(offer -> offer.is("Digest"))
                .flatMap(offer -> usable(offer).stream())
                .min(Comparator.comparing(ProxyLogin::weakness))
                .orElse(null);
        digestCount = 0;
        if (digest != null) {
            return "";
        }
        if (offers.stream().noneMatch(offer -> offer.is("Basic"))) {
            return "the proxy wants a login of a kind that is not supported; Basic and Digest are";
        }
        if (!basicInClear) {
            return "the proxy wants its password in clear (Basic); allow that with allowPlaintextSecrets if everybody"
                    + " on the way to it may read it";
        }
        if (login.user().indexOf(':') >= 0) {
            return "the proxy wants Basic, and the name of its user has a colon";
        }
        basic = true;
        return "";
    }

    private static Optional<DigestChallenge> usable(AuthScheme offer) {
        try {
            return Optional.of(DigestChallenge.of(offer)).filter(DigestChallenge::isUsable);
        } catch (HttpAuthException unusable) {
            return Optional.empty();
        }
    }

    private static boolean weakness(DigestChallenge challenge) {
        return challenge.algorithm().orElseThrow().token().startsWith("MD5");
    }

    /** Never shows what it knows. */
    @Override
    public String toString() {
        return "ProxyLogin(***)";
    }
}
