package io.mirror.replica.scsp;

import java.util.List;
import java.util.Objects;

/**
 * What a store knows about an object.
 *
 * @param key the address in the store: {@code u/UUID}, {@code n/DOMAIN/BUCKET/NAME} or {@code c/DOMAIN[/BUCKET]}
 * @param kind what the object is
 * @param etag the tag of this content, 32 hexadecimal digits
 * @param version the version: milliseconds since 1970
 * @param cluster the cluster where this version was written
 * @param length the length of the content in bytes
 * @param sha256 the seal of the content, hexadecimal; every read is checked against it
 * @param md5 the base64 MD5 of the content if it is kept, or empty
 * @param headers the headers that are returned with the object
 */
public record ObjectInfo(
        String key,
        ObjectKind kind,
        String etag,
        long version,
        String cluster,
        long length,
        String sha256,
        String md5,
        List<ObjectHeader> headers) {
    /**
     * Takes a copy of the headers.
     *
     * @param key the address
     * @param kind what the object is
     * @param etag the tag
     * @param version the version
     * @param cluster the cluster
     * @param length the length in bytes
     * @param sha256 the seal
     * @param md5 the MD5 or empty
     * @param headers the headers
     */
    public ObjectInfo {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(kind, "kind");
        headers = List.copyOf(headers);
    }

    ObjectInfo withContent(long newLength, String newSha256) {
        return new ObjectInfo(key, kind, etag, version, cluster, newLength, newSha256, md5, headers);
    }

    ObjectInfo withKey(String newKey) {
        return new ObjectInfo(newKey, kind, etag, version, cluster, length, sha256, md5, headers);
    }

    ObjectInfo withMd5(String newMd5) {
        return new ObjectInfo(key, kind, etag, version, cluster, length, sha256, newMd5, headers);
    }
}
