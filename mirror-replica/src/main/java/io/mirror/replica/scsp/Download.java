package io.mirror.replica.scsp;

import io.mirror.replica.scsp.ObjectRecords.Hashes;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;

/** Fetches one object into a file; after a cut it goes on where it was, if the object is still the same. */
final class Download {
    private static final int MESSAGE_BYTES = 65_536;

    private final ScspClient client;
    private final HostPort node;
    private final String target;
    private final Path file;
    private final Path part;
    private String tag = "";
    private String md5 = "";
    private List<ObjectHeader> headers = List.of();

    Download(ScspClient client, HostPort node, String target, Path file) {
        this.client = client;
        this.node = node;
        this.target = target;
        this.file = file;
        this.part = file.resolveSibling(file.getFileName() + ".part");
    }

    List<ObjectHeader> run(int attempts) throws IOException {
        try (FileChannel out = FileChannel.open(
                part, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            int attempt = 0;
            while (true) {
                long before = out.size();
                attempt++;
                try {
                    once(out);
                    out.force(true);
                    break;
                } catch (ScspException e) {
                    if (!e.outcome().isRetryable() || attempt >= attempts) {
                        throw e;
                    }
                } catch (IOException e) {
                    if (attempt >= attempts) {
                        throw e;
                    }
                }
                if (out.size() > before) {
                    // Only attempts in a row that bring nothing count.
                    attempt = 0;
                }
                ScspClient.pause(RetryWait.USUAL.millis(Math.max(0, attempt - 1), 0));
            }
            checkMd5();
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return headers;
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private void once(FileChannel out) throws IOException {
        long have = out.size();
        ScspRequest request = ScspRequest.of("GET", target);
        if (have > 0 && !tag.isEmpty()) {
            request = request.with("Range", "bytes=" + have + "-").with("If-Range", tag);
        }
        try (ScspAnswer answer = client.call(node, request)) {
            boolean goesOn = answer.status() == 206
                    && answer.header("content-range").orElse("").startsWith("bytes " + have + "-");
            if (answer.status() == 416 && have > 0) {
                // All of it is there, or another object with less content.
                out.truncate(0);
                throw new IOException("the object has changed");
            }
            if (answer.status() != 200 && !goesOn) {
                answer.read(MESSAGE_BYTES);
                throw new ScspException(
                        answer.status() >= 500 ? ScspOutcome.TRANSIENT : ScspOutcome.REJECTED,
                        answer.node() + " answered " + answer.status());
            }
            if (!goesOn) {
                out.truncate(0);
                tag = answer.header("etag").orElse("");
                md5 = answer.header("content-md5").orElse("");
                headers = answer.headers();
            }
            out.position(out.size());
            answer.readTo(new OutputStream() {
                @Override
                public void write(int octet) throws IOException {
                    write(new byte[] {(byte) octet}, 0, 1);
                }

                @Override
                public void write(byte[] octets, int offset, int count) throws IOException {
                    ByteBuffer piece = ByteBuffer.wrap(octets, offset, count);
                    while (piece.hasRemaining()) {
                        out.write(piece);
                    }
                }
            });
        }
    }

    private void checkMd5() throws IOException {
        if (md5.isEmpty()) {
            return;
        }
        MessageDigest hash = Hashes.of("MD5");
        try (InputStream in = Files.newInputStream(part)) {
            byte[] piece = new byte[HttpWire.CHUNK];
            for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
                hash.update(piece, 0, count);
            }
        }
        if (!md5.equals(Base64.getEncoder().encodeToString(hash.digest()))) {
            throw new ScspException(ScspOutcome.PROTOCOL, "the content does not have its Content-MD5");
        }
    }
}
