package io.mirror.examples.telemetry;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** CPU, memory, disks and network of a Linux machine, from the files below {@code /proc}. */
public final class SystemFiles implements Source {
    private static final int SECTOR_BYTES = 512;
    /** Columns of a cpu line in {@code /proc/stat} behind its name. */
    private static final String[] CPU = {"user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal"};

    private static final int IDLE = 3;
    private static final int IOWAIT = 4;

    private final ProcFiles proc;
    private final Map<String, long[]> lastTicks = new HashMap<>();

    /**
     * Makes a source.
     *
     * @param root {@code /proc}, or a directory with copies of its files
     */
    public SystemFiles(Path root) {
        proc = new ProcFiles(root);
    }

    /**
     * Tells whether the directory looks like {@code /proc} of Linux.
     *
     * @return false if there is nothing to read
     */
    public boolean isPresent() {
        return proc.isPresent();
    }

    @Override
    public void read(Readings out) {
        readStat(out);
        readLoad(out);
        readMemory(out);
        readVirtualMemory(out);
        readDisks(out);
        readNetwork(out);
        readProtocols(out);
    }

    private void readStat(Readings out) {
        for (String line : proc.lines("stat")) {
            String[] words = ProcFiles.words(line);
            switch (words.length == 0 ? "" : words[0]) {
                case "" -> {}
                case "ctxt" -> out.integer("cpu.context_switches", ProcFiles.number(words, 1));
                case "intr" -> out.integer("cpu.interrupts", ProcFiles.number(words, 1));
                case "softirq" -> out.integer("cpu.soft_interrupts", ProcFiles.number(words, 1));
                case "processes" -> out.integer("cpu.processes_started", ProcFiles.number(words, 1));
                case "procs_running" -> out.integer("cpu.processes_running", ProcFiles.number(words, 1));
                case "procs_blocked" -> out.integer("cpu.processes_blocked", ProcFiles.number(words, 1));
                case "cpu" -> readCpu("cpu.all", words, out);
                default -> {
                    if (words[0].startsWith("cpu")) {
                        readCpu("cpu." + ProcFiles.namePart(words[0].substring(3)), words, out);
                    }
                }
            }
        }
    }

    /** Percentages of the time since the last reading; nothing the first time. */
    private void readCpu(String name, String[] words, Readings out) {
        long[] ticks = new long[CPU.length];
        long[] before = lastTicks.put(name, ticks);
        long elapsed = 0;
        for (int i = 0; i < CPU.length; i++) {
            ticks[i] = ProcFiles.number(words, i + 1);
            elapsed += before == null ? 0 : ticks[i] - before[i];
        }
        if (before == null || elapsed <= 0) {
            return;
        }
        long idle = ticks[IDLE] - before[IDLE] + ticks[IOWAIT] - before[IOWAIT];
        out.real(name + ".busy_percent", percent(elapsed - idle, elapsed));
        for (int i = 0; i < CPU.length; i++) {
            out.real(name + "." + CPU[i] + "_percent", percent(ticks[i] - before[i], elapsed));
        }
    }

    private static double percent(long part, long whole) {
        return Math.round(Math.max(0, part) * 1000.0 / whole) / 10.0;
    }

    private void readLoad(Readings out) {
        for (String line : proc.lines("loadavg")) {
            String[] words = ProcFiles.words(line);
            String[] names = {"1min", "5min", "15min"};
            for (int i = 0; i < names.length && i < words.length; i++) {
                out.real("load." + names[i], real(words[i]));
            }
        }
        for (String line : proc.lines("uptime")) {
            String[] words = ProcFiles.words(line);
            if (words.length > 0) {
                out.real("machine.uptime_seconds", real(words[0]));
            }
        }
    }

    private static double real(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }

    private void readMemory(Readings out) {
        for (String line : proc.lines("meminfo")) {
            String[] words = ProcFiles.words(line.replace(':', ' '));
            if (words.length >= 2) {
                boolean kilobytes = words.length >= 3 && words[2].equals("kB");
                String name = "memory."
                        + ProcFiles.namePart(words[0].replace("(", "_").replace(")", ""));
                out.integer(kilobytes ? name + "_bytes" : name, ProcFiles.number(words, 1) * (kilobytes ? 1024 : 1));
            }
        }
    }

    private void readVirtualMemory(Readings out) {
        for (String line : proc.lines("vmstat")) {
            String[] words = ProcFiles.words(line);
            if (words.length >= 2) {
                out.integer("vm." + ProcFiles.namePart(words[0]), ProcFiles.number(words, 1));
            }
        }
    }

    private void readDisks(Readings out) {
        for (String line : proc.lines("diskstats")) {
            String[] words = ProcFiles.words(line);
            boolean used = ProcFiles.number(words, 3) > 0 || ProcFiles.number(words, 7) > 0;
            if (words.length >= 14 && used) {
                String name = "disk." + ProcFiles.namePart(words[2]);
                out.integer(name + ".reads", ProcFiles.number(words, 3));
                out.integer(name + ".read_bytes", ProcFiles.number(words, 5) * SECTOR_BYTES);
                out.integer(name + ".writes", ProcFiles.number(words, 7));
                out.integer(name + ".written_bytes", ProcFiles.number(words, 9) * SECTOR_BYTES);
                out.integer(name + ".in_flight", ProcFiles.number(words, 11));
                out.integer(name + ".busy_milliseconds", ProcFiles.number(words, 12));
            }
        }
    }

    private void readNetwork(Readings out) {
        for (String line : proc.lines("net/dev")) {
            int colon = line.indexOf(':');
            String[] words = ProcFiles.words(line.substring(colon + 1));
            if (colon > 0 && words.length >= 16) {
                String name =
                        "net." + ProcFiles.namePart(line.substring(0, colon).strip());
                out.integer(name + ".received_bytes", ProcFiles.number(words, 0));
                out.integer(name + ".received_packets", ProcFiles.number(words, 1));
                out.integer(name + ".receive_errors", ProcFiles.number(words, 2));
                out.integer(name + ".receive_drops", ProcFiles.number(words, 3));
                out.integer(name + ".sent_bytes", ProcFiles.number(words, 8));
                out.integer(name + ".sent_packets", ProcFiles.number(words, 9));
                out.integer(name + ".send_errors", ProcFiles.number(words, 10));
                out.integer(name + ".send_drops", ProcFiles.number(words, 11));
            }
        }
    }

    /** Lines come in pairs: the names of a protocol's counters, then their values. */
    private void readProtocols(Readings out) {
        List<String> lines = proc.lines("net/snmp");
        for (int i = 0; i + 1 < lines.size(); i += 2) {
            String[] names = ProcFiles.words(lines.get(i));
            String[] values = ProcFiles.words(lines.get(i + 1));
            boolean wanted = names.length > 0 && List.of("Ip:", "Tcp:", "Udp:").contains(names[0]);
            for (int k = 1; wanted && k < names.length && k < values.length; k++) {
                String protocol = ProcFiles.namePart(names[0].substring(0, names[0].length() - 1));
                out.integer("net." + protocol + "." + ProcFiles.namePart(names[k]), ProcFiles.number(values, k));
            }
        }
    }
}
