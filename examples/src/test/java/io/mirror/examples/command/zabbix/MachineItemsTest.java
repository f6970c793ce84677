package io.mirror.examples.command.zabbix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mirror.examples.command.zabbix.ItemKey.Unsupported;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MachineItemsTest {
    @TempDir
    Path proc;

    private MachineItems items;

    @BeforeEach
    void write() throws IOException {
        file("stat", "cpu 1 2 3");
        file("uptime", "12345.67 99.0");
        file("loadavg", "1.50 2.25 3.00 1/200 4242");
        file(
                "meminfo",
                "MemTotal:       1000 kB\nMemFree:        250 kB\nMemAvailable:   500 kB\nBuffers:  1 kB\nCached: 2 kB\n"
                        + "Active: 3 kB\nInactive: 4 kB\nAnonPages: 5 kB\nShmem: 6 kB\nSlab: 7 kB\n");
        file(
                "net/dev",
                "Inter-|   Receive  |  Transmit\n face |bytes packets\n"
                        + "  eth0: 1 2 3 4 5 6 7 8 11 12 13 14 15 16 17 18\n");
        process(1, "init", 'S', "/sbin/init");
        process(20, "a (b) c", 'R', "/usr/bin/abc\0--flag");
        process(300, "abc", 'Z', "");
        items = new MachineItems(proc, "the proxy");
    }

    private void file(String name, String text) throws IOException {
        Path file = proc.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private void process(int pid, String name, char state, String command) throws IOException {
        file(pid + "/stat", pid + " (" + name + ") " + state + " 0 0 0");
        file(pid + "/cmdline", command);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "agent.ping | 1",
                "agent.hostname | the proxy",
                "system.uptime | 12345",
                "system.cpu.load | 1.500000",
                "system.cpu.load[] | 1.500000",
                "system.cpu.load[all,avg5] | 2.250000",
                "system.cpu.load[,avg15] | 3.000000",
                "vm.memory.size | 1024000",
                "vm.memory.size[free] | 256000",
                "vm.memory.size[available] | 512000",
                "vm.memory.size[used] | 768000",
                "vm.memory.size[pused] | 75.000000",
                "vm.memory.size[pavailable] | 50.000000",
                "vm.memory.size[buffers] | 1024",
                "vm.memory.size[cached] | 2048",
                "vm.memory.size[active] | 3072",
                "vm.memory.size[inactive] | 4096",
                "vm.memory.size[anon] | 5120",
                "vm.memory.size[shared] | 6144",
                "vm.memory.size[slab] | 7168",
                "net.if.in[eth0] | 1",
                "net.if.in[eth0,packets] | 2",
                "net.if.in[\"eth0\",multicast] | 8",
                "net.if.out[eth0] | 11",
                "net.if.out[eth0,compressed] | 18",
                "proc.num[] | 3",
                "proc.num | 3",
                "proc.num[abc] | 1",
                "proc.num[\"a (b) c\"] | 1",
                "proc.num[,,run] | 1",
                "proc.num[,,zomb] | 1",
                "proc.num[,,,--flag] | 1",
                "proc.num[,nobody here] | 0"
            })
    void itemsOfAnAgentAreRead(String key, String value) throws Unsupported {
        assertThat(items.value(key)).isEqualTo(value);
    }

    @Test
    void fileSystemsAreThoseOfThisMachine() throws Unsupported {
        long total = Long.parseLong(items.value("vfs.fs.size[/]"));
        assertThat(total).isPositive();
        assertThat(Long.parseLong(items.value("vfs.fs.size[/,free]"))).isBetween(0L, total);
        assertThat(Long.parseLong(items.value("vfs.fs.size[/,used]"))).isBetween(0L, total);
        assertThat(Double.parseDouble(items.value("vfs.fs.size[/,pfree]"))).isBetween(0.0, 100.0);
        assertThat(Double.parseDouble(items.value("vfs.fs.size[/,pused]"))).isBetween(0.0, 100.0);
        assertThat(Double.parseDouble(items.value("system.cpu.load[percpu]"))).isBetween(0.0, 1.5);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "no.such[key] | Unsupported item key.",
                "agent.ping[1] | Too many parameters.",
                "system.cpu.load[one] | Invalid first parameter.",
                "system.cpu.load[all,avg2] | Invalid second parameter.",
                "vm.memory.size[most] | Invalid first parameter.",
                "vfs.fs.size[] | Invalid first parameter.",
                "vfs.fs.size[/,most] | Invalid second parameter.",
                "vfs.fs.size[/no/such/place] | Cannot obtain filesystem information",
                "net.if.in[] | Network interface name cannot be empty.",
                "net.if.in[eth0,most] | Invalid second parameter.",
                "net.if.out[eth9] | Cannot find information for this network interface",
                "proc.num[,,dancing] | Invalid third parameter.",
                "proc.num[,,,(] | Invalid fourth parameter.",
                "proc.num[1,2,3,4,5] | Too many parameters.",
                "[ | Invalid item key format."
            })
    void whatIsNotKnownHasAReason(String key, String reason) {
        assertThatThrownBy(() -> items.value(key))
                .isInstanceOf(Unsupported.class)
                .hasMessageContaining(reason);
    }

    @Test
    void aMachineWithoutTheseFilesHasReasonsToo() {
        MachineItems none = new MachineItems(proc.resolve("none"), "x");
        assertThatThrownBy(() -> none.value("system.uptime")).hasMessageContaining("Cannot read");
        assertThatThrownBy(() -> none.value("vm.memory.size")).hasMessageContaining("Cannot obtain memory");
    }
}
