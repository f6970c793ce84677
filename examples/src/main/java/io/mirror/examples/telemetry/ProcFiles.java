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
public final class ProcFiles {

    private final Path root;

    /**
     * Makes a reader.
     *
     * @param root {@code /proc}, or a directory with copies of its files
     */
    public ProcFiles(Path root) {
        this.root = root;
    }

    /** Tells whether this looks like {@code /proc} of Linux. */
    boolean isPresent() {
        return Files.isReadable(root.resolve("stat"));
    }

    /**
     * Reads a file. Processes end, and not every file is everybody's.
     *
     * @param file its path below the root
     * @return its lines, none if it cannot be read
     */
    public List<String> lines(String file) {
        try {
            return new String(Files.readAllBytes(root.resolve(file)), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    /**
     * Lists the processes.
     *
     * @return the numbers of those that are there now, rising
     */
    public List<Long> processes() {
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

    /**
     * Splits a line at blanks.
     *
     * @param line the line
     * @return its words, none of an empty line
     */
    public static String[] words(String line) {
        String stripped = line.strip();
        return stripped.isEmpty() ? new String[0] : stripped.split("\\s+");
    }

    /**
     * Reads a number. A kernel may know columns that another does not.
     *
     * @param words the words of a line
     * @param index which of them
     * @return the number, 0 if there is none
     */
    public static long number(String[] words, int index) {
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
