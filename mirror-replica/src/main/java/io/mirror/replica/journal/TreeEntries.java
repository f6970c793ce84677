package io.mirror.replica.journal;

import io.mirror.codec.journal.BlobPath;
import io.mirror.codec.plio.PlioValue;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** The two entries of a journal of files: {@code (put "path" content ..)} and {@code (delete "path")}. */
final class TreeEntries {
    private static final BigInteger LARGEST_BYTE = BigInteger.valueOf(255);

    private TreeEntries() {}

    /** An entry that is well formed. */
    record Entry(boolean put, String path, List<PlioValue> content) {}

    /** Reads an entry and refuses everything that is none of the two. */
    static Entry parse(long offset, PlioValue value) {
        if (value instanceof PlioValue.Cells cells
                && cells.cycle() < 0
                && cells.tail() == PlioValue.NIL
                && cells.items().size() >= 2
                && cells.items().get(0) instanceof PlioValue.Symbol verb
                && cells.items().get(1) instanceof PlioValue.Text path) {
            String problem = BlobPath.problemOf(path.text());
            if (!problem.isEmpty()) {
                throw new IllegalArgumentException("the entry at byte " + offset + " has a path that " + problem);
            }
            List<PlioValue> content = cells.items().subList(2, cells.items().size());
            if (verb.name().equals("put")) {
                content.forEach(part -> requireContent(offset, part));
                return new Entry(true, path.text(), content);
            }
            if (verb.name().equals("delete") && content.isEmpty()) {
                return new Entry(false, path.text(), content);
            }
        }
        throw new IllegalArgumentException(
                "the entry at byte " + offset + " is neither (put \"path\" content ..) nor (delete \"path\")");
    }

    private static void requireContent(long offset, PlioValue part) {
        boolean good = part == PlioValue.NIL || part instanceof PlioValue.Text || isByte(part);
        if (part instanceof PlioValue.Cells bytes) {
            good = bytes.cycle() < 0
                    && bytes.tail() == PlioValue.NIL
                    && bytes.items().stream().allMatch(TreeEntries::isByte);
        }
        if (!good) {
            throw new IllegalArgumentException(
                    "the content at byte " + offset + " is neither text nor bytes from 0 to 255");
        }
    }

    private static boolean isByte(PlioValue value) {
        return value instanceof PlioValue.Numeral number
                && number.value().signum() >= 0
                && number.value().compareTo(LARGEST_BYTE) <= 0;
    }

    static void apply(Path root, Entry entry) throws IOException {
        if (!entry.put()) {
            BlobStore.delete(root, entry.path());
            return;
        }
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (PlioValue part : entry.content()) {
            if (part instanceof PlioValue.Text text) {
                content.writeBytes(text.text().getBytes(StandardCharsets.UTF_8));
            } else if (part instanceof PlioValue.Numeral number) {
                content.write(number.value().intValue());
            } else if (part instanceof PlioValue.Cells bytes) {
                bytes.items()
                        .forEach(each ->
                                content.write(((PlioValue.Numeral) each).value().intValue()));
            }
        }
        try (BlobStore file = new BlobStore(root, entry.path())) {
            file.write(ByteBuffer.wrap(content.toByteArray()));
            file.commit();
        }
    }
}
