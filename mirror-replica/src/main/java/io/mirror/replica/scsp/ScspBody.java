package io.mirror.replica.scsp;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The content of a request. It is opened again for each attempt, so it has to give the same bytes each time. */
public interface ScspBody {
    /**
     * Returns the length.
     *
     * @return the number of bytes, or -1 if it is not known; then the request is chunked
     * @throws IOException if it cannot be found out
     */
    long length() throws IOException;

    /**
     * Opens the content from its beginning.
     *
     * @return a stream that the client closes
     * @throws IOException if it cannot be opened
     */
    InputStream open() throws IOException;

    /**
     * Makes a body of bytes.
     *
     * @param bytes the content; it is not copied
     * @return the body
     */
    static ScspBody of(byte[] bytes) {
        return new ScspBody() {
            @Override
            public long length() {
                return bytes.length;
            }

            @Override
            public InputStream open() {
                return new ByteArrayInputStream(bytes);
            }
        };
    }

    /**
     * Makes a body of a file.
     *
     * @param file the file, which must not change during the call
     * @return the body
     */
    static ScspBody of(Path file) {
        return new ScspBody() {
            @Override
            public long length() throws IOException {
                return Files.size(file);
            }

            @Override
            public InputStream open() throws IOException {
                return Files.newInputStream(file);
            }
        };
    }
}
