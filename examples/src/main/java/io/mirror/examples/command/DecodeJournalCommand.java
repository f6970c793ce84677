package io.mirror.examples.command;

import com.fasterxml.jackson.core.JsonGenerator;
import io.mirror.codec.journal.JournalDecodeException;
import io.mirror.codec.journal.JournalLimits;
import io.mirror.codec.journal.RequestHead;
import io.mirror.codec.journal.RequestListener;
import io.mirror.codec.journal.RequestReader;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows recorded requests of journal replication. */
@Command(
        name = "journal",
        description = "Show recorded requests of journal replication as JSON, one object a line.",
        footer = {
            "",
            "Every file holds what a client sent on one connection. The object has file, off,",
            "mode (journal, blob, get), line (the path of a blob, the length of a journal),",
            "headers, key (always masked), length and complete.",
            "Malformed input: what is known, one line on standard error, exit code 1."
        })
final class DecodeJournalCommand extends RecordedFilesCommand {
    @Option(names = "--old-blobs", description = "The sender is of before 2016: blobs have no length line.")
    boolean oldBlobs;

    @Override
    RecordedFiles.Decoder open(String file, PrintWriter out) throws IOException {
        return new Recording(file, out, oldBlobs);
    }

    /** What is known of one request. */
    private static final class Request implements RequestListener {
        private List<RequestHead.Header> headers = List.of();
        private String request = "";
        private String mode = "get";
        private String line = "";
        private boolean key;
        private boolean toTheEnd;
        private long length;

        @Override
        public void onHead(RequestHead head) {
            request = head.method() + " /" + head.path();
            headers = head.headers();
        }

        @Override
        public void onKey(byte[] bytes) {
            key = true;
            java.util.Arrays.fill(bytes, (byte) 0);
        }

        @Override
        public void onBatch(long bytes) {
            mode = "journal";
            line = Long.toString(bytes);
            length = bytes;
        }

        @Override
        public void onBlob(String path, long bytes) {
            mode = "blob";
            line = path;
            toTheEnd = bytes < 0;
            length = Math.max(0, bytes);
        }

        @Override
        public void onData(ByteBuf data) {
            if (toTheEnd) {
                length += data.readableBytes();
            }
        }

        @Override
        public void onMark(byte mark) {
            // Whether it came is the state of the reader.
        }

        @Override
        public void onSurplus(int count) {
            // The request is shown as far as it goes.
        }
    }

    /** Shows the request of one file, as far as it is known. */
    private static final class Recording implements RecordedFiles.Decoder {
        private final Request request = new Request();
        private final String file;
        private final PrintWriter out;
        private final RequestReader reader;

        Recording(String file, PrintWriter out, boolean oldBlobs) {
            this.file = file;
            this.out = out;
            reader = new RequestReader(new JournalLimits(65_536, 4096, 4096, Long.MAX_VALUE, Long.MAX_VALUE), oldBlobs);
        }

        @Override
        public void read(ByteBuf bytes) {
            reader.read(bytes.readSlice(bytes.readableBytes()), request);
        }

        @Override
        public void end(ByteBuf rest) {
            // What is not complete says so in its object, for which there has to be a head.
            if (reader.state() == RequestReader.State.HEAD && reader.offset() > 0) {
                throw new JournalDecodeException(reader.offset(), "the file ends inside the head of a request");
            }
        }

        @Override
        public Optional<String> malformed(RuntimeException failure) {
            return failure instanceof JournalDecodeException e
                    ? Optional.of("offset " + e.offset() + ": " + e.getMessage())
                    : Optional.empty();
        }

        @Override
        public void close() throws IOException {
            if (!request.request.isEmpty()) {
                show(file, out, request, reader.state());
            }
        }
    }

    private static void show(String file, PrintWriter out, Request request, RequestReader.State state)
            throws IOException {
        try (JsonGenerator json = JsonLines.to(out)) {
            json.writeStartObject();
            json.writeStringField("file", file);
            json.writeNumberField("off", 0);
            json.writeStringField("mode", request.mode);
            json.writeStringField("request", request.request);
            json.writeStringField("line", request.line);
            json.writeArrayFieldStart("headers");
            for (RequestHead.Header header : request.headers) {
                json.writeString(header.name() + ": " + header.value());
            }
            json.writeEndArray();
            json.writeStringField("key", request.key ? "***" : "");
            json.writeNumberField("length", request.length);
            json.writeBooleanField(
                    "complete", state == RequestReader.State.COMPLETE || state == RequestReader.State.DATA_TO_END);
            json.writeEndObject();
            json.writeRaw('\n');
        }
    }
}
