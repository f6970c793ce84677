package io.mirror.benchmarks.tls;

import io.mirror.core.access.Secret;
import io.mirror.transport.PskContext;
import io.mirror.transport.PskKey;
import io.mirror.transport.PskOptions;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.conscrypt.Conscrypt;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A record of 16 KiB, encrypted by one engine and decrypted by the other. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class TlsRecords {
    private static final int RECORD = 16 * 1024;
    private static final int ROOM = 64 * 1024;

    /** Whose TLS: the JDK's, Conscrypt's, Netty's native one, and Conscrypt's with a pre-shared key. */
    @Param({"jdk", "conscrypt", "tcnative", "psk"})
    public String engine = "jdk";

    private final ByteBuffer plain = ByteBuffer.allocateDirect(RECORD);
    private final ByteBuffer wire = ByteBuffer.allocateDirect(ROOM);
    private final ByteBuffer received = ByteBuffer.allocateDirect(ROOM);
    private SSLEngine sender;
    private SSLEngine receiver;

    @Setup(Level.Trial)
    public void connect() throws Exception {
        if ("psk".equals(engine)) {
            PskOptions options = PskOptions.builder()
                    .key(PskKey.ofHex("benchmark", Secret.of("00112233445566778899aabbccddeeff")))
                    .build();
            sender = PskContext.forConnector(options).newHandler(Runnable::run).engine();
            receiver = PskContext.forListener(options).newHandler(Runnable::run).engine();
        } else {
            X509Bundle certificate = new CertificateBuilder()
                    .ecp256()
                    .subject("CN=benchmark")
                    .addSanDnsName("benchmark")
                    .setIsCertificateAuthority(true)
                    .buildSelfSigned();
            sender = provider(SslContextBuilder.forClient()
                            .trustManager(certificate.getCertificate())
                            .endpointIdentificationAlgorithm(""))
                    .newEngine(UnpooledByteBufAllocator.DEFAULT);
            receiver = provider(SslContextBuilder.forServer(
                            certificate.getKeyPair().getPrivate(), certificate.getCertificatePath()))
                    .newEngine(UnpooledByteBufAllocator.DEFAULT);
        }
        handshake();
    }

    private SslContext provider(SslContextBuilder builder) throws SSLException {
        switch (engine) {
            case "conscrypt" -> builder.sslProvider(SslProvider.JDK).sslContextProvider(Conscrypt.newProvider());
            case "tcnative" -> builder.sslProvider(SslProvider.OPENSSL);
            default -> builder.sslProvider(SslProvider.JDK);
        }
        return builder.protocols("TLSv1.3").build();
    }

    /** Lets both engines speak in turn until neither has anything to say. */
    private void handshake() throws SSLException {
        sender.beginHandshake();
        receiver.beginHandshake();
        ByteBuffer toReceiver = ByteBuffer.allocateDirect(ROOM);
        ByteBuffer toSender = ByteBuffer.allocateDirect(ROOM);
        ByteBuffer nothing = ByteBuffer.allocate(0);
        boolean moved = true;
        while (moved) {
            moved = speak(sender, nothing, toReceiver) | speak(receiver, nothing, toSender);
            moved |= listen(receiver, toReceiver) | listen(sender, toSender);
        }
        if (sender.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING) {
            throw new IllegalStateException("no handshake, " + engine + " is " + sender.getHandshakeStatus());
        }
    }

    private static boolean speak(SSLEngine engine, ByteBuffer from, ByteBuffer to) throws SSLException {
        runTasks(engine);
        boolean moved = false;
        while (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP
                && engine.wrap(from, to).bytesProduced() > 0) {
            moved = true;
            runTasks(engine);
        }
        return moved;
    }

    private boolean listen(SSLEngine engine, ByteBuffer from) throws SSLException {
        from.flip();
        boolean moved = false;
        SSLEngineResult result;
        do {
            received.clear();
            result = engine.unwrap(from, received);
            runTasks(engine);
            moved |= result.bytesConsumed() > 0;
        } while (from.hasRemaining() && result.bytesConsumed() > 0);
        from.compact();
        return moved;
    }

    private static void runTasks(SSLEngine engine) {
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
    }

    @Benchmark
    public int record16KiB() throws SSLException {
        plain.clear();
        wire.clear();
        while (plain.hasRemaining()) {
            check(sender.wrap(plain, wire));
        }
        wire.flip();
        received.clear();
        while (wire.hasRemaining()) {
            check(receiver.unwrap(wire, received));
        }
        if (received.position() != RECORD) {
            throw new IllegalStateException(received.position() + " bytes of " + RECORD + " arrived");
        }
        return received.position();
    }

    private static void check(SSLEngineResult result) {
        if (result.getStatus() != SSLEngineResult.Status.OK) {
            throw new IllegalStateException("the engine says " + result);
        }
    }
}
