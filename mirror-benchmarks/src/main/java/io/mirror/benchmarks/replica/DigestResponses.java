package io.mirror.benchmarks.replica;

import io.mirror.codec.http.DigestAlgorithm;
import io.mirror.codec.http.DigestComputation;
import io.mirror.core.access.Secret;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The first half of a digest login beside the hash it cannot do without. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class DigestResponses {
    private static final byte[] TEXT = "admin:cluster.example:password".getBytes(StandardCharsets.UTF_8);

    private final Secret password = Secret.of("password");
    private final MessageDigest hash;

    public DigestResponses() {
        try {
            hash = MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Benchmark
    public String ha1() {
        return DigestComputation.ha1(DigestAlgorithm.MD5, "admin", "cluster.example", password);
    }

    @Benchmark
    public byte[] hashAlone() {
        return hash.digest(TEXT);
    }
}
