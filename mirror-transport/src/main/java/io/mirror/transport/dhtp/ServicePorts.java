package io.mirror.transport.dhtp;

import io.mirror.core.point.Excerpt;
import io.mirror.transport.TransportException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;

/** Turns a port as configured into a number: it may be the name of a service (DHTP section 1). */
final class ServicePorts {
    private static final Path SERVICES = Path.of("/etc/services");

    private ServicePorts() {}

    static int resolve(String port) {
        OptionalInt number = number(port);
        if (number.isPresent()) {
            return number.getAsInt();
        }
        OptionalInt service = service(port);
        if (service.isPresent()) {
            return service.getAsInt();
        }
        throw new TransportException("port \"" + Excerpt.of(port)
                + "\" is neither a number from 1 to 65535 nor a TCP service that this machine knows");
    }

    private static OptionalInt number(String port) {
        try {
            int number = Integer.parseInt(port);
            return number >= 1 && number <= 65535 ? OptionalInt.of(number) : OptionalInt.empty();
        } catch (NumberFormatException notANumber) {
            return OptionalInt.empty();
        }
    }

    private static OptionalInt service(String name) {
        if (!Files.isReadable(SERVICES)) {
            return OptionalInt.empty();
        }
        try {
            for (String line : Files.readAllLines(SERVICES, StandardCharsets.ISO_8859_1)) {
                String[] words = line.replaceFirst("#.*", "").strip().split("\\s+");
                if (words.length >= 2 && words[1].endsWith("/tcp") && isNamed(words, name)) {
                    return number(words[1].substring(0, words[1].length() - "/tcp".length()));
                }
            }
        } catch (IOException e) {
            throw new TransportException("cannot look up service \"" + Excerpt.of(name) + "\" in " + SERVICES, e);
        }
        return OptionalInt.empty();
    }

    private static boolean isNamed(String[] words, String name) {
        for (int i = 0; i < words.length; i++) {
            if (i != 1 && words[i].equals(name)) {
                return true;
            }
        }
        return false;
    }
}
