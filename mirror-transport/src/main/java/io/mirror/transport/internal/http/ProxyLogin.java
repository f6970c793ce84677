package io.mirror.transport.internal.http;

import io.mirror.core.access.Credentials;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one endpoint knows about logging in to its proxy (RFC 9110 section 11, RFC 7616): nothing before the proxy has asked,
 * then the way it asked for. A proxy that asks again, for the same attempt, is not answered twice. Used by one event loop
 * at a time.
 */
public final class ProxyLogin {
    /** The cause of failure that is answered by another connection at once. */
    public static final String WANTED = "the proxy wants a login";

    private final @Nullable Credentials credentials;
    private final boolean basicInClear;
    private boolean answered;
    private boolean basic;
    private @Nullable DigestLogin digest;

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
        DigestLogin response = digest;
        if (login == null) {
            return Optional.empty();
        }
        if (response != null) {
            return Optional.of(response.answer(login, method, uri));
        }
        return basic ? Optional.of(basicOf(login)) : Optional.empty();
    }

    private static String basicOf(Credentials login) {
        byte[] user = (login.user() + ":").getBytes(StandardCharsets.UTF_8);
        byte[] password = login.password().copyUtf8();
        byte[] both = ByteBuffer.allocate(user.length + password.length)
                .put(user)
                .put(password)
                .array();
        try {
            return "Basic " + Base64.getEncoder().encodeToString(both);
        } finally {
            Arrays.fill(password, (byte) 0);
            Arrays.fill(both, (byte) 0);
        }
    }

    /**
     * Takes a challenge of status 407 in.
     *
     * @return why it cannot be answered; empty if the next connection will answer it
     */
    public String challenged(HttpHead head) {
        Credentials login = credentials;
        if (login == null) {
            return "the proxy wants a login and there is none; set the credentials of the proxy";
        }
        if (answered) {
            basic = false;
            digest = null;
            return "the proxy refused the login of its user";
        }
        answered = true;
        List<String> challenges = head.values("proxy-authenticate");
        digest = DigestLogin.of(challenges).orElse(null);
        basic = digest == null && offersBasic(challenges);
        if (digest != null) {
            return "";
        }
        if (!basic) {
            return "the proxy wants a login of a kind that is not supported; Basic and Digest are";
        }
        if (!basicInClear) {
            basic = false;
            return "the proxy wants its password in clear (Basic); allow that with allowPlaintextSecrets if everybody"
                    + " on the way to it may read it";
        }
        return "";
    }

    private static boolean offersBasic(List<String> challenges) {
        for (String challenge : challenges) {
            if (challenge.regionMatches(true, 0, "Basic", 0, 5)) {
                return true;
            }
        }
        return false;
    }

    /** Never shows what it knows. */
    @Override
    public String toString() {
        return "ProxyLogin(***)";
    }
}
