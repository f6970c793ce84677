package io.mirror.codec.zabbix;

import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;

/** What a decoder says of a body, line by line: its rows, what is wrong with others, and how it ends. */
final class Reading implements MessageListener {
    /** Nothing here is read beside the JSON parser: this row is unusual, and so the parser reads it and all behind it. */
    private static final String UNUSUAL = "{\"unusual\":[],\"itemid\":1}";

    private static final ZabbixLimits LIMITS = ZabbixLimits.DEFAULT.withMaxStringChars(10_000);
    private static final ZabbixCodec CODEC = new ZabbixCodec(LIMITS);
    private static final byte[] OPEN = "{\"history data\":[".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CLOSE = "],\"version\":\"6.0\"}".getBytes(StandardCharsets.US_ASCII);

    private final List<String> lines = new ArrayList<>();
    private final int rowsBefore;
    private final int bytesBefore;

    private Reading(int rowsBefore, int bytesBefore) {
        this.rowsBefore = rowsBefore;
        this.bytesBefore = bytesBefore;
    }

    @Override
    public void onHistory(HistoryRow row) {
        lines.add(row.toString());
    }

    @Override
    public void onRowProblem(RowProblem problem) {
        lines.add(problem.section() + " " + (problem.index() - rowsBefore) + " " + problem.problem());
    }

    private List<String> read(byte[] frame, IntUnaryOperator piece) {
        try (MessageDecoder decoder = CODEC.newDecoder(this)) {
            int from = 0;
            while (from < frame.length) {
                int length = Math.min(Math.max(1, piece.applyAsInt(from)), frame.length - from);
                decoder.decode(Unpooled.wrappedBuffer(frame, from, length));
                from += length;
            }
            lines.add(decoder.head().version().orElse("no version"));
        } catch (ZabbixDecodeException e) {
            boolean notARow = e.detail().startsWith("row ");
            lines.add(e.reason() + " " + (e.offset() - bytesBefore) + " "
                    + (notARow ? "not an object behind " + (lines.size() - rowsBefore) + " rows" : e.detail()));
        }
        return lines.subList(rowsBefore, lines.size());
    }

    private static byte[] frame(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        java.nio.ByteBuffer frame = java.nio.ByteBuffer.allocate(13 + length).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        frame.put("ZBXD".getBytes(StandardCharsets.US_ASCII))
                .put((byte) 1)
                .putInt(length)
                .putInt(0);
        for (byte[] part : parts) {
            frame.put(part);
        }
        return frame.array();
    }

    /** Reads rows as they come. */
    static List<String> of(byte[] rows) {
        return new Reading(0, 0).read(frame(OPEN, rows, CLOSE), from -> Integer.MAX_VALUE);
    }

    /** Reads rows in pieces of the given lengths. */
    static List<String> inPieces(byte[] rows, IntUnaryOperator piece) {
        return withoutOffset(new Reading(0, 0).read(frame(OPEN, rows, CLOSE), piece));
    }

    /** Where the parser finds bytes that are no UTF-8, or what limit it names, depends on how its input is cut. */
    static List<String> withoutOffset(List<String> lines) {
        return lines.stream()
                .map(line -> line.replaceFirst("^(BAD_JSON|BAD_MEMBER|JSON_LIMIT) .*", "$1"))
                .toList();
    }

    /** Reads the same by the JSON parser alone. */
    static List<String> byParser(byte[] rows) {
        String text = new String(rows, StandardCharsets.ISO_8859_1).strip();
        boolean none = text.isEmpty() || text.startsWith("]");
        byte[] first = (none ? UNUSUAL : UNUSUAL + ",").getBytes(StandardCharsets.US_ASCII);
        byte[] frame = frame(OPEN, first, rows, CLOSE);
        return new Reading(1, first.length).read(frame, from -> frame.length);
    }
}
