package io.mirror.codec.zabbix;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

/** Reads over everything below it. */
final class Skip extends Scope {
    @Override
    void name(String name) {}

    @Override
    void scalar(JsonParser parser, JsonToken token) {}

    @Override
    Scope open(boolean array) {
        return new Skip();
    }

    @Override
    void close() {}
}
