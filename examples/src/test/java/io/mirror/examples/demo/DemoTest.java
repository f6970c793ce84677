package io.mirror.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.examples.command.MirrorCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class DemoTest {

    private static List<Path> leftovers() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.filter(file -> file.getFileName().toString().startsWith("mirror-demo-"))
                    .toList();
        }
    }

    @Test
    @Timeout(180)
    void mirrorsThisMachineIsCutRecoversAndEndsEqual() throws IOException {
        List<Path> before = leftovers();
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();

        int code = MirrorCommand.run(new PrintWriter(out), new PrintWriter(err), "demo", "--seconds", "8");

        String said = out.toString();
        assertThat(err.toString()).isEmpty();
        assertThat(said)
                .contains("TLS, validated, binary point messages")
                .containsPattern("cut\\s+at \\d")
                .containsPattern("all [\\d,]+ points of the master were\\s+Not Connected")
                .contains("after the connection was possible again")
                .containsPattern("equal\\s+yes: \\d+ points compared")
                .doesNotContain("WRONG");
        assertThat(code).isZero();
        if (Files.exists(Path.of("/proc/stat"))) {
            Matcher changed = Pattern.compile("([\\d,]+) of them changed").matcher(said);
            assertThat(changed.find()).isTrue();
            assertThat(Integer.parseInt(changed.group(1).replace(",", ""))).isGreaterThanOrEqualTo(100);
        }
        assertThat(leftovers()).isEqualTo(before);
        assertThat(ProcessHandle.current().children().filter(ProcessHandle::isAlive))
                .isEmpty();
    }
}
