package io.mirror.codec.zabbix;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What is being read at one level of nesting. */
abstract class Scope {
    /** The scope around this one; null around the message itself. */
    @Nullable
    Scope parent;

    /** Takes the name of the next member; only called inside objects. */
    void name(String name) {
        throw new IllegalStateException("no object: " + name);
    }

    /** Takes a scalar. */
    abstract void scalar(JsonParser parser, JsonToken token) throws IOException;

    /** Enters an object or an array and returns who reads it. */
    abstract Scope open(boolean array);

    /** Takes the end of the object or array. */
    abstract void close();
}
