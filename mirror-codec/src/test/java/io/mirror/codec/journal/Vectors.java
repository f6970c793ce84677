package io.mirror.codec.journal;

import io.mirror.codec.Json;
import io.netty.buffer.ByteBufUtil;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The recorded connections of the original programs. */
final class Vectors {
    private Vectors() {}

    static List<Map<String, Object>> wire() {
        return Json.list(Json.resource(Vectors.class, "index.json").get("wire")).stream()
                .map(Json::map)
                .toList();
    }

    static List<Map<String, Object>> reactions() {
        return Json.list(Json.resource(Vectors.class, "reactions.json").get("items")).stream()
                .map(Json::map)
                .toList();
    }

    static byte[] file(String name) {
        try (InputStream in = Vectors.class.getResourceAsStream(name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] stream(Object recorded) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Object part : Json.list(Json.map(recorded).get("parts"))) {
            Map<String, Object> map = Json.map(part);
            if (map.containsKey("hex")) {
                out.writeBytes(ByteBufUtil.decodeHexDump((String) map.get("hex")));
            } else {
                byte[] file = file((String) map.get("file"));
                Long length = (Long) map.get("length");
                out.writeBytes(length == null ? file : Arrays.copyOf(file, length.intValue()));
            }
        }
        return out.toByteArray();
    }
}
