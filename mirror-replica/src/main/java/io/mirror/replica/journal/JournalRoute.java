package io.mirror.replica.journal;

import io.mirror.core.access.Secret;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What a receiver serves under one path: who may send, where it is kept, and who applies it. Immutable; the keys belong
 * to the caller and stay open while a receiver uses them.
 */
public final class JournalRoute {
    /** Shortest key that is accepted when listening, unless weak keys are allowed. */
    public static final int MIN_KEY_CHARACTERS = 32;

    private final String path;
    private final List<Secret> keys;
    private final List<KeyFile> keyFiles;
    private final Path inbox;
    private final PieceHandler handler;
    private final Optional<Path> blobs;
    private final boolean blobsToTheEnd;
    private final boolean assumeDuplicates;
    private final boolean answerWhenApplied;

    private JournalRoute(Builder builder) {
        path = builder.path;
        keys = List.copyOf(builder.keys);
        keyFiles = List.copyOf(builder.keyFiles);
        inbox = builder.inbox;
        handler = builder.handler;
        blobs = builder.blobs;
        blobsToTheEnd = builder.blobsToTheEnd;
        assumeDuplicates = builder.assumeDuplicates;
        answerWhenApplied = builder.answerWhenApplied;
    }

    /**
     * Starts with what is necessary.
     *
     * @param path the path without leading slash, for original senders {@code !replica} or {@code port/!replica}
     * @param inbox directory of this route alone, for what is not applied yet; created if missing
     * @param handler applies what arrives
     * @return a new builder
     */
    public static Builder of(String path, Path inbox, PieceHandler handler) {
        return new Builder(path, inbox, handler);
    }

    String path() {
        return path;
    }

    List<Secret> keys() {
        return keys;
    }

    List<KeyFile> keyFiles() {
        return keyFiles;
    }

    boolean answerWhenApplied() {
        return answerWhenApplied;
    }

    Path inbox() {
        return inbox;
    }

    PieceHandler handler() {
        return handler;
    }

    Optional<Path> blobs() {
        return blobs;
    }

    boolean blobsToTheEnd() {
        return blobsToTheEnd;
    }

    boolean assumeDuplicates() {
        return assumeDuplicates;
    }

    /** Collects options. Not safe for use by several threads. */
    public static final class Builder {
        private final String path;
        private final Path inbox;
        private final PieceHandler handler;
        private final List<Secret> keys = new ArrayList<>();
        private final List<KeyFile> keyFiles = new ArrayList<>();
        private Optional<Path> blobs = Optional.empty();
        private boolean blobsToTheEnd;
        private boolean assumeDuplicates;
        private boolean answerWhenApplied;
        private boolean weakKeys;

        private Builder(String path, Path inbox, PieceHandler handler) {
            this.path = path;
            this.inbox = inbox;
            this.handler = handler;
        }

        /**
         * Adds a key that senders may use: the first line of their key file without its line end.
         *
         * @param key the key; not closed
         * @return this builder
         */
        public Builder key(Secret key) {
            keys.add(key);
            return this;
        }

        /**
         * Adds a key that is the first line of a file. A changed file is read again, so keys can be replaced while the
         * receiver runs.
         *
         * @param file the file
         * @return this builder
         */
        public Builder keyFile(Path file) {
            keyFiles.add(new KeyFile(file));
            return this;
        }

        /**
         * Answers a batch when its handler has returned instead of when it is durable; a handler that takes long holds
         * up its sender, for up to 300 s.
         *
         * @param value false by default
         * @return this builder
         */
        public Builder answerWhenApplied(boolean value) {
            answerWhenApplied = value;
            return this;
        }

        /**
         * Permits keys of fewer than {@value JournalRoute#MIN_KEY_CHARACTERS} characters.
         *
         * @param value false by default
         * @return this builder
         */
        public Builder allowWeakKeys(boolean value) {
            weakKeys = value;
            return this;
        }

        /**
         * Receives blobs below a directory; without it blobs are refused.
         *
         * @param root the directory, created if missing
         * @return this builder
         */
        public Builder blobs(Path root) {
            blobs = Optional.of(root);
            return this;
        }

        /**
         * Receives blobs of senders of before 2016, which have neither length nor answer (dialect unacked-blob).
         *
         * @param value false by default
         * @return this builder
         */
        public Builder blobsToTheEnd(boolean value) {
            blobsToTheEnd = value;
            return this;
        }

        /**
         * Says what a batch without identity is that equals, or begins with, the one before, when it is not known
         * whether the sender read the answer to that one: behind a front end this is never known.
         *
         * @param value true to apply it once, false (the default) to apply it again behind a front end; with TLS of
         *     our own it is applied once in both cases
         * @return this builder
         */
        public Builder assumeDuplicates(boolean value) {
            assumeDuplicates = value;
            return this;
        }

        /**
         * Checks the options.
         *
         * @return the route
         * @throws JournalException if there is no key, a key is too short, or the path is no path
         */
        public JournalRoute build() {
            if (path.isEmpty() || path.startsWith("/") || path.chars().anyMatch(c -> c <= ' ')) {
                throw new JournalException("the path of a route is written without leading slash and blanks");
            }
            if (keys.isEmpty() && keyFiles.isEmpty()) {
                throw new JournalException("route " + path + " needs a key");
            }
            keys.forEach(this::requireStrong);
            for (KeyFile file : keyFiles) {
                try {
                    requireStrong(file.secret());
                } catch (IOException e) {
                    throw new JournalException("the key of route " + path + " cannot be read: " + e.getMessage(), e);
                }
            }
            return new JournalRoute(this);
        }

        private void requireStrong(Secret key) {
            char[] characters = key.copyChars();
            int length = characters.length;
            Arrays.fill(characters, '\0');
            if (length == 0 || (length < MIN_KEY_CHARACTERS && !weakKeys)) {
                throw new JournalException("the key of route " + path + " has " + length + " characters, fewer than "
                        + MIN_KEY_CHARACTERS + "; make a longer one, or allow weak keys");
            }
        }
    }
}
