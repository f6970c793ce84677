package io.mirror.examples.telemetry;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The files below {@code /proc}, or below a directory with copies of them. */
final class ProcFiles {

    private final Path root;

    ProcFiles(Path root) {
        this.root = root;
    }

    /** Tells whether this looks like {@code /proc} of Linux. */
    boolean isPresent() {
        return Files.isReadable(root.resolve("stat"));
    }

    /** Returns the lines of a file, none if it cannot be read: processes end, and not every file is everybody's. */
    List<String> lines(String file) {
        try {
            return new String(Files.readAllBytes(root.resolve(file)), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    /** Returns the numbers of the processes that are there now. */
    List<Long> processes() {
        List<Long> pids = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(root, "[0-9]*")) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                if (name.length() < 10 && name.chars().allMatch(c -> c >= '0' && c <= '9')) {
                    pids.add(Long.valueOf(name));
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            return List.of();
        }
        pids.sort(null);
        return pids;
    }

    static String[] words(String line) {
        String stripped = line.strip();
        return stripped.isEmpty() ? new String[0] : stripped.split("\\s+");
    }

    /** Returns a number, 0 if the text is none: a kernel may know columns that another does not. */
    static long number(String[] words, int index) {
        if (index >= words.length) {
            return 0;
        }
        try {
            return Long.parseLong(words[index]);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** Makes a part of a point name: lower case, and nothing that has a meaning in a name. */
    static String namePart(String text) {
        StringBuilder part = new StringBuilder(text.length());
        for (char c : text.toLowerCase(Locale.ROOT).toCharArray()) {
            boolean plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
            part.append(plain ? c : '_');
        }
        return part.isEmpty() ? "_" : part.toString();
    }
}
