package io.mirror.replica.scsp;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Where a node keeps its objects (SCSP section 10).
 *
 * <p>Methods may block; a node calls them on its own worker threads, several at a time, never on an event loop.
 */
public interface ObjectStore extends AutoCloseable {
    /**
     * Opens an object. What is opened stays readable while the object is replaced or deleted.
     *
     * @param key the key
     * @return the object, or empty if it is absent; a deleted one is absent
     * @throws IOException if the store fails
     */
    Optional<StoredObject> open(String key) throws IOException;

    /**
     * Returns the current state of a key, deleted identifiers included.
     *
     * @param key the key
     * @return the state, or empty if the key was never used
     * @throws IOException if the store fails
     */
    Optional<ObjectInfo> info(String key) throws IOException;

    /**
     * Begins new content, which nobody sees before it is committed.
     *
     * @return where to write it
     * @throws IOException if the store fails
     */
    Sink begin() throws IOException;

    /**
     * Replaces what is known about an object and keeps its content.
     *
     * @param info the new state, with the key, length and seal of the old one
     * @param condition judges the current state, atomically with the change
     * @return false if the condition did not hold; then nothing has changed
     * @throws IOException if the store fails
     */
    boolean replace(ObjectInfo info, Predicate<Optional<ObjectInfo>> condition) throws IOException;

    /**
     * Deletes an object. Identifiers of unnamed objects stay known as deleted.
     *
     * @param key the key
     * @param condition judges the current state, atomically with the change
     * @return false if the object is absent or the condition did not hold
     * @throws IOException if the store fails
     */
    boolean delete(String key, Predicate<ObjectInfo> condition) throws IOException;

    /**
     * Lists the objects that are present.
     *
     * @param prefix what the keys have to begin with
     * @return their keys in no order
     * @throws IOException if the store fails
     */
    List<String> keys(String prefix) throws IOException;

    /** Is told the keys of a store. */
    @FunctionalInterface
    interface KeyVisitor {
        /**
         * Is told one key. It may take its time; the object may be gone by then.
         *
         * @param key the key
         * @throws IOException ends the visit
         */
        void visit(String key) throws IOException;
    }

    /**
     * Tells the keys of the objects that are present one by one, without holding all of them if the store can, which by
     * default it cannot. Of objects that are made or deleted on the way some are told and some are not.
     *
     * @param prefix what the keys have to begin with
     * @param visitor is called on the calling thread
     * @throws IOException if the store or the visitor fails
     */
    default void visitKeys(String prefix, KeyVisitor visitor) throws IOException {
        for (String key : keys(prefix)) {
            visitor.visit(key);
        }
    }

    /**
     * Tells how large the store is.
     *
     * @return the space, or empty if it is not known, which is the default
     * @throws IOException if the store fails
     */
    default Optional<Space> space() throws IOException {
        return Optional.empty();
    }

    /**
     * Names the place where the objects are, which answers call {@code Volume}.
     *
     * @return 32 hexadecimal digits, always the same for the same place; empty if it has no name, which is the default
     */
    default Optional<String> volume() {
        return Optional.empty();
    }

    /**
     * How large a store is.
     *
     * @param capacity octets in all
     * @param available octets that can still be written
     */
    record Space(long capacity, long available) {}

    /**
     * Releases what the store holds.
     *
     * @throws IOException if the store fails
     */
    @Override
    void close() throws IOException;

    /** An open object. Not safe for use by several threads. */
    interface StoredObject extends AutoCloseable {
        /**
         * Returns the state that was opened.
         *
         * @return the state
         */
        ObjectInfo info();

        /**
         * Reads content.
         *
         * @param position the offset of the first byte
         * @param target gets at least one byte if there is one
         * @return the number of bytes, or -1 at the end
         * @throws IOException if the store fails
         */
        int read(long position, ByteBuffer target) throws IOException;

        /**
         * Returns the content as a file, which can be sent without going through this process.
         *
         * @return the file, of which the content is all, open until this object is closed; empty if there is none
         */
        default Optional<FileChannel> file() {
            return Optional.empty();
        }

        @Override
        void close() throws IOException;
    }

    /** New content. Not safe for use by several threads. */
    interface Sink extends AutoCloseable {
        /**
         * Appends content.
         *
         * @param content is consumed
         * @throws IOException if the store fails or is full
         */
        void write(ByteBuffer content) throws IOException;

        /**
         * Makes the content visible under its key, durably.
         *
         * @param info the state; length and seal have to be those of the content
         * @param condition judges the current state of the key, atomically with the change
         * @return false if the condition did not hold; then nothing has changed
         * @throws IOException if the store fails
         */
        boolean commit(ObjectInfo info, Predicate<Optional<ObjectInfo>> condition) throws IOException;

        /**
         * Drops the content unless it was committed.
         *
         * @throws IOException if the store fails
         */
        @Override
        void close() throws IOException;
    }
}
