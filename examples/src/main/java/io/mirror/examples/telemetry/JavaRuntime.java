package io.mirror.examples.telemetry;

import java.io.File;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryUsage;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;

/** This Java process and what it knows of the machine, from the platform MXBeans. Works on every system. */
public final class JavaRuntime implements Source {
    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

    @Override
    public void read(Readings out) {
        readMachine(out);
        readMemory(out);
        readThreads(out);
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            String name = "jvm.gc." + ProcFiles.namePart(collector.getName());
            out.integer(name + ".collections", collector.getCollectionCount());
            out.integer(name + ".milliseconds", collector.getCollectionTime());
        }
        out.integer("jvm.classes", ManagementFactory.getClassLoadingMXBean().getLoadedClassCount());
        if (ManagementFactory.getCompilationMXBean() != null) {
            out.integer(
                    "jvm.compiler_milliseconds",
                    ManagementFactory.getCompilationMXBean().getTotalCompilationTime());
        }
        out.integer(
                "jvm.uptime_milliseconds", ManagementFactory.getRuntimeMXBean().getUptime());
    }

    private static void readMachine(Readings out) {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean machine) {
            out.real("machine.cpu_percent", rounded(machine.getCpuLoad() * 100));
            out.real("jvm.cpu_percent", rounded(machine.getProcessCpuLoad() * 100));
            out.integer("jvm.cpu_nanoseconds", machine.getProcessCpuTime());
            out.integer("machine.memory_total_bytes", machine.getTotalMemorySize());
            out.integer("machine.memory_free_bytes", machine.getFreeMemorySize());
            out.integer("machine.swap_free_bytes", machine.getFreeSwapSpaceSize());
        }
        out.integer("machine.processors", Runtime.getRuntime().availableProcessors());
        for (File root : File.listRoots()) {
            String path = root.getPath();
            String name = "storage." + (path.equals("/") ? "root" : ProcFiles.namePart(path));
            out.integer(name + ".total_bytes", root.getTotalSpace());
            out.integer(name + ".usable_bytes", root.getUsableSpace());
        }
    }

    private static double rounded(double value) {
        return Math.round(Math.max(0, value) * 10) / 10.0;
    }

    private static void readMemory(Readings out) {
        readUsage("jvm.heap", ManagementFactory.getMemoryMXBean().getHeapMemoryUsage(), out);
        readUsage("jvm.non_heap", ManagementFactory.getMemoryMXBean().getNonHeapMemoryUsage(), out);
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            readUsage("jvm.pool." + ProcFiles.namePart(pool.getName()), pool.getUsage(), out);
        }
        for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
            out.integer("jvm.buffers." + ProcFiles.namePart(pool.getName()) + ".used_bytes", pool.getMemoryUsed());
        }
    }

    private static void readUsage(String name, MemoryUsage usage, Readings out) {
        out.integer(name + ".used_bytes", usage.getUsed());
        out.integer(name + ".committed_bytes", usage.getCommitted());
    }

    private void readThreads(Readings out) {
        out.integer("jvm.threads", threads.getThreadCount());
        out.integer("jvm.threads_started", threads.getTotalStartedThreadCount());
        if (!threads.isThreadCpuTimeSupported() || !threads.isThreadCpuTimeEnabled()) {
            return;
        }
        for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
            if (thread != null) {
                String name = "jvm.thread." + thread.getThreadId() + "." + ProcFiles.namePart(thread.getThreadName());
                out.integer(name + ".cpu_nanoseconds", threads.getThreadCpuTime(thread.getThreadId()));
            }
        }
    }
}
