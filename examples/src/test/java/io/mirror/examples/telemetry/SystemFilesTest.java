package io.mirror.examples.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against text recorded on a Linux machine. */
class SystemFilesTest {
    private static final Path RECORDED = Path.of("src", "test", "resources", "proc");

    @TempDir
    Path proc;

    @Test
    void readsEveryFile() {
        Map<String, Object> values = Collected.from(new SystemFiles(RECORDED));
        assertThat(values)
                .containsEntry("cpu.context_switches", 4097203L)
                .containsEntry("cpu.interrupts", 1365181L)
                .containsEntry("cpu.soft_interrupts", 54321L)
                .containsEntry("cpu.processes_started", 20790L)
                .containsEntry("cpu.processes_running", 2L)
                .containsEntry("cpu.processes_blocked", 1L)
                .containsEntry("load.1min", 0.82)
                .containsEntry("load.15min", 0.89)
                .containsEntry("machine.uptime_seconds", 3371.10)
                .containsEntry("memory.memtotal_bytes", 24684084L * 1024)
                .containsEntry("memory.active_anon_bytes", 123456L * 1024)
                .containsEntry("memory.hugepages_total", 3L)
                .containsEntry("vm.pgfault", 120204410L)
                .containsEntry("disk.vda.reads", 136173L)
                .containsEntry("disk.vda.read_bytes", 5475802L * 512)
                .containsEntry("disk.vda.writes", 15278L)
                .containsEntry("disk.vda.written_bytes", 1874616L * 512)
                .containsEntry("disk.vda.in_flight", 2L)
                .containsEntry("disk.vda.busy_milliseconds", 12696L)
                .containsEntry("net.lo.received_bytes", 172308603L)
                .containsEntry("net.eth0_7.received_bytes", 275758256L)
                .containsEntry("net.eth0_7.receive_errors", 1L)
                .containsEntry("net.eth0_7.receive_drops", 2L)
                .containsEntry("net.eth0_7.sent_bytes", 1203421L)
                .containsEntry("net.eth0_7.send_errors", 3L)
                .containsEntry("net.eth0_7.send_drops", 4L)
                .containsEntry("net.ip.inreceives", 50625L)
                .containsEntry("net.tcp.maxconn", -1L);
    }

    @Test
    void leavesOutWhatIsUnusedOrCutShort() {
        Map<String, Object> values = Collected.from(new SystemFiles(RECORDED));
        assertThat(values.keySet()).noneMatch(name -> name.startsWith("disk.loop0") || name.startsWith("disk.sda"));
        assertThat(values.keySet()).noneMatch(name -> name.startsWith("net.icmp"));
        assertThat(values.keySet()).as("percentages need two readings").noneMatch(name -> name.contains("percent"));
    }

    @Test
    void percentagesAreThoseOfTheTimeBetweenTwoReadings() throws IOException {
        Files.writeString(proc.resolve("stat"), "cpu  1000 0 500 8000 100 0 0 0 0 0\ncpu7 1 0 0 0 0 0 0 0\n");
        SystemFiles files = new SystemFiles(proc);
        Collected.from(files);
        Files.writeString(proc.resolve("stat"), "cpu  1050 0 525 8100 125 0 0 0 0 0\ncpu7 1 0 0 0 0 0 0 0\n");

        assertThat(Collected.from(files))
                .containsEntry("cpu.all.busy_percent", 37.5)
                .containsEntry("cpu.all.user_percent", 25.0)
                .containsEntry("cpu.all.system_percent", 12.5)
                .containsEntry("cpu.all.idle_percent", 50.0)
                .containsEntry("cpu.all.iowait_percent", 12.5)
                .doesNotContainKey("cpu.7.busy_percent");
    }

    @Test
    void damagedFilesAreNoFailure() throws IOException {
        assertThat(new SystemFiles(proc).isPresent()).isFalse();
        assertThat(Collected.from(new SystemFiles(proc))).isEmpty();
        Files.createDirectory(proc.resolve("net"));
        for (String file :
                new String[] {"stat", "loadavg", "uptime", "meminfo", "vmstat", "diskstats", "net/dev", "net/snmp"}) {
            Files.write(proc.resolve(file), new byte[] {'x', ' ', (byte) 0xFF, '\n', '\n', ':', '\n', 'c', 'p', 'u'});
        }
        Collected.from(new SystemFiles(proc));
    }
}
