package io.mirror.examples.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProcessFilesTest {
    private static final Path RECORDED = Path.of("src", "test", "resources", "proc");

    @Test
    void readsProcessesWithParenthesesAndBlanksInTheirNames() {
        String name = "process.4711.web__x__content";
        Map<String, Object> values = Collected.from(new ProcessFiles(RECORDED));
        assertThat(values)
                .containsEntry(name + ".state", "S")
                .containsEntry(name + ".minor_faults", 1500L)
                .containsEntry(name + ".major_faults", 7L)
                .containsEntry(name + ".user_seconds", 2.5)
                .containsEntry(name + ".system_seconds", 1.25)
                .containsEntry(name + ".threads", 12L)
                .containsEntry(name + ".virtual_bytes", 3133440L)
                .containsEntry(name + ".resident_bytes", 1576L * 1024)
                .containsEntry(name + ".voluntary_switches", 77L)
                .containsEntry(name + ".involuntary_switches", 5L)
                .containsEntry(name + ".read_bytes", 7278L)
                .containsEntry(name + ".written_bytes", 302L)
                .containsEntry("process.count", 2L);
        assertThat(values.keySet()).noneMatch(key -> key.contains("4712") || key.contains("self"));
    }

    @Test
    void theRuntimeKnowsThisProcessOnEverySystem() {
        Map<String, Object> values = Collected.from(new ProcessHandles());
        assertThat(values.keySet())
                .anyMatch(key ->
                        key.startsWith("process." + ProcessHandle.current().pid() + "."));
        assertThat(Collected.from(new JavaRuntime()))
                .containsKeys("jvm.heap.used_bytes", "jvm.threads", "machine.processors");
    }
}
