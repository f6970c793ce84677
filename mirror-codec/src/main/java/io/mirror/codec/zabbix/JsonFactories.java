package io.mirror.codec.zabbix;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.StreamReadConstraints;

/** The only place that makes a JSON factory, so that none is without limits. */
final class JsonFactories {
    private JsonFactories() {}

    static JsonFactory create(ZabbixLimits limits) {
        StreamReadConstraints constraints = StreamReadConstraints.builder()
                .maxNestingDepth(limits.maxDepth())
                .maxStringLength(limits.maxStringChars())
                .maxNameLength(limits.maxNameChars())
                .maxNumberLength(limits.maxNumberDigits())
                .maxDocumentLength(limits.maxBytes(true))
                .build();
        return new JsonFactoryBuilder()
                // Names come from peers: remembering them would let a stranger fill a table that all connections share.
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                .streamReadConstraints(constraints)
                .build();
    }
}
