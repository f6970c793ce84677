package io.mirror.sockmux.forward;

import io.mirror.transport.internal.SecretFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Replaces {@code +=file} by the lines of the file. Files lie below one directory, are small, and include few others. */
final class ParameterFiles {
    static final String PREFIX = "+=";
    private static final int MAX_BYTES = 64 << 10;
    private static final int MAX_DEPTH = 3;
    private static final int MAX_WORDS = 10_000;

    private final Optional<Path> root;

    ParameterFiles(Optional<Path> root) {
        this.root = root;
    }

    List<String> expand(List<String> words) {
        List<String> all = new ArrayList<>();
        for (String word : words) {
            add(word, 0, all);
        }
        return all;
    }

    private void add(String word, int depth, List<String> all) {
        if (all.size() >= MAX_WORDS) {
            throw new TunnelParameterException(word, "more than " + MAX_WORDS + " parameters");
        }
        if (!word.startsWith(PREFIX)) {
            all.add(word);
            return;
        }
        if (depth >= MAX_DEPTH) {
            throw new TunnelParameterException(word, "files are included at most " + MAX_DEPTH + " deep");
        }
        for (String line : read(word).lines().toList()) {
            String text = line.strip();
            if (!text.isEmpty() && !text.startsWith("#")) {
                add(text, depth + 1, all);
            }
        }
    }

    private String read(String word) {
        Path directory =
                root.orElseThrow(() -> new TunnelParameterException(word, "files of parameters are not allowed here"));
        String name = word.substring(PREFIX.length());
        try {
            Path real = directory.toRealPath();
            Path file = real.resolve(name).toRealPath();
            if (!file.startsWith(real) || file.equals(real)) {
                throw new TunnelParameterException(word, "the file is not below " + directory);
            }
            return SecretFiles.readText(file, MAX_BYTES);
        } catch (IOException | IllegalArgumentException e) {
            throw new TunnelParameterException(word, "cannot be read below " + directory + ": " + e.getMessage());
        }
    }
}
