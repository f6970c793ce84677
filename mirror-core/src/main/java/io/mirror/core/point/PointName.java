package io.mirror.core.point;

import java.util.Objects;

/**
 * The name of a point: a domain and a name within it, written {@code domain:name} (DHTP section 4.1).
 *
 * <p>The first colon divides, so a name may contain colons and a domain may not. Names are compared case-sensitively.
 * Instances are immutable and safe for use by many threads.
 */
public final class PointName implements Comparable<PointName> {
    /** Longest domain in UTF-8 bytes. */
    public static final int MAX_DOMAIN_BYTES = 255;
    /** Longest qualified name in UTF-8 bytes. */
    public static final int MAX_NAME_BYTES = 4096;

    private final String domain;
    private final String name;
    private final int hash;

    private PointName(String domain, String name) {
        this.domain = domain;
        this.name = name;
        hash = NameHash.of(domain, name);
    }

    /**
     * Makes a name from its two parts.
     *
     * @param domain 1 to {@value #MAX_DOMAIN_BYTES} UTF-8 bytes, no colon
     * @param name at least one character; with domain and colon at most {@value #MAX_NAME_BYTES} UTF-8 bytes
     * @return the name
     * @throws IllegalArgumentException if a part is empty, too long, or not encodable as UTF-8, or the domain has a
     *     colon
     */
    public static PointName of(String domain, String name) {
        int domainBytes = checkDomain(domain);
        Objects.requireNonNull(name, "name");
        if (name.isEmpty()) {
            throw new IllegalArgumentException("point name is empty: \"" + Excerpt.of(domain) + ":\"");
        }
        int nameBytes = Utf8.encodedLength(name);
        if (nameBytes < 0) {
            throw new IllegalArgumentException("point name has an unpaired surrogate: \"" + Excerpt.of(name) + "\"");
        }
        if (domainBytes + 1 + nameBytes > MAX_NAME_BYTES) {
            throw new IllegalArgumentException("point name has " + (domainBytes + 1 + nameBytes)
                    + " bytes, the limit is " + MAX_NAME_BYTES + ": \"" + Excerpt.of(name) + "\"");
        }
        return new PointName(domain, name);
    }

    /**
     * Reads a qualified name.
     *
     * @param qualified {@code domain:name}
     * @return the name
     * @throws IllegalArgumentException if there is no colon or a part is not acceptable to {@link #of}
     */
    public static PointName parse(String qualified) {
        int colon = qualified.indexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException(
                    "point name has no domain: \"" + Excerpt.of(qualified) + "\"; write it as domain:name");
        }
        return of(qualified.substring(0, colon), qualified.substring(colon + 1));
    }

    /**
     * Reads a name that may lack a domain.
     *
     * @param text {@code domain:name} or {@code name}
     * @param defaultDomain the domain of a name without one
     * @return the name
     * @throws IllegalArgumentException if a part is not acceptable to {@link #of}
     */
    public static PointName resolve(String text, String defaultDomain) {
        int colon = text.indexOf(':');
        if (colon < 0) {
            return of(defaultDomain, text);
        }
        // The names of one connection are mostly in one domain, and are kept: they share its text.
        boolean inDefault = colon == defaultDomain.length() && text.startsWith(defaultDomain);
        return of(inDefault ? defaultDomain : text.substring(0, colon), text.substring(colon + 1));
    }

    /**
     * Checks a domain name.
     *
     * @param domain the domain
     * @return its length in UTF-8 bytes
     * @throws IllegalArgumentException if it is empty, has a colon, is not encodable or longer than
     *     {@value #MAX_DOMAIN_BYTES} bytes
     */
    public static int checkDomain(String domain) {
        Objects.requireNonNull(domain, "domain");
        if (domain.isEmpty()) {
            throw new IllegalArgumentException("domain name is empty");
        }
        if (domain.indexOf(':') >= 0) {
            throw new IllegalArgumentException("domain name has a colon: \"" + Excerpt.of(domain) + "\"");
        }
        int bytes = Utf8.encodedLength(domain);
        if (bytes < 0) {
            throw new IllegalArgumentException("domain name has an unpaired surrogate: \"" + Excerpt.of(domain) + "\"");
        }
        if (bytes > MAX_DOMAIN_BYTES) {
            throw new IllegalArgumentException("domain name has " + bytes + " bytes, the limit is " + MAX_DOMAIN_BYTES
                    + ": \"" + Excerpt.of(domain) + "\"");
        }
        return bytes;
    }

    /**
     * Tells whether a domain is reserved for what the library itself publishes, such as the status of links in
     * {@code $link}. Such domains are read like others; no link changes what is in them.
     *
     * @param domain the domain
     * @return true if its name begins with {@code $}
     */
    public static boolean isReserved(String domain) {
        return domain.startsWith("$");
    }

    /**
     * Returns the domain.
     *
     * @return the part before the first colon
     */
    public String domain() {
        return domain;
    }

    /**
     * Returns the name within the domain.
     *
     * @return the part after the first colon
     */
    public String name() {
        return name;
    }

    /**
     * Returns the point of the same name in another domain, as a link between two domains maps it.
     *
     * @param other the other domain
     * @return this name if it is already in that domain
     * @throws IllegalArgumentException if the result is not acceptable to {@link #of}
     */
    public PointName inDomain(String other) {
        return domain.equals(other) ? this : of(other, name);
    }

    @Override
    public int compareTo(PointName other) {
        int byDomain = domain.compareTo(other.domain);
        return byDomain != 0 ? byDomain : name.compareTo(other.name);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PointName that
                && hash == that.hash
                && name.equals(that.name)
                && domain.equals(that.domain);
    }

    /**
     * Returns a hash that differs from process to process and costs no more than reading it.
     *
     * @return the hash
     */
    @Override
    public int hashCode() {
        return hash;
    }

    /**
     * Returns the qualified name.
     *
     * @return {@code domain:name}
     */
    @Override
    public String toString() {
        return domain + ':' + name;
    }
}
