package io.mirror.replica.journal;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.List;

/** Says what failed about a file; the messages of the Java runtime are often no more than its name. */
final class FileProblem {
    private static final List<String> FULL =
            List.of("No space left on device", "Disk quota exceeded", "not enough space on the disk");

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

    /** Tells whether the disk was full in spite of the reserve. The Java runtime knows no more than the system's words. */
    static boolean isFullDisk(IOException failure) {
        String message = String.valueOf(failure.getMessage());
        return FULL.stream().anyMatch(message::contains);
    }
}
