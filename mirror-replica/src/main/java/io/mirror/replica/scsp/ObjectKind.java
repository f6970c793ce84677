package io.mirror.replica.scsp;

/** What an object is (SCSP section 1). */
public enum ObjectKind {
    /** Unnamed; can be deleted, never changed. */
    IMMUTABLE,
    /** Unnamed; content and metadata can be replaced. */
    ALIAS,
    /** Addressed by domain, bucket and name. */
    NAMED,
    /** A domain or a bucket. */
    CONTEXT,
    /** The memory of a deleted unnamed object, whose identifier is not used again. */
    DELETED
}
