package io.mirror.codec.http;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * One scheme with its parameters, from {@code WWW-Authenticate}, {@code Authorization} or their proxy counterparts (RFC
 * 9110 section 11).
 *
 * @param name the name of the scheme as it was written; compare it with {@link #is(String)}
 * @param token68 the single value of a scheme such as Basic, empty if it has parameters
 * @param parameters the parameters in their order, names in lower case, values without quotes and escapes
 */
public record AuthScheme(String name, String token68, Map<String, String> parameters) {
    /** Longest header value that is parsed, in characters. */
    public static final int MAX_LENGTH = 16_384;

    /** Most schemes in one value, and most parameters of one scheme. */
    public static final int MAX_PARTS = 64;

    /**
     * Takes a copy of the parameters.
     *
     * @param name the name of the scheme
     * @param token68 the single value, or empty
     * @param parameters the parameters by their names in lower case
     */
    public AuthScheme {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(token68, "token68");
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    }

    /**
     * Reads all schemes of a header value: several challenges may stand in one line.
     *
     * @param value the value, decoded from the octets of the line (UTF-8, else ISO-8859-1)
     * @return the schemes in their order
     * @throws HttpAuthException if the value is malformed, names a parameter of a scheme twice, or is too long
     */
    public static List<AuthScheme> parseAll(String value) throws HttpAuthException {
        return new AuthParser(value).schemes();
    }

    /**
     * Reads the value of {@code Authorization}, which has exactly one scheme.
     *
     * @param value the value, decoded from the octets of the line
     * @return the scheme
     * @throws HttpAuthException if the value is malformed or has another number of schemes
     */
    public static AuthScheme parseOne(String value) throws HttpAuthException {
        List<AuthScheme> schemes = parseAll(value);
        if (schemes.size() != 1) {
            throw new HttpAuthException("expected one scheme, found " + schemes.size());
        }
        return schemes.get(0);
    }

    /**
     * Tells whether this is the given scheme, in any case.
     *
     * @param scheme the name of a scheme
     * @return true if the names are the same
     */
    public boolean is(String scheme) {
        return name.equalsIgnoreCase(scheme);
    }

    /**
     * Returns a parameter.
     *
     * @param parameter its name, in any case
     * @return its value, or empty if it is absent
     */
    public Optional<String> get(String parameter) {
        return Optional.ofNullable(parameters.get(parameter.toLowerCase(Locale.ROOT)));
    }

    /**
     * Returns a parameter that the scheme needs.
     *
     * @param parameter its name, in any case
     * @return its value
     * @throws HttpAuthException if it is absent
     */
    public String require(String parameter) throws HttpAuthException {
        return get(parameter).orElseThrow(() -> new HttpAuthException(name + " lacks the parameter " + parameter));
    }

    /** Returns the name of the scheme and of its parameters; values may be secret. */
    @Override
    public String toString() {
        return name + parameters.keySet();
    }
}
