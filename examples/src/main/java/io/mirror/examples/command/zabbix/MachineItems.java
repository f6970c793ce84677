package io.mirror.examples.command.zabbix;

import io.mirror.examples.command.zabbix.ItemKey.Unsupported;
import io.mirror.examples.telemetry.ProcFiles;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** The items of a Zabbix agent that this proxy knows: of this machine, from {@code /proc} and its file systems. */
final class MachineItems {
    private static final List<String> COUNTERS =
            List.of("bytes", "packets", "errors", "dropped", "overruns", "frame", "compressed", "multicast");
    private static final List<String> OUT_COUNTERS =
            List.of("bytes", "packets", "errors", "dropped", "overruns", "collisions", "carrier", "compressed");

    private final ProcFiles proc;
    private final Path root;
    private final String hostname;

    /**
     * Makes the items.
     *
     * @param root {@code /proc}, or a directory with copies of its files
     * @param hostname value of {@code agent.hostname}
     */
    MachineItems(Path root, String hostname) {
        this.root = root;
        this.hostname = hostname;
        proc = new ProcFiles(root);
    }

    /**
     * Reads an item.
     *
     * @param text its key
     * @return its value as text
     * @throws Unsupported if there is no such item, or it has no value here
     */
    String value(String text) throws Unsupported {
        ItemKey key = ItemKey.parse(text);
        return switch (key.name()) {
            case "agent.ping" -> {
                key.atMost(0);
                yield "1";
            }
            case "agent.hostname" -> {
                key.atMost(0);
                yield hostname;
            }
            case "system.uptime" -> uptime(key);
            case "system.cpu.load" -> load(key);
            case "vm.memory.size" -> memory(key);
            case "vfs.fs.size" -> fileSystem(key);
            case "net.if.in" -> network(key, 0, COUNTERS);
            case "net.if.out" -> network(key, COUNTERS.size(), OUT_COUNTERS);
            case "proc.num" -> processes(key);
            default -> throw new Unsupported("Unsupported item key.");
        };
    }

    private static String real(double number) {
        return String.format(Locale.ROOT, "%.6f", number);
    }

    private static Unsupported invalid(int parameter) {
        return new Unsupported(
                "Invalid " + List.of("first", "second", "third", "fourth").get(parameter) + " parameter.");
    }

    private String[] words(String file) throws Unsupported {
        List<String> lines = proc.lines(file);
        String[] words = lines.isEmpty() ? new String[0] : ProcFiles.words(lines.get(0));
        if (words.length == 0) {
            throw new Unsupported("Cannot read " + root.resolve(file) + ".");
        }
        return words;
    }

    private static double number(String word) throws Unsupported {
        try {
            return Double.parseDouble(word);
        } catch (NumberFormatException e) {
            throw new Unsupported("Cannot understand what the system says.");
        }
    }

    private String uptime(ItemKey key) throws Unsupported {
        key.atMost(0);
        return Long.toString((long) number(words("uptime")[0]));
    }

    private String load(ItemKey key) throws Unsupported {
        key.atMost(2);
        int which = List.of("avg1", "avg5", "avg15").indexOf(key.parameter(1, "avg1"));
        if (which < 0) {
            throw invalid(1);
        }
        String[] words = words("loadavg");
        double load = number(words[Math.min(which, words.length - 1)]);
        return switch (key.parameter(0, "all")) {
            case "all" -> real(load);
            case "percpu" -> real(load / Runtime.getRuntime().availableProcessors());
            default -> throw invalid(0);
        };
    }

    private long memoryBytes(String name) throws Unsupported {
        for (String line : proc.lines("meminfo")) {
            if (line.startsWith(name + ":")) {
                return ProcFiles.number(ProcFiles.words(line), 1) * 1024;
            }
        }
        throw new Unsupported("Cannot obtain memory information.");
    }

    private String memory(ItemKey key) throws Unsupported {
        key.atMost(1);
        long total = memoryBytes("MemTotal");
        return switch (key.parameter(0, "total")) {
            case "total" -> Long.toString(total);
            case "free" -> Long.toString(memoryBytes("MemFree"));
            case "available" -> Long.toString(memoryBytes("MemAvailable"));
            case "used" -> Long.toString(total - memoryBytes("MemFree"));
            case "pused" -> real(100.0 * (total - memoryBytes("MemFree")) / total);
            case "pavailable" -> real(100.0 * memoryBytes("MemAvailable") / total);
            case "buffers" -> Long.toString(memoryBytes("Buffers"));
            case "cached" -> Long.toString(memoryBytes("Cached"));
            case "active" -> Long.toString(memoryBytes("Active"));
            case "inactive" -> Long.toString(memoryBytes("Inactive"));
            case "anon" -> Long.toString(memoryBytes("AnonPages"));
            case "slab" -> Long.toString(memoryBytes("Slab"));
            case "shared" -> Long.toString(memoryBytes("Shmem"));
            default -> throw invalid(0);
        };
    }

    private static String fileSystem(ItemKey key) throws Unsupported {
        key.atMost(2);
        String name = key.parameter(0, "");
        if (name.isEmpty()) {
            throw invalid(0);
        }
        try {
            FileStore store = Files.getFileStore(Path.of(name));
            long total = store.getTotalSpace();
            long free = store.getUsableSpace();
            long used = total - store.getUnallocatedSpace();
            return switch (key.parameter(1, "total")) {
                case "total" -> Long.toString(total);
                case "free" -> Long.toString(free);
                case "used" -> Long.toString(used);
                case "pfree" -> real(100.0 * free / Math.max(1, used + free));
                case "pused" -> real(100.0 * used / Math.max(1, used + free));
                default -> throw invalid(1);
            };
        } catch (IOException | RuntimeException e) {
            throw new Unsupported("Cannot obtain filesystem information: " + e.getMessage());
        }
    }

    private String network(ItemKey key, int first, List<String> counters) throws Unsupported {
        key.atMost(2);
        String name = key.parameter(0, "");
        int counter = counters.indexOf(key.parameter(1, "bytes"));
        if (name.isEmpty()) {
            throw new Unsupported("Network interface name cannot be empty.");
        }
        if (counter < 0) {
            throw invalid(1);
        }
        for (String line : proc.lines("net/dev")) {
            int colon = line.indexOf(':');
            if (colon > 0 && line.substring(0, colon).strip().equals(name)) {
                return Long.toString(ProcFiles.number(ProcFiles.words(line.substring(colon + 1)), first + counter));
            }
        }
        throw new Unsupported("Cannot find information for this network interface in " + root.resolve("net/dev") + ".");
    }

    private String processes(ItemKey key) throws Unsupported {
        key.atMost(4);
        String name = key.parameter(0, "");
        String user = key.parameter(1, "");
        String states = switch (key.parameter(2, "all")) {
            case "all" -> "";
            case "run" -> "R";
            case "sleep" -> "S";
            case "disk" -> "D";
            case "zomb" -> "Z";
            case "trace" -> "Tt";
            default -> throw invalid(2);
        };
        Pattern commandLine;
        try {
            commandLine = Pattern.compile(key.parameter(3, ""));
        } catch (PatternSyntaxException e) {
            throw invalid(3);
        }
        int count = 0;
        for (long pid : proc.processes()) {
            List<String> stat = proc.lines(pid + "/stat");
            String line = stat.isEmpty() ? "" : stat.get(0);
            int close = line.lastIndexOf(')');
            if (close < 0 || line.length() < close + 3) {
                continue;
            }
            boolean counts = (name.isEmpty()
                            || line.substring(line.indexOf('(') + 1, close).equals(name))
                    && (states.isEmpty() || states.indexOf(line.charAt(close + 2)) >= 0)
                    && (user.isEmpty() || user.equals(owner(pid)))
                    && (key.parameter(3, "").isEmpty()
                            || commandLine.matcher(commandLine(pid)).find());
            count += counts ? 1 : 0;
        }
        return Integer.toString(count);
    }

    private String owner(long pid) {
        try {
            return Files.getOwner(root.resolve(Long.toString(pid))).getName();
        } catch (IOException e) {
            return "";
        }
    }

    private String commandLine(long pid) {
        return String.join(" ", proc.lines(pid + "/cmdline")).replace('\0', ' ').strip();
    }
}
