package io.mirror.transport.internal;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Reads small files of an administrator, and looks at who else may read those with secrets in them. */
public final class SecretFiles {

    private static final Logger LOGGER = System.getLogger("io.mirror.transport");

    private SecretFiles() {}

    /**
     * Reads a whole text file.
     *
     * @param path the file
     * @param maxBytes the largest size accepted
     * @return the content
     * @throws IOException with a message for a person: absent, unreadable, too large, or not UTF-8
     */
    public static String readText(Path path, int maxBytes) throws IOException {
        byte[] bytes;
        try {
            long size = Files.size(path);
            if (size > maxBytes) {
                throw new IOException(path + " has " + size + " bytes, more than the limit of " + maxBytes);
            }
            bytes = Files.readAllBytes(path);
        } catch (NoSuchFileException e) {
            throw new IOException(path + " does not exist", e);
        } catch (AccessDeniedException e) {
            throw new IOException(path + " may not be read by this user", e);
        }
        try {
            CharBuffer text = StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes));
            return text.toString();
        } catch (CharacterCodingException e) {
            throw new IOException(path + " is not UTF-8 text", e);
        }
    }

    /**
     * Warns about, or refuses, a file with secrets that its group or everybody may read.
     *
     * <p>File systems without POSIX permissions are not judged.
     *
     * @param path the file
     * @param strict true to refuse, false to log a warning
     * @throws IOException if the file is refused or its permissions cannot be read
     */
    public static void checkPrivate(Path path, boolean strict) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(path, PosixFileAttributeView.class);
        if (view == null) {
            return;
        }
        Set<PosixFilePermission> permissions;
        try {
            permissions = view.readAttributes().permissions();
        } catch (NoSuchFileException e) {
            throw new IOException(path + " does not exist", e);
        }
        if (!permissions.contains(PosixFilePermission.GROUP_READ)
                && !permissions.contains(PosixFilePermission.OTHERS_READ)) {
            return;
        }
        String finding = path + " holds secrets and may be read by others ("
                + PosixFilePermissions.toString(permissions) + "); use: chmod 600 " + path;
        if (strict) {
            throw new IOException(finding);
        }
        LOGGER.log(Level.WARNING, finding);
    }
}
