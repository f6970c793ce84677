package io.mirror.examples.command;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.Writer;

/** JSON for the terminal: whoever writes an object ends its line, and the output stays open. */
final class JsonLines {
    private static final JsonFactory JSON =
            JsonFactory.builder().build().configure(JsonGenerator.Feature.AUTO_CLOSE_TARGET, false);

    private JsonLines() {}

    static JsonGenerator to(Writer out) throws IOException {
        return JSON.createGenerator(out).setRootValueSeparator(null);
    }
}
