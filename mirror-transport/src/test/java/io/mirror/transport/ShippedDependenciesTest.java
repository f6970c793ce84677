package io.mirror.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.lang.module.ResolvedModule;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a host gets together with this library, compared with the list that was agreed to. */
@Tag("S-SUP-1")
class ShippedDependenciesTest {

    private static final String LIST = "shipped-dependencies.txt";
    private static final Pattern DEPENDENCY = Pattern.compile("(?s)<dependency>(.*?)</dependency>");

    @Test
    void dependenciesOfThePublishedPomsAreTheAgreedOnes() throws IOException {
        Set<String> found = new TreeSet<>();
        for (Path pom : libraryPoms()) {
            String module = pom.getParent().getFileName().toString();
            String text = Files.readString(pom);
            String dependencies = text.substring(text.indexOf("<dependencies>"), text.indexOf("</dependencies>"));
            for (Matcher entry = DEPENDENCY.matcher(dependencies); entry.find(); ) {
                String body = entry.group(1);
                if (!element(body, "scope").equals("test")) {
                    boolean optional = element(body, "optional").equals("true");
                    found.add("pom " + module + " " + element(body, "groupId") + ":" + element(body, "artifactId")
                            + (optional ? " optional" : ""));
                }
            }
        }

        assertThat(found).containsExactlyElementsOf(agreed("pom "));
    }

    @Test
    void modulesThatAreNeededAtRunTimeAreTheAgreedOnes() throws IOException {
        String modulePath = System.getProperty("jdk.module.path");
        Assumptions.assumeTrue(modulePath != null, "the tests run on the class path");
        Path[] entries = Stream.of(modulePath.split(File.pathSeparator))
                .map(Path::of)
                .filter(Files::exists)
                .toArray(Path[]::new);

        Configuration resolved = Configuration.resolve(
                ModuleFinder.of(entries),
                List.of(Configuration.empty()),
                ModuleFinder.ofSystem(),
                Set.of("io.mirror.transport"));

        Set<String> found = new TreeSet<>();
        for (ResolvedModule module : resolved.modules()) {
            if (!module.name().startsWith("java.") && !module.name().startsWith("jdk.")) {
                found.add("module " + module.name());
            }
        }
        assertThat(found).containsExactlyElementsOf(agreed("module "));
    }

    private static List<Path> libraryPoms() throws IOException {
        Path here = Path.of(System.getProperty("basedir", "")).toAbsolutePath();
        assertThat(here.getFileName()).hasToString("mirror-transport");
        try (Stream<Path> modules = Files.list(here.getParent())) {
            return modules.filter(module -> module.getFileName().toString().startsWith("mirror-"))
                    .filter(module -> !module.getFileName().toString().equals("mirror-benchmarks"))
                    .map(module -> module.resolve("pom.xml"))
                    .filter(Files::exists)
                    .sorted()
                    .toList();
        }
    }

    private static String element(String xml, String name) {
        Matcher matcher =
                Pattern.compile("<" + name + ">([^<]*)</" + name + ">").matcher(xml);
        return matcher.find() ? matcher.group(1).strip() : "";
    }

    private static Set<String> agreed(String prefix) throws IOException {
        try (InputStream in = ShippedDependenciesTest.class.getResourceAsStream(LIST)) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            Set<String> lines = new TreeSet<>(Arrays.asList(text.split("\n")));
            lines.removeIf(line -> !line.startsWith(prefix));
            return lines;
        }
    }
}
