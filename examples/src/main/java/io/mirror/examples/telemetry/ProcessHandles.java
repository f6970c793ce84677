package io.mirror.examples.telemetry;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Processes as the Java runtime sees them, for machines without {@code /proc}. */
public final class ProcessHandles implements Source {
    @Override
    public void read(Readings out) {
        AtomicLong count = new AtomicLong();
        ProcessHandle.allProcesses().limit(ProcessFiles.MAX_PROCESSES).forEach(process -> {
            count.incrementAndGet();
            ProcessHandle.Info info = process.info();
            String program = info.command()
                    .map(command -> Path.of(command).getFileName())
                    .map(Path::toString)
                    .orElse("unknown");
            String name = "process." + process.pid() + "." + ProcFiles.namePart(program);
            out.integer(name + ".alive", process.isAlive() ? 1 : 0);
            info.totalCpuDuration()
                    .map(Duration::toMillis)
                    .ifPresent(millis -> out.real(name + ".cpu_seconds", millis / 1000.0));
        });
        out.integer("process.count", count.get());
    }
}
