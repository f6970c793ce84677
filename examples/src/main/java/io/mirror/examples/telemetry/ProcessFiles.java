package io.mirror.examples.telemetry;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Every process of a Linux machine that we may read, from {@code /proc/PID}. Names of programs, never arguments. */
public final class ProcessFiles implements Source {
    /** More processes than this at one time are not read. */
    public static final int MAX_PROCESSES = 2000;

    /** What user space sees of a kernel clock tick is 1/100 s on every Linux. */
    private static final double TICKS_PER_SECOND = 100;

    private final ProcFiles proc;
    private final Map<Long, Boolean> ioReadable = new HashMap<>();

    /**
     * Makes a source.
     *
     * @param root {@code /proc}, or a directory with copies of its files
     */
    public ProcessFiles(Path root) {
        proc = new ProcFiles(root);
    }

    @Override
    public void read(Readings out) {
        List<Long> pids = proc.processes();
        for (long pid : pids.subList(0, Math.min(pids.size(), MAX_PROCESSES))) {
            for (String line : proc.lines(pid + "/stat")) {
                readProcess(pid, line, out);
            }
        }
        ioReadable.keySet().retainAll(pids);
        out.integer("process.count", pids.size());
    }

    /** The name stands in parentheses and may itself have parentheses and blanks, so its end is the last one. */
    private void readProcess(long pid, String line, Readings out) {
        int open = line.indexOf('(');
        int close = line.lastIndexOf(')');
        if (open < 0 || close < open) {
            return;
        }
        String name = "process." + pid + "." + ProcFiles.namePart(line.substring(open + 1, close));
        String[] words = ProcFiles.words(line.substring(close + 1));
        if (words.length < 21) {
            return;
        }
        out.text(name + ".state", words[0]);
        out.integer(name + ".minor_faults", ProcFiles.number(words, 7));
        out.integer(name + ".major_faults", ProcFiles.number(words, 9));
        out.real(name + ".user_seconds", ProcFiles.number(words, 11) / TICKS_PER_SECOND);
        out.real(name + ".system_seconds", ProcFiles.number(words, 12) / TICKS_PER_SECOND);
        out.integer(name + ".threads", ProcFiles.number(words, 17));
        out.integer(name + ".virtual_bytes", ProcFiles.number(words, 20));
        readStatus(pid, name, out);
        readTransfer(pid, name, out);
    }

    private void readStatus(long pid, String name, Readings out) {
        for (String line : proc.lines(pid + "/status")) {
            String[] words = ProcFiles.words(line);
            if (line.startsWith("VmRSS:")) {
                out.integer(name + ".resident_bytes", ProcFiles.number(words, 1) * 1024);
            } else if (line.startsWith("voluntary_ctxt_switches")) {
                out.integer(name + ".voluntary_switches", ProcFiles.number(words, 1));
            } else if (line.startsWith("nonvoluntary_ctxt_switches")) {
                out.integer(name + ".involuntary_switches", ProcFiles.number(words, 1));
            }
        }
    }

    /** Only the owner may read this file, so one refusal is remembered. */
    private void readTransfer(long pid, String name, Readings out) {
        if (!ioReadable.getOrDefault(pid, true)) {
            return;
        }
        List<String> lines = proc.lines(pid + "/io");
        ioReadable.put(pid, !lines.isEmpty());
        for (String line : lines) {
            String[] words = ProcFiles.words(line);
            if (line.startsWith("rchar")) {
                out.integer(name + ".read_bytes", ProcFiles.number(words, 1));
            } else if (line.startsWith("wchar")) {
                out.integer(name + ".written_bytes", ProcFiles.number(words, 1));
            }
        }
    }
}
