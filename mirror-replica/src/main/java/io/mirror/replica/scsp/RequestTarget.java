package io.mirror.replica.scsp;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A parsed request target (SCSP section 4.1).
 *
 * @param authority the host of an absolute target
 * @param rawPath the path as it came
 * @param rawQuery the arguments as they came, empty without any
 * @param segments the decoded path: nothing, one segment, or bucket and name
 * @param arguments names in lower case with their values
 */
record RequestTarget(
        Optional<String> authority, String rawPath, String rawQuery, List<String> segments, List<Argument> arguments) {
    /** One argument. */
    record Argument(String name, String value) {}

    static RequestTarget parse(String target) throws MalformedHttpException {
        Optional<String> authority = Optional.empty();
        String rest = target;
        if (target.regionMatches(true, 0, "http://", 0, 7)) {
            int path = target.indexOf('/', 7);
            authority = Optional.of(path < 0 ? target.substring(7) : target.substring(7, path));
            rest = path < 0 ? "/" : target.substring(path);
        }
        if (!rest.startsWith("/")) {
            throw new MalformedHttpException("the target is not a path");
        }
        int question = rest.indexOf('?');
        String rawPath = question < 0 ? rest : rest.substring(0, question);
        String rawQuery = question < 0 ? "" : rest.substring(question + 1);
        String path = ScspText.percentDecode(rawPath.substring(1))
                .orElseThrow(() -> new MalformedHttpException("the path has a broken escape or is not UTF-8"));
        List<String> segments = new ArrayList<>();
        if (!path.isEmpty()) {
            int slash = path.indexOf('/');
            segments.add(slash < 0 ? path : path.substring(0, slash));
            if (slash >= 0 && slash + 1 < path.length()) {
                segments.add(path.substring(slash + 1));
            }
        }
        List<Argument> arguments = new ArrayList<>();
        for (String part : rawQuery.split("&", -1)) {
            if (!part.isEmpty()) {
                int equals = part.indexOf('=');
                String name = equals < 0 ? part : part.substring(0, equals);
                String value = equals < 0 ? "true" : part.substring(equals + 1);
                arguments.add(new Argument(
                        name.toLowerCase(Locale.ROOT),
                        ScspText.percentDecode(value)
                                .orElseThrow(() -> new MalformedHttpException("an argument has a broken escape"))));
            }
        }
        return new RequestTarget(authority, rawPath, rawQuery, segments, arguments);
    }

    boolean isUuid() {
        return segments.size() == 1 && segments.get(0).matches("[0-9A-Fa-f]{32}");
    }

    Optional<String> argument(String name) {
        return arguments.stream()
                .filter(argument -> argument.name().equals(name))
                .map(Argument::value)
                .findFirst();
    }

    List<String> all(String name) {
        return arguments.stream()
                .filter(argument -> argument.name().equals(name))
                .map(Argument::value)
                .toList();
    }

    boolean flag(String name) {
        return argument(name)
                .map(value -> value.equalsIgnoreCase("true") || value.equalsIgnoreCase("yes"))
                .orElse(false);
    }
}
