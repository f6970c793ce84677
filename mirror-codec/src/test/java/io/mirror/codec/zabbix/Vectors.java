package io.mirror.codec.zabbix;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The recorded and constructed exchanges. */
final class Vectors {
    private Vectors() {}

    /** One message of an exchange; no bytes if that side closed without sending. */
    record Step(String id, int index, int count, String from, byte[] frame, byte[] json, boolean decodes) {
        @Override
        public String toString() {
            return id + "." + index + "." + from;
        }

        boolean isRequest() {
            return index == 1;
        }
    }

    @SuppressWarnings("unchecked")
    static List<Step> all() throws IOException {
        Map<String, Object> index = (Map<String, Object>) Trees.parse(bytes("index.json"));
        List<Step> steps = new ArrayList<>();
        for (Object entry : (List<Object>) index.get("exchanges")) {
            Map<String, Object> exchange = (Map<String, Object>) entry;
            boolean frameOk = !"VALUE_FALSE".equals(exchange.get("frame_ok"));
            List<Object> messages = (List<Object>) exchange.get("steps");
            for (int i = 0; i < messages.size(); i++) {
                Map<String, Object> step = (Map<String, Object>) messages.get(i);
                if ("VALUE_NULL".equals(step.get("frame"))) {
                    continue;
                }
                boolean decodes = !"VALUE_FALSE".equals(step.get("decodes"));
                Object json = step.get("json");
                steps.add(new Step(
                        (String) exchange.get("id"),
                        i + 1,
                        messages.size(),
                        (String) step.get("from"),
                        bytes((String) step.get("frame")),
                        json == null || "VALUE_NULL".equals(json) ? null : bytes((String) json),
                        decodes && (frameOk || i > 0)));
            }
        }
        return steps;
    }

    static byte[] bytes(String name) throws IOException {
        try (InputStream in = Vectors.class.getResourceAsStream("/io/mirror/codec/zabbix/" + name)) {
            if (in == null) {
                throw new IOException(name + " is missing");
            }
            return in.readAllBytes();
        }
    }
}
