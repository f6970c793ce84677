package io.mirror.examples.command.journal;

import io.mirror.core.access.Secret;
import java.io.ByteArrayInputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.IModelTransformer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** What the words of bin/ssl mean. */
final class SslArguments {
    private static final int MAX_KEY_BYTES = 4096;

    private SslArguments() {}

    /** Lets words that begin with a minus sign be arguments, as they are for bin/ssl. */
    static final class MinusIsNoOption implements IModelTransformer {
        @Override
        public CommandSpec transform(CommandSpec spec) {
            spec.parser().unmatchedOptionsArePositionalParams(true);
            return spec;
        }
    }

    static void refuseUnknownOptions(CommandLine line, Iterable<String> words) {
        for (String word : words) {
            if (word.startsWith("--")) {
                throw new ParameterException(line, "Unknown option: '" + word + "'");
            }
        }
    }

    static void count(CommandLine line, List<String> words, String form, int fewest, int most) {
        if (words.size() < fewest || words.size() > most) {
            String found = words.size() == 1 ? "1 argument" : words.size() + " arguments";
            throw new ParameterException(line, form + " is expected, not " + found);
        }
    }

    static boolean isUnchecked(String port) {
        return port.startsWith("-");
    }

    static int port(CommandLine line, String word) {
        String digits = isUnchecked(word) ? word.substring(1) : word;
        if (!digits.matches("[0-9]{1,5}") || Integer.parseInt(digits) < 1 || Integer.parseInt(digits) > 65_535) {
            throw new ParameterException(
                    line, "port '" + word + "' is not from 1 to 65535, with or without a minus sign");
        }
        return Integer.parseInt(digits);
    }

    /** A word that begins with a minus sign is the text behind it, a single minus sign is standard input. */
    static InputStream open(String word) throws IOException {
        if (word.equals("-")) {
            return new FileInputStream(FileDescriptor.in);
        }
        return word.startsWith("-")
                ? new ByteArrayInputStream(word.substring(1).getBytes(StandardCharsets.UTF_8))
                : Files.newInputStream(Path.of(word));
    }

    /** Reads the key: the first line of what the word stands for. */
    static Secret key(String word) throws IOException {
        String name = word.equals("-") || !word.startsWith("-") ? word : "the key";
        byte[] bytes;
        try (InputStream in = open(word)) {
            bytes = in.readNBytes(MAX_KEY_BYTES + 1);
        }
        if (bytes.length > MAX_KEY_BYTES) {
            throw new IOException(name + ": longer than " + MAX_KEY_BYTES + " bytes; the key is its first line");
        }
        String text = new String(bytes, StandardCharsets.UTF_8);
        String line = text.lines().findFirst().orElse("");
        if (line.isEmpty()) {
            throw new IOException(name + ": the first line is empty; the key belongs there");
        }
        return Secret.of(line);
    }
}
