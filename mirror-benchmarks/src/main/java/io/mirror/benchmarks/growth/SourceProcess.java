package io.mirror.benchmarks.growth;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What is measured against, in a process of its own that starts with the same options of the machine. */
final class SourceProcess implements AutoCloseable {
    private final Process process;
    private final BufferedReader answers;
    private final int port;

    /**
     * Starts a process that prints {@code ready} once it listens, and ends with its standard input.
     *
     * @param program its main class, which takes the port and the number of points
     */
    SourceProcess(Class<?> program, int points) throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
        command.addAll(List.of(Integer.toString(port), Integer.toString(points)));
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
        if (!"ready".equals(answers.readLine())) {
            throw new IOException("the source does not start");
        }
    }

    int port() {
        return port;
    }

    /** Has something done and returns the number that it answers with. */
    long ask(String command) throws IOException {
        process.getOutputStream().write((command + "\n").getBytes(StandardCharsets.US_ASCII));
        process.getOutputStream().flush();
        String answer = answers.readLine();
        if (answer == null) {
            throw new IOException("the source is gone");
        }
        return Long.parseLong(answer);
    }

    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        process.destroy();
    }
}
