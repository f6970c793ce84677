package io.mirror.replica.journal;

import io.mirror.core.access.Secret;
import io.mirror.transport.internal.SecretFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** The key in the first line of a file, read again when the file was changed. Safe for use by several threads. */
final class KeyFile {
    private static final int MAX_BYTES = 4096;

    private final Path file;
    private Object version = "";
    private Secret secret = Secret.of("");

    KeyFile(Path file) {
        this.file = file;
    }

    /** Returns the key as it is in the file now. */
    synchronized Secret secret() throws IOException {
        BasicFileAttributes attributes;
        try {
            attributes = Files.readAttributes(file, BasicFileAttributes.class);
        } catch (NoSuchFileException e) {
            throw new IOException(file + " is not there; the key belongs into its first line", e);
        }
        Object found = attributes.lastModifiedTime() + " " + attributes.size() + " " + attributes.fileKey();
        if (!found.equals(version)) {
            SecretFiles.checkPrivate(file, false);
            String text = SecretFiles.readText(file, MAX_BYTES);
            int end = 0;
            while (end < text.length() && text.charAt(end) != '\n' && text.charAt(end) != '\r') {
                end++;
            }
            if (end == 0) {
                throw new IOException(file + " has an empty first line; the key belongs there");
            }
            secret = Secret.of(text.substring(0, end));
            version = found;
        }
        return secret;
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
