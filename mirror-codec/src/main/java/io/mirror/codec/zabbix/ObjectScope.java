package io.mirror.codec.zabbix;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An object of which only its first member tells whether it is a table. */
final class ObjectScope extends Scope {
    private final MessageReader reader;
    private final String member;
    private final Consumer<String> unknown;
    private @Nullable Scope decided;

    ObjectScope(MessageReader reader, String member, Consumer<String> unknown) {
        this.reader = reader;
        this.member = member;
        this.unknown = unknown;
    }

    @Override
    void name(String name) {
        Scope scope = decided;
        if (scope != null) {
            scope.name(name);
        } else if (name.equals("fields") || name.equals("data")) {
            decided = new TableScope(reader, member, name);
        } else {
            decided = new Raw(false, reader.maxOtherChars(), unknown).startWith(name);
        }
    }

    private Scope decided() {
        Scope scope = decided;
        if (scope == null) {
            throw new IllegalStateException("no member yet");
        }
        return scope;
    }

    @Override
    void scalar(JsonParser parser, JsonToken token) throws IOException {
        decided().scalar(parser, token);
    }

    @Override
    Scope open(boolean array) {
        return decided().open(array);
    }

    @Override
    void close() {
        Scope scope = decided;
        if (scope == null) {
            unknown.accept("{}");
        } else {
            scope.close();
        }
    }
}
