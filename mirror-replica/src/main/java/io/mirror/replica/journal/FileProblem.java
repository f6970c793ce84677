package io.mirror.replica.journal;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** Says what failed about a file; the messages of the Java runtime are often no more than its name. */
final class FileProblem {
    private FileProblem() {}

    static String of(IOException failure) {
        if (!(failure instanceof FileSystemException about) || about.getFile() == null) {
            return String.valueOf(failure.getMessage());
        }
        String reason = about.getReason();
        if (about instanceof NoSuchFileException) {
            reason = "no such file or directory";
        } else if (about instanceof AccessDeniedException) {
            reason = "permission denied";
        } else if (about instanceof NotDirectoryException) {
            reason = "not a directory";
        }
        return about.getFile() + ": " + (reason == null ? about.getClass().getSimpleName() : reason);
    }
}
