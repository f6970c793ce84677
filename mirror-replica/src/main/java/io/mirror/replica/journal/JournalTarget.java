package io.mirror.replica.journal;

import io.mirror.core.access.Secret;
import io.mirror.transport.TlsOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Where a sender delivers to.
 *
 * @param host host name or address as it stands in the head of requests; with a {@code /} in it, a file whose first line
 *     (at most 40 bytes) is the host name or address to connect to, read again for each connection
 * @param port port of the receiver or its front end
 * @param url path without leading slash, for instance {@code 8080/!replica}
 * @param key the line that the receiver compares, without line end; not closed
 * @param keyFile a file whose first line is used instead of {@code key}, read again when it was changed; empty for the key
 * @param tls TLS with its checks; empty for clear text, which is for loopback addresses only
 * @param blobsToTheEnd true for receivers of before 2016 (dialect unacked-blob)
 * @param extensions true to add the headers that let a receiver of this library recognise repetitions; original
 *     receivers ignore them
 * @param compression true to compress the data for a receiver of this library; originals get it as it is
 * @param plaintextSecrets true to send the key in clear text also to other machines
 * @param connectTimeout time to connect, and for the handshake
 * @param answerTimeout time from the last byte to the answer
 */
public record JournalTarget(
        String host,
        int port,
        String url,
        Secret key,
        Optional<Path> keyFile,
        Optional<TlsOptions> tls,
        boolean blobsToTheEnd,
        boolean extensions,
        boolean compression,
        boolean plaintextSecrets,
        Duration connectTimeout,
        Duration answerTimeout) {

    /**
     * Checks the parts.
     *
     * @param host host name or address, or a file with it
     * @param port port
     * @param url path without leading slash
     * @param key the key
     * @param keyFile file with the key
     * @param tls TLS options
     * @param blobsToTheEnd true for old receivers
     * @param extensions true for headers of our own
     * @param compression true to compress the data for a receiver of this library; originals get it as it is
     * @param plaintextSecrets true to send the key in clear text also to other machines
     * @param connectTimeout time to connect
     * @param answerTimeout time to the answer
     * @throws JournalException if the port or a time limit is out of range, or host or path is no word
     */
    public JournalTarget {
        if (port < 1 || port > 65_535) {
            throw new JournalException("port " + port + " is not from 1 to 65535");
        }
        if (host.isEmpty() || !isWord(host) || !isWord(url)) {
            throw new JournalException("host and path are words without blanks: " + host + " " + url);
        }
        if (connectTimeout.toMillis() < 1 || answerTimeout.toMillis() < 1) {
            throw new JournalException(
                    "time limits of " + connectTimeout + " and " + answerTimeout + " must be at least 1 ms");
        }
    }

    /**
     * Returns a target with TLS, today's dialect, extension headers, 10 s to connect and 450 s for the answer.
     *
     * @param host host name
     * @param port port
     * @param url path without leading slash
     * @param key the key
     * @param tls TLS options
     * @return the target
     */
    public static JournalTarget of(String host, int port, String url, Secret key, TlsOptions tls) {
        return new JournalTarget(
                host,
                port,
                url,
                key,
                Optional.empty(),
                Optional.of(tls),
                false,
                true,
                false,
                false,
                Duration.ofSeconds(10),
                Duration.ofSeconds(450));
    }

    private static boolean isWord(String text) {
        return text.chars().noneMatch(c -> c <= ' ' || c == 0x7F);
    }

    private JournalTarget with(
            Optional<TlsOptions> newTls, boolean old, boolean headers, boolean compressed, boolean clear) {
        return new JournalTarget(
                host, port, url, key, keyFile, newTls, old, headers, compressed, clear, connectTimeout, answerTimeout);
    }

    /**
     * Returns the same target in clear text, for a receiver on this machine.
     *
     * @return the target
     */
    public JournalTarget withoutTls() {
        return with(Optional.empty(), blobsToTheEnd, extensions, compression, plaintextSecrets);
    }

    /**
     * Returns the same target with the key in the first line of a file. A changed file is read again, so the key can be
     * replaced while a sender runs.
     *
     * @param file the file
     * @return the target
     */
    public JournalTarget withKeyFile(Path file) {
        return new JournalTarget(
                host,
                port,
                url,
                key,
                Optional.of(file),
                tls,
                blobsToTheEnd,
                extensions,
                compression,
                plaintextSecrets,
                connectTimeout,
                answerTimeout);
    }

    /**
     * Returns the same target without headers of our own: every byte is what {@code bin/ssl} sends.
     *
     * @return the target
     */
    public JournalTarget withoutExtensions() {
        return with(tls, blobsToTheEnd, false, false, plaintextSecrets);
    }

    /**
     * Returns the same target with another dialect of blobs.
     *
     * @param value true for receivers of before 2016
     * @return the target
     */
    public JournalTarget withBlobsToTheEnd(boolean value) {
        return with(tls, value, extensions, compression, plaintextSecrets);
    }

    /**
     * Returns the same target with or without compression towards receivers of this library.
     *
     * @param value true to compress
     * @return the target
     */
    public JournalTarget withCompression(boolean value) {
        return with(tls, blobsToTheEnd, extensions || value, value, plaintextSecrets);
    }

    /**
     * Returns the same target with or without permission to send the key in clear text to other machines.
     *
     * @param value true to permit it
     * @return the target
     */
    public JournalTarget withPlaintextSecrets(boolean value) {
        return with(tls, blobsToTheEnd, extensions, compression, value);
    }

    /**
     * Returns the same target with other time limits.
     *
     * @param connect time to connect, and for the handshake; at least 1 ms
     * @param answer time from the last byte to the answer; at least 1 ms
     * @return the target
     * @throws JournalException if one is shorter
     */
    public JournalTarget withTimeouts(Duration connect, Duration answer) {
        return new JournalTarget(
                host,
                port,
                url,
                key,
                keyFile,
                tls,
                blobsToTheEnd,
                extensions,
                compression,
                plaintextSecrets,
                connect,
                answer);
    }

    /**
     * Returns host, port and path.
     *
     * @return a text without the key
     */
    @Override
    public String toString() {
        return host + ":" + port + "/" + url;
    }
}
