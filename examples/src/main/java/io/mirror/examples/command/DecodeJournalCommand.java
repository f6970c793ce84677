package io.mirror.examples.command;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.mirror.codec.journal.JournalDecodeException;
import io.mirror.codec.journal.JournalLimits;
import io.mirror.codec.journal.RequestHead;
import io.mirror.codec.journal.RequestListener;
import io.mirror.codec.journal.RequestReader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

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
final class DecodeJournalCommand implements Callable<Integer> {
    private static final JsonFactory JSON =
            JsonFactory.builder().build().configure(JsonGenerator.Feature.AUTO_CLOSE_TARGET, false);
    private static final int CHUNK_BYTES = 64 * 1024;

    @Spec
    CommandSpec spec;

    @Option(names = "--old-blobs", description = "The sender is of before 2016: blobs have no length line.")
    boolean oldBlobs;

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "Recorded bytes; - for standard input.")
    List<String> files;

    @Override
    public Integer call() {
        boolean good = true;
        for (String file : files) {
            good &= decode(file);
        }
        return good ? 0 : 1;
    }

    /** What is known of one request. */
    private static final class Request implements RequestListener {
        private List<RequestHead.Header> headers = List.of();
        private String request = "";
        private String mode = "get";
        private String line = "";
        private boolean key;
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
            length = Math.max(0, bytes);
        }

        @Override
        public void onData(ByteBuf data) {
            if (mode.equals("blob") && line.isEmpty()) {
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

    private boolean decode(String file) {
        Request request = new Request();
        RequestReader reader =
                new RequestReader(new JournalLimits(65_536, 4096, 4096, Long.MAX_VALUE, Long.MAX_VALUE), oldBlobs);
        String problem = "";
        try (InputStream in = DecodePlioCommand.open(file)) {
            byte[] chunk = new byte[CHUNK_BYTES];
            for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
                reader.read(Unpooled.wrappedBuffer(chunk, 0, count), request);
            }
        } catch (JournalDecodeException e) {
            problem = "offset " + e.offset() + ": " + e.getMessage();
        } catch (IOException e) {
            String text = Failures.describe(e);
            Terminal.problem(spec, text.startsWith(file) ? text : file + ": " + text);
            return false;
        }
        try {
            if (!request.request.isEmpty()) {
                show(file, request, reader.state());
            }
        } catch (IOException e) {
            problem = Failures.describe(e);
        }
        if (!problem.isEmpty()) {
            Terminal.problem(spec, file + ": " + problem);
        }
        return problem.isEmpty();
    }

    private void show(String file, Request request, RequestReader.State state) throws IOException {
        try (JsonGenerator json =
                JSON.createGenerator(spec.commandLine().getOut()).setRootValueSeparator(null)) {
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
