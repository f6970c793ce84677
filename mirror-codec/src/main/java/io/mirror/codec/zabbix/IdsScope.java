package io.mirror.codec.zabbix;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.mirror.codec.zabbix.ZabbixDecodeException.Reason;
import java.io.IOException;
import java.util.function.LongConsumer;

/** Reads an array of identifiers. */
final class IdsScope extends Scope {
    private final String member;
    private final LongConsumer to;

    IdsScope(String member, LongConsumer to) {
        this.member = member;
        this.to = to;
    }

    @Override
    void scalar(JsonParser parser, JsonToken token) throws IOException {
        to.accept(Scalars.number(parser, token).orElseThrow(() -> bad()));
    }

    @Override
    Scope open(boolean array) {
        throw bad();
    }

    private Refusal bad() {
        return new Refusal(Reason.BAD_MEMBER, "\"" + member + "\" holds something else than ids");
    }

    @Override
    void close() {}
}
