package io.mirror.examples.command;

import io.mirror.core.access.Secret;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** Files with secrets in them. */
public final class SecretFile {
    private static final int MAX_BYTES = 64 * 1024;

    private SecretFile() {}

    /**
     * Reads a password: the first line of a file.
     *
     * @param file the file
     * @return the password
     * @throws IOException if the file cannot be read
     */
    public static Secret readPassword(Path file) throws IOException {
        if (Files.size(file) > MAX_BYTES) {
            throw new CommandFailure(file + ": too long for a password file; the password is its first line");
        }
        byte[] bytes = Files.readAllBytes(file);
        CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
        Arrays.fill(bytes, (byte) 0);
        int end = 0;
        while (end < text.length() && text.charAt(end) != '\n' && text.charAt(end) != '\r') {
            end++;
        }
        if (end == 0) {
            throw new CommandFailure(file + ": the first line is empty; write the password there");
        }
        Secret password = Secret.of(text.subSequence(0, end));
        Arrays.fill(text.array(), '\0');
        return password;
    }

    /**
     * Looks at who may read a file.
     *
     * @param file the file
     * @return a warning if others than the owner may; empty where the system has no such permissions
     */
    public static Optional<String> permissionWarning(Path file) {
        try {
            Set<PosixFilePermission> others = EnumSet.copyOf(Files.getPosixFilePermissions(file));
            others.retainAll(EnumSet.of(PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_READ));
            return others.isEmpty()
                    ? Optional.empty()
                    : Optional.of(file + " holds passwords and has mode "
                            + PosixFilePermissions.toString(Files.getPosixFilePermissions(file))
                            + ": others may read it; chmod 600 it");
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
